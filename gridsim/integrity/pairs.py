"""Matched pairs held against the orders that they come from (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.integrity.places import TablePlace, difference
from gridsim.trading.deals import MatchedOrders, traded_as
from gridsim.trading.standing import books_of
from gridsim.units import RATIO_ONE, times_ratio
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = ["faults_of_pairs", "matched_orders"]


def matched_orders(trades: pa.Table, first: int, orders: int) -> MatchedOrders | Iterator[Sentence]:
    """The pairs that the table of trades holds from a row on, or why they are none.

    Parameters
    ----------
    trades : Arrow table
        Exact.
    first : int
        How many rows come from bilateral filings.
    orders : int
        Rows of the table of orders.
    """
    matched = trades.slice(first)
    sides = []
    for name in ("sell_row", "buy_row"):
        row = matched.column(name).fill_null(0).to_numpy()
        wrong = np.flatnonzero((row < 1) | (row > orders))
        if len(wrong):
            at = int(wrong[0])
            stands = matched.column(name)[at].as_py()
            return iter(
                [
                    Sentence(
                        "{place}, {part}: {row} is no row of orders",
                        place=TablePlace("trades", first + at + 1).sentence,
                        part=name,
                        row=Sentence("an empty cell") if stands is None else stands,
                    )
                ]
            )
        sides.append(row - 1)
    energy, price = (matched.column(name).to_numpy() for name in ("energy_kwh", "price_micro_yuan_per_kwh"))
    return MatchedOrders(sides[0], sides[1], energy, price)


def faults_of_pairs(
    scenario: Scenario, pairs: MatchedOrders, reason: NDArray[np.int8], first: int
) -> Iterator[Sentence]:
    """What is wrong with pairs: an order that does not stand, another book, price or energy than the rule gives.

    Parameters
    ----------
    scenario : Scenario
    pairs : MatchedOrders
        In the order of the table of trades.
    reason : (orders,) int8 array
        0 for orders that stand.
    first : int
        Rows of the table before the pairs.
    """
    orders, rules = scenario.tables["orders"], scenario.rules.values.matching
    is_sell = (orders["side"] == "sell").to_numpy()
    book = books_of(orders, traded_as(scenario), np.arange(len(orders)))

    def place(at: int) -> Sentence:
        return TablePlace("trades", first + at + 1).sentence

    for name, rows, is_side in (("sell_row", pairs.sell, is_sell), ("buy_row", pairs.buy, ~is_sell)):
        wrong = np.flatnonzero((reason[rows] != 0) | ~is_side[rows])
        if len(wrong):
            yield Sentence(
                "{place}, {part}: row {row} of orders does not stand on this side",
                place=place(int(wrong[0])),
                part=name,
                row=int(rows[wrong[0]]) + 1,
            )
    wrong = np.flatnonzero(book[pairs.sell] != book[pairs.buy])
    if len(wrong):
        yield Sentence("{place}: its two orders are of different books", place=place(int(wrong[0])))
    wrong = np.flatnonzero(np.diff(book[pairs.sell]) < 0)
    if len(wrong):
        yield Sentence("{place}: it stands behind trades of a later book", place=place(int(wrong[0]) + 1))

    limit, ordered = orders["price_micro_yuan_per_kwh"].to_numpy(), orders["energy_kwh"].to_numpy()
    makes_price = np.arange(len(pairs.sell))
    if rules.mechanism == "uniform":  # the last pair of a book makes its price
        makes_price = np.searchsorted(book[pairs.sell], book[pairs.sell], side="right") - 1
    low, high = limit[pairs.sell[makes_price]], limit[pairs.buy[makes_price]]
    exact = low * RATIO_ONE + rules.k * (high - low)
    price = times_ratio(exact, np.ones_like(exact))
    yield from _differing(place, "price_micro_yuan_per_kwh", pairs.price, price)

    left = [ordered[rows] - _before(rows, pairs.energy) for rows in (pairs.sell, pairs.buy)]
    most = np.minimum(*left)
    if rules.ties == "time":
        yield from _differing(place, "energy_kwh", pairs.energy, most)
    else:
        wrong = np.flatnonzero((pairs.energy <= 0) | (pairs.energy > most))
        if len(wrong):
            at = int(wrong[0])
            yield Sentence(
                "{place}, {part}: {energy} kWh, but its orders have {left} left",
                place=place(at),
                part="energy_kwh",
                energy=int(pairs.energy[at]),
                left=int(most[at]),
            )
    yield from _still_crossing(book, is_sell, reason == 0, limit, ordered, pairs)


def _before(rows: Ints, energy: Ints) -> Ints:
    """What each pair's order had traded in the pairs before it."""
    order = np.argsort(rows, kind="stable")
    so_far = np.cumsum(energy[order]) - energy[order]
    of_order = np.searchsorted(rows[order], rows[order])
    before = np.empty_like(energy)
    before[order] = so_far - so_far[of_order]
    return before


def _differing(place: Callable[[int], Sentence], column: str, stands: Ints, derived: Ints) -> Iterator[Sentence]:
    wrong = np.flatnonzero(stands != derived)
    if len(wrong):
        at = int(wrong[0])
        yield difference(place(at), column, int(stands[at]), int(derived[at]))


def _still_crossing(
    book: Ints, is_sell: NDArray[np.bool_], stands: NDArray[np.bool_], limit: Ints, ordered: Ints, pairs: MatchedOrders
) -> Iterator[Sentence]:
    """Orders that are left over at prices at which they would have traded."""
    left = ordered.copy()
    for rows in (pairs.sell, pairs.buy):
        np.subtract.at(left, rows, pairs.energy)
    open_sells, open_buys = (np.flatnonzero(stands & (left > 0) & side) for side in (is_sell, ~is_sell))
    books = int(book.max(initial=-1)) + 1
    lowest, highest = np.full(books, np.iinfo(np.int64).max), np.full(books, np.iinfo(np.int64).min)
    np.minimum.at(lowest, book[open_sells], limit[open_sells])
    np.maximum.at(highest, book[open_buys], limit[open_buys])
    for crossing in np.flatnonzero(lowest <= highest)[:1]:
        sell = open_sells[(book[open_sells] == crossing) & (limit[open_sells] == lowest[crossing])][0]
        buy = open_buys[(book[open_buys] == crossing) & (limit[open_buys] == highest[crossing])][0]
        yield Sentence(
            "{place}: rows {sell} and {buy} of orders have energy left at prices that cross, but no trade",
            place="trades",
            sell=int(sell) + 1,
            buy=int(buy) + 1,
        )
