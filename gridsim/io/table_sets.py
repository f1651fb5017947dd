"""The exact tables of one result, by name: made when they are asked for, whole, part by part, or some rows of them.

A `gridsim.settlement.parted.PartedTable` is one long table as settlement can make it; `MadeTables` are all of a result
by name, and keep what was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial

import pyarrow as pa

from gridsim.arrow import Value, select
from gridsim.settlement.parted import PartedTable

__all__ = ["MadeTables", "Tables", "Where", "chosen", "selected"]

Where = Mapping[str, Value | Collection[Value]]
"""By column, what must stand in a row: a value, or one of several; None is an empty cell."""


class Tables(Mapping[str, pa.Table]):
    """Exact tables by name, of which a long one need not be held whole."""

    def __contains__(self, name: object) -> bool:
        return name in list(self)  # a Mapping's own would make the table to see whether it is there

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """The rows of a table in their order, as tables of one schema, at least one.

        Parameters
        ----------
        name : str
        columns : collection of str, optional
            Exact names of those that are wanted.
        """
        yield selected(self[name], columns)

    def length(self, name: str) -> int:
        """How many rows a table has; a long one is not made for it."""
        return int(self[name].num_rows)

    def rows(self, name: str, where: Where, columns: Collection[str] | None = None) -> pa.Table:
        """The rows that have what `where` asks for, these and no others, in their order.

        Parameters
        ----------
        name : str
        where : mapping of str to value or sequence of values
            By column; of several values one must stand there, None is an empty cell, a column that the table lacks
            counts as empty.
        columns : collection of str, optional
            Exact names of those that are wanted.
        """
        if columns is None:
            return chosen(self[name], where)
        needed = {*columns, *where}
        found = [selected(chosen(part, where), columns) for part in self.parts(name, needed)]
        return pa.concat_tables(found).unify_dictionaries()


def chosen(table: pa.Table, where: Where) -> pa.Table:
    """The rows of a table that have what `where` asks for."""
    return table.take(select(table, where)) if where else table


def selected(table: pa.Table, columns: Collection[str] | None) -> pa.Table:
    """The wanted columns of a table, in its own order; all if None."""
    return table if columns is None else table.select([name for name in table.column_names if name in columns])


class MadeTables(Tables):
    """What a run leaves behind: short tables as they are, of the long ones how to make them.

    Parameters
    ----------
    tables : mapping of str to Arrow table or PartedTable
    """

    def __init__(self, tables: Mapping[str, pa.Table | PartedTable]) -> None:
        self._tables = dict(tables)
        self._whole: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        table = self._tables[name]
        if not isinstance(table, PartedTable):
            return table
        if name not in self._whole:
            parts = tuple(table.parts(None))
            self._tables[name] = PartedTable(table.rows, partial(_held, parts))
            self._whole[name] = pa.concat_tables(parts)  # which share their memory
        return self._whole[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __reduce__(self) -> tuple[type[MadeTables], tuple[dict[str, pa.Table | PartedTable]]]:
        for name in self:
            self[name]  # how to make a table cannot be sent, its parts can
        return MadeTables, (self._tables,)

    def length(self, name: str) -> int:
        table = self._tables[name]
        return table.rows if isinstance(table, PartedTable) else int(table.num_rows)

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        # Always the parts as they were made: a file that is written of them has the same bytes, looked at or not.
        table = self._tables[name]
        return table.parts(columns) if isinstance(table, PartedTable) else super().parts(name, columns)


def _held(parts: tuple[pa.Table, ...], columns: Collection[str] | None) -> Iterator[pa.Table]:
    return (selected(part, columns) for part in parts)
