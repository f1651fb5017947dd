"""What is said of a grid's rows and columns that are not read, or not understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.heading_texts import is_of_readings, other_quantity
from gridsim.importing.parts import BoolArray, IntArray, LeftOut, Raw
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.importing.grids import Keyed
    from gridsim.importing.headings import Vocabulary

__all__ = ["note_left_out", "tell_levels", "tell_odd", "tell_other_rows", "tell_unknown", "tell_without_heading"]

_KINDS_OF_ROWS = re.compile(
    r"数据项|项目|曲线|指标|量测|测点|(?:数据|示数|电量|量)类[型别]|^类[型别]$|type|item", re.IGNORECASE
)
_LEVELS = re.compile(r"级别|层级|主副|总分|母子|level", re.IGNORECASE)


def tell_odd(raw: Raw, odd: Mapping[int, list[int]], kept: BoolArray) -> None:
    """Cells of rows that count in which no number stands where one belongs; `odd` has the columns by row."""
    by_place: dict[int, list[int]] = {}
    for row, places in sorted(odd.items()):
        if kept[row]:
            for place in places:
                by_place.setdefault(place, []).append(row)
    raw.has_odd = bool(by_place)
    for place, rows in sorted(by_place.items()):
        odd_text, allowed = raw.amounts[place].odd.__getitem__, Sentence("a number, or an empty cell")
        raw.problems.rows(rows, place, odd_text, Sentence("not a number"), allowed)


def note_left_out(
    raw: Raw, is_heading: BoolArray, is_footer: BoolArray, used: BoolArray, says: BoolArray, values: list[int]
) -> None:
    """Rows and columns that are not read, with the reason; rows without anything are not spoken of."""
    name, layout = raw.grid.name, raw.layout
    again = np.flatnonzero(is_heading & ~used)
    if len(again):
        raw.left_out.append(LeftOut(name, raw.file_rows(again), (), Sentence("the headings once more")))
    footers = np.flatnonzero(is_footer)
    if len(footers):
        raw.left_out.append(LeftOut(name, raw.file_rows(footers), (), Sentence("a remark on the table")))
    bare = np.flatnonzero(~used & ~is_heading & ~is_footer & says)
    if len(bare):
        raw.left_out.append(LeftOut(name, raw.file_rows(bare), (), Sentence("no amount stands there")))
    others = tuple(layout.headings[place] for place in layout.unread)
    if others:
        raw.left_out.append(LeftOut(name, (), others, Sentence("not needed for the table")))
    matrix = [raw.amounts[place].given for place in values]
    if len(matrix) > 1 and len(raw.kept):
        lacks = np.flatnonzero(~np.stack(matrix, axis=1)[raw.kept].all(axis=1))
        if len(lacks):
            rows = raw.file_rows(raw.kept[lacks])
            raw.left_out.append(LeftOut(name, rows, (), Sentence("some of its amounts are empty")))


def tell_unknown(raw: Raw, values: list[int], words: Vocabulary) -> None:
    """A column of numbers that nobody knows, among the amounts or of energy: leaving it out could lose some."""
    if not values:
        return
    by_period = int(any(raw.layout.meanings[place].period for place in values))  # one more may stand beside the others
    for place in raw.layout.others:
        is_amid = min(values) - by_period <= place <= max(values) + by_period
        if not is_amid and not words.may_be_energy(raw.layout.headings[place]):
            continue
        if words.is_something_else(raw.layout.headings[place]):
            continue
        column = raw.body.amounts([place])
        if column.given[raw.kept].any() and len(column.odd) == 0:
            raw.problems.whole(
                Sentence("a column of numbers among the amounts, whose heading is not understood")
                if is_amid
                else Sentence("a column that may be energy, too, whose heading is not understood"),
                Sentence("its meaning in MAP.yaml under columns, or left_out there"),
                place,
            )


def tell_other_rows(raw: Raw) -> None:
    """Rows that a column of kinds calls something else, such as 无功 or 功率 beside 正向有功."""
    for place in raw.layout.others:
        if not _KINDS_OF_ROWS.search(raw.layout.headings[place]):
            continue
        column = raw.body.keyed(place)
        are_readings = any(raw.layout.meanings[each].reading for each in raw.layout.values)
        others = [
            at
            for at, cell in enumerate(column.cells)
            if isinstance(cell, str) and (other_quantity(cell) or (not are_readings and is_of_readings(cell)))
        ]
        raw.problems.rows(
            raw.kept[np.isin(column.codes[raw.kept], others)],
            place,
            partial(_cell_of, column),
            Sentence("a row of another quantity than energy that was consumed"),
            Sentence("rows of energy alone; or the column left_out in MAP.yaml, if that is what they are"),
        )


def tell_levels(raw: Raw) -> None:
    """Meters of several levels, where they are to be added up: those below are in those above already."""
    for place in raw.layout.others:
        if _LEVELS.search(raw.layout.headings[place]):
            codes = raw.body.keyed(place).codes[raw.kept]
            if len(np.unique(codes[codes >= 0])) > 1:
                raw.problems.whole(
                    Sentence("meters of several levels: added up, some energy would count twice"),
                    Sentence(
                        "rows of one level alone; or the column left_out in MAP.yaml, if no meter is part of another"
                    ),
                    place,
                )


def _cell_of(column: Keyed, row: int) -> object:
    return column.cells[column.codes[row]]


def tell_without_heading(raw: Raw, values: list[int]) -> None:
    """Cells behind the last heading, or among the amounts in a column without one: a row may have slipped."""
    headings = raw.layout.headings
    last = max((place for place, text in enumerate(headings) if text), default=-1)
    amid = [place for place in range(min(values, default=0), last) if not headings[place]]
    for place in (*amid, *range(last + 1, raw.body.width)):
        column = raw.body.keyed(place)
        rows = raw.kept[column.codes[raw.kept] >= 0]
        _tell_bare(raw, rows, place, column)


def _tell_bare(raw: Raw, rows: IntArray, place: int, column: Keyed) -> None:
    raw.problems.rows(
        rows,
        place,
        partial(_cell_of, column),
        Sentence("cells without a heading"),
        Sentence("a heading for each column"),
    )
