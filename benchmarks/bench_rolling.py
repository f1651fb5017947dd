"""Rolling matching of one book: the kernel against C++ with `std::map`, and against Python with `sortedcontainers`."""

from __future__ import annotations

from benchmarks.baselines.rolling_books import rolling_book, with_a_map, with_gridsim, with_sorted_containers
from benchmarks.conftest import Arena, all_agree


def test_rolling_book(arena: Arena) -> None:
    orders = rolling_book(arena.size(1_000_000))
    contenders = {
        "gridsim": with_gridsim(orders),
        "C++ std::map": with_a_map(orders),
        "Python sortedcontainers": with_sorted_containers(orders),
    }
    all_agree(contenders)
    arena.race("rolling", contenders, orders=len(orders.price) // 2)  # as everywhere: of each side
