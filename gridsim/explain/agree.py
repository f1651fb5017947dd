"""What stands in a row of a result table must be what was derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.errors import ResultError
from gridsim.integrity.places import TablePlace, differs
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["expect", "same"]


def expect(place: TablePlace, row: Mapping[str, Any] | None, derived: Mapping[str, int]) -> None:
    """A row of a result table must have the derived numbers.

    Raises
    ------
    ResultError
        It has others, or there is no such row.
    """
    if row is None:
        raise ResultError(
            Sentence("{place}: the derivation arrives at this row, but the table has none", place=place.sentence)
        )
    for name, value in derived.items():
        if row[name] != value:
            raise differs(place.sentence, name, row[name], value)


def same(place: TablePlace, column: str, stands: object, derived: object) -> None:
    """What stands in a column must be what was derived.

    Raises
    ------
    ResultError
        It is not.
    """
    if stands != derived:
        raise differs(place.sentence, column, stands, derived)
