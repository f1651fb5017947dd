"""All trading of a year: filings that stand, and the books that clear (rulebook part 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.trading.mechanisms import by_terms, matched_by, rolled
from gridsim.trading.standing import books_of, standing_filings, standing_orders
from gridsim.trading.terms import ROLLING
from gridsim.trading.trades import (
    NEW_ENERGY,
    MatchedOrders,
    YearTrades,
    generators_of,
    held_within_bounds,
    in_order_of_books,
    traded_as,
    trades_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

__all__ = ["Cleared", "trade", "traded"]


class Cleared(NamedTuple):
    """What trading leaves behind.

    Attributes
    ----------
    trades : YearTrades
        Of new energy; transfers come in with the contracts (`gridsim.contracts.transfers`).
    filings, orders : (rows,) int8 array
        Why each row of ``bilateral`` and ``orders`` is not used, as a position in `gridsim.trading.standing.REASONS`.
    """

    trades: YearTrades
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
    orders = standing_orders(scenario.tables["orders"], among, generators_of(scenario) >= 0, sessions, buyers)
    pairs = traded(scenario, sessions, among, np.flatnonzero((orders == 0) & (among == NEW_ENERGY)))
    return Cleared(trades_of(scenario, buyers, sessions, np.flatnonzero(filings == 0), pairs), filings, orders)


def traded(scenario: Scenario, sessions: Sessions, among: NDArray[np.int64], row: NDArray[np.int64]) -> MatchedOrders:
    """Trade new energy that is ordered.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    among : (orders,) int64 array
        What each row of the orders trades.
    row : (n,) int64 array
        Of the orders that stand, ascending.

    Returns
    -------
    MatchedOrders
        Book by book, at prices held within the bounds of their kind where they deliver one month.
    """
    orders = scenario.tables["orders"]
    book = books_of(orders, among, row)
    parts = []
    for terms, place in by_terms(sessions, scenario, row):
        if terms.how == ROLLING:
            parts.append(rolled(scenario, book[place], row[place])[0])
        else:
            parts.append(matched_by(terms, scenario, book[place], row[place]))
    book_of_row = np.zeros(len(orders) if len(parts) > 1 else 0, dtype=np.int64)
    if len(parts) > 1:
        book_of_row[row] = book
    return held_within_bounds(scenario, sessions, in_order_of_books(parts, book_of_row))
