"""What pandas alone takes to read the columns of a small frame of orders and to build those of its trades."""

from __future__ import annotations

import numpy as np
import pandas as pd


def build(orders: pd.DataFrame, trades: pd.DataFrame) -> pd.DataFrame:
    """Every column of `orders` as an array, then a frame like `trades`, whose rows are known."""
    columns = {name: orders[name].to_numpy() for name in orders}
    sell, buy = trades["sell_row"].to_numpy() - 1, trades["buy_row"].to_numpy() - 1
    built: dict[str, object] = {}
    for name in ("session", "product", "month"):
        codes, texts = pd.factorize(orders[name])
        built[name] = pd.Categorical.from_codes(codes[sell], categories=texts)
    codes, texts = pd.factorize(orders["participant_id"])
    for name, row in (("seller_id", sell), ("buyer_id", buy)):
        built[name] = pd.Categorical.from_codes(codes[row], categories=texts)
    built["energy_mwh"] = trades["energy_mwh"].to_numpy().copy()
    built["price_yuan_per_mwh"] = trades["price_yuan_per_mwh"].to_numpy().copy()
    built["sell_row"], built["buy_row"] = np.add(sell, 1), np.add(buy, 1)
    assert len(columns) == orders.shape[1]
    return pd.DataFrame(built, copy=False)
