"""Where a number of a result stands, and what is said where it is wrong: of a whole result and of one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gridsim.errors import ResultError
from gridsim.words import Sentence, both, on_lines, verbatim

__all__ = ["TablePlace", "difference", "differs", "does_not_hold"]

_LISTED = 50


class TablePlace(NamedTuple):
    """Where in the result tables a number stands: in the row that these ids name, or of this number.

    It is put into words only when something is wrong there.
    """

    table: str
    row: str | int
    trial: bool = False

    @property
    def in_row(self) -> Sentence:
        """The row in words."""
        if isinstance(self.row, int):
            return Sentence("row {row}", row=self.row)
        return Sentence("{row} (trial)", row=self.row) if self.trial else verbatim(self.row)

    @property
    def sentence(self) -> Sentence:
        """All of it in words."""
        return Sentence("{place}, {part}", place=self.table, part=self.in_row)


def difference(place: Sentence, column: str, stands: object, derived: object) -> Sentence:
    """What stands in a column and what was derived for it, in words."""
    return Sentence(
        "{place}, {column}: the table has {stands}, but the derivation arrives at {derived}",
        place=place,
        column=column,
        stands=stands,
        derived=derived,
    )


def differs(place: Sentence, column: str, stands: object, derived: object) -> ResultError:
    """The error that says so."""
    return ResultError(difference(place, column, stands, derived))


def does_not_hold(told: Sequence[Sentence], note: Sentence | None = None) -> ResultError:
    """The error of a result that contradicts itself, with everything that was found.

    Parameters
    ----------
    told : sequence of Sentence
        At least one.
    note : Sentence, optional
        What else ought to be known.
    """
    shown = list(told[:_LISTED])
    if len(told) > _LISTED:
        shown.append(Sentence("and {more:,} more", more=len(told) - _LISTED))
    head = Sentence("this result does not hold, so nothing is printed from it:")
    indented = (both(f"  {each}", f"  {each.zh}") for each in shown)
    return ResultError(on_lines([head, *indented, *([note] if note else [])]))
