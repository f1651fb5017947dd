"""Matching one large book on two threads: the sides know nothing of each other but the margin.

These functions are plain Python and call the same kernels as one thread does; kernels let go of the GIL. The pairing
goes to two threads as well, once it is cut in the middle.
"""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import Ints, Side, Trades, Windows, Workspace, spare, windows
from gridsim.core.line import Line, line_up
from gridsim.core.margin import cut, margin, outline, survey
from gridsim.core.pair import FRONT, UNTIL_PRICES_PART, Start, pair_orders
from gridsim.core.threads import both

__all__ = ["match_on_two_threads"]

_BLOCK = 4096


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
    sell_seen, buy_seen = outline(*sell), outline(*buy)
    sell_ranges = cut(len(sells.price), 1, sell_seen, buy_seen)
    buy_ranges = cut(len(buys.price), -1, buy_seen, sell_seen)
    sell_found, buy_found = both(survey, (*sell, 1, sell_ranges, work.sell.bins), (*buy, -1, buy_ranges, work.buy.bins))
    if sell_found.low > buy_found.high:
        return 0, 0
    sell_reach, buy_reach = margin(sell_found, sell_ranges, work.sell.bins, buy_found, buy_ranges, work.buy.bins)
    other_spare = spare(len(work.spare.key))
    sell_line, buy_line = both(
        line_up,
        (*sell, 1, sell_found, sell_reach, False, work.sell, work.spare),
        (*buy, -1, buy_found, buy_reach, False, work.buy, other_spare),
    )
    return _pair(sell_line, buy_line, k, trades, work.windows)


def _pair(sell: Line, buy: Line, k: int, trades: Trades, first_windows: Windows) -> tuple[int, int]:
    """Pair the two sides, from the middle to the end and from the middle back to the beginning.

    So there is no gap where they meet, although nobody knows how many pairs the first half makes before it is done.
    """
    middle, energy = _middle(sell, buy)
    if energy == 0:
        return 0, pair_orders(sell, buy, FRONT, 1, UNTIL_PRICES_PART, k, trades, 0, first_windows)
    # In front of the middle there are at most so many pairs: each ends where an order ends.
    place = middle.sell + middle.buy + 1
    before, stop = both(
        pair_orders,
        (sell, buy, _turned(buy, middle), -1, energy, k, trades, place - 1, first_windows),
        (sell, buy, middle, 1, UNTIL_PRICES_PART, k, trades, place, windows()),
    )
    return before + 1, stop


def _middle(sell: Line, buy: Line) -> tuple[Start, int]:
    """Where a sell order begins that trades, about in the middle of them, and the energy in front of it [kWh]."""
    sums = [np.empty(line.count // _BLOCK + 1, dtype=np.int64) for line in (sell, buy)]
    both(weigh, (sell, sums[0]), (buy, sums[1]))
    sell_ends, buy_ends = (np.cumsum(energies) for energies in sums)
    energy = min(int(sell_ends[-1]), int(buy_ends[-1])) // 2
    while True:
        i, begin = _order_at(sell, sell_ends, energy)
        if begin == 0:
            return FRONT, 0
        j, buy_begin = _order_at(buy, buy_ends, begin)
        # Prices approach each other in line: if these two trade, all in front of them do.
        if _gap(sell, i) + _gap(buy, j) <= buy.best - sell.best:
            return Start(i, j, 0, begin - buy_begin), begin
        energy //= 2


def _order_at(line: Line, ends: Ints, energy: int) -> tuple[int, int]:
    """The order that the unit of energy behind the first `energy` belongs to, and the energy in front of it [kWh]."""
    block = int(np.searchsorted(ends, energy, side="right"))
    return seek(line, block * _BLOCK, int(ends[block - 1]) if block > 0 else 0, energy)


def _gap(line: Line, order: int) -> int:
    """How far the price of an order is from the first [micro-yuan/kWh]."""
    return int(line.key[order]) >> (line.key_shift + line.class_bits)


def _turned(buy: Line, start: Start) -> Start:
    """The same start for going back: the orders in front of it, or what of an order is in front of it."""
    if start.buy_behind == 0:
        return Start(start.sell - 1, start.buy - 1, 0, 0)
    energy = int(buy.energy[start.buy]) & buy.energy_mask
    return Start(start.sell - 1, start.buy, 0, energy - start.buy_behind)


def _weigh(line: Line, sums: Ints) -> None:
    """Sum up the energy of every block of orders in line [kWh]."""
    for block in range(len(sums)):
        energy = line.energy[block * _BLOCK : min((block + 1) * _BLOCK, line.count)]
        total = 0
        for i in range(len(energy)):
            total += energy[i] & line.energy_mask
        sums[block] = total


weigh = njit(_weigh)


def _seek(line: Line, order: int, begin: int, energy: int) -> tuple[int, int]:
    """Go on from an order that begins at `begin` to the one that holds the unit of energy behind `energy`."""
    while begin + (line.energy[order] & line.energy_mask) <= energy:
        begin += line.energy[order] & line.energy_mask
        order += 1
    return order, begin


seek = njit(_seek)
