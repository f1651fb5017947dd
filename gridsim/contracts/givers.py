"""Who may give contracted energy away, and which orders are refused for it (rulebook part 10).

Nothing here clears or loads a kernel: who only reads a result derives its transfers again with this, and a run brings
its kernels along (`gridsim.contracts.concluded`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.trading.deals import BUYERS, GENERATORS, NEW_ENERGY, generators_of, traded_as
from gridsim.trading.deliveries import month_of_delivery
from gridsim.trading.standing import EXCEEDS_CONTRACTS, ONE_DIRECTION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.deals import MatchedOrders
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["Givers", "Giving", "givers_of", "giving_of", "tested"]


class Giving(NamedTuple):
    """Who gives energy away that it must have, in rolling books of transfers.

    Attributes
    ----------
    side : (books,) int64 array
        As `gridsim.trading.rolling.roll` takes it.
    account : (n,) int64 array
        What each order draws on.
    room : (accounts,) int64 array [kWh]
    """

    side: Ints
    account: Ints
    room: Ints


class Givers(NamedTuple):
    """Orders of transfers that stand, and what their participants have to give of the month and product.

    Attributes
    ----------
    row : (n,) int64 array
        Of the orders, ascending.
    key : (n,) int64 array
        Of a participant's month and product.
    gives : (n,) bool array
        Whether the order gives away, or takes over.
    rolls : (n,) bool array
        Whether it stands in a rolling book.
    held : (keys,) int64 array
        [kWh] what there is to give, by key.
    """

    row: Ints
    key: Ints
    gives: NDArray[np.bool_]
    rolls: NDArray[np.bool_]
    held: Ints


def givers_of(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, reason: NDArray[np.int8], legs: ContractBook
) -> Givers:
    """The orders of transfers that stand.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    reason : (orders,) int8 array
        As `gridsim.trading.standing.standing_orders` gives it.
    legs : ContractBook
        Of new energy.
    """
    orders, among = scenario.tables["orders"], traded_as(scenario)
    row = np.flatnonzero((reason == 0) & (among != NEW_ENERGY))
    product = orders["product"].array.codes[row].astype(np.int64)
    month = month_of_delivery(orders["month"].array.codes[row].astype(np.int64))
    is_generator = among[row] == GENERATORS
    mode = buyers.shape.mode_of_product[product]
    unit = buyers.units.number[buyers.position_of(orders["participant_id"])[row], mode]
    holder = np.where(is_generator, len(buyers.units) + generators_of(scenario)[row], unit)
    products = len(buyers.shape.products)

    sellers = len(scenario.tables["generators"]) + 1  # the last is the market's account, which gives nothing
    held = np.zeros((len(buyers.units) + sellers) * 12 * products, dtype=np.int64)
    may_move = ~buyers.is_by_own_periods(legs.unit)
    for of_leg in (legs.unit, len(buyers.units) + legs.seller):
        has_one = (of_leg >= 0) & may_move  # an account of the market has no unit
        leg = slice(None) if has_one.all() else has_one
        np.add.at(held, (of_leg[leg] * 12 + legs.month[leg]) * products + legs.product[leg], legs.energy[leg])
    return Givers(
        row=row,
        key=(holder * 12 + month) * products + product,
        gives=(orders["side"].array == "buy")[row] == is_generator,
        rolls=sessions.is_rolling(orders)[row],
        held=held,
    )


def tested(scenario: Scenario, givers: Givers, reason: NDArray[np.int8]) -> NDArray[np.int8]:
    """Why each row of the orders is not used, once transfers are held against the contracts.

    Who gives and takes in one month and product may not take; the first order to give that exceeds what is contracted,
    and every later one, is not used. In a rolling book that is tested when the order comes, not here.

    Parameters
    ----------
    scenario : Scenario
    givers : Givers
    reason : (orders,) int8 array
        As for `givers_of`.
    """
    row, key, gives, rolls, held = givers
    if not len(row):
        return reason
    ordered = scenario.tables["orders"]["energy_kwh"].to_numpy()[row]
    reason = reason.copy()
    # A row of no energy is no order to give; one that it withdraws is.
    reason[row[~gives & np.isin(key, key[gives & (ordered > 0)])]] = ONE_DIRECTION
    own = np.flatnonzero(gives & ~rolls)
    by_key = own[np.argsort(key[own], kind="stable")]
    energy, of = ordered[by_key], key[by_key]
    so_far = np.cumsum(energy)
    before = (so_far - energy)[np.searchsorted(of, of)]  # of all keys that come first
    reason[row[by_key[so_far - before > held[of]]]] = EXCEEDS_CONTRACTS
    return reason


def giving_of(scenario: Scenario, givers: Givers, row: Ints, book: Ints, moved: MatchedOrders) -> Giving:
    """Who gives what in rolling books of transfers, once matched ones are traded.

    Parameters
    ----------
    scenario : Scenario
    givers : Givers
    row : (m,) int64 array
        Of the orders in rolling books, ascending.
    book : (m,) int64 array
        Their books, from 0.
    moved : MatchedOrders
        Transfers of the matched books.
    """
    among = traded_as(scenario)
    room = givers.held.copy()
    gave = np.where(among[moved.sell] == BUYERS, moved.sell, moved.buy)
    np.subtract.at(room, givers.key[np.searchsorted(givers.row, gave)], moved.energy)
    keys, account = np.unique(givers.key[np.searchsorted(givers.row, row)], return_inverse=True)
    side = np.zeros(int(book.max(initial=-1)) + 1, dtype=np.int64)
    side[book] = np.where(among[row] == BUYERS, 0, 1)  # the sellers give, or the buyers
    return Giving(side, account.astype(np.int64), room[keys])
