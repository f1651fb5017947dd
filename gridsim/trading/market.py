"""All trading of a year: filings that stand, and the books that clear (rulebook part 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.trading.deals import NEW_ENERGY, Deals, MatchedOrders, deals_of, generators_of, traded_as
from gridsim.trading.matching import match_orders
from gridsim.trading.standing import books_of, priority_class, standing_filings, standing_orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

__all__ = ["Cleared", "matched", "trade"]


class Cleared(NamedTuple):
    """What trading leaves behind.

    Attributes
    ----------
    deals : Deals
        Of new energy; transfers come in with the contracts (`gridsim.contracts.transfers`).
    filings, orders : (rows,) int8 array
        Why each row of ``bilateral`` and ``orders`` is not used, as a position in `gridsim.trading.standing.REASONS`.
    """

    deals: Deals
    filings: NDArray[np.int8]
    orders: NDArray[np.int8]


def trade(scenario: Scenario, buyers: Buyers, sessions: Sessions) -> Cleared:
    """Clear every session of a scenario.

    Trades stand in the order that part 5 of the rulebook asks for: standing bilateral rows in file order,
    then the books in ascending text order of session, month, segment and product.

    Raises
    ------
    InputOverflowError
        Energies or prices of a book that could leave int64 (a checked scenario has none).
    """
    filings = standing_filings(scenario.tables["bilateral"], sessions, buyers)
    among = traded_as(scenario)
    adjusts = scenario.rules.values.matching.intra_month == "adjusts"
    orders = standing_orders(
        scenario.tables["orders"], among, generators_of(scenario) >= 0, sessions, buyers, adjusts=adjusts
    )
    pairs = matched(scenario, among, np.flatnonzero((orders == 0) & (among == NEW_ENERGY)))
    return Cleared(deals_of(scenario, buyers, sessions, np.flatnonzero(filings == 0), pairs), filings, orders)


def matched(scenario: Scenario, among: NDArray[np.int64], row: NDArray[np.int64]) -> MatchedOrders:
    """Match orders that stand.

    Parameters
    ----------
    scenario : Scenario
    among : (orders,) int64 array
        What each row of the orders trades.
    row : (n,) int64 array
        Of the orders, ascending.

    Returns
    -------
    MatchedOrders
        Book by book.
    """
    rules = scenario.rules.values.matching
    orders = scenario.tables["orders"]
    is_sell = (orders["side"].array == "sell")[row]
    found = match_orders(
        books_of(orders, among, row),
        is_sell,
        orders["price_micro_yuan_per_kwh"].to_numpy()[row],
        orders["energy_kwh"].to_numpy()[row],
        priority_class(scenario)[row] if rules.heat_priority else np.zeros(len(row), dtype=np.int64),
        orders["submitted_at"].to_numpy()[row].astype("datetime64[us]").astype(np.int64),
        mechanism=rules.mechanism,
        ties=rules.ties,
        k=rules.k,
    )
    return MatchedOrders(row[found.sell], row[found.buy], found.energy, found.price)
