"""The rows of ``users`` apart: what each user is as the year begins, and what changes later (rulebook part 15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.tables.encoded import categorical, recode
from gridsim.tables.read_table import ReadTable

if TYPE_CHECKING:
    from gridsim.columns import Table
    from gridsim.tables.read_table import IntArray

__all__ = ["split_users"]

_SINCE = "effective_from"


def split_users(users: ReadTable, later: Table) -> tuple[ReadTable, ReadTable | None]:
    """The rows that say what users are as the year begins, and those that say what changes, each in its order.

    Of a user whose rows all have a month the first one is taken for that of the year's beginning: the checks of a
    scenario name it.

    Parameters
    ----------
    users : ReadTable
    later : Table
        As which the later rows stand.

    Returns
    -------
    users : ReadTable
        The very one, if nothing changes.
    changes : ReadTable or None
        None: nothing changes.
    """
    is_later = (users.codes(_SINCE) >= 0) | ~users.usable(_SINCE)
    if not is_later.any():
        return users, None
    user = users.codes("user_id")
    has_first = np.zeros(len(users.categories("user_id")) + 1, dtype=bool)
    has_first[user[~is_later]] = True
    has_first[-1] = True
    for row in np.flatnonzero(is_later & ~has_first[user]).tolist():
        if not has_first[user[row]]:
            is_later[row], has_first[user[row]] = False, True
    if not is_later.any():
        return users, None
    return _taken(users, np.flatnonzero(~is_later), users.table), _taken(users, np.flatnonzero(is_later), later)


def _taken(users: ReadTable, rows: IntArray, table: Table) -> ReadTable:
    """Some rows as a table of their own: texts are numbered as they first appear in it."""
    columns: dict[str, object] = {}
    for column in users.table:
        values = users.frame[column.exact].iloc[rows]
        if isinstance(values.dtype, pd.CategoricalDtype) and column.kind != "enum":
            own = recode(values.array.codes, values.array.categories.tolist())
            columns[column.exact] = categorical(own.codes, own.texts)
        else:
            columns[column.exact] = values.array
    numbers = np.array([users.row_number(row) for row in rows.tolist()], dtype=np.int64)
    return replace(
        users,
        table=table,
        frame=pd.DataFrame(columns, index=pd.RangeIndex(len(rows))),
        bad={name: cells[rows] for name, cells in users.bad.items()},
        row_numbers=numbers,
        left_out=users.left_out if table is users.table else 0,
        _categories={},
    )
