"""Rows of a statement that add up others: with a label, or with none, known by their figures alone.

What people add below a table often has no label. Such a row is a total if its figures are the sums of other rows, to
the decimals that it prints; else it is a fault: a row that names nothing is never counted as a line of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from gridsim.errors import Fault
from gridsim.importing.heading_texts import heading_text
from gridsim.reconcile.cell_figures import NOTHING, figure_of
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.reconcile.sheets import Column, Sheet

__all__ = ["RowOfTotals", "rows_and_totals"]

NumberedRow = tuple[int, list[object]]

_OF_WHOM = ("unit_id", "user_id")


@dataclass(frozen=True)
class RowOfTotals:
    """A row that adds up others.

    Attributes
    ----------
    number : int
        1-based row of the file.
    row : list of object
        Its cells.
    of : frozenset of int
        Numbers of the rows that it adds up.
    is_labelled : bool
    """

    number: int
    row: list[object]
    of: frozenset[int]
    is_labelled: bool


def rows_and_totals(
    sheet: Sheet, figures: Sequence[tuple[str, Column]], faults: list[Fault]
) -> tuple[list[NumberedRow], list[RowOfTotals]]:
    """The rows that are lines, and those that add them up.

    Parameters
    ----------
    sheet : Sheet
    figures : sequence of (str, Column)
        Its columns of figures, each with what it is of: ``energy``, ``price`` or ``amount``.
    faults : list of Fault
        Takes a row that names nothing and adds up no others.
    """
    added = [(measure, column) for measure, column in figures if measure != "price"]
    nameless = {number: lacking for number, row in sheet.rows if (lacking := _lacking(sheet, row))}
    lines = [each for each in sheet.rows if each[0] not in nameless]
    candidates = sorted(
        [*sheet.totals, *(each for each in sheet.rows if each[0] in nameless)], key=lambda each: each[0]
    )
    sums = _Sums(sheet, added, lines)
    starts, totals = [0], []
    for place, (number, row) in enumerate(candidates):
        end = sums.before(number)
        later = sums.before(candidates[place + 1][0]) if place + 1 < len(candidates) else len(lines)
        stated = sums.stated(number, row)
        if number not in nameless:  # its money is held against its lines later
            money = {at: value for at, value in stated.items() if sums.measure(at) == "amount"}
            added_up = sums.of_range(money, starts, end, later) or sums.numbers(0, end or len(lines))
            totals.append(RowOfTotals(number, row, added_up, is_labelled=True))
        elif of := sums.of_range(stated, starts, end, later) or sums.of_same(stated, number, row):
            totals.append(RowOfTotals(number, row, of, is_labelled=False))
        elif stated:
            faults.append(_fault(sheet, number, nameless[number], stated, sums))
        starts.append(end)
    return lines, totals


def _lacking(sheet: Sheet, row: Sequence[object]) -> list[Column]:
    """The keys that a row must have and has not: all, or what other rows say of themselves and nothing says of it."""
    blank = [column for column in sheet.keys if _is_blank(row, column)]
    if not blank or len(blank) == len(sheet.keys):
        return blank
    of_whom = [column for column in sheet.keys if column.said.key in _OF_WHOM]
    is_said_above = any(key in sheet.shared for key in _OF_WHOM)
    lacking = []
    for column in blank:
        key = column.said.key
        if key in sheet.shared or all(getattr(other.said, key, "") for other in sheet.measures):
            continue
        is_needed = key in ("item", "month") or (
            key in _OF_WHOM and not is_said_above and all(each in blank for each in of_whom)
        )
        if is_needed and any(not _is_blank(other, column) for _, other in sheet.rows):
            lacking.append(column)
    return lacking


def _is_blank(row: Sequence[object], column: Column) -> bool:
    return column.place >= len(row) or heading_text(row[column.place]) in NOTHING


class _Sums:
    """Sums of the lines of a sheet, by column of energies or money."""

    def __init__(self, sheet: Sheet, added: Sequence[tuple[str, Column]], lines: Sequence[NumberedRow]) -> None:
        self._sheet, self._added, self._lines = sheet, added, lines
        self._up_to = [self._cumulated(measure, column) for measure, column in added]

    def _cumulated(self, measure: str, column: Column) -> list[Decimal]:
        found = [Decimal()]
        for number, row in self._lines:  # what is no number is told where lines are read
            found.append(found[-1] + (figure_of(self._sheet, number, row, column, measure, []) or 0))
        return found

    def before(self, number: int) -> int:
        """How many lines stand above a row."""
        return bisect_left(self._lines, number, key=lambda line: line[0])

    def numbers(self, start: int, end: int) -> frozenset[int]:
        """The numbers of the lines from one place up to another."""
        return frozenset(number for number, _ in self._lines[start:end])

    def stated(self, number: int, row: Sequence[object]) -> dict[int, Decimal]:
        """What a row has in each column, by its place among them."""
        found = {
            place: figure_of(self._sheet, number, row, column, measure, [])
            for place, (measure, column) in enumerate(self._added)
        }
        return {place: value for place, value in found.items() if value is not None}

    def of_range(
        self, stated: dict[int, Decimal], starts: Sequence[int], end: int, later: int
    ) -> frozenset[int] | None:
        """The lines that a row adds up: those since an earlier total, all above it, or those below it."""
        for start, stop in _ranges(starts, end, later, len(self._lines)):
            sums = {place: self._up_to[place][stop] - self._up_to[place][start] for place in stated}
            if stop > start and _agree(stated, sums):
                return self.numbers(start, stop)
        return None

    def of_same(self, stated: dict[int, Decimal], number: int, row: Sequence[object]) -> frozenset[int] | None:
        """The lines above a row, or below it, that say of themselves what it says."""
        said = [column for column in self._sheet.keys if not _is_blank(row, column)]
        same = [
            place for place, (_, other) in enumerate(self._lines)
            if all(_text(other, column) == _text(row, column) for column in said)
        ]  # fmt: skip
        end = self.before(number)
        for places in ([place for place in same if place < end], [place for place in same if place >= end]):
            sums = {
                of: sum((self._up_to[of][place + 1] - self._up_to[of][place] for place in places), Decimal())
                for of in stated
            }
            if said and places and _agree(stated, sums):
                return frozenset(self._lines[place][0] for place in places)
        return None

    def all_above(self, number: int, place: int) -> Decimal:
        """The sum of a column over all lines above a row; over all, if none stands there."""
        return self._up_to[place][self.before(number) or len(self._lines)]

    def heading(self, place: int) -> str:
        """Of a column."""
        return self._added[place][1].heading

    def measure(self, place: int) -> str:
        """What a column is of."""
        return self._added[place][0]


def _ranges(starts: Sequence[int], end: int, later: int, count: int) -> Iterator[tuple[int, int]]:
    for start in reversed(starts):
        yield start, end
    yield end, later
    yield end, count


def _agree(stated: dict[int, Decimal], sums: dict[int, Decimal]) -> bool:
    return bool(stated) and all(_is_shown(value, sums[place]) for place, value in stated.items())


def _is_shown(value: Decimal, exact: Decimal) -> bool:
    """Whether a figure is a sum to its own decimals."""
    exponent = value.as_tuple().exponent
    return value == exact or (
        isinstance(exponent, int)
        and exponent < 0
        and exact.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP) == value
    )


def _text(row: Sequence[object], column: Column) -> str:
    return heading_text(row[column.place]) if column.place < len(row) else ""


def _fault(
    sheet: Sheet, number: int, lacking: Sequence[Column], stated: dict[int, Decimal], sums: _Sums
) -> Fault:  # fmt: skip
    place = max(stated, key=lambda each: (sums.measure(each) == "amount", -each))
    unit = Sentence("yuan") if sums.measure(place) == "amount" else Sentence("MWh")
    message = Sentence(
        "the row has figures and does not say what they are of; a total it is not: its {heading} comes to {value:,f} "
        "{unit}, that of all lines above to {sum:,f} {unit}",
        heading=sums.heading(place), value=stated[place], sum=sums.all_above(number, place), unit=unit,
    )  # fmt: skip
    allowed = listed(
        Sentence("the name in each row, also where cells were merged"),
        Sentence("合计 in the first cell of a row of totals"),
    )
    return Fault(sheet.name, number, ", ".join(column.heading for column in lacking), None, message, allowed)
