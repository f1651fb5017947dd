"""How much of past consumption is contracted (N3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.compliance.figures import ratio_texts, short_ratio
from gridsim.compliance.history import history_of
from gridsim.compliance.row import table_of_columns
from gridsim.details import COMPLIANCE
from gridsim.trading.deliveries import WHOLE_YEAR
from gridsim.trading.sessions import NO_KIND
from gridsim.trading.trades import NO_ROW
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

__all__ = ["Needs", "annual_cover", "needs_of", "total_cover"]


def annual_cover(
    scenario: Scenario, buyers: Buyers, needs: Needs, sessions: Sessions, trades: YearTrades, legs: ContractBook
) -> pa.Table:
    """Annual contracts ≥ 80 % of the mean of the last three years, by buyer (N3).

    Contracts count as transfers leave them; what was taken over is of the kind of the session that it was traded in.
    """
    limit = scenario.rules.values.compliance.annual_cover
    return _cover("annual_cover", limit, _is_annual(sessions, trades)[legs.trade], scenario, buyers, needs, legs)


def total_cover(scenario: Scenario, buyers: Buyers, needs: Needs, legs: ContractBook) -> pa.Table:
    """All contracts ≥ 90 % of the mean of the last three years, by buyer (N3)."""
    limit = scenario.rules.values.compliance.total_cover
    return _cover("total_cover", limit, np.ones(len(legs), dtype=bool), scenario, buyers, needs, legs)


def _cover(
    check: str,
    limit: int,
    counts: NDArray[np.bool_],
    scenario: Scenario,
    buyers: Buyers,
    needs: Needs,
    legs: ContractBook,
) -> pa.Table:
    years = scenario.rules.values.compliance.history_years
    by_buyer, scale = needs
    everyone = np.arange(len(buyers.ids))
    contracted = np.zeros(len(buyers.ids), dtype=np.int64)
    counted = counts & (legs.unit >= 0)  # an account of the market has no unit
    np.add.at(contracted, buyers.units.buyer[legs.unit[counted]], legs.energy[counted])
    scaled = [kwh * scale for kwh in contracted.tolist()]
    passed = [
        None if need is None else have * RATIO_ONE >= limit * need for have, need in zip(scaled, by_buyer, strict=True)
    ]
    return table_of_columns(
        check,
        (everyone, buyers.ids.tolist()),
        ratio_texts(scaled, [need or 0 for need in by_buyer]),
        scenario.rules.cited(f"compliance.{check}"),
        (np.zeros_like(everyone), [COMPLIANCE[check].format(years=years)]),
        limit=short_ratio(limit),
        passed=pa.array(passed, pa.bool_()),
    )


def _is_annual(sessions: Sessions, trades: YearTrades) -> NDArray[np.bool_]:
    """By the kind of session; without one, and of deals without a kind, where it delivers the year (parts 7 and 12).

    Without a table of sessions bilateral rows count as annual too.
    """
    is_annual: NDArray[np.bool_] = np.array([each.annual for each in sessions.of_trades], dtype=bool)[trades.kind]
    by_delivery = np.array([each is NO_KIND for each in sessions.of_trades], dtype=bool)[trades.kind]
    if sessions.table is None:
        by_delivery |= trades.deal_row == NO_ROW
    return np.where(by_delivery, (trades.month == WHOLE_YEAR) | (trades.bilateral_row != NO_ROW), is_annual)


class Needs(NamedTuple):
    """Mean yearly consumption of each buyer's users, None where no user has a history; and in which part of a kWh.

    The part is one that every mean over the years that count is a whole number of, and a twelfth of it: a user counts
    for each month in which it is the buyer's (rulebook part 15).
    """

    by_buyer: list[int | None]
    parts_of_a_kwh: int


def needs_of(scenario: Scenario, buyers: Buyers) -> Needs:
    """What the buyers' users have consumed in the years that the rule set looks at."""
    last_years = scenario.rules.values.compliance.history_years
    energy, years = history_of(scenario, last_years)
    scale, states = math.lcm(*range(1, last_years + 1)), scenario.states
    needs: list[int | None] = [None] * len(buyers.ids)
    months = np.full(len(states.user), 12)
    if states.number is not None:
        months = np.bincount(states.number.ravel(), minlength=len(states.user))
        scale *= 12
    state = np.flatnonzero((buyers.buyer_of_state >= 0) & (years[states.user] > 0) & (months > 0))
    user = states.user[state]
    figures = (buyers.buyer_of_state[state], energy[user], years[user], months[state])
    for buyer, total, count, held in zip(*(each.tolist() for each in figures), strict=True):
        part = scale // count if states.number is None else scale // 12 // count * held
        needs[buyer] = (needs[buyer] or 0) + total * part
    return Needs(needs, scale)
