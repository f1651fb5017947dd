"""What a column and a table are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gridsim.words import Sentence

__all__ = ["Column", "Kind", "Table"]

Kind = Literal[
    "id",  # text that names the row's own thing
    "ref",  # text that names a thing of another table
    "text",
    "enum",  # one of `values`
    "bool",
    "integer",
    "energy",  # MWh outside, kWh inside
    "price",  # yuan/MWh outside, micro-yuan per kWh inside
    "money",  # yuan outside, micro-yuan inside
    "power",  # MW outside, kW inside
    "apparent",  # kVA outside, VA inside
    "demand",  # kW outside, W inside
    "reactive",  # Mvarh outside, kvarh inside
    "per_apparent",  # yuan/kVA outside, 10⁻³ yuan/kVA inside
    "per_demand",  # yuan/kW outside, 10⁻³ yuan/kW inside
    "ratio",  # a plain number outside, 10⁻⁴ inside
    "month",  # YYYY-MM
    "delivery",  # YYYY-MM, YYYY, or months such as YYYY-H2, YYYY-Q2, YYYY-04/YYYY-05
    "date",  # an instant of day precision
    "time",  # an instant
]

_SUFFIXES = {
    "energy": ("mwh", "kwh"),
    "power": ("mw", "kw"),
    "apparent": ("kva", "va"),
    "demand": ("kw", "w"),
    "reactive": ("mvarh", "kvarh"),
    "per_apparent": ("yuan_per_kva", "milli_yuan_per_kva"),
    "per_demand": ("yuan_per_kw", "milli_yuan_per_kw"),
    "price": ("yuan_per_mwh", "micro_yuan_per_kwh"),
    "money": ("yuan", "micro_yuan"),
}
"""How the names of columns of a kind end, outside and inside."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    Parameters
    ----------
    name : str
        The fixed English name.
    kind : Kind
    zh : tuple of str
        Accepted Chinese headings; the first is the one that gridsim writes.
    description : str
    optional : bool
        The column may be left out, and its cells may be empty.
    values : tuple of str
        What an ``enum`` may be, in the order of its integer codes.
    values_zh : tuple of str
        The Chinese of each value, which people may have written instead.
    also : tuple of (str, str)
        What else people write, and the value that is meant.
    barred : tuple of (str, Sentence)
        What people may write that is known and may not stand here, and why.
    of : str
        The list of the market that the values are: ``periods``, ``products``, ``modes``, ``sessions``, ``varieties``,
        ``corrected`` (the items that corrections may be of).
    refers : tuple of str
        For a ``ref``: the tables of which one must hold it.
    joins : bool
        Rows with the same text here are one thing.
    positive : bool
        Zero makes no sense here.
    remains : bool
        What is left of something: who would correct it by a negative number is told so.
    signed : bool
        A negative number is allowed, which makes no sense anywhere else in the inputs.
    default : bool, str or None
        What an empty cell means: of a ``bool``, or a value of an ``enum``.
    later : bool or str
        Files of gridsim 0.1 have no such column: there it is empty, or as the column of this name.
    meaning_zh : str
        The description in Chinese, where a rule set brings it; else the catalogue of words has it.
    may_lack : bool
        An empty number is no number here; elsewhere it is 0.
    any_year : bool
        Its months may be of any year, where the others of its table are of the scenario's.
    has_days : bool
        Of a month: a day of it may stand there, ``YYYY-MM-DD``; the first day is the month.
    finer : {"", "always", "converted"}
        Whether its cells may have more decimals than it: they are summed exactly and rounded once. ``converted``: only
        where its heading names another unit.
    """

    name: str
    kind: Kind
    zh: tuple[str, ...] = ()
    description: str = ""
    optional: bool = False
    values: tuple[str, ...] = ()
    values_zh: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    barred: tuple[tuple[str, Sentence], ...] = ()
    of: str = ""
    refers: tuple[str, ...] = ()
    joins: bool = False
    positive: bool = False
    remains: bool = False
    signed: bool = False
    default: bool | str | None = None
    later: bool | str = False
    meaning_zh: str = ""
    may_lack: bool = False
    any_year: bool = False
    has_days: bool = False
    finer: Literal["", "always", "converted"] = ""

    @property
    def stem(self) -> str:
        """The name without the unit that it ends with."""
        return self.name.removesuffix(f"_{_SUFFIXES[self.kind][0]}") if self.kind in _SUFFIXES else self.name

    @property
    def exact(self) -> str:
        """The name of the same column where it holds integers."""
        if self.kind not in _SUFFIXES:
            return self.name
        return f"{self.stem}_{_SUFFIXES[self.kind][1]}"

    def may_be_finer(self, is_converted: bool) -> bool:
        """Whether cells may have any number of decimals, in our unit or in another that their heading names."""
        return self.finer == "always" or (is_converted and self.finer == "converted")

    def year_in(self, table: Table, year: int | None) -> int | None:
        """The year that its months must be of; None: of any.

        Parameters
        ----------
        table : Table
            Whose column it is.
        year : int or None
            Of the scenario, if it is known.
        """
        return year if self.kind == "delivery" or (table.of_year and not self.any_year) else None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and the columns that together name a row."""

    name: str
    columns: tuple[Column, ...]
    zh: str = ""
    description: str = ""
    required: bool = False
    key: tuple[str, ...] = ()
    other_form: Table | None = None
    """Another table that the same may stand in: it is taken where the headings have all columns of `marks`."""
    marks: tuple[str, ...] = ()
    of_year: bool = False
    """Whether its months are those of the scenario's year."""
    later: bool = False
    """Files of gridsim 0.1 have no such table: there it has no rows, and without rows a scenario is what it was."""

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
