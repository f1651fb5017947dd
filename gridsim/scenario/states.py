"""What a user is in each month: its row as the year begins, and those that say what changes (rulebook part 15).

A *state* is such a row: first those of the table ``users``, so that the state of a user that does not change has the
number of the user, then those of ``user_changes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import months_of
from gridsim.tables.encoded import places_of, texts_of_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["UserStates", "states_of"]


@dataclass(frozen=True, eq=False)
class UserStates:
    """The states of all users.

    Attributes
    ----------
    rows : DataFrame
        (S rows) the columns of ``users``; that very table where nothing changes.
    user : (S,) int64 array
        The row of the user in ``users``.
    number : (U, 12) int64 array or None
        The state of each user in each month; None: nobody changes.
    """

    rows: pd.DataFrame
    user: Ints
    number: Ints | None

    def at(self, user: NDArray[np.integer], month: NDArray[np.integer]) -> NDArray[np.integer]:
        """The state of users in months; the arrays are broadcast against each other.

        Parameters
        ----------
        user, month : integer array
            Rows of ``users``; 0 to 11.
        """
        return user if self.number is None else self.number[user, month]

    def by_month(self) -> Ints:
        """(U, 12) the state of each user in each month."""
        if self.number is not None:
            return self.number
        return np.repeat(self.user[:, np.newaxis], 12, axis=1)


def states_of(users: pd.DataFrame, changes: pd.DataFrame | None, year: int) -> UserStates:
    """The states of users.

    Parameters
    ----------
    users, changes : DataFrame
        Exact. Later rows without a month, or of nobody, are passed over.
    year : int
    """
    user = np.arange(len(users))
    if changes is None or not len(changes):
        return UserStates(users, user, None)
    months = months_of(year)
    who = places_of(texts_of_rows(changes["user_id"]).tolist(), texts_of_rows(users["user_id"]))
    since = changes["effective_from"].astype(object).tolist()
    number = np.repeat(user[:, np.newaxis], len(months), axis=1)
    told = [(month, row) for row, month in enumerate(since) if isinstance(month, str) and who[row] >= 0]
    for month, row in sorted(told):
        number[who[row], sum(each < month for each in months) :] = len(users) + row
    rows = {name: _joined(users[name], changes[name]) for name in users}
    return UserStates(pd.DataFrame(rows, copy=False), np.concatenate([user, who]).astype(np.int64), number)


def _joined(first: pd.Series, then: pd.Series) -> pd.Series:
    if isinstance(first.dtype, pd.CategoricalDtype):
        both = pd.api.types.union_categoricals([first.array, then.array])
        return pd.Series(both)
    return pd.concat([first, then], ignore_index=True)
