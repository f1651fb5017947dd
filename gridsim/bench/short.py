"""`gridsim bench`: the figures that an installed wheel can measure by itself, within a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gridsim.bench.baselines import as_frames, numpy_pairs, pandas_pairs
from gridsim.bench.books import as_frame, notice_books, widest_book
from gridsim.bench.clock import ROUNDS, Contest
from gridsim.bench.kernel import kernel, kernel_with_new_memory
from gridsim.bench.machine import describe, measure_limits
from gridsim.bench.pairs import require_equal
from gridsim.show.document import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridsim.bench.pairs import Pairs
    from gridsim.show.document import Block

__all__ = ["Measured", "bench_document", "measure"]

_PANDAS_UP_TO = 10**6


class Measured(NamedTuple):
    """One line of the table.

    Attributes
    ----------
    subject : str
    who : str
    orders : int
        Of both sides.
    seconds : float
        The median of the rounds.
    reference : float
        What the first line of the same subject took [s].
    """

    subject: str
    who: str
    orders: int
    seconds: float
    reference: float


def measure(orders: int = 10**6, rounds: int = ROUNDS) -> Iterator[Measured]:
    """Compare, then time side by side; one subject after the other.

    Parameters
    ----------
    orders : int
        Sell orders, and as many buy orders.
    rounds : int

    Raises
    ------
    MismatchError
        Two ways to match one book differ.
    """
    market = notice_books(orders)
    one: dict[str, Callable[[], Pairs]] = {"gridsim": kernel(market), "numpy": lambda: numpy_pairs(market)}
    if orders <= _PANDAS_UP_TO:
        frames = as_frames(market)
        one["pandas"] = lambda: pandas_pairs(*frames)
    one["gridsim, new memory"] = kernel_with_new_memory(market)
    expected = one["numpy"]()
    for who, call in one.items():
        require_equal(expected, call(), who)
    yield from _race("one book", market.orders, one, rounds)

    hostile = widest_book(orders)
    require_equal(numpy_pairs(hostile), kernel(hostile)(), "gridsim, adversarial")
    others: dict[str, Callable[[], object]] = {
        "base": one["gridsim"],
        "uniform": kernel(market, uniform=True),
        "pro rata": kernel(market, pro_rata=True),
        "K = 0.37": kernel(market, k=3700),
        "adversarial prices and times": kernel(hostile),
        "books of 20 orders": kernel(notice_books(10, max(1, orders // 10))),
    }
    yield from _race("options and shapes", market.orders, others, rounds)

    from gridsim.trading.clear import clear

    frame = as_frame(market)
    tables: dict[str, Callable[[], object]] = {"kernel": one["gridsim"], "gridsim.clear": lambda: clear(frame)}
    yield from _race("DataFrame to DataFrame", market.orders, tables, rounds)


def _race(
    subject: str, orders: int, contenders: dict[str, Callable[[], Pairs]] | dict[str, Callable[[], object]], rounds: int
) -> Iterator[Measured]:
    medians = Contest(contenders).run(rounds)
    reference = next(iter(medians.values()))
    for who, seconds in medians.items():
        yield Measured(subject, who, orders, seconds, reference)


def bench_document(orders: int = 10**6, rounds: int = ROUNDS) -> list[Block]:
    """Measure, and show the figures beside the machine's own limits."""
    limits = measure_limits()
    about = describe()
    rows = []
    before = None
    for line in measure(orders, rounds):
        rows.append(
            (
                line.subject if before != line.subject else "",
                line.who,
                f"{line.seconds:.4f}",
                f"{line.seconds / line.orders * 1e9:.1f}",
                f"{line.seconds / line.reference:.2f}",
            )
        )
        before = line.subject
    told = (
        f"Limits of one thread here: copy {limits.copy_bandwidth:.1f} GB/s, new memory {limits.first_touch:.1f} GB/s, "
        f"random writes {limits.scatter:.0f} M/s, sort {limits.sort_throughput:.0f} M keys/s."
    )
    title = f"{orders:,} sell and {orders:,} buy orders, medians of {rounds} rounds"
    return [
        grid(("subject", "who", "seconds", "ns per order", "× the first"), rows, texts=2, title=title),
        told,
        ", ".join(f"{name} {value}" for name, value in about.items()),
        "Every result was compared before anything was timed. The full benchmarks, with C++ and polars: make bench.",
    ]
