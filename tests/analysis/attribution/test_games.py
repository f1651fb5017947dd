"""Edges to the kWh, and what lies beyond them."""

from __future__ import annotations

from gridsim.analysis.attribution.games import Game, Members, edge_at


def test_an_edge_is_rounded_half_up_and_an_open_one_holds_everything() -> None:
    assert [edge_at(10, ratio) for ratio in (10_500, 9_500, 10_400)] == [11, 10, 10]
    assert (edge_at(1, None), edge_at(0, None)) == (None, 0)


def test_what_lies_beyond_an_edge() -> None:
    assert [Game("over", 100).beyond(energy) for energy in (99, 100, 101)] == [0, 0, 1]
    assert [Game("under", 100).beyond(energy) for energy in (99, 100, 101)] == [1, 0, 0]


def test_members_add_up() -> None:
    members = Members((3, 4), (5, 1))
    assert (members.gaps, members.all_metered, members.all_planned) == ((-2, 3), 7, 6)
