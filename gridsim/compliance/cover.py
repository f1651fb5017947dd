"""How much of past consumption is contracted (N3)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.compliance.figures import ratio_texts, short_ratio
from gridsim.compliance.history import history_of
from gridsim.compliance.row import table_of_columns
from gridsim.details import COMPLIANCE
from gridsim.trading.deals import NO_ROW
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.deals import Deals
    from gridsim.trading.sessions import Sessions

__all__ = ["covers"]

_WHOLE_YEAR = 0  # the first of the deliveries


def covers(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, deals: Deals, legs: ContractBook
) -> Iterator[pa.Table]:
    """Annual contracts ≥ 80 %, all contracts ≥ 90 % of the mean of the last three years, by buyer (N3).

    Contracts count as transfers leave them; what was taken over is of the kind of the session that it was traded in.
    """
    rules = scenario.rules.values.compliance
    needs, scale = _needs(scenario, buyers, rules.history_years)
    everyone = np.arange(len(buyers.ids))
    for check, limit, counts in (
        ("annual_cover", rules.annual_cover, _is_annual(sessions, deals, scenario.rules.shape)),
        ("total_cover", rules.total_cover, np.ones(len(deals.transfer), dtype=bool)),
    ):
        contracted = np.zeros(len(buyers.ids), dtype=np.int64)
        counted = counts[legs.trade]
        np.add.at(contracted, buyers.units.buyer[legs.unit[counted]], legs.energy[counted])
        scaled = [kwh * scale for kwh in contracted.tolist()]
        passed = [
            None if need is None else have * RATIO_ONE >= limit * need for have, need in zip(scaled, needs, strict=True)
        ]
        yield table_of_columns(
            check,
            (everyone, buyers.ids.tolist()),
            ratio_texts(scaled, [need or 0 for need in needs]),
            scenario.rules.cited(f"compliance.{check}"),
            (np.zeros_like(everyone), [COMPLIANCE[check].format(years=rules.history_years)]),
            limit=short_ratio(limit),
            passed=pa.array(passed, pa.bool_()),
        )


def _is_annual(sessions: Sessions, deals: Deals, shape: MarketShape) -> NDArray[np.bool_]:
    """Without a table of sessions bilateral rows and whole-year orders count as annual (rulebook part 7)."""
    is_bilateral: NDArray[np.bool_] = deals.bilateral_row != NO_ROW
    if sessions.table is None:
        is_whole_year: NDArray[np.bool_] = deals.month == _WHOLE_YEAR
        return is_bilateral | is_whole_year
    kind, texts = sessions.kinds(deals.session, is_bilateral)
    annual = {each.id for each in shape.sessions if each.annual}
    is_annual: NDArray[np.bool_] = np.isin(kind, [code for code, text in enumerate(texts) if text in annual])
    return is_annual


def _needs(scenario: Scenario, buyers: Buyers, last_years: int) -> tuple[list[int | None], int]:
    """Mean yearly consumption of each buyer's users, None where no user has a history; and in which part of a kWh.

    The part is one that every mean over at most so many years is a whole number of.
    """
    energy, years = history_of(scenario, last_years)
    scale = math.lcm(*range(1, last_years + 1))
    needs: list[int | None] = [None] * len(buyers.ids)
    user = np.flatnonzero((buyers.buyer_of_user >= 0) & (years > 0))
    for buyer, total, count in zip(
        buyers.buyer_of_user[user].tolist(), energy[user].tolist(), years[user].tolist(), strict=True
    ):
        needs[buyer] = (needs[buyer] or 0) + total * (scale // count)
    return needs, scale
