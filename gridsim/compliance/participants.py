"""Who may buy directly (N1), and who should trade by time of use (N4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.compliance.history import history_of
from gridsim.compliance.row import Row, mean_energy_text, short_energy

if TYPE_CHECKING:
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers

__all__ = ["direct_access", "mode"]

_MEAN = "mean annual consumption of the history given [MWh]"


def direct_access(scenario: Scenario, buyers: Buyers) -> Iterator[Row]:
    """A user who buys directly consumes more than 5 GWh a year (N1)."""
    limit = scenario.rules.values.compliance.direct_access_energy
    users = scenario.tables["users"]
    energy, years = history_of(scenario)
    is_direct = users["retailer_id"].isna().to_numpy() & (buyers.buyer_of_user >= 0)
    for row, name in enumerate(users["user_id"].astype(object)):
        if not is_direct[row]:
            continue
        total, count = int(energy[row]), int(years[row])
        value = mean_energy_text(total, count) if count else None
        passed = total > limit * count if count else None
        yield Row("direct_access", name, None, value, short_energy(limit), passed, "N1", f"value: {_MEAN}, above limit")


def mode(scenario: Scenario, buyers: Buyers) -> Iterator[Row]:
    """A user of 200 GWh a year or more on the peak-valley tariff trades ``tou`` (N4)."""
    limit = scenario.rules.values.compliance.tou_energy
    users = scenario.tables["users"]
    energy, years = history_of(scenario)
    is_free = (users["mode"] == "tou").to_numpy() | ~users["peak_valley_tariff"].to_numpy()
    for row, name in enumerate(users["user_id"].astype(object)):
        if buyers.buyer_of_user[row] < 0:
            continue
        total, count = int(energy[row]), int(years[row])
        value = mean_energy_text(total, count) if count else None
        passed: bool | None = True
        if not is_free[row]:
            passed = total < limit * count if count else None
        detail = f"value: {_MEAN}; from limit on, on the peak-valley tariff, tou is asked for"
        yield Row("mode", name, None, value, short_energy(limit), passed, "N4", detail)
