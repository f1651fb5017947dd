"""Rows and columns that add up others: held against the sums, then left out.

A total that is shown with fewer decimals than its parts agrees if it is their sum, rounded to its decimals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.amounts import Amounts
from gridsim.importing.parts import LeftOut, Raw
from gridsim.units import round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.importing.parts import IntArray

__all__ = ["check_sums"]


def check_sums(raw: Raw) -> None:
    """Every sum of a grid against what it adds up; those that agree are noted as left out."""
    if raw.has_odd:
        return
    columns = raw.layout.sums
    for place in columns:
        _check_column(raw, place)
    if columns:
        headings = tuple(raw.layout.headings[place] for place in columns)
        raw.left_out.append(LeftOut(raw.grid.name, (), headings, Sentence("totals, which agree with their columns")))
    if len(raw.sum_rows):
        _check_rows(raw)
        rows = raw.file_rows(raw.sum_rows)
        raw.left_out.append(LeftOut(raw.grid.name, rows, (), Sentence("totals, which agree with their rows")))


def _check_column(raw: Raw, place: int) -> None:
    places = _added(raw, place)
    total = raw.amounts[place]
    if not places or raw.units[place].quantity == "power" or not len(raw.kept):
        return
    exponents = {raw.units[each].exponent for each in (place, *places)}
    if None in exponents and len(exponents) > 1:
        # The total has no unit of its own: it is in that of its columns.
        total = total.scaled(next(each for each in exponents if each is not None))
    parts = raw.matrix(places)
    sums = parts.sum_by(np.arange(len(raw.kept))[:, None], len(raw.kept))
    given = total.given[raw.kept]
    _tell(
        raw, raw.kept[given], place, sums[given].tolist(), parts.decimals, total.values[raw.kept][given], total.decimals
    )


def _added(raw: Raw, place: int) -> list[int]:
    """The columns that a total adds up: of its month, its year, its period; those of one kind."""
    layout, of = raw.layout, raw.layout.meanings[place]
    kind = of.kind or "energy"
    found = []
    for other in layout.values:
        meaning = layout.meanings[other]
        if meaning.reading or raw.units[other].quantity not in (kind, "power"):
            continue
        if of.is_beside(meaning):
            found.append(other)
    return found


def _check_rows(raw: Raw) -> None:
    """A total stands behind what it adds up, or before it: all rows there, or those up to the next total."""
    bounds = np.searchsorted(raw.kept, raw.sum_rows)
    segment = np.searchsorted(bounds, np.arange(len(raw.kept)), side="right")
    for place in (*raw.layout.values, *raw.layout.sums):
        if raw.layout.meanings[place].reading or raw.layout.meanings[place].kind == "price":
            continue
        column = raw.amounts[place]
        kept = Amounts(column.values[raw.kept], column.decimals, column.given[raw.kept], {})
        between = kept.sum_by(segment, len(bounds) + 1).tolist()
        before = np.cumsum(np.array(between, dtype=object)).tolist()
        shown, given = column.values[raw.sum_rows].tolist(), column.given[raw.sum_rows]
        wrong, sums = [], []
        for number in np.flatnonzero(given).tolist():
            behind = between[number], before[number]  # what it stands behind
            ahead = between[number + 1], before[-1] - before[number]
            if shown[number] not in (*behind, *ahead):
                wrong.append(number)
                sums.append(before[number] if bounds[number] else before[-1])
        _tell(
            raw, raw.sum_rows[wrong], place, sums, column.decimals, np.array([shown[n] for n in wrong]), column.decimals
        )


def _tell(
    raw: Raw,
    rows: IntArray,
    place: int,
    sums: Sequence[int],
    decimals: int,
    totals: np.ndarray[tuple[int], np.dtype[np.int64]],
    total_decimals: int,
) -> None:
    """A fault for each total that is not the sum of its parts."""
    wrong = {}
    finer = decimals - total_decimals
    for row, ours, theirs in zip(rows.tolist(), sums, totals.tolist(), strict=True):
        same = ours * 10**-finer == theirs if finer <= 0 else round_half_up(ours, 10**finer) == theirs
        if not same:
            wrong[row] = (ours, theirs)
    exact = Amounts(np.zeros(0, dtype=np.int64), decimals, np.zeros(0, dtype=bool), {})
    shown = Amounts(np.zeros(0, dtype=np.int64), total_decimals, np.zeros(0, dtype=bool), {})

    def message(row: int) -> Sentence:
        ours, theirs = wrong[row]
        return Sentence(
            "a total of {total}, and what it adds up is {ours}",
            total=raw.in_unit(place, shown.decimal(theirs)),
            ours=raw.in_unit(place, exact.decimal(ours)),
        )

    raw.problems.rows(
        list(wrong),
        place,
        lambda row: raw.in_unit(place, shown.decimal(wrong[row][1])),
        message,
        Sentence("a total that agrees; or leave its row or column out of the file"),
        kind=Sentence("a total that is not the sum of what it adds up"),
    )
