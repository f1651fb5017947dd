"""The contracts that a year comes to: those of new energy, and after all of it the transfers (rulebook part 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import legs_of
from gridsim.contracts.transfers import tested, with_moves
from gridsim.core.jit import OK
from gridsim.core.split import scratch_size, split_many
from gridsim.errors import KernelError
from gridsim.trading.deals import NEW_ENERGY, NO_ROW, MatchedOrders, deals_of, traded_as
from gridsim.trading.market import matched
from gridsim.trading.standing import books_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.market import Cleared
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["concluded"]


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
    legs = legs_of(cleared.deals, rules, year)
    among = traded_as(scenario)
    if not ((cleared.orders == 0) & (among != NEW_ENERGY)).any():
        return cleared, legs
    reason = tested(scenario, buyers, cleared.orders, legs)
    is_matched = cleared.deals.bilateral_row == NO_ROW
    new = MatchedOrders(
        *(column[is_matched] for column in (cleared.deals.sell_row, cleared.deals.buy_row)),
        *(column[is_matched] for column in (cleared.deals.energy, cleared.deals.price)),
    )
    moved = matched(scenario, among, np.flatnonzero((reason == 0) & (among != NEW_ENERGY)))
    pairs = MatchedOrders(*map(np.concatenate, zip(new, moved, strict=True)))
    order = np.argsort(books_of(scenario.tables["orders"], among, pairs.sell), kind="stable")
    pairs = MatchedOrders(*(column[order] for column in pairs))
    deals = deals_of(scenario, buyers, sessions, np.flatnonzero(cleared.filings == 0), pairs)
    return cleared._replace(deals=deals, orders=reason), with_moves(legs_of(deals, rules, year), deals, buyers, _split)


def _split(total: Ints, weight: Ints, start: Ints) -> Ints:
    """`gridsim.contracts.transfers.Split` by the kernel."""
    shares = np.empty(len(weight), dtype=np.int64)
    scratch = np.empty(scratch_size(int(np.diff(start).max(initial=0))), dtype=np.int64)
    status = split_many(total, start, weight, shares, scratch)
    if status != OK:
        raise KernelError(f"the split of a transfer was refused with status {status}")
    return shares
