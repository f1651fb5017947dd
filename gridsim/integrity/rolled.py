"""Rolling books traded again as the rule words it (rulebook parts 9 and 10), without the kernel."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.givers import given_by, giving_of, tested
from gridsim.integrity.extended import extended_again
from gridsim.trading.standing import EXCEEDS_CONTRACTS, books_of, prices_of
from gridsim.trading.trades import NEW_ENERGY, MatchedOrders, in_order_of_books, traded_as

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.givers import Givers, Giving
    from gridsim.scenario import Scenario
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["rolling_books_again"]

_SELL, _BUY, _NOBODY = 0, 1, -1


def rolling_books_again(
    scenario: Scenario, sessions: Sessions, givers: Givers, reason: NDArray[np.int8], stored: MatchedOrders
) -> tuple[NDArray[np.int8], MatchedOrders]:
    """Why orders are not used, those of rolling books with them; and the pairs of books that are traded again.

    These are the rolling ones, and those that extensions match.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    givers : Givers
    reason : (orders,) int8 array
        As `gridsim.trading.standing.standing_orders` gives it; transfers are tested here, turn by turn.
    stored : MatchedOrders
        All pairs of a result; those of matched books that move energy count as given.

    Returns
    -------
    (orders,) int8 array
    MatchedOrders
        At the prices of the orders that rested, book by book.
    """
    orders, among = scenario.tables["orders"], traded_as(scenario)
    rolls, is_extension = sessions.is_rolling(orders), sessions.is_extension(orders)
    parts = []
    row = np.flatnonzero((reason == 0) & rolls & (among == NEW_ENERGY))
    if len(row):
        parts.append(_rolled_again(scenario, books_of(orders, among, row), row)[0])
    turn_of_row = np.full(len(orders), -1, dtype=np.int64)
    turn_of_row[givers.row] = givers.turn
    moved_in = np.where(among[stored.sell] == NEW_ENERGY, len(givers.held), turn_of_row[stored.sell])
    for turn in range(len(givers.held)):
        given = given_by(scenario, givers, _chosen(stored, (moved_in >= 0) & (moved_in < turn)))
        reason = tested(scenario, givers, reason, turn, given)
        row = givers.rows_in(turn, reason)
        row = row[rolls[row]]
        if not len(row):
            continue
        book = books_of(orders, among, row)
        before = _chosen(stored, (moved_in >= 0) & ((moved_in < turn) | ((moved_in == turn) & ~rolls[stored.sell])))
        pairs, refused = _rolled_again(scenario, book, row, giving_of(scenario, givers, row, book, before, turn))
        reason[row[refused]] = EXCEEDS_CONTRACTS
        parts.append(pairs)
    for moves in (False, True):
        row = np.flatnonzero((reason == 0) & is_extension & ((among != NEW_ENERGY) == moves))
        if len(row):
            parts += extended_again(scenario, sessions, books_of(orders, among, row), row)
    every = books_of(orders, among, np.arange(len(orders))) if parts else np.zeros(0, dtype=np.int64)
    return reason, in_order_of_books(parts, every)


def _chosen(pairs: MatchedOrders, rows: NDArray[np.bool_]) -> MatchedOrders:
    return MatchedOrders(*(column[rows] for column in pairs))


def _rolled_again(
    scenario: Scenario, book: Ints, row: Ints, giving: Giving | None = None
) -> tuple[MatchedOrders, NDArray[np.bool_]]:
    """The trades of rolling books, as `gridsim.trading.mechanisms.rolled` finds them.

    Parameters
    ----------
    scenario : Scenario
    book : (n,) int64 array
        The book of each of the rows.
    row : (n,) int64 array
        Of the orders, ascending.
    giving : Giving, optional
        Of transfers.

    Returns
    -------
    MatchedOrders
    (n,) bool array
        Rows that would give away more than there is.
    """
    orders = scenario.tables["orders"]
    numbers = np.unique(book, return_inverse=True)[1]
    account = orders["participant_id"].array.codes[row] if giving is None else giving.account
    room = {} if giving is None else dict(enumerate(giving.room.tolist()))
    rolling = _Rolling(
        side=np.where((orders["side"].array == "sell")[row], _SELL, _BUY).tolist(),
        price=prices_of(orders, row)[0].tolist(),
        energy=orders["energy_kwh"].to_numpy()[row].tolist(),
        account=account.tolist(),
        time=orders["submitted_at"].to_numpy()[row].astype(np.int64).tolist(),
        room=room,
    )
    times = orders["submitted_at"].to_numpy()[row]
    order = np.lexsort((row, times, numbers))
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1) != 0)
    for own in np.split(order, starts[1:]):
        gives = _NOBODY if giving is None or not len(own) else int(giving.side[numbers[own[0]]])
        rolling.trade(own.tolist(), gives)
    sell, buy, energy, price = np.array(rolling.trades, dtype=np.int64).reshape(-1, 4).T
    refused = np.zeros(len(row), dtype=bool)
    refused[rolling.refused] = True
    return MatchedOrders(row[sell], row[buy], energy, price), refused


class _Rolling:
    """Books one after the other, which draw on what their participants have left to give."""

    def __init__(
        self,
        side: list[int],
        price: list[int],
        energy: list[int],
        account: list[int],
        time: list[int],
        room: dict[int, int],
    ) -> None:
        self._side, self._price, self._energy, self._account, self._time = side, price, energy, account, time
        self._room = room
        self.trades: list[tuple[int, int, int, int]] = []
        self.refused: list[int] = []

    def trade(self, orders: list[int], gives: int) -> None:
        """Trade one book.

        Parameters
        ----------
        orders : list of int
            As they come.
        gives : int
            The side that gives away.
        """
        left: dict[int, int] = {}
        resting: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
        submission: dict[tuple[int, int], list[int]] = {}
        for turn, order in enumerate(orders):
            side, account = self._side[order], self._account[order]
            steps = submission.get((account, side), [])
            is_new = not steps or self._time[steps[0]] != self._time[order]
            if side == gives:
                offered = 0 if is_new else sum(left[step] for step in steps)
                if offered + self._energy[order] > self._room[account]:
                    self.refused.append(order)
                    continue
            if is_new:
                for step in steps:
                    left[step] = 0
                submission[account, side] = steps = []
            steps.append(order)
            left[order] = self._energy[order]
            self._meet(order, resting[1 - side], left, gives)
            if left[order]:
                price = self._price[order]
                heappush(resting[side], (price if side == _SELL else -price, turn, order))

    def _meet(self, order: int, others: list[tuple[int, int, int]], left: dict[int, int], gives: int) -> None:
        """Trade an order with those that rest on the other side, until it no longer crosses or is used up."""
        side, price = self._side[order], self._price[order]
        while left[order] and others:
            other = others[0][2]
            if not left[other]:
                heappop(others)
                continue
            if self._price[other] > price if side == _BUY else self._price[other] < price:
                return
            energy = min(left[order], left[other])
            left[order] -= energy
            left[other] -= energy
            sell, buy = (order, other) if side == _SELL else (other, order)
            self.trades.append((sell, buy, energy, self._price[other]))
            if gives != _NOBODY:
                self._room[self._account[sell if gives == _SELL else buy]] -= energy
