"""Matching one large book on two threads: the sides know nothing of each other but the margin.

These functions are plain Python and call the same kernels as one thread does; kernels let go of the GIL. The pairing
goes to two threads as well, once it is cut in the middle.
"""

from __future__ import annotations

from gridsim.core.matching.book import Queue, Side, Spare, Trades, Workspace
from gridsim.core.matching.book import spare as spare_for
from gridsim.core.matching.margin import Ranges, Survey, margin, survey, tally
from gridsim.core.matching.merit_order import MeritOrder, line_up, sum_up
from gridsim.core.matching.pair import order_at, pair_orders, traded
from gridsim.core.threads import both

__all__ = ["match_on_two_threads"]


def match_on_two_threads(sells: Side, buys: Side, k: int, trades: Trades, work: Workspace) -> tuple[int, int]:
    """Match one book, ties by time.

    Parameters
    ----------
    sells, buys : Side
        Of a single book.
    trades : Trades
        Out; with room for a pair per order.

    Returns
    -------
    first, stop : int
        The places of the pairs in `trades`.
    """
    sell, buy = (sells, 0, len(sells.price)), (buys, 0, len(buys.price))
    sell_found, buy_found = both(survey, sell, buy)
    if sell_found.low > buy_found.high:
        return 0, 0
    sell_ranges, buy_ranges = both(
        tally,
        (*sell, 1, sell_found, buy_found, work.sell.bins),
        (*buy, -1, buy_found, sell_found, work.buy.bins),
    )
    sell_reach, buy_reach = margin(sell_ranges, work.sell.bins, buy_ranges, work.buy.bins)
    sell_line, buy_line = both(
        _line_up,
        (*sell, 1, sell_found, sell_ranges, sell_reach, work.sell, work.spare),
        (*buy, -1, buy_found, buy_ranges, buy_reach, work.buy, spare_for(len(work.spare.key))),
    )
    return _pair(sell_line, buy_line, k, trades)


def _line_up(
    side: Side, first: int, stop: int, sign: int, found: Survey, ranges: Ranges, reach: int, queue: Queue, spare: Spare
) -> MeritOrder:
    line = line_up(side, first, stop, sign, found, ranges, reach, False, queue, spare)
    sum_up(line)
    return line


def _pair(sell: MeritOrder, buy: MeritOrder, k: int, trades: Trades) -> tuple[int, int]:
    """Pair the two sides, from the middle to the end and from the middle back to the beginning.

    So there is no gap where they meet, although nobody knows how many pairs the first half makes before it is done.
    """
    energy = traded(sell, buy)
    middle = order_at(sell.end, sell.count, energy // 2)
    cut = int(sell.end[middle])
    if middle == sell.count or cut == 0:
        return 0, pair_orders(sell, buy, 0, energy, k, trades, 0)
    # In front of the cut there are at most so many pairs: each ends where an order ends.
    place = middle + order_at(buy.end, buy.count, cut) + 1
    before, stop = both(
        pair_orders,
        (sell, buy, cut, 0, k, trades, place - 1),
        (sell, buy, cut, energy, k, trades, place),
    )
    return before + 1, stop
