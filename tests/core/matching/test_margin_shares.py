"""Ties shared at the margin, against the rulebook's words told with fractions (part 9)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK
from gridsim.core.matching import margin_shares
from gridsim.core.matching.book import Side, Trades
from gridsim.core.matching.margin_shares import margin_work
from gridsim.core.matching.match import match_books, workspace
from tests.core.naive import share_out

KERNELS = pytest.mark.parametrize(
    "share", [margin_shares.share_margins, margin_shares._share_margins], ids=["compiled", "plain"]
)
ROWS = st.lists(st.tuples(st.integers(98, 103), st.integers(0, 7), st.integers(0, 1), st.integers(0, 3)), max_size=14)
"""price, energy, class, time"""


def as_worded(sells: list[tuple[int, ...]], buys: list[tuple[int, ...]], k: int) -> list[tuple[int, int, int, int]]:
    sell_line = sorted((s for s in range(len(sells)) if sells[s][1]), key=lambda s: (sells[s][0], *sells[s][2:], s))
    buy_line = sorted((b for b in range(len(buys)) if buys[b][1]), key=lambda b: (-buys[b][0], buys[b][3], b))
    volume, last = 0, None
    sold, bought = [s for s in sell_line for _ in range(sells[s][1])], [b for b in buy_line for _ in range(buys[b][1])]
    for s, b in zip(sold, bought, strict=False):  # kWh by kWh
        if sells[s][0] > buys[b][0]:
            break
        volume, last = volume + 1, (s, b)
    if last is None:
        return []
    low, high = sells[last[0]][0], buys[last[1]][0]
    price = (2 * 10**4 * low + 2 * k * (high - low) + 10**4) // (2 * 10**4)
    parts = []
    for line, orders, margin in ((sell_line, sells, low), (buy_line, buys, high)):
        better = [o for o in line if (orders[o][0] < margin if orders is sells else orders[o][0] > margin)]
        at_margin = sorted((o for o in line if orders[o][0] == margin), key=lambda o: (orders[o][3], o))
        left = volume - sum(orders[o][1] for o in better)
        shares = dict(zip(at_margin, share_out(left, [orders[o][1] for o in at_margin]), strict=True))
        shares |= {o: orders[o][1] for o in better}
        parts.append([o for o in line if o in shares for _ in range(shares[o])])
    made: list[list[int]] = []
    for s, b in zip(*parts, strict=True):
        if made and made[-1][:2] == [s, b]:
            made[-1][2] += 1
        else:
            made.append([s, b, 1, price])
    return [tuple(pair) for pair in made]


def side(books: list[list[tuple[int, ...]]], *, has_class: bool) -> Side:
    start = np.cumsum([0, *map(len, books)])
    rows = np.array([row for book in books for row in book], dtype=np.int64).reshape(-1, 4)
    price, energy, priority, time = (np.ascontiguousarray(rows[:, column]) for column in range(4))
    return Side(start, price, energy, priority if has_class else np.zeros_like(priority), time)


def by_the_kernel(share, books, k: int):
    sells, buys = side([book[0] for book in books], has_class=True), side([book[1] for book in books], has_class=False)
    room = len(sells.price) + len(buys.price)

    def trades() -> Trades:
        return Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))

    status, (pairs,) = match_books(sells, buys, True, False, k, trades(), [workspace(room, room)])
    assert status == OK
    start = np.searchsorted(np.searchsorted(sells.start, pairs.sell, side="right") - 1, range(len(books) + 1))
    ends, out = np.zeros(len(books), dtype=np.int64), trades()
    status, count = share(sells, buys, pairs, start, out, ends, margin_work(room))
    assert status == OK
    found = list(zip(*(column[:count].tolist() for column in out), strict=True))
    by_book = []
    for book, (first, stop) in enumerate(zip([0, *ends.tolist()], ends.tolist(), strict=False)):
        by_book.append([(s - sells.start[book], b - buys.start[book], *of) for s, b, *of in found[first:stop]])
    return by_book


@KERNELS
@given(books=st.lists(st.tuples(ROWS, ROWS), min_size=1, max_size=4), k=st.sampled_from([0, 5000, 10_000, 3333]))
def test_random_books(share, books, k):
    assert by_the_kernel(share, books, k) == [as_worded(sells, buys, k) for sells, buys in books]


@KERNELS
def test_by_hand(share):
    """100 + 200 + 100 sell; 250 is wanted: the one at 340 sells all, the two at 350 share 150 as 200 : 100."""
    sells = [(350, 200, 0, 2), (340, 100, 0, 3), (350, 100, 0, 1)]
    (found,) = by_the_kernel(share, [(sells, [(360, 250, 0, 0)])], 5000)
    assert found == [(1, 0, 100, 355), (2, 0, 50, 355), (0, 0, 100, 355)]


@KERNELS
def test_too_little_room(share):
    sells, buys = side([[(1, 2, 0, 0), (1, 2, 0, 0)]], has_class=True), side([[(1, 2, 0, 0)]], has_class=False)
    pairs = Trades(np.array([0]), np.array([0]), np.array([2]), np.array([1]))
    ends = np.zeros(1, dtype=np.int64)

    def call(room: int, scratch: int) -> tuple[int, int]:
        out = Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))
        return share(sells, buys, pairs, np.array([0, 1]), out, ends, margin_work(scratch))

    assert call(1, 2) == (NO_ROOM, 2)
    assert call(2, 1) == (BAD_INPUT, 0)
    assert call(2, 2) == (OK, 2)
