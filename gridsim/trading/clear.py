"""Clearing by itself: a frame of orders in, a frame of trades out (`gridsim.clear`)."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import pandas as pd

from gridsim.errors import InputWarning, WrongValueError
from gridsim.tables.any_frame import FrameLike, Output, take_frame
from gridsim.tables.encoded import type_of_texts
from gridsim.trading.matching import BookTies, Mechanism, matching, rows_of, threads_for
from gridsim.trading.order_frame import read_orders
from gridsim.trading.rolling import roll
from gridsim.trading.trades import BUYERS, TRANSFERS
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, RATIO_ONE, fixed_point, format_fixed
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.core.matching.book import Trades
    from gridsim.trading.order_frame import OrderFrame

    Ints = NDArray[np.int64]
    Taken = Callable[[Ints], Any]

__all__ = ["clear"]

FrameMechanism = Mechanism | Literal["rolling"]

_CALLER = 3  # whoever called `clear`: between the two stands what helps a wrong call
_LOOKED_AT = 100  # cells of a column of objects, to see whether it holds texts
_BOOK_OF_A_TRADE = ("session", "product", "month", "segment")  # in the order of the trades table


@overload
def clear(
    orders: pd.DataFrame,
    *,
    mechanism: FrameMechanism = ...,
    ties: BookTies = ...,
    k: float | Decimal = ...,
    price_floor: float | Decimal | None = ...,
    price_cap: float | Decimal | None = ...,
    output: None = None,
) -> pd.DataFrame: ...
@overload
def clear(
    orders: FrameLike,
    *,
    mechanism: FrameMechanism = ...,
    ties: BookTies = ...,
    k: float | Decimal = ...,
    price_floor: float | Decimal | None = ...,
    price_cap: float | Decimal | None = ...,
    output: Output | None = None,
) -> Any: ...
@helpful
def clear(
    orders: FrameLike,
    *,
    mechanism: FrameMechanism = "high_low",
    ties: BookTies = "time",
    k: float | Decimal = 0.5,
    price_floor: float | Decimal | None = None,
    price_cap: float | Decimal | None = None,
    output: Output | None = None,
) -> Any:
    r"""Match buy and sell orders: high-low (高低匹配; notice 991, N3), at one price, or rolling (rulebook parts 3, 9).

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
            At most 3 decimals, exactly. A float counts as the shortest decimal that names it. In a uniform book an
            order without a price takes any; in a rolling one an energy of 0 takes back what is left of an order.
        ``submitted_at`` : datetime64 or ISO text, optional
            Of one price (and class) the earlier comes first. Without it, file order alone decides.
        ``session``, ``month``, ``segment``, ``product`` : optional
            Orders that agree in all of them form one book. Nothing crosses between books.
        ``heat_priority`` : bool, optional
            Heat-supplying units come first among sellers of one price. It means nothing for buyers.
        ``transfer``, ``is_generator`` : bool, optional
            Contracted energy that changes hands. What buyers transfer among themselves is a book of its own, and so is
            what generators do; `is_generator` tells them apart and must stand beside `transfer`.
    mechanism : {'high_low', 'uniform', 'rolling'}
        Each pair has its own price; or the whole book has that of its last pair; or orders trade in the sequence of
        ``submitted_at``, each with the resting orders of the other side, the best price first, at the price of the
        order that rests (挂牌滚动撮合). Rows of one participant, side and instant are then one order with several
        steps of price, and later ones take the place of all that is left of it.

        In a uniform book orders without a price come first on their side. If the last pair holds one, the price is
        the other order's; if both have none, the book clears nothing.
    ties : {'time', 'pro_rata', 'pro_rata_at_the_margin'}
        Orders alike in price and class trade one after the other, or in proportion to what they have left. At the
        margin, in uniform books: orders better than the last price that trades on their side are filled, those at it
        share what is left. Rolling books know ``time`` alone.
    k : float or Decimal
        0 to 1, at most 4 decimals: the price of a pair is ``sell + k × (buy − sell)``, rounded half up to
        0.001 yuan/MWh. Rolling books don't ask for it.
    price_floor, price_cap : float or Decimal, optional [yuan/MWh]
        The price of every trade is held within them; who trades with whom is not changed.
    output : {'pandas', 'polars', 'arrow'}, optional
        What kind of frame the trades are; if left out, the kind of `orders`: a DataFrame of pandas or polars, records
        for records, a mapping for a mapping, and for all else a pyarrow Table.

    Returns
    -------
    DataFrame, Table, list or dict
        One trade per row: those of ``session``, ``product``, ``month``, ``segment`` that were given, ``seller_id``,
        ``buyer_id``, ``energy_mwh`` and ``price_yuan_per_mwh`` (float64, the nearest), ``sell_row`` and ``buy_row``
        (1-based rows of `orders`), and with a column ``transfer`` of orders one of trades (``buyers``, ``generators``,
        empty: new energy). Columns that held texts are categories (in Arrow dictionary columns). Books stand
        in ascending text order of session, month, segment and product, of one of these new energy first, then the
        transfers of buyers, then those of generators; trades of a book in the order of matching.

    Raises
    ------
    ScenarioError
        Lists every fault in `orders`: row, column, value, what is allowed.
    InputOverflowError
        Energies or prices of a book that could leave 64 bits; names the row.
    TypeError
        `orders` is neither a frame nor records.
    ValueError
        An unknown `mechanism`, `ties` or `output`, two that don't go together, `k` or a bound outside its range, or a
        mapping of columns of different lengths.

    Warns
    -----
    InputWarning
        A column was read in another unit, as its heading says (``energy (kWh)``); a participant trades with itself.

    Notes
    -----
    In a high-low book the dearest buy order meets the cheapest sell order as long as
    :math:`p_\mathrm{buy} \ge p_\mathrm{sell}`, and a pair trades the smaller of the two energies that are left at

    .. math:: p = p_\mathrm{sell} + k \, (p_\mathrm{buy} - p_\mathrm{sell})

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
    except WrongValueError as error:
        told = f"k must be a number from 0 to 1 with at most {RATIO_DECIMALS} decimals: {error.sentence}"
        raise ValueError(told) from None
    if not 0 <= ratio <= RATIO_ONE:
        raise ValueError(f"k must lie between 0 and 1, not {k}")

    bounds = _bounds(price_floor, price_cap)
    read = read_orders(taken.frame, mechanism)
    for note in read.notes:
        warnings.warn(InputWarning(note), stacklevel=_CALLER)
    if mechanism == "rolling":
        if ties != "time":
            raise ValueError("mechanism='rolling' needs ties='time': orders trade in the sequence in which they come")
        columns, codes = read.columns, read.texts["participant_id"].codes
        books = int(columns.book.max(initial=0)) + 1 if columns.book is not None else 1
        rolled = roll(columns, codes, threads=threads_for(books, len(codes))).trades
        return taken.give(_trades(rolled, rolled.sell, rolled.buy, read, bounds))
    with matching(read.columns, mechanism=mechanism, ties=ties, k=ratio, takes=read.takes) as found:
        pairs = found.trades
        sell, buy = rows_of(pairs.sell, found.sell_row), rows_of(pairs.buy, found.buy_row)
        return taken.give(_trades(pairs, sell, buy, read, bounds))


