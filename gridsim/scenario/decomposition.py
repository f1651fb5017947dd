"""How a delivery of several months is spread over them (rulebook part 3)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import days_in_month, deliveries, delivery_months, months_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleValues

__all__ = ["decomposition_weights", "months_of_deliveries"]


def decomposition_weights(rules: RuleValues, year: int) -> NDArray[np.int64]:
    """The weight of each month of the year in a delivery of several months (rulebook part 3).

    Returns
    -------
    (12,) int64 array
    """
    method = rules.decomposition.method
    if method == "calendar_days":
        weights = [days_in_month(month) for month in months_of(year)]
    elif method == "equal":
        weights = [1] * 12
    elif method == "typical_curve":
        weights = list(rules.decomposition.typical_curve)
    else:  # pragma: no cover - the rule schema admits no other
        raise AssertionError(method)
    return np.array(weights, dtype=np.int64)


@lru_cache(maxsize=64)
def months_of_deliveries(year: int) -> NDArray[np.bool_]:
    """(deliveries, 12) which months each delivery of a year covers. Only for looking at."""
    months = months_of(year)
    found = [[month in delivery_months(delivery, year) for month in months] for delivery in deliveries(year)]
    covered = np.array(found, dtype=bool)
    covered.setflags(write=False)
    return covered
