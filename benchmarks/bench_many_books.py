"""100,000 books of 20 orders in one call, against one book of as many orders."""

from __future__ import annotations

import numpy as np

from benchmarks.baselines.numpy_and_pandas import numpy_pairs
from benchmarks.conftest import Arena
from benchmarks.pairs import require_equal
from gridsim.bench.books import Market, kernel, notice_books
from gridsim.core.matching.match import Side

EACH = 10  # sell orders of one book, and as many buy orders


def test_many_books(arena: Arena) -> None:
    books = arena.books(100_000)
    many = notice_books(EACH, books)
    one = notice_books(EACH * books)
    check_some_books(many, books)
    arena.race("many books", {"many books": kernel(many), "one book": kernel(one)}, orders=EACH * books, books=books)


def check_some_books(many: Market, books: int) -> None:
    """Matched together, a book trades what it trades alone in numpy."""
    together = kernel(many)()
    for book in range(0, books, max(1, books // 50)):
        first, stop = EACH * book, EACH * (book + 1)
        start = np.array([0, EACH])
        alone = Market(*(Side(start, *(column[first:stop].copy() for column in side[1:])) for side in many))
        expected = numpy_pairs(alone)
        mine = (together.sell >= first) & (together.sell < stop)
        found = together._replace(
            sell=together.sell[mine] - first,
            buy=together.buy[mine] - first,
            energy=together.energy[mine],
            price=together.price[mine],
        )
        require_equal(expected, found, f"book {book}")
