"""The exact tables of one result, by name: made when they are asked for, whole or part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import pyarrow as pa

from gridsim.settlement.parted import PartedTable

__all__ = ["MadeTables", "Tables", "selected"]


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

    def at_least(
        self, name: str, where: Mapping[str, str | Sequence[str]], columns: Collection[str] | None = None
    ) -> pa.Table:
        """At least the rows whose texts equal those in `where`, in their order.

        Parameters
        ----------
        name : str
        where : mapping of str to str or sequence of str
            A text, or several of which one must stand there, by column.
        columns : collection of str, optional
            Exact names of those that are wanted.
        """
        if columns is None:
            return self[name]
        return pa.concat_tables(self.parts(name, columns)).unify_dictionaries()


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
            self._whole[name] = pa.concat_tables(table.parts(None))
        return self._whole[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def length(self, name: str) -> int:
        table = self._tables[name]
        return table.rows if isinstance(table, PartedTable) else int(table.num_rows)

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        table = self._tables[name]
        if isinstance(table, PartedTable) and name not in self._whole:
            return table.parts(columns)
        return super().parts(name, columns)
