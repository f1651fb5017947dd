"""The rows of users in the inputs of a result: which one holds in a month (rulebook part 15)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsim.arrow import dicts
from gridsim.market_tables import USER_CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["RowsOfUsers"]

_SINCE = "effective_from"


class RowsOfUsers:
    """What users are, month by month.

    Parameters
    ----------
    inputs : mapping of str to Arrow table
        Of a result, exact.
    """

    def __init__(self, inputs: Mapping[str, pa.Table]) -> None:
        self._inputs = inputs

    @cached_property
    def later(self) -> Mapping[str, list[dict[str, Any]]]:
        """By user that changes, the rows that say so, by their month; what is empty of its name is as at first."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in dicts(self._inputs[USER_CHANGES]) if USER_CHANGES in self._inputs else ():
            found.setdefault(row["user_id"], []).append(row)
        return {user: sorted(rows, key=lambda row: str(row[_SINCE])) for user, rows in found.items()}

    def in_month(self, row: Mapping[str, Any], month: str) -> Mapping[str, Any]:
        """The row of a user that holds in a month.

        Parameters
        ----------
        row : mapping
            That of the year's beginning.
        month : str
        """
        begun = [each for each in self.later.get(row["user_id"], ()) if each[_SINCE] <= month]
        return {**begun[-1], "name": begun[-1].get("name") or row.get("name")} if begun else row

    def every(self, columns: Iterable[str]) -> pa.Table:
        """All rows: those of the year's beginning, then those that say what changes.

        Parameters
        ----------
        columns : iterable of str
            Those of them that the table has.
        """
        users = self._inputs["users"]
        names = [name for name in columns if name in users.column_names]
        tables = [users.select(names)]
        if USER_CHANGES in self._inputs:
            tables.append(self._inputs[USER_CHANGES].select(names))
        if len(tables) == 1:
            return tables[0]
        return pa.concat_tables([pa.table({name: _plain(each.column(name)) for name in names}) for each in tables])


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type) else column
