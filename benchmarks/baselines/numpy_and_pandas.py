"""The same matching without compiled code of our own, each written as one who knows the library would write it.

They share one idea: put both sides in line, sum their energies up, and let the points where an order of either side
ends cut the traded energy into pairs. High-low prices at K = 0.5, ties by time; for one book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.pairs import Pairs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.bench.books import Market
    from gridsim.core.matching.match import Side

    Ints = NDArray[np.int64]

__all__ = ["as_frames", "numpy_pairs", "pandas_pairs"]


def numpy_pairs(market: Market) -> Pairs:
    """Price, class and position packed in one int64 each, one sort a side, cumulative sums.

    For orders in the sequence of their times, and prices whose range leaves room for the position (else the keys do
    not fit 64 bits, and the sort is by three columns).
    """
    sells, buys = market
    low, high = sells.price.min(), buys.price.max()
    sell_row, sell_price = _numpy_line(sells, 1, low, high)
    buy_row, buy_price = _numpy_line(buys, -1, -high, -low)
    buy_price = -buy_price
    sell_end = sells.energy[sell_row].cumsum()
    buy_end = buys.energy[buy_row].cumsum()
    traded = _crossing(sell_end, sell_price, buy_end, buy_price)
    sell_end = sell_end[: np.searchsorted(sell_end, traded) + 1]
    buy_end = buy_end[: np.searchsorted(buy_end, traded) + 1]
    # Where an order ends, with the side in the lowest bit: one sort says which pair is next and who is used up.
    ends = np.concatenate([sell_end << 1, buy_end << 1 | 1])
    ends.sort()
    is_buy = ends & 1
    ends >>= 1
    energy = np.diff(ends, prepend=0)
    j = is_buy.cumsum() - is_buy
    i = np.arange(len(ends)) - j
    pair = np.flatnonzero((energy > 0) & (ends <= traded))
    if len(pair) == 0 or ends[pair[-1]] < traded:  # cannot be: `traded` is the end of an order
        pair = pair[:0]
    i, j = i[pair], j[pair]
    sell = sell_price[i]
    return Pairs(sell_row[i], buy_row[j], energy[pair], sell + (buy_price[j] - sell + 1) // 2)


def _numpy_line(side: Side, sign: int, first: int, last: int) -> tuple[Ints, Ints]:
    """Positions and ranks (prices, negative for buys) in line, of the orders that could trade at all."""
    rank = side.price if sign == 1 else -side.price
    able = np.flatnonzero(rank <= last)
    if (side.time[1:] < side.time[:-1]).any() or int(last - first) >= 1 << 40:
        row = able[np.lexsort((side.time[able], side.priority[able], rank[able]))]
        return row, rank[row]
    bits = max(1, len(rank) - 1).bit_length()
    key = rank[able] - first
    key <<= 1  # the class, 0 or 1
    key |= side.priority[able]
    key <<= bits
    key |= able
    key.sort()
    row = key & ((1 << bits) - 1)
    key >>= bits + 1
    key += first
    return row, key


def _crossing(sell_end: Ints, sell_price: Ints, buy_end: Ints, buy_price: Ints) -> int:
    """How much energy trades: supply rises, demand falls, so bisection finds where they part."""
    total = int(min(sell_end[-1], buy_end[-1])) if len(sell_end) and len(buy_end) else 0

    def trades(energy: int) -> bool:
        """Whether the unit of energy behind the first `energy` of both sides trades."""
        i = np.searchsorted(sell_end, energy, side="right")
        j = np.searchsorted(buy_end, energy, side="right")
        return bool(sell_price[i] <= buy_price[j])

    low, high = 0, total
    while low < high:
        middle = (low + high) // 2
        if trades(middle):
            low = middle + 1
        else:
            high = middle
    return low


def as_frames(market: Market) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both sides as DataFrames, made before the clock starts."""
    import pandas as pd

    sells, buys = (
        pd.DataFrame({"row": np.arange(len(side.price)), **{name: getattr(side, name) for name in side._fields[1:]}})
        for side in market
    )
    return sells, buys


def pandas_pairs(sells: pd.DataFrame, buys: pd.DataFrame) -> Pairs:
    """Sort, cumulative sums, and `merge_asof` from each end of an order to the orders that stand there."""
    import pandas as pd

    sells = sells[sells["price"] <= buys["price"].max()].sort_values(["price", "priority", "time"], kind="stable")
    buys = buys[buys["price"] >= sells["price"].min()].sort_values(
        ["price", "time"], ascending=[False, True], kind="stable"
    )
    sells = sells[["row", "price"]].assign(end=sells["energy"].cumsum())
    buys = buys[["row", "price"]].assign(end=buys["energy"].cumsum())
    most = min(sells["end"].max(), buys["end"].max())
    ends = pd.concat([sells["end"], buys["end"]]).drop_duplicates().sort_values()
    pairs = pd.merge_asof(ends[ends <= most].to_frame(), sells, on="end", direction="forward")
    pairs = pd.merge_asof(pairs, buys, on="end", direction="forward", suffixes=("_sell", "_buy"))
    pairs["energy"] = pairs["end"].diff().fillna(pairs["end"]).astype("int64")
    pairs = pairs[pairs["price_sell"] <= pairs["price_buy"]]
    price = pairs["price_sell"] + (pairs["price_buy"] - pairs["price_sell"] + 1) // 2
    return Pairs(
        pairs["row_sell"].to_numpy(), pairs["row_buy"].to_numpy(), pairs["energy"].to_numpy(), price.to_numpy()
    )
