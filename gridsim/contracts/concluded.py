"""The contracts that a year comes to: those of new energy, and after all of it the transfers (rulebook part 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import legs_of
from gridsim.contracts.givers import given_by, givers_of, giving_of, tested
from gridsim.contracts.transfers import with_moves
from gridsim.core.jit import OK
from gridsim.core.split import scratch_size, split_many
from gridsim.errors import KernelError
from gridsim.trading.mechanisms import by_terms, matched_by, rolled
from gridsim.trading.standing import EXCEEDS_CONTRACTS, books_of
from gridsim.trading.terms import ROLLING
from gridsim.trading.trades import NEW_ENERGY, NO_ROW, MatchedOrders, in_order_of_books, traded_as, trades_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.contracts.givers import Givers
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.market import Cleared
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["concluded", "split_by_kernel"]


def concluded(scenario: Scenario, buyers: Buyers, sessions: Sessions, cleared: Cleared) -> tuple[Cleared, ContractBook]:
    """The contracts of a year: new energy by month, and after all of it what changes hands.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    cleared : Cleared
        The trades of new energy.

    Returns
    -------
    Cleared
        With the transfers among the trades, and the orders that what is contracted does not allow among the rejected.
    ContractBook

    Raises
    ------
    KernelError
        As `gridsim.contracts.book.legs_of`.
    """
    rules, year = scenario.rules.values, scenario.year
    legs = legs_of(cleared.trades, rules, year, sessions)
    among = traded_as(scenario)
    if not ((cleared.orders == 0) & (among != NEW_ENERGY)).any():
        return cleared, legs
    givers = givers_of(scenario, buyers, sessions, cleared.orders, legs, cleared.trades)
    is_matched = cleared.trades.sell_row != NO_ROW
    new = MatchedOrders(
        *(column[is_matched] for column in (cleared.trades.sell_row, cleared.trades.buy_row)),
        *(column[is_matched] for column in (cleared.trades.energy, cleared.trades.price)),
    )
    row = np.flatnonzero((cleared.orders == 0) & (among != NEW_ENERGY))
    book = np.zeros(len(among), dtype=np.int64)
    book[row] = books_of(scenario.tables["orders"], among, row)
    reason, moved = cleared.orders, in_order_of_books([], book)
    for turn in range(len(givers.held)):
        reason = tested(scenario, givers, reason, turn, given_by(scenario, givers, moved))
        own = givers.rows_in(turn, reason)
        in_turn, refused = _moved(scenario, sessions, givers, own, book, moved, turn)
        reason[refused] = EXCEEDS_CONTRACTS
        moved = in_order_of_books([moved, in_turn], book)
    pairs = MatchedOrders(*map(np.concatenate, zip(new, moved, strict=True)))
    order = np.argsort(books_of(scenario.tables["orders"], among, pairs.sell), kind="stable")
    pairs = MatchedOrders(*(column[order] for column in pairs))
    trades = trades_of(scenario, buyers, sessions, np.flatnonzero(cleared.filings == 0), pairs)
    return cleared._replace(trades=trades, orders=reason), with_moves(
        legs_of(trades, rules, year, sessions), trades, buyers, sessions, split_by_kernel
    )


def _moved(
    scenario: Scenario, sessions: Sessions, givers: Givers, row: Ints, book: Ints, before: MatchedOrders, turn: int
) -> tuple[MatchedOrders, Ints]:
    """What changes hands in a turn, in matched books and then in rolling ones; and the orders refused in these."""
    parts, rolls = [], np.zeros(0, dtype=np.int64)
    for terms, place in by_terms(sessions, scenario, row):
        if terms.how == ROLLING:
            rolls = np.union1d(rolls, row[place])  # kinds that differ in something else roll alike
        else:
            parts.append(matched_by(terms, scenario, book[row[place]], row[place]))
    moved = in_order_of_books(parts, book)
    if not len(rolls):
        return moved, rolls
    its_book = np.unique(book[rolls], return_inverse=True)[1].astype(np.int64)
    so_far = in_order_of_books([before, moved], book)
    in_rolling, refused = rolled(scenario, its_book, rolls, giving_of(scenario, givers, rolls, its_book, so_far, turn))
    return in_order_of_books([moved, in_rolling], book), rolls[refused]


def split_by_kernel(total: Ints, weight: Ints, start: Ints) -> Ints:
    """`gridsim.contracts.transfers.Split` by the kernel."""
    shares = np.empty(len(weight), dtype=np.int64)
    scratch = np.empty(scratch_size(int(np.diff(start).max(initial=0))), dtype=np.int64)
    status = split_many(total, start, weight, shares, scratch)
    if status != OK:
        raise KernelError(f"the split of a transfer was refused with status {status}")
    return shares
