"""Who may give contracted energy away, and which orders are refused for it (rulebook part 10).

Nothing here clears or loads a kernel: who only reads a result derives its transfers again with this, and a run brings
its kernels along (`gridsim.contracts.concluded`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.trading.deliveries import month_of_delivery
from gridsim.trading.standing import EXCEEDS_CONTRACTS, ONE_DIRECTION
from gridsim.trading.trades import BUYERS, GENERATORS, NEW_ENERGY, generators_of, traded_as

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import MatchedOrders, YearTrades

    Ints = NDArray[np.int64]

__all__ = ["Givers", "Giving", "given_by", "givers_of", "giving_of", "tested"]


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

    They come in turns: all at once, or session by session in order of closing, where what is not yet closed does not
    count (`transfers.counted`).

    Attributes
    ----------
    row : (n,) int64 array
        Of the orders, ascending.
    key : (n,) int64 array
        Of a participant's month and product, from 0.
    gives : (n,) bool array
        Whether the order gives away, or takes over.
    rolls : (n,) bool array
        Whether it stands in a rolling book.
    turn : (n,) int64 array
        From 0.
    held : (turns, keys) int64 array
        [kWh] what contracts there are by then.
    """

    row: Ints
    key: Ints
    gives: NDArray[np.bool_]
    rolls: NDArray[np.bool_]
    turn: Ints
    held: Ints

    def rows_in(self, turn: int, reason: NDArray[np.int8]) -> Ints:
        """The rows of a turn that stand.

        Parameters
        ----------
        turn : int
        reason : (orders,) int8 array
        """
        own = self.row[self.turn == turn]
        standing: Ints = own[reason[own] == 0]
        return standing


def givers_of(
    scenario: Scenario,
    buyers: Buyers,
    sessions: Sessions,
    reason: NDArray[np.int8],
    legs: ContractBook,
    trades: YearTrades,
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
    trades : YearTrades
        Of which the legs are.
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
    keys, key = np.unique((holder * 12 + month) * products + product, return_inverse=True)
    turns, turn = np.unique(sessions.turn_of(sessions.position_of(orders["session"])[row]), return_inverse=True)

    held = np.zeros((len(turns) + 1, len(keys) + 1), dtype=np.int64)
    first = np.searchsorted(turns, sessions.turn_of(trades.session)[legs.trade])  # the first turn that counts a leg
    may_move = ~buyers.is_by_own_periods(legs.unit)
    for of_leg in (legs.unit, len(buyers.units) + legs.seller):
        has_one = (of_leg >= 0) & may_move  # an account of the market has no unit, and gives nothing
        whose = (of_leg * 12 + legs.month) * products + legs.product
        place = np.searchsorted(keys, whose)
        is_its = has_one & (np.append(keys, -1)[place] == whose)
        np.add.at(held, (first[is_its], place[is_its]), legs.energy[is_its])
    return Givers(
        row=row,
        key=key.astype(np.int64),
        gives=(orders["side"].array == "buy")[row] == is_generator,
        rolls=sessions.is_rolling(orders)[row],
        turn=turn.astype(np.int64),
        held=np.cumsum(held, axis=0)[:-1, :-1],
    )


def tested(scenario: Scenario, givers: Givers, reason: NDArray[np.int8], turn: int, given: Ints) -> NDArray[np.int8]:
    """Why each row of the orders is not used, once transfers of a turn are held against the contracts.

    Who gives and takes in one month and product may not take, and not turn round in a later turn; the first order to
    give that exceeds what is contracted, and every later one, is not used. In a rolling book that is tested when the
    order comes, not here.

    Parameters
    ----------
    scenario : Scenario
    givers : Givers
    reason : (orders,) int8 array
        As for `givers_of`, and of earlier turns as this gives it.
    turn : int
    given : (keys,) int64 array
        [kWh] what was given away in earlier turns.
    """
    row, key, gives, rolls, turns, held = givers
    if not len(row):
        return reason
    ordered = scenario.tables["orders"]["energy_kwh"].to_numpy()[row]
    reason = reason.copy()
    # A row of no energy is no order; one that it withdraws is.
    orders = (turns < turn) & (reason[row] != ONE_DIRECTION) & (ordered > 0)
    now = turns == turn
    turned = now & np.where(gives, np.isin(key, key[orders & ~gives]), np.isin(key, key[orders & gives]))
    reason[row[turned]] = ONE_DIRECTION
    giving = now & gives & ~turned
    reason[row[now & ~gives & np.isin(key, key[giving & (ordered > 0)])]] = ONE_DIRECTION
    own = np.flatnonzero(giving & ~rolls)
    by_key = own[np.argsort(key[own], kind="stable")]
    energy, of = ordered[by_key], key[by_key]
    so_far = np.cumsum(energy)
    before = (so_far - energy)[np.searchsorted(of, of)]  # of all keys that come first
    left = held[turn] - given
    reason[row[by_key[so_far - before > left[of]]]] = EXCEEDS_CONTRACTS
    return reason


def given_by(scenario: Scenario, givers: Givers, moved: MatchedOrders) -> Ints:
    """(keys,) what transfers give away [kWh].

    Parameters
    ----------
    scenario : Scenario
    givers : Givers
    moved : MatchedOrders
        Transfers alone.
    """
    among = traded_as(scenario)
    gave = np.where(among[moved.sell] == BUYERS, moved.sell, moved.buy)
    given = np.zeros(givers.held.shape[1], dtype=np.int64)
    np.add.at(given, givers.key[np.searchsorted(givers.row, gave)], moved.energy)
    return given


def giving_of(scenario: Scenario, givers: Givers, row: Ints, book: Ints, moved: MatchedOrders, turn: int) -> Giving:
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
        Transfers of the matched books, and of all books of earlier turns.
    turn : int
    """
    among = traded_as(scenario)
    room = givers.held[turn] - given_by(scenario, givers, moved)
    keys, account = np.unique(givers.key[np.searchsorted(givers.row, row)], return_inverse=True)
    side = np.zeros(int(book.max(initial=-1)) + 1, dtype=np.int64)
    side[book] = np.where(among[row] == BUYERS, 0, 1)  # the sellers give, or the buyers
    return Giving(side, account.astype(np.int64), room[keys])
