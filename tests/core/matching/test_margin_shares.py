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
from tests.core.uniform_as_worded import as_worded

KERNELS = pytest.mark.parametrize(
    "share", [margin_shares.share_margins, margin_shares._share_margins], ids=["compiled", "plain"]
)
ROWS = st.lists(st.tuples(st.integers(98, 103), st.integers(0, 7), st.integers(0, 1), st.integers(0, 3)), max_size=14)
"""price, energy, class, time"""


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
