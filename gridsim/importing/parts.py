"""One grid as rows: which of its rows count, what each of them is about, and the amounts beneath the headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridsim.importing.amounts import Amounts, side_by_side
from gridsim.importing.grids import NoBody
from gridsim.importing.heading_texts import heading_text, is_footer_word, is_of_readings, is_sum_word, other_quantity
from gridsim.importing.problems import Problems
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.errors import Fault
    from gridsim.importing.choices import Choices
    from gridsim.importing.grids import Body, Grid, Keyed
    from gridsim.importing.headings import Vocabulary
    from gridsim.importing.layout import Layout

__all__ = ["LeftOut", "Part", "Raw", "UnitSeen", "read_raw"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_KINDS_OF_ROWS = re.compile(
    r"数据项|项目|曲线|指标|量测|测点|(?:数据|示数|电量|量)类[型别]|^类[型别]$|type|item", re.IGNORECASE
)
_LEVELS = re.compile(r"级别|层级|主副|总分|母子|level", re.IGNORECASE)
_MOST_TEXT_COLUMNS = 12  # columns that are not read, in which a row may say that it is a sum


@dataclass(frozen=True)
class LeftOut:
    """Rows or columns that are not in the table, and why.

    Attributes
    ----------
    grid : str
    rows : tuple of int
        1-based rows of the file; empty: columns.
    columns : tuple of str
        Headings.
    reason : Sentence
    """

    grid: str
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    reason: Sentence


@dataclass(frozen=True)
class UnitSeen:
    """The unit of some columns: its exponent, None where nothing names one."""

    quantity: str
    exponent: int | None
    words: str


@dataclass
class Raw:
    """A grid whose rows are sorted into those that count and those that don't.

    Attributes
    ----------
    grid : Grid
    layout : Layout
    body : Body
    problems : Problems
    kept : (m,) int64 array
        Places of the rows that count.
    sum_rows : (s,) int64 array
        Places of the rows that add up others.
    keyed : dict of str to Keyed
        The columns that say what a row is, of all rows.
    amounts : dict of int to Amounts
        By place of the column, of all rows; in the unit of the column, or as they stand where it has none.
    units : dict of int to UnitSeen
    left_out : list of LeftOut
    """

    grid: Grid
    layout: Layout
    body: Body
    problems: Problems
    kept: IntArray
    sum_rows: IntArray
    keyed: dict[str, Keyed]
    amounts: dict[int, Amounts]
    units: dict[int, UnitSeen]
    left_out: list[LeftOut] = field(default_factory=list)
    notes: tuple[Sentence, ...] = ()
    has_odd: bool = False
    """Whether a cell of an amount could not be read: then no total is held against its parts."""

    def release(self) -> None:
        """Let go of the cells, which nothing looks at once the part is filled: a year of many users is large."""
        self.amounts.clear()
        self.body = NoBody(self.body.top)
        self.grid.release()

    def written(self, place: int, row: int) -> str:
        """An amount as it stands in the file, in its own unit."""
        column = self.amounts[place]
        return self.in_unit(place, column.decimal(column.values[row]))

    def in_unit(self, place: int, amount: Decimal) -> str:
        """An amount in the unit of a column."""
        return f"{amount.scaleb(-(self.units[place].exponent or 0)).normalize():f}"

    def file_rows(self, places: IntArray) -> tuple[int, ...]:
        """1-based rows of the file of places in the body."""
        return tuple((places + self.body.top).tolist())

    def matrix(self, places: list[int]) -> Amounts:
        """Amounts of the rows that count, (rows, columns)."""
        whole = side_by_side([self.amounts[place] for place in places])
        return Amounts(whole.values[self.kept], whole.decimals, whole.given[self.kept], {})


@dataclass
class Part:
    """What one grid gives to the table.

    Attributes
    ----------
    raw : Raw
    codes : dict of str to int64 array
        By column of the table, places in `texts`; of the rows, (rows, 1), or of the columns, (1, columns).
    texts : dict of str to list of str
    minutes : int64 array or None
        Of load: stamps, in minutes since 1970-01-01 00:00, (rows, 1) or (rows, columns).
    length : int
        Of an interval of load [minutes]; 0: their distances tell.
    stamped : {"starts", "ends", ""}
        What cells and headings say of the stamps by themselves; empty: nothing.
    is_certain : bool
        They say it so that nothing contradicts it.
    is_numbered : bool
        Intervals are numbered, or named by both of their ends: the stamps are their starts.
    measures : dict of str to Amounts
        By column of the table, (rows, columns).
    units : dict of str to UnitSeen
        By column of the table.
    rows : (rows,) int64 array or None
        Places in `Raw.kept` of the rows; None: all of them in turn.
    """

    raw: Raw
    codes: dict[str, IntArray] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    minutes: IntArray | None = None
    length: int = 0
    stamped: str = ""
    is_certain: bool = False
    is_numbered: bool = False
    measures: dict[str, Amounts] = field(default_factory=dict)
    units: dict[str, UnitSeen] = field(default_factory=dict)
    rows: IntArray | None = None

    @property
    def faults(self) -> list[Fault]:
        return self.raw.problems.faults

    def release(self) -> None:
        """Let go of what stands in the table now; what is told of the part stays."""
        self.minutes = None
        self.codes = {name: codes[:1] for name, codes in self.codes.items()}
        self.measures = dict.fromkeys(self.measures, Amounts(np.zeros(0, dtype=np.int64), 0, np.zeros(0, bool), {}))


def read_raw(grid: Grid, layout: Layout, words: Vocabulary, choices: Choices) -> Raw:
    """The rows of a grid, sorted.

    Parameters
    ----------
    grid : Grid
    layout : Layout
    words : Vocabulary
    choices : Choices
    """
    body, faults = grid.body(layout.start)
    problems = Problems(grid.name, layout)
    problems.faults += faults
    wanted = sorted({*layout.values, *layout.sums, *layout.energies_beside_readings})
    columns = _amounts(body, wanted)
    units = {place: _unit(layout, place, words.table, choices) for place in wanted}
    keyed = {key: body.keyed(place) for key, place in layout.keys.items()}
    values = layout.values
    given = np.zeros(body.length, dtype=bool)
    odd: dict[int, list[int]] = {}
    for place in values:
        given |= columns[place].given
        for row in columns[place].odd:
            odd.setdefault(row, []).append(place)
    texts = [*keyed.items(), *(("", body.keyed(place)) for place in layout.unread[:_MOST_TEXT_COLUMNS])]
    is_sum = _rows_that_say(texts, is_sum_word, frozenset(words.periods), body.length)
    if not (given & ~is_sum).any():  # 费率 总 in each row: all there is of a curve
        by_text = [(text, _rows_that_say([text], is_sum_word, frozenset(words.periods), body.length)) for text in texts]
        telling = [says for (key, _), says in by_text if key or not says[given].all()]
        is_sum = np.logical_or.reduce([np.zeros(body.length, dtype=bool), *telling])
    is_footer = _rows_that_say(texts, is_footer_word, frozenset(), body.length)
    is_heading = _headings_again(layout, keyed, body.length)
    named = np.zeros(body.length, dtype=bool)
    for column in keyed.values():
        named |= column.codes >= 0
    is_odd = np.zeros(body.length, dtype=bool)
    is_odd[list(odd)] = True
    is_footer &= ~is_sum & ~is_heading
    kept = ~is_sum & ~is_heading & ~is_footer & (given | (is_odd & named))
    raw = Raw(grid, layout, body, problems, np.flatnonzero(kept), np.flatnonzero(is_sum & given), keyed, columns, units)
    _tell_odd(raw, odd, kept)
    _note_left_out(raw, is_heading, is_footer, kept | is_sum, named | is_odd, values)
    _tell_unknown(raw, values, words)
    _tell_other_rows(raw)
    if choices.add_meters:
        _tell_levels(raw)
    _tell_without_heading(raw, values)
    for place, seen in units.items():
        exponent = seen.exponent
        if exponent:
            columns[place] = columns[place].scaled(exponent)
    return raw


def _amounts(body: Body, places: list[int]) -> dict[int, Amounts]:
    """Columns of numbers by place, each with its own scale."""
    return {place: _flat(body.amounts([place])) for place in places}


def _flat(column: Amounts) -> Amounts:
    return Amounts(column.values[:, 0], column.decimals, column.given[:, 0], column.odd)


def _unit(layout: Layout, place: int, table: Table, choices: Choices) -> UnitSeen:
    """The unit of a column: of its heading, else of what stands above, else what the user has said."""
    meaning = layout.meanings[place]
    quantity = meaning.kind or (table[meaning.measure].kind if meaning.measure else "energy")
    above = [unit for unit in layout.context.units if unit.quantity in (quantity, "power")]
    if len({(unit.quantity, unit.exponent) for unit in above}) > 1:
        above = []  # two of one kind: nothing says which
    for unit in (meaning.unit, *above):
        if unit is not None and unit.quantity in (quantity, "power"):
            return UnitSeen(unit.quantity, unit.exponent, unit.unit)
    if meaning.measure and heading_text(layout.headings[place]) == meaning.measure:
        return UnitSeen(quantity, 0, meaning.measure)
    chosen = choices.units.get(quantity)
    if chosen is not None:
        return UnitSeen(quantity, chosen.exponent, chosen.unit)
    if layout.context.speaks_of == "power" and quantity == "energy":  # 96点功率, without a unit
        return UnitSeen("power", 0, "")
    return UnitSeen(quantity, None, "")


def _rows_that_say(
    texts: Sequence[tuple[str, Keyed]], says: Callable[[str], bool], names: frozenset[str], length: int
) -> BoolArray:
    """Rows in which some cell says something, and is no period or product of that name."""
    found = np.zeros(length, dtype=bool)
    for key, column in texts:
        meant = names if key in ("period", "product") else frozenset()
        places = [
            place
            for place, cell in enumerate(column.cells)
            if isinstance(cell, str) and says(cell) and cell.casefold() not in meant
        ]
        if places:
            found |= np.isin(column.codes, places)
    return found


def _headings_again(layout: Layout, keyed: Mapping[str, Keyed], length: int) -> BoolArray:
    """Rows that say the headings once more, as printed pages have them."""
    found = np.zeros(length, dtype=bool)
    for key, column in keyed.items():
        heading = layout.headings[layout.keys[key]].split(" / ")
        same = [place for place, cell in enumerate(column.cells) if heading_text(cell) in heading]
        if same:
            found |= np.isin(column.codes, same)
    return found


def _tell_odd(raw: Raw, odd: Mapping[int, list[int]], kept: BoolArray) -> None:
    by_place: dict[int, list[int]] = {}
    for row, places in sorted(odd.items()):
        if kept[row]:
            for place in places:
                by_place.setdefault(place, []).append(row)
    raw.has_odd = bool(by_place)
    for place, rows in sorted(by_place.items()):
        raw.problems.rows(rows, place, raw.amounts[place].odd.__getitem__, Sentence("not a number"))


def _note_left_out(
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


def _tell_unknown(raw: Raw, values: list[int], words: Vocabulary) -> None:
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
        column = _flat(raw.body.amounts([place]))
        if column.given[raw.kept].any() and len(column.odd) == 0:
            raw.problems.whole(
                Sentence("a column of numbers among the amounts, whose heading is not understood")
                if is_amid
                else Sentence("a column that may be energy, too, whose heading is not understood"),
                Sentence("its meaning in MAP.yaml under columns, or left_out there"),
                place,
            )


def _tell_other_rows(raw: Raw) -> None:
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


def _tell_levels(raw: Raw) -> None:
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


def _tell_without_heading(raw: Raw, values: list[int]) -> None:
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
