"""Which months a delivery covers: by its position in the deliveries of the year (rulebook part 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import deliveries, delivery_months

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["WHOLE_YEAR", "month_count", "month_of_delivery"]

WHOLE_YEAR = 0
"""The position of the year itself (`gridsim.calendar.deliveries`)."""

_YEAR = 2021  # any: deliveries of all years stand in one order
_MONTHS = [delivery_months(delivery, _YEAR) for delivery in deliveries(_YEAR)]
_FIRST_MONTH = np.array([int(months[0][5:]) - 1 for months in _MONTHS], dtype=np.int64)
_MONTH_COUNT = np.array([len(months) for months in _MONTHS], dtype=np.int64)


def month_of_delivery(delivery: Ints) -> Ints:
    """The (first) month of each delivery, 0 to 11.

    Parameters
    ----------
    delivery : (n,) int64 array
        Positions in the deliveries of the year.
    """
    return _FIRST_MONTH[delivery]


def month_count(delivery: Ints) -> Ints:
    """How many months each delivery covers, one after the other.

    Parameters
    ----------
    delivery : (n,) int64 array
        Positions in the deliveries of the year.
    """
    return _MONTH_COUNT[delivery]
