"""Matching one large book by counting, on one thread or on two.

These functions are plain Python and call one kernel after the other. The two sides know nothing of each other but the
margin, so they go to two threads; the pairing does too, once it is cut in the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from gridsim.core import levels
from gridsim.core.book import PAD, Ints, Queue, Side, Spare, Trades, Workspace, spare
from gridsim.core.pair import Line, energy_before, order_at, pair_groups, pair_levels

__all__ = ["match_by_counting"]

_BUCKETS_PER_ORDER = 4  # more buckets than this, each one price and class, cost more than sorting ranges of prices
_ORDERS_PER_RANGE = 4


class _Half(NamedTuple):
    """One side of the book on its way."""

    price: Ints
    energy: Ints
    priority: Ints
    time: Ints
    sign: int
    queue: Queue
    spare: Spare


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="gridsim")


def _both(
    function: Callable[..., Any], some: tuple[Any, ...], others: tuple[Any, ...], threads: int
) -> tuple[Any, Any]:
    """Call `function` with either; kernels let go of the GIL."""
    if threads == 1:
        return function(*some), function(*others)
    later = _second_thread().submit(function, *others)
    return function(*some), later.result()


def match_by_counting(
    sells: Side,
    buys: Side,
    book: int,
    pro_rata: bool,
    k: int,
    trades: Trades,
    place: int,
    work: Workspace,
    threads: int,
) -> tuple[int, int] | None:
    """Match one book.

    Parameters
    ----------
    trades : Trades
        Out, from `place` on; for ties by time with room for a pair per order.
    threads : int
        1 or 2.

    Returns
    -------
    first, stop : int
        The places of the pairs in `trades`; on one thread `first` is `place`. None if the book's numbers do not fit:
        then it must be matched by sorting.
    """
    other_spare = work.spare if threads == 1 else spare(len(work.spare.key) - 2 * PAD)
    sell = _half(sells, book, 1, work.sell, work.spare)
    buy = _half(buys, book, -1, work.buy, other_spare)
    sell_found, buy_found = _both(levels.survey, sell[:4], buy[:4], threads)
    if sell_found.low > buy_found.high:
        return place, place
    if (
        max(sell_found.most, buy_found.most) >= levels.MOST_ENERGY
        or max(len(sell.price), len(buy.price)) > levels.ROW_MASK
    ):
        return None
    sell_scale, buy_scale = _both(
        _count, (sell, sell_found, buy_found.high), (buy, buy_found, -sell_found.low), threads
    )
    sell_cut, buy_cut = levels.margin(sell_scale, sell.queue.bins, buy_scale, buy.queue.bins)
    sell_levels, buy_levels = _both(
        _line_up, (sell, sell_found, sell_scale, sell_cut), (buy, buy_found, buy_scale, buy_cut), threads
    )
    first_sell, first_buy = int(sells.start[book]), int(buys.start[book])
    if pro_rata:
        sell_count = levels.unpack(sell.queue, sell_levels, first_sell)
        buy_count = levels.unpack(buy.queue, buy_levels, first_buy)
        return place, pair_groups(sell.queue, sell_count, buy.queue, buy_count, k, trades, place, work.spare.remainders)
    first, stop = _pair(sell.queue, sell_levels, buy.queue, buy_levels, k, trades, place, threads)
    if first_sell > 0:
        trades.sell[first:stop] += first_sell
    if first_buy > 0:
        trades.buy[first:stop] += first_buy
    return first, stop


def _half(side: Side, book: int, sign: int, queue: Queue, spare: Spare) -> _Half:
    of = slice(side.start[book], side.start[book + 1])
    return _Half(side.price[of], side.energy[of], side.priority[of], side.time[of], sign, queue, spare)


def _count(half: _Half, found: levels.Survey, last: int) -> levels.Scale:
    """Cut the side into buckets and count what is in them."""
    columns = half[:3]
    bins = half.queue.bins
    room = len(bins) // 2 - 1
    scale = levels.find_scale(
        half.price, half.energy, half.sign, found, last, min(room, _BUCKETS_PER_ORDER * len(half.price))
    )
    if scale.is_exact and levels.tally(*columns, half.sign, scale, bins):
        return scale
    scale = levels.ranges(scale.best, scale.reach, min(room, len(half.price) // _ORDERS_PER_RANGE + 1))
    levels.tally(*columns, half.sign, scale, bins)
    return scale


def _line_up(half: _Half, found: levels.Survey, scale: levels.Scale, cut: int) -> int:
    """Put the side in line up to bucket `cut`, level by level, and return the number of levels."""
    queue = half.queue
    levels.spread(*half[:3], half.sign, scale, cut, queue.bins, queue.row)
    if not scale.is_exact:
        return levels.sort_ranges(
            half.price, half.priority, half.time, half.sign, scale.best, found.class_bits, cut, queue, half.spare
        )
    if not found.in_time:
        levels.sort_times(half.time, cut, queue, half.spare)
    return levels.list_levels(half.sign, scale, cut, queue.bins, queue.start, queue.level)


def _pair(
    sell: Queue, sell_levels: int, buy: Queue, buy_levels: int, k: int, trades: Trades, place: int, threads: int
) -> tuple[int, int]:
    """Pair the two sides. On two threads one begins in the middle and the other goes from there to the beginning.

    So there is no gap where they meet, although nobody knows how many pairs the first half makes before it is done.
    """

    def line(queue: Queue, order: int, at: int, end: int, rest: int | None = None) -> Line:
        energy = int(queue.row[order]) >> levels.ROW_BITS
        return Line(queue.row, queue.start, queue.level, order, at, end, energy if rest is None else rest)

    def from_beginning() -> tuple[int, int]:
        stop = pair_levels(line(sell, PAD, 0, sell_levels), line(buy, PAD, 0, buy_levels), 1, k, trades, place)
        return place, stop

    sell_stop, buy_stop = int(sell.start[sell_levels]), int(buy.start[buy_levels])
    middle = (PAD + sell_stop) // 2
    if threads == 1 or middle == PAD:
        return from_beginning()
    # `middle` is the first sell order behind the cut; `partner` the buy order that the cut goes through.
    partner, taken = order_at(buy.row, buy_stop, energy_before(sell.row, middle))
    if partner >= buy_stop - 1:
        return from_beginning()
    before = _level_of(sell, sell_levels, middle - 1)
    beside = _level_of(buy, buy_levels, partner)
    if sell.level[before] > buy.level[beside]:
        return from_beginning()
    at = place + (middle - PAD) + (partner + 1 - PAD)
    rest = (int(buy.row[partner]) >> levels.ROW_BITS) - taken
    following = partner + (rest == 0)
    back, stop = _both(
        pair_levels,
        (line(sell, middle - 1, before, -1), line(buy, partner, beside, -1, taken), -1, k, trades, at - 1),
        (
            line(sell, middle, _level_of(sell, sell_levels, middle), sell_levels),
            line(buy, following, _level_of(buy, buy_levels, following), buy_levels, rest or None),
            1,
            k,
            trades,
            at,
        ),
        threads,
    )
    return back + 1, stop


def _level_of(queue: Queue, count: int, order: int) -> int:
    """The level that an order stands in."""
    return int(np.searchsorted(queue.start[: count + 1], order, side="right")) - 1
