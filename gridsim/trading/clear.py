"""Clearing by itself: a frame of orders in, a frame of trades out (`gridsim.clear`)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from gridsim.tables.any_frame import FrameLike, Output, take_frame
from gridsim.tables.encoded import type_of_texts
from gridsim.trading.matching import Mechanism, Ties, matching, rows_of
from gridsim.trading.order_frame import read_orders
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, RATIO_ONE, fixed_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.core.matching.book import Numbers
    from gridsim.trading.matching import Found
    from gridsim.trading.order_frame import OrderFrame

    Ints = NDArray[np.int64]
    Taken = Callable[[Ints], Any]

__all__ = ["clear"]

_LOOKED_AT = 100  # cells of a column of objects, to see whether it holds texts
_BOOK_OF_A_TRADE = ("session", "product", "month", "segment")  # in the order of the trades table


@overload
def clear(
    orders: pd.DataFrame, *, mechanism: Mechanism = ..., ties: Ties = ..., k: float | Decimal = ..., output: None = None
) -> pd.DataFrame: ...
@overload
def clear(
    orders: FrameLike,
    *,
    mechanism: Mechanism = ...,
    ties: Ties = ...,
    k: float | Decimal = ...,
    output: Output | None = None,
) -> Any: ...
def clear(
    orders: FrameLike,
    *,
    mechanism: Mechanism = "high_low",
    ties: Ties = "time",
    k: float | Decimal = 0.5,
    output: Output | None = None,
) -> Any:
    """Match buy and sell orders by the high-low rule (高低匹配; notice 991, N3; rulebook part 3).

    Parameters
    ----------
    orders : frame or records
        Of pandas, polars (also lazy), pyarrow, or anything with ``__arrow_c_stream__``; a list of mappings, named
        tuples or dataclasses; a mapping of columns. One order per row, with the columns of the ``orders`` table. An
        index means nothing; None, NaN, null and NA are all an empty cell. Every row trades: which submissions stand
        (windows, the last submission) is a matter of sessions, which `gridsim.run` settles first.

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
    output : {'pandas', 'polars', 'arrow'}, optional
        What kind of frame the trades are; if left out, the kind of `orders`: a DataFrame of pandas or polars, records
        for records, a mapping for a mapping, and for all else a pyarrow Table.

    Returns
    -------
    DataFrame, Table, list or dict
        One trade per row: those of ``session``, ``product``, ``month``, ``segment`` that were given, ``seller_id``,
        ``buyer_id``, ``energy_mwh`` and ``price_yuan_per_mwh`` (float64, the nearest), ``sell_row`` and ``buy_row``
        (1-based rows of `orders`). Columns that held texts are categories (in Arrow dictionary columns). Books stand
        in ascending text order of session, month, segment and product; trades of a book in the order of matching.

    Raises
    ------
    ScenarioError
        Lists every fault in `orders`: row, column, value, what is allowed.
    InputOverflowError
        Energies or prices of a book that could leave 64 bits; names the row.
    TypeError
        `orders` is neither a frame nor records.
    ValueError
        An unknown `mechanism`, `ties` or `output`, `k` outside its range, or a mapping of columns of different lengths.

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
    >>> gridsim.clear(orders.to_dict("records"))[0]["energy_mwh"]
    300.0
    """
    taken = take_frame(orders, "orders", output)
    try:
        ratio = fixed_point(k, RATIO_DECIMALS)
    except ValueError as error:
        raise ValueError(f"k must be a number from 0 to 1 with at most {RATIO_DECIMALS} decimals: {error}") from None
    if not 0 <= ratio <= RATIO_ONE:
        raise ValueError(f"k must lie between 0 and 1, not {k}")

    read = read_orders(taken.frame)
    with matching(read.columns, mechanism=mechanism, ties=ties, k=ratio) as found:
        return taken.give(_trades(found, read))


def _trades(found: Found, read: OrderFrame) -> pd.DataFrame:
    """The pairs as a frame, in memory of its own."""
    pairs = found.trades
    participant = _by_row(read, "participant_id")
    sell, seller, energy = _side_of_trades(pairs.sell, found.sell_row, participant, pairs.energy, ENERGY_DECIMALS)
    buy, buyer, price = _side_of_trades(pairs.buy, found.buy_row, participant, pairs.price, PRICE_DECIMALS)
    trades: dict[str, Any] = {name: _by_row(read, name)(sell) for name in _BOOK_OF_A_TRADE if name in read.given}
    trades |= {"seller_id": seller, "buyer_id": buyer, "energy_mwh": energy, "price_yuan_per_mwh": price}
    for name, row in (("sell_row", sell), ("buy_row", buy)):
        row += 1
        trades[name] = row
    return pd.DataFrame(trades, copy=False)


def _side_of_trades(
    place: Ints, row_of_place: Numbers, participant: Taken, number: Ints, decimals: int
) -> tuple[Ints, Any, NDArray[np.float64]]:
    """Half of the columns: rows of one side, its participants, and an amount."""
    row = rows_of(place, row_of_place)
    return row, participant(row), np.divide(number, 10**decimals)


def _by_row(read: OrderFrame, name: str) -> Taken:
    """How a column of the frame is had for some of its rows: texts as categories, all else as it was given."""
    column = read.given[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, dtype = column.array.codes, column.dtype
    elif _holds_texts(column):
        texts = read.texts[name]
        codes, dtype = texts.codes, type_of_texts(texts.texts)
        if len(texts.texts) == 1 and not texts.has_gaps():  # one session, one month: nothing needs looking up
            return lambda row: pd.Categorical.from_codes(np.zeros(len(row), dtype=np.int8), dtype=dtype, validate=False)
    else:
        take: Taken = column.array.take
        return take

    def taken(row: Ints) -> Any:
        # All rows are good; told so, NumPy need not keep a copy for the case of a bad one.
        of_row = codes.take(row, out=np.empty(len(row), dtype=codes.dtype), mode="clip")
        return pd.Categorical.from_codes(of_row, dtype=dtype, validate=False)

    return taken


def _holds_texts(column: pd.Series) -> bool:
    """Whether a column that is no category holds texts: by its type, or of objects by the first of them."""
    if isinstance(column.dtype, pd.StringDtype):
        return True
    return column.dtype == object and pd.api.types.infer_dtype(column.iloc[:_LOOKED_AT]) == "string"