def _bounds(floor: float | Decimal | None, cap: float | Decimal | None) -> tuple[int | None, int | None]:
    """What prices are held within [micro-yuan/kWh]."""
    bounds = []
    for name, given in (("price_floor", floor), ("price_cap", cap)):
        try:
            bounds.append(None if given is None else fixed_point(given, PRICE_DECIMALS))
        except WrongValueError as error:
            told = f"{name} must be a number of yuan/MWh with at most {PRICE_DECIMALS} decimals: {error.sentence}"
            raise ValueError(told) from None
    low, high = bounds
    if low is not None and high is not None and low > high:
        raise ValueError(f"price_floor must not lie above price_cap: {floor} and {cap}")
    return low, high


def _trades(
    pairs: Trades, sell: Ints, buy: Ints, read: OrderFrame, bounds: tuple[int | None, int | None]
) -> pd.DataFrame:
    """The pairs as a frame, in memory of its own; `sell` and `buy` are their rows, which it keeps."""
    _warn_of_itself(pairs, sell, buy, read)
    participant = _by_row(read, "participant_id")
    price = pairs.price if bounds == (None, None) else np.clip(pairs.price, *bounds)
    trades: dict[str, Any] = {name: _by_row(read, name)(sell) for name in _BOOK_OF_A_TRADE if name in read.given}
    trades |= {
        "seller_id": participant(sell),
        "buyer_id": participant(buy),
        "energy_mwh": np.divide(pairs.energy, 10**ENERGY_DECIMALS),
        "price_yuan_per_mwh": np.divide(price, 10**PRICE_DECIMALS),
    }
    transfer = _transfer(read, sell) if "transfer" in read.given else None
    for name, row in (("sell_row", sell), ("buy_row", buy)):
        row += 1
        trades[name] = row
    if transfer is not None:
        trades["transfer"] = transfer
    return pd.DataFrame(trades, copy=False)


def _warn_of_itself(pairs: Trades, sell: Ints, buy: Ints, read: OrderFrame) -> None:
    """Warn of trades whose two orders are one participant's: nothing forbids them, and hardly anyone means them."""
    who = read.texts["participant_id"]
    found = np.flatnonzero(who.codes[sell] == who.codes[buy])
    if len(found):
        first = int(found[0])
        message = Sentence(
            "orders: trades of a participant with itself: {count:,}; the first: {who}, rows {sell} and {buy}, "
            "{energy} MWh",
            count=len(found),
            who=who.texts[who.codes[sell[first]]],
            sell=int(sell[first]) + 1,
            buy=int(buy[first]) + 1,
            energy=format_fixed(int(pairs.energy[first]), ENERGY_DECIMALS),
        )
        warnings.warn(InputWarning(message), stacklevel=_CALLER + 2)


def _transfer(read: OrderFrame, sell: Ints) -> pd.Categorical:
    """Among whom each trade moves contracted energy; an empty cell is new energy."""
    code = np.full(len(sell), -1) if read.among is None else read.among[sell] - BUYERS
    return pd.Categorical.from_codes(code, dtype=type_of_texts(list(TRANSFERS)), validate=False)


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
