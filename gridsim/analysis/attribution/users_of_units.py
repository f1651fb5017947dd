"""Which users each settlement unit has in each month; and how a name is refused that a result does not have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.errors import ResultError
from gridsim.rules.shape import unit_id
from gridsim.scenario.rows_of_users import RowsOfUsers
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape

    Ints = NDArray[np.int64]

__all__ = ["UsersOfUnits", "refuse_unknown"]


def refuse_unknown(told: Sentence, name: str, there: Collection[str]) -> None:
    """Refuse a name that a result does not have.

    Parameters
    ----------
    told : Sentence
        What is said of it.
    name : str
    there : collection of str
        Those that there are.

    Raises
    ------
    ResultError
        It names some that there are, and the nearest.
    """
    if name not in there:
        close = nearest_in_words(nearest(name, there))
        raise ResultError(listed(told, Sentence("there are: {names}", names=named(there, LISTED)), close))


class UsersOfUnits:
    """Which users are whose, month by month.

    Parameters
    ----------
    inputs : mapping of str to Arrow table
    shape : MarketShape
    """

    def __init__(self, inputs: Mapping[str, pa.Table], shape: MarketShape) -> None:
        users = inputs["users"]

        def texts(column: str) -> list[str | None]:
            return users.column(column).to_pylist() if column in users.column_names else [None] * users.num_rows

        self.ids: list[str] = users.column("user_id").to_pylist()
        self.row_of = {user: row for row, user in enumerate(self.ids)}
        is_priority = texts("priority_purchase")
        of_unit: dict[str, list[int]] = {}
        self._units_of: dict[int, list[tuple[str, str]]] = {}
        later = RowsOfUsers(inputs).later
        for row, (user, retailer, mode) in enumerate(zip(self.ids, texts("retailer_id"), texts("mode"), strict=True)):
            if is_priority[row]:
                continue
            unit = unit_id(retailer or user, mode or shape.mode_ids[0])
            of_unit.setdefault(unit, []).append(row)
            if user in later:
                others = [(each["effective_from"], each.get("retailer_id") or user) for each in later[user]]
                units = [(since, unit_id(buyer, mode or shape.mode_ids[0])) for since, buyer in others]
                self._units_of[row] = [("", unit), *units]
                for other in {each for _, each in units} - {unit}:
                    of_unit.setdefault(other, []).append(row)
        self._of_unit = {unit: np.array(rows, dtype=np.int64) for unit, rows in of_unit.items()}
        self._exit = np.array([month or "9999-12" for month in texts("exit_month")], dtype=object)

    def of(self, unit: str, month: str) -> Ints:
        """Rows of the users of a unit that have not left the market by a month, in the order of the table.

        Parameters
        ----------
        unit, month : str
        """
        rows = self._of_unit.get(unit, np.zeros(0, dtype=np.int64))
        has_stayed: NDArray[np.bool_] = self._exit[rows] > month
        if self._units_of:
            has_stayed &= np.array([self._is_of(row, unit, month) for row in rows.tolist()], dtype=bool)
        return rows[has_stayed]

    def _is_of(self, row: int, unit: str, month: str) -> bool:
        """Whether a user that may change its unit is of this one in a month."""
        begun = [each for since, each in self._units_of.get(row, ()) if since <= month]
        return not begun or begun[-1] == unit
