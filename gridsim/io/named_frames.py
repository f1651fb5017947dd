"""DataFrames of the tables of a result, by name: each made of its exact table when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from gridsim.errors import ResultError
from gridsim.io.table_sets import MadeTables, Tables, Where
from gridsim.market_tables import result_tables
from gridsim.settlement.parted import PartedTable
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.rules.shape import MarketShape

__all__ = [
    "AskedTables",
    "ExactTables",
    "KeptFrames",
    "NamedFrames",
    "SettledFrames",
    "makers",
    "no_table",
    "to_pandas",
]


def makers(tables: Mapping[str, pa.Table | PartedTable]) -> dict[str, Callable[[], pd.DataFrame]]:
    """What makes a DataFrame in exact units of each of some tables.

    Parameters
    ----------
    tables : mapping of str to table
    """
    made = MadeTables(tables)

    def make(name: str) -> pd.DataFrame:
        return to_pandas(made[name])

    return {name: partial(make, name) for name in made}


class KeptFrames:
    """DataFrames by name, each made when first asked for and kept: of a result, and of a batch."""

    def __init__(self) -> None:
        self._frames: dict[str, pd.DataFrame] = {}

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_frames": {}}

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self._make(name)
        return self._frames[name]

    def _make(self, name: str) -> pd.DataFrame:
        raise NotImplementedError


class SettledFrames(KeptFrames):
    """The tables that a settlement, or a trial settlement, has rows in."""

    @property
    def positions(self) -> pd.DataFrame:
        """Settlement unit × month × product."""
        return self._frame("positions")

    @property
    def position_bands(self) -> pd.DataFrame:
        """What each band of a position holds."""
        return self._frame("position_bands")

    @property
    def leg_settlement(self) -> pd.DataFrame:
        """The settlement of each leg."""
        return self._frame("leg_settlement")

    @property
    def cell_settlement(self) -> pd.DataFrame:
        """User × month × period."""
        return self._frame("cell_settlement")

    @property
    def ledger(self) -> pd.DataFrame:
        """Every transfer of money."""
        return self._frame("ledger")


class NamedFrames(SettledFrames):
    """The result tables by name."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        super().__init__()
        self._arrow = tables if isinstance(tables, Tables) else MadeTables(tables)

    @property
    def trades(self) -> pd.DataFrame:
        """Matched pairs and valid bilateral rows."""
        return self._frame("trades")

    @property
    def legs(self) -> pd.DataFrame:
        """Contract legs after decomposition to months."""
        return self._frame("legs")

    @property
    def seller_settlement(self) -> pd.DataFrame:
        """What each generator gets of a month, in a market whose sellers settle by what they generated.

        Raises
        ------
        KeyError
            In another market.
        """
        return self._frame("seller_settlement")

    @property
    def rejected(self) -> pd.DataFrame:
        """Orders and filings that were not used, and why."""
        return self._frame("rejected")

    @property
    def compliance(self) -> pd.DataFrame:
        """Checks that are reported, never enforced."""
        return self._frame("compliance")


class AskedTables:
    """Exact tables that are asked for by name, some rows or columns of them: of a result, and of a batch."""

    _arrow: Tables

    def arrow(self, name: str, where: Where | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """The table as Arrow has it, for what is too large for pandas.

        Parameters
        ----------
        name : str
            A table: ``ledger``, of a batch ``runs``.
        where : mapping of str to value or sequence of values, optional
            Which rows are wanted, by what stands in a column: these come and no others, and of a stored table no more
            are read.
        columns : sequence of str, optional
            Which columns are wanted, by their exact names (``amount_micro_yuan``); all if not given.

        Returns
        -------
        pyarrow.Table
            Of int64 [kWh, micro-yuan/kWh, micro-yuan], with texts as dictionaries.

        Raises
        ------
        ResultError
            There is no such table, or it has no such column; the nearest is told.

        Examples
        --------
        >>> result.exact.arrow("ledger", {"month": "2021-04"}, ["item", "amount_micro_yuan"]).num_rows
        62
        """
        self._must_know(name, (*(where or ()), *(columns or ())))
        return self._arrow.rows(name, where or {}, columns)

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """The table as Arrow tables of some hundred thousand rows, one after another, of what is too large to hold.

        Parameters
        ----------
        name : str
            A table: ``ledger``, of a batch ``runs``.
        columns : collection of str, optional
            Exact names of those that are wanted.

        Yields
        ------
        Arrow table
            At least one. The codes of a text column mean the same within a part, not from part to part.

        Raises
        ------
        ResultError
            There is no such table, or it has no such column; the nearest is told.

        Examples
        --------
        >>> sum(part.num_rows for part in result.exact.parts("ledger", ["amount_micro_yuan"]))
        777
        """
        self._must_know(name, columns or ())
        return self._arrow.parts(name, columns)

    def _must_know(self, name: str, columns: Collection[str]) -> None:
        """Raise for a table or a column that there is not, before a file is blamed for it."""


@helpful
class ExactTables(AskedTables, NamedFrames):
    """The result tables as integers: ``energy_kwh``, ``price_micro_yuan_per_kwh``, ``amount_micro_yuan``.

    Parameters
    ----------
    tables : mapping of str to Arrow table
    shape : MarketShape, optional
        By which a name that users misspell is told; of tables that only gridsim itself asks, left out.
    """

    def __init__(self, tables: Mapping[str, pa.Table], shape: MarketShape | None = None) -> None:
        super().__init__(tables)
        self._shape = shape

    def _must_know(self, name: str, columns: Collection[str]) -> None:
        if self._shape is None:
            return
        if name not in self._arrow:
            raise ResultError(no_table(name, self._arrow))
        known = [column.exact for column in result_tables(self._shape)[name].columns]
        for column in columns:
            if column not in known:
                hint = nearest_in_words(nearest(column, known))
                what = Sentence(
                    "table {table!r} has no column {column!r}; there are: {names}",
                    table=name,
                    column=column,
                    names=listed(named(known), hint),
                )
                raise ResultError(what)

    def _make(self, name: str) -> pd.DataFrame:
        return to_pandas(self._arrow[name])


def no_table(name: str, known: Iterable[str]) -> Sentence:
    """What is said of a table that a result does not have: which there are, and the nearest."""
    known = list(known)
    hint = nearest_in_words(nearest(name, known))
    return Sentence("there is no table {name!r}; there are: {names}", name=name, names=listed(named(known), hint))


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A DataFrame with texts as ``str``, integers that may be missing as ``Int64``, flags as bool.

    Parameters
    ----------
    table : pyarrow.Table
    """
    import pandas as pd

    frame = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_string(column.type):
            frame[name] = pd.Series(pd.array(column, dtype="str"))
        elif pa.types.is_integer(column.type) and column.null_count:
            frame[name] = pd.Series(column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
        elif pa.types.is_boolean(column.type) and column.null_count:
            frame[name] = pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
        else:
            frame[name] = column.to_pandas()
    return pd.DataFrame(frame)
