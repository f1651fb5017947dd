"""Clearing by itself: a DataFrame of orders in, a DataFrame of trades out (`gridsim.clear`)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.trading.matching import Mechanism, Ties, match_orders
from gridsim.trading.order_frame import read_orders
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, RATIO_ONE, fixed_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["clear"]

_BOOK_OF_A_TRADE = ("session", "product", "month", "segment")  # in the order of the trades table


def clear(
    orders: pd.DataFrame,
    *,
    mechanism: Mechanism = "high_low",
    ties: Ties = "time",
    k: float | Decimal = 0.5,
) -> pd.DataFrame:
    """Match buy and sell orders by the high-low rule (高低匹配; notice 991, N3; rulebook part 3).

    Parameters
    ----------
    orders : DataFrame
        One order per row, with the columns of the ``orders`` table. The index means nothing. Every row trades: which
        submissions stand (windows, the last submission) is a matter of sessions, which `gridsim.run` settles first.

        ``participant_id``
            Who orders.
        ``side``
            ``buy`` or ``sell``.
        ``price_yuan_per_mwh``, ``energy_mwh`` : integers, floats, decimals or text [yuan/MWh], [MWh]
            At most 3 decimals, exactly. A float counts as the shortest decimal that names it.
        ``submitted_at`` : datetime64 or ISO text, optional
            Of one price (and class) the earlier comes first. Without it, file order alone decides.
        ``session``, ``month``, ``segment``, ``product`` : optional
            Orders that agree in all of them form one book. Nothing crosses between books.
        ``heat_priority`` : bool, optional
            Heat-supplying units come first among sellers of one price. It means nothing for buyers.
    mechanism : {'high_low', 'uniform'}
        Each pair has its own price, or the whole book has that of its last pair.
    ties : {'time', 'pro_rata'}
        Orders alike in price and class trade one after the other, or in proportion to what they have left.
    k : float or Decimal
        0 to 1, at most 4 decimals: the price of a pair is ``sell + k × (buy − sell)``, rounded half up to
        0.001 yuan/MWh.

    Returns
    -------
    DataFrame
        One trade per row: those of ``session``, ``product``, ``month``, ``segment`` that were given, ``seller_id``,
        ``buyer_id``, ``energy_mwh`` and ``price_yuan_per_mwh`` (float64, the nearest), ``sell_row`` and ``buy_row``
        (1-based rows of `orders`). Books stand in ascending text order of session, month, segment and product; trades
        of a book in the order of matching.

    Raises
    ------
    ScenarioError
        Lists every fault in `orders`: row, column, value, what is allowed.
    InputOverflowError
        Energies or prices of a book that could leave 64 bits; names the row.
    ValueError
        An unknown `mechanism` or `ties`, or `k` outside its range.

    Examples
    --------
    >>> import pandas as pd
    >>> import gridsim
    >>> orders = pd.DataFrame(
    ...     [["B1", "buy", 360, 400], ["S1", "sell", 335, 300], ["S2", "sell", 345, 400]],
    ...     columns=["participant_id", "side", "price_yuan_per_mwh", "energy_mwh"],
    ... )
    >>> gridsim.clear(orders)[["seller_id", "buyer_id", "energy_mwh", "price_yuan_per_mwh"]]
      seller_id buyer_id  energy_mwh  price_yuan_per_mwh
    0        S1       B1       300.0               347.5
    1        S2       B1       100.0               352.5
    """
    try:
        ratio = fixed_point(k, RATIO_DECIMALS)
    except ValueError as error:
        raise ValueError(f"k must be a number from 0 to 1 with at most {RATIO_DECIMALS} decimals: {error}") from None
    if not 0 <= ratio <= RATIO_ONE:
        raise ValueError(f"k must lie between 0 and 1, not {k}")
    read = read_orders(orders)
    matches = match_orders(
        read.book,
        read.is_sell,
        read.price,
        read.energy,
        (~read.heat_priority).astype(np.int64),
        read.time,
        mechanism=mechanism,
        ties=ties,
        k=ratio,
    )
    trades = {name: _taken(read.given[name], matches.sell) for name in _BOOK_OF_A_TRADE if name in read.given}
    trades["seller_id"] = _taken(read.given["participant_id"], matches.sell)
    trades["buyer_id"] = _taken(read.given["participant_id"], matches.buy)
    # In place from here on, as new memory costs more than the sums.
    for name, number, decimals in (
        ("energy_mwh", matches.energy, ENERGY_DECIMALS),
        ("price_yuan_per_mwh", matches.price, PRICE_DECIMALS),
    ):
        trades[name] = pd.Series(np.divide(number, 10**decimals, out=number.view(np.float64)), copy=False)
    for name, row in (("sell_row", matches.sell), ("buy_row", matches.buy)):
        row += 1
        trades[name] = pd.Series(row, copy=False)
    return pd.DataFrame(trades, copy=False)


def _taken(column: pd.Series, row: NDArray[np.int64]) -> pd.Series:
    return pd.Series(column.array.take(row), copy=False)
