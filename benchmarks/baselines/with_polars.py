"""The same matching with polars and all its threads, as one who knows the library would write it."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.pairs import Pairs
from gridsim.bench.books import Market

try:
    import polars as pl
except ImportError:  # it is in the extra [bench], not in [dev]
    pl = None


def as_frames(market: Market) -> tuple[Any, Any]:
    """Both sides as polars frames, made before the clock starts."""
    sells, buys = (
        pl.DataFrame({"row": np.arange(len(side.price)), **{name: getattr(side, name) for name in side._fields[1:]}})
        for side in market
    )
    return sells, buys


def pairs(sells: Any, buys: Any) -> Pairs:
    """Sort, cumulative sums, and `join_asof` from each end of an order to the orders that stand there."""
    found = trades(sells, buys)
    return Pairs(*(found[name].to_numpy() for name in ("row_sell", "row_buy", "energy", "pair_price")))


def trades(sells: Any, buys: Any) -> Any:
    """The frame behind `pairs`, from two frames with row, price, energy, priority and time."""
    sell = (
        sells.filter(pl.col("price") <= buys["price"].max())
        .sort("price", "priority", "time", "row")
        .select(pl.col("row").alias("row_sell"), pl.col("price").alias("ask"), end=pl.col("energy").cum_sum())
    )
    buy = (
        buys.filter(pl.col("price") >= sells["price"].min())
        .sort("price", "time", "row", descending=[True, False, False])
        .select(pl.col("row").alias("row_buy"), pl.col("price").alias("bid"), end=pl.col("energy").cum_sum())
    )
    most = pl.min_horizontal(pl.lit(sell["end"].max()), pl.lit(buy["end"].max()))
    ends = pl.concat([sell.select("end"), buy.select("end")]).filter(pl.col("end") <= most).unique().sort("end")
    return (
        ends.lazy()
        .join_asof(sell.lazy(), on="end", strategy="forward")
        .join_asof(buy.lazy(), on="end", strategy="forward")
        .with_columns(energy=pl.col("end").diff().fill_null(pl.col("end")))
        .filter(pl.col("ask") <= pl.col("bid"))
        .with_columns(pair_price=pl.col("ask") + (pl.col("bid") - pl.col("ask") + 1) // 2)
        .select("row_sell", "row_buy", "energy", "pair_price")
        .collect()
    )


_BOOK = ("session", "product", "month")


def clear_frame(frame: Any) -> Any:
    """`gridsim.clear` in polars: from a pandas frame of orders of one book to a frame of trades.

    The decimals become integers by rounding (gridsim also checks that nothing is lost by it).
    """
    orders = pl.from_pandas(frame)
    numbers = orders.select(
        row=pl.int_range(pl.len(), dtype=pl.Int64),
        is_sell=pl.col("side") == "sell",
        price=(pl.col("price_yuan_per_mwh") * 1000).round().cast(pl.Int64),
        energy=(pl.col("energy_mwh") * 1000).round().cast(pl.Int64),
        priority=(~pl.col("heat_priority")).cast(pl.Int8),
        time=pl.col("submitted_at"),
    )
    found = trades(numbers.filter("is_sell"), numbers.filter(~pl.col("is_sell")))
    first = orders.row(0, named=True)
    book = {name: pl.Series([first[name]]).new_from_index(0, len(found)) for name in _BOOK if name in orders.columns}
    return pl.DataFrame(
        book
        | {
            "seller_id": orders["participant_id"].gather(found["row_sell"]),
            "buyer_id": orders["participant_id"].gather(found["row_buy"]),
            "energy_mwh": found["energy"] / 1000,
            "price_yuan_per_mwh": found["pair_price"] / 1000,
            "sell_row": found["row_sell"] + 1,
            "buy_row": found["row_buy"] + 1,
        }
    )
