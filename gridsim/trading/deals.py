"""What was traded, as arrays: all that contracts need to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Deals", "deals_of"]


class Deals(NamedTuple):
    """Trades in their order, each an (n,) int64 array.

    Attributes
    ----------
    product : array
        Position in `PRODUCTS`.
    month : array
        Position in `DELIVERIES`.
    seller : array
        Row of the generator.
    buyer : array
        Position in the ids of `Buyers`.
    energy : array
        [kWh]
    price : array
        [micro-yuan/kWh]
    """

    product: Ints
    month: Ints
    seller: Ints
    buyer: Ints
    energy: Ints
    price: Ints


def deals_of(trades: pd.DataFrame) -> Deals:
    """The same of a table of trades.

    Parameters
    ----------
    trades : DataFrame
        As `gridsim.trading.market.trade` leaves them.
    """
    codes = (
        trades[name].cat.codes.to_numpy().astype(np.int64) for name in ("product", "month", "seller_id", "buyer_id")
    )
    values = (trades[name].to_numpy(dtype=np.int64) for name in ("energy_kwh", "price_micro_yuan_per_kwh"))
    return Deals(*codes, *values)
