"""Matched pairs held against the orders that they come from (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.integrity.places import TablePlace, difference
from gridsim.trading.standing import books_of, prices_of
from gridsim.trading.terms import ROLLING, UNIFORM
from gridsim.trading.trades import NEW_ENERGY, MatchedOrders, held_within_bounds, traded_as
from gridsim.units import RATIO_ONE, times_ratio
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.sessions import Sessions

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
    scenario: Scenario,
    sessions: Sessions,
    pairs: MatchedOrders,
    reason: NDArray[np.int8],
    first: int,
    rolled: MatchedOrders,
) -> Iterator[Sentence]:
    """What is wrong with pairs: an order that does not stand, another book, price or energy than the rule gives.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    pairs : MatchedOrders
        In the order of the table of trades.
    reason : (orders,) int8 array
        0 for orders that stand.
    first : int
        Rows of the table before the pairs.
    rolled : MatchedOrders
        The pairs of rolling books as they come out when these are traded again.
    """
    orders = scenario.tables["orders"]
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

    rolls = sessions.is_rolling(orders) | sessions.is_extension(orders)
    yield from _wrong_when_rolled(place, scenario, sessions, pairs, np.flatnonzero(rolls[pairs.sell]), rolled)
    limit, takes = prices_of(orders, np.arange(len(orders)))
    takes = np.zeros(len(orders), dtype=bool) if takes is None else takes
    yield from _wrong_in_price(place, scenario, sessions, pairs, book, limit, takes)
    ordered = orders["energy_kwh"].to_numpy()
    yield from _wrong_in_energy(place, scenario, sessions, pairs, ordered)
    yield from _still_crossing(book, is_sell, (reason == 0) & ~rolls & ~takes, limit, ordered, pairs)


def _wrong_when_rolled(
    place: Callable[[int], Sentence],
    scenario: Scenario,
    sessions: Sessions,
    pairs: MatchedOrders,
    at: Ints,
    rolled: MatchedOrders,
) -> Iterator[Sentence]:
    """Trades of rolling books that are not those which come out again; `at` are their places among the pairs."""
    if len(at) != len(rolled.sell):
        yield Sentence(
            "{place}: {count} trades of books that are traded again, but {derived} come out",
            place="trades",
            count=len(at),
            derived=len(rolled.sell),
        )
        return
    held = held_within_bounds(scenario, sessions, rolled)
    is_new = traded_as(scenario)[rolled.sell] == NEW_ENERGY
    derived = rolled._replace(price=np.where(is_new, held.price, rolled.price))
    for name, stands, again, shift in (
        ("sell_row", pairs.sell, derived.sell, 1),
        ("buy_row", pairs.buy, derived.buy, 1),
        ("energy_kwh", pairs.energy, derived.energy, 0),
        ("price_micro_yuan_per_kwh", pairs.price, derived.price, 0),
    ):
        yield from _differing(place, name, stands[at] + shift, again + shift, at)


def _wrong_in_price(
    place: Callable[[int], Sentence],
    scenario: Scenario,
    sessions: Sessions,
    pairs: MatchedOrders,
    book: Ints,
    limit: Ints,
    takes: NDArray[np.bool_],
) -> Iterator[Sentence]:
    """Prices of matched books other than the mechanism gives."""
    kind = sessions.kind_of_orders(scenario.tables["orders"])[pairs.sell]
    of_kind = sessions.terms
    makes_price = np.arange(len(pairs.sell))
    is_uniform = np.array([terms.how == UNIFORM for terms in of_kind], dtype=bool)[kind]
    if is_uniform.any():  # the last pair of a book makes its price
        last = np.searchsorted(book[pairs.sell], book[pairs.sell], side="right") - 1
        makes_price = np.where(is_uniform, last, makes_price)
    sell, buy = pairs.sell[makes_price], pairs.buy[makes_price]
    low = np.where(takes[sell], limit[buy], limit[sell])  # of one without a price it is the other's
    high = np.where(takes[buy], low, limit[buy])
    exact = low * RATIO_ONE + np.array([terms.k for terms in of_kind], dtype=np.int64)[kind] * (high - low)
    price = times_ratio(exact, np.ones_like(exact))
    is_new = traded_as(scenario)[pairs.sell] == NEW_ENERGY
    held = held_within_bounds(scenario, sessions, pairs._replace(price=price)).price
    at = np.flatnonzero(~np.array([terms.how == ROLLING or terms.is_extension for terms in of_kind], dtype=bool)[kind])
    derived = np.where(is_new, held, price)
    yield from _differing(place, "price_micro_yuan_per_kwh", pairs.price[at], derived[at], at)


def _wrong_in_energy(
    place: Callable[[int], Sentence], scenario: Scenario, sessions: Sessions, pairs: MatchedOrders, ordered: Ints
) -> Iterator[Sentence]:
    """Pairs of matched books that trade more than their orders have left, or other than all of the smaller one."""
    kind = sessions.kind_of_orders(scenario.tables["orders"])[pairs.sell]
    left = [ordered[rows] - _before(rows, pairs.energy) for rows in (pairs.sell, pairs.buy)]
    most = np.minimum(*left)
    is_plain = [terms.ties == "time" and terms.how != ROLLING and not terms.is_extension for terms in sessions.terms]
    one_by_one = np.array(is_plain, dtype=bool)[kind]
    at = np.flatnonzero(one_by_one)
    yield from _differing(place, "energy_kwh", pairs.energy[at], most[at], at)
    shares = np.array([terms.ties != "time" for terms in sessions.terms], dtype=bool)[kind]
    wrong = np.flatnonzero(shares & ((pairs.energy <= 0) | (pairs.energy > most)))
    if len(wrong):
        first = int(wrong[0])
        yield Sentence(
            "{place}, {part}: {energy} kWh, but its orders have {left} left",
            place=place(first),
            part="energy_kwh",
            energy=int(pairs.energy[first]),
            left=int(most[first]),
        )


def _before(rows: Ints, energy: Ints) -> Ints:
    """What each pair's order had traded in the pairs before it."""
    order = np.argsort(rows, kind="stable")
    so_far = np.cumsum(energy[order]) - energy[order]
    of_order = np.searchsorted(rows[order], rows[order])
    before = np.empty_like(energy)
    before[order] = so_far - so_far[of_order]
    return before


def _differing(
    place: Callable[[int], Sentence], column: str, stands: Ints, derived: Ints, at: Ints
) -> Iterator[Sentence]:
    """The first number that is another; `at` are the places of the numbers among the pairs."""
    wrong = np.flatnonzero(stands != derived)
    if len(wrong):
        first = int(wrong[0])
        yield difference(place(int(at[first])), column, int(stands[first]), int(derived[first]))


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
