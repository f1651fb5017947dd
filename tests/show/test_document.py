"""Blocks of a document, and what stands in them unless said otherwise."""

from __future__ import annotations

from gridsim.show.document import Grid, grid, some_of
from tests.show.one_document import TABLE


def test_numbers_stand_to_the_right_unless_said_otherwise() -> None:
    assert TABLE.align == "<>>"
    assert grid(("a", "b"), [], texts=0).align == ">>"
    assert grid(("a", "b", "c"), [], align="<><").align == "<><"
    assert grid(("a",), [["x"]]) == Grid(("a",), (("x",),), "<")


def test_long_lists_say_how_many_more_there_are() -> None:
    assert some_of(["a", "b", "c"], "en", 2) == ("a", "b", "… and 1 more")
    assert some_of(["a"], "en", 2) == ("a",)
