"""How much of past consumption is contracted (N3)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from gridsim.compliance.history import history_of
from gridsim.compliance.row import Row, ratio_text, short_ratio
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers

__all__ = ["covers"]

_ANNUAL_KINDS = ("annual_bilateral", "annual_matched")


def covers(scenario: Scenario, buyers: Buyers, trades: pd.DataFrame) -> Iterator[Row]:
    """Annual contracts ≥ 80 %, all contracts ≥ 90 % of the mean of the last three years, by buyer (N3)."""
    rules = scenario.rules.values.compliance
    needs = _needs(scenario, buyers, rules.history_years)
    buyer = trades["buyer_id"].cat.codes.to_numpy().astype(np.int64)
    energy = trades["energy_kwh"].to_numpy(dtype=np.int64)
    for check, limit, counts, words in (
        ("annual_cover", rules.annual_cover, _is_annual(scenario, trades), "annual contracts"),
        ("total_cover", rules.total_cover, np.ones(len(trades), dtype=bool), "all contracts"),
    ):
        contracted = np.zeros(len(buyers.ids), dtype=np.int64)
        np.add.at(contracted, buyer[counts], energy[counts])
        detail = f"value: {words} / mean consumption of the last {rules.history_years} years"
        for position, name in enumerate(buyers.ids):
            need = needs[position]
            value, passed = None, None
            if need is not None:
                value = ratio_text(int(contracted[position]) * need.denominator, need.numerator)
                passed = int(contracted[position]) * RATIO_ONE >= limit * need
            yield Row(check, name, None, value, short_ratio(limit), passed, "N3", detail)


def _is_annual(scenario: Scenario, trades: pd.DataFrame) -> NDArray[np.bool_]:
    """Without a table of sessions bilateral rows and whole-year orders count as annual (rulebook part 7)."""
    if "sessions" in scenario.given:
        return trades["kind"].isin(_ANNUAL_KINDS).to_numpy(dtype=bool)
    is_whole_year = trades["month"].astype(object) == f"{scenario.year:04d}"
    return ((trades["kind"] == "bilateral") | is_whole_year).to_numpy(dtype=bool)


def _needs(scenario: Scenario, buyers: Buyers, last_years: int) -> list[Fraction | None]:
    """Mean yearly consumption of each buyer's users [kWh]; None where no user has a history."""
    energy, years = history_of(scenario, last_years)
    needs: list[Fraction | None] = [None] * len(buyers.ids)
    for user in np.flatnonzero((buyers.buyer_of_user >= 0) & (years > 0)):
        buyer = buyers.buyer_of_user[user]
        needs[buyer] = (needs[buyer] or Fraction(0)) + Fraction(int(energy[user]), int(years[user]))
    return needs
