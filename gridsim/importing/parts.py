"""What the rows and columns of a grid are, before they are a table: what is kept, in which unit, what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridsim.importing.amounts import Amounts, side_by_side
from gridsim.importing.grids import NoBody
from gridsim.importing.problems import Problems
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.importing.grids import Body, Grid, Keyed
    from gridsim.importing.layout import Layout

__all__ = ["LeftOut", "Part", "Raw", "UnitSeen"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


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
