"""Books of orders for the matching tests: how Hypothesis makes them, and how the rulebook (part 3) matches them.

The second half is slow, plain and exact: lists, Python integers and fractions, nothing of gridsim.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from hypothesis import strategies as st

from tests.core.naive import round_half_away, share_out


class Bid(NamedTuple):
    """One order of one side."""

    price: int
    energy: int
    priority: int = 0
    time: int = 0


class Book(NamedTuple):
    sells: list[Bid]
    buys: list[Bid]


class Terms(NamedTuple):
    uniform: bool = False
    pro_rata: bool = False
    k: int = 5000


class Pair(NamedTuple):
    """Positions within the two sides of one book, and what they trade."""

    sell: int
    buy: int
    energy: int
    price: int


# ------------------------------------------------------------------------------------------------------- strategies

PRICES = (
    st.integers(-3, 3),
    st.integers(0, 1),
    st.integers(300_000, 301_000),
    st.integers(-(2**47), 2**47),  # the differences are just below 2⁶² / 10⁴
)
ENERGIES = (st.integers(0, 7), st.integers(1, 1000), st.integers(0, 10**13))
PRIORITIES = (st.just(0), st.integers(0, 1), st.integers(0, 2**13 - 1))
TIMES = (st.just(0), st.integers(0, 2), st.integers(-(2**62) + 1, 2**62 - 1))

all_terms = st.builds(
    Terms,
    st.booleans(),
    st.booleans(),
    st.one_of(st.sampled_from([0, 1, 3333, 5000, 9999, 10_000]), st.integers(0, 10_000)),
)


@st.composite
def books(draw: st.DrawFn, longest: int = 10, buyers_in_classes: bool = False) -> Book:
    """A book rich in ties, or with numbers far apart, or both.

    The rulebook has priority classes among sellers alone; the kernel treats both sides alike.
    """
    price, energy = draw(st.sampled_from(PRICES)), draw(st.sampled_from(ENERGIES))
    priority, time = draw(st.sampled_from(PRIORITIES)), draw(st.sampled_from(TIMES))
    sells = st.lists(st.builds(Bid, price, energy, priority, time), max_size=longest)
    buys = st.lists(
        st.builds(Bid, price, energy, priority if buyers_in_classes else st.just(0), time), max_size=longest
    )
    return Book(draw(sells), draw(buys))


# ------------------------------------------------------------------------------------------------------ the rulebook


def match_one(book: Book, terms: Terms) -> list[Pair]:
    """High-low matching of one book, in the order of matching."""
    sells = [row for row in range(len(book.sells)) if book.sells[row].energy]
    buys = [row for row in range(len(book.buys)) if book.buys[row].energy]

    def sell_class(row: int) -> tuple[int, int]:
        return book.sells[row].price, book.sells[row].priority

    def buy_class(row: int) -> tuple[int, int]:
        return -book.buys[row].price, book.buys[row].priority

    sells.sort(key=lambda row: (sell_class(row), book.sells[row].time, row))
    buys.sort(key=lambda row: (buy_class(row), book.buys[row].time, row))
    if terms.pro_rata:
        sell_fronts = [list(rows) for _, rows in groupby(sells, sell_class)]
        buy_fronts = [list(rows) for _, rows in groupby(buys, buy_class)]
    else:
        sell_fronts = [[row] for row in sells]
        buy_fronts = [[row] for row in buys]

    sell_left = {row: book.sells[row].energy for row in sells}
    buy_left = {row: book.buys[row].energy for row in buys}
    pairs: list[Pair] = []
    while sell_fronts and buy_fronts:
        some, others = sell_fronts[0], buy_fronts[0]
        sell_price, buy_price = book.sells[some[0]].price, book.buys[others[0]].price
        if buy_price < sell_price:
            break
        price = round_half_away(sell_price + Fraction(terms.k, 10_000) * (buy_price - sell_price))
        sell_weights = [sell_left[row] for row in some]
        buy_weights = [buy_left[row] for row in others]
        traded = min(sum(sell_weights), sum(buy_weights))
        sell_shares, buy_shares = share_out(traded, sell_weights), share_out(traded, buy_weights)
        for row, share in zip(some, sell_shares, strict=True):
            sell_left[row] -= share
        for row, share in zip(others, buy_shares, strict=True):
            buy_left[row] -= share
        for a, b, energy in overlaps(sell_shares, buy_shares):
            pairs.append(Pair(some[a], others[b], energy, price))
        if traded == sum(sell_weights):
            sell_fronts.pop(0)
        if traded == sum(buy_weights):
            buy_fronts.pop(0)
    if terms.uniform:
        pairs = [pair._replace(price=pairs[-1].price) for pair in pairs]
    return pairs


def overlaps(some: list[int], others: list[int]) -> list[tuple[int, int, int]]:
    """Two lists of one sum laid side by side: which places share how much."""
    found = []
    for a, mine in enumerate(some):
        for b, theirs in enumerate(others):
            first = max(sum(some[:a]), sum(others[:b]))
            last = min(sum(some[:a]) + mine, sum(others[:b]) + theirs)
            if last > first:
                found.append((a, b, last - first))
    return found
