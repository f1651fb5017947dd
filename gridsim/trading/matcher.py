"""Matching at the level of arrays: NumPy integers in, NumPy integers out (`gridsim.match`, `gridsim.Matcher`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from gridsim.arrays import int64_array
from gridsim.core.jit import NO_ROOM
from gridsim.core.matching.book import FURTHEST, LIMIT, Side, Trades, workspace, workspace_size
from gridsim.core.matching.match import PRIORITY_MAX
from gridsim.core.matching.one_book import (
    FAR_PRICE,
    FAR_TIME,
    NEGATIVE,
    SPREAD,
    TOO_MUCH,
    BookFault,
    check_books,
    match_one_book,
)
from gridsim.errors import InputOverflowError
from gridsim.trading.matching import check_terms, match_sides, most_energy, threads_for
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.trading.matching import Mechanism, Ties

    Ints = NDArray[np.int64]

__all__ = ["Matcher", "match"]


@helpful
def match(
    sell_price: Ints,
    sell_energy: Ints,
    buy_price: Ints,
    buy_energy: Ints,
    *,
    sell_priority: Ints | None = None,
    sell_time: Ints | None = None,
    buy_time: Ints | None = None,
    sell_start: Ints | None = None,
    buy_start: Ints | None = None,
    mechanism: Mechanism = "high_low",
    ties: Ties = "time",
    k: int = 5000,
    threads: int | None = None,
) -> Trades:
    r"""Match sell and buy orders of one book, or of many, by the high-low rule (高低匹配; notice 991, N3).

    The same matching as `gridsim.clear`, for arrays that hold exact integers already. All arrays are int64 of one
    dimension; those of a side have one length. For many small books one after the other see `Matcher`.

    Parameters
    ----------
    sell_price : (n,) int64 array [micro-yuan/kWh]
        1000 is 1 yuan/MWh.
    sell_energy : (n,) int64 array [kWh]
        Not negative. An order of zero never trades.
    buy_price : (m,) int64 array [micro-yuan/kWh]
        As `sell_price`.
    buy_energy : (m,) int64 array [kWh]
        As `sell_energy`.
    sell_priority : (n,) int64 array, optional
        Class among sell orders of one price, 0 first, at most 8191: heat-supplying units come first (N3).
    sell_time, buy_time : (n,) int64 array, optional
        When each order was submitted, in any unit. Of one price and class the earlier comes first, then the order
        given, which alone decides where there are no times.
    sell_start, buy_start : (books + 1,) int64 array, optional
        Many books in one call: the orders of book ``b`` are ``start[b]`` to ``start[b + 1] - 1``. Nothing crosses
        between books. Give both or neither.
    mechanism : {'high_low', 'uniform'}
        Each pair has its own price, or the whole book has that of its last pair.
    ties : {'time', 'pro_rata'}
        Orders alike in price and class trade one after the other, or in proportion to what they have left.
    k : int [10⁻⁴]
        0 … 10,000: where between the limits of its two orders the price of a pair lies.
    threads : int, optional
        That the books are shared out among; all processors if left out. The trades are the same.

    Returns
    -------
    Trades
        Arrays of one length, book by book and in the order of matching: `sell` and `buy` (positions in the arrays
        given), `energy` [kWh] and `price` [micro-yuan/kWh].

    Raises
    ------
    TypeError
        An array of another kind.
    ValueError
        Arrays of other shapes; a number or word outside what is allowed.
    InputOverflowError
        Numbers with which sums or products could leave int64; names the order.

    Notes
    -----
    The price of a pair, rounded half away from zero, is

    .. math:: p = p_\mathrm{sell} + k \cdot 10^{-4} \, (p_\mathrm{buy} - p_\mathrm{sell})

    Examples
    --------
    >>> import numpy as np
    >>> import gridsim
    >>> trades = gridsim.match(
    ...     sell_price=np.array([335_000, 345_000]), sell_energy=np.array([300_000, 400_000]),
    ...     buy_price=np.array([360_000]), buy_energy=np.array([400_000]),
    ... )
    >>> trades.energy, trades.price
    (array([300000, 100000]), array([347500, 352500]))
    """
    check_terms(mechanism, ties, k)
    sells = _side("sell", sell_price, sell_energy, sell_priority, sell_time, sell_start)
    buys = _side("buy", buy_price, buy_energy, None, buy_time, buy_start)
    if len(sells.start) != len(buys.start):
        books = len(sells.start) - 1, len(buys.start) - 1
        raise ValueError(f"sell_start and buy_start must name as many books, not {books[0]} and {books[1]}")
    fault = check_books(sells, buys, most_energy(ties))
    if fault.kind:
        _refuse(fault, sells, buys, most_energy(ties))
    orders = len(sells.price) + len(buys.price)
    largest = [int(np.diff(side.start).max(initial=0)) for side in (sells, buys)]
    works = [workspace(*largest) for _ in range(threads_for(len(sells.start) - 1, orders, threads))]
    room = Trades(*np.empty((4, orders), dtype=np.int64))
    return match_sides(sells, buys, mechanism, ties, k, room, works)


@helpful
class Matcher:
    """Matches one book after the other in memory that it keeps: a book of 20 orders takes some microseconds.

    Parameters
    ----------
    max_orders : int
        Sell and buy orders together that one book may have.

    Examples
    --------
    >>> import numpy as np
    >>> import gridsim
    >>> matcher = gridsim.Matcher(max_orders=20)
    >>> trades = matcher.match(np.array([335_000]), np.array([300]), np.array([360_000]), np.array([400]))
    >>> trades.price.tolist()
    [347500]
    """

    def __init__(self, max_orders: int) -> None:
        if max_orders < 0:
            raise ValueError(f"max_orders must not be negative, not {max_orders}")
        self.max_orders = max_orders
        self._memory = np.empty(workspace_size(max_orders, max_orders), dtype=np.int64)
        self._out = np.empty((4, max(max_orders, 1)), dtype=np.int64)
        self._zeros = np.zeros(max_orders, dtype=np.int64)
        self._sell_start, self._buy_start = np.zeros((2, 2), dtype=np.int64)

    def match(
        self,
        sell_price: Ints,
        sell_energy: Ints,
        buy_price: Ints,
        buy_energy: Ints,
        *,
        sell_priority: Ints | None = None,
        sell_time: Ints | None = None,
        buy_time: Ints | None = None,
        mechanism: Mechanism = "high_low",
        ties: Ties = "time",
        k: int = 5000,
    ) -> Trades:
        """Match one book (notice 991, N3); `gridsim.match` does the same with fresh memory, and many books in one call.

        Parameters
        ----------
        sell_price : (n,) int64 array [micro-yuan/kWh]
            1000 is 1 yuan/MWh.
        sell_energy : (n,) int64 array [kWh]
            Not negative. An order of zero never trades.
        buy_price : (m,) int64 array [micro-yuan/kWh]
            As `sell_price`.
        buy_energy : (m,) int64 array [kWh]
            As `sell_energy`.
        sell_priority : (n,) int64 array, optional
            Class among sell orders of one price, 0 first, at most 8191.
        sell_time, buy_time : (n,) int64 array, optional
            When each order was submitted, in any unit.
        mechanism : {'high_low', 'uniform'}
            Each pair has its own price, or the whole book has that of its last pair.
        ties : {'time', 'pro_rata'}
            Orders alike in price and class trade one after the other, or in proportion to what they have left.
        k : int [10⁻⁴]
            0 … 10,000: where between the limits of its two orders the price of a pair lies.

        Returns
        -------
        Trades
            Views of this Matcher's memory, which its next match writes over: copy what you keep.

        Raises
        ------
        TypeError
            An array of another kind.
        ValueError
            More orders than the Matcher was made for; arrays of other shapes; a number or word outside what is allowed.
        InputOverflowError
            Numbers with which sums or products could leave int64; names the order.

        Examples
        --------
        >>> matcher = gridsim.Matcher(max_orders=20)
        >>> sells, buys = np.array([335_000, 345_000]), np.array([360_000])
        >>> trades = matcher.match(sells, np.array([300, 400]), buys, np.array([400]), mechanism="uniform")
        >>> trades.energy.tolist(), trades.price.tolist()
        ([300, 100], [352500, 352500])
        """
        check_terms(mechanism, ties, k)
        sells, buys = len(sell_price), len(buy_price)
        if sells + buys > self.max_orders:
            raise ValueError(f"this Matcher was made for {self.max_orders} orders of one book, not {sells + buys}")
        zeros = self._zeros
        self._sell_start[1] = sells
        self._buy_start[1] = buys
        sell_side = Side(
            self._sell_start,
            int64_array("sell_price", sell_price, (sells,)),
            int64_array("sell_energy", sell_energy, (sells,)),
            zeros[:sells] if sell_priority is None else int64_array("sell_priority", sell_priority, (sells,)),
            zeros[:sells] if sell_time is None else int64_array("sell_time", sell_time, (sells,)),
        )
        buy_side = Side(
            self._buy_start,
            int64_array("buy_price", buy_price, (buys,)),
            int64_array("buy_energy", buy_energy, (buys,)),
            zeros[:buys],
            zeros[:buys] if buy_time is None else int64_array("buy_time", buy_time, (buys,)),
        )
        terms = mechanism == "uniform", ties == "pro_rata", k, most_energy(ties), self._memory
        status, count, fault = match_one_book(sell_side, buy_side, *terms, self._out)
        if fault.kind:
            _refuse(fault, sell_side, buy_side, most_energy(ties))
        if status == NO_ROOM:  # pro rata, more pairs than orders
            self._out = np.empty((4, count), dtype=np.int64)
            _, count, _ = match_one_book(sell_side, buy_side, *terms, self._out)
        out = self._out
        return Trades(out[0, :count], out[1, :count], out[2, :count], out[3, :count])


def _side(name: str, price: Ints, energy: Ints, priority: Ints | None, time: Ints | None, start: Ints | None) -> Side:
    """The orders of one side; what was left out is zero."""
    count = len(price)
    if start is None:
        start = np.array([0, count])
    else:
        start = int64_array(f"{name}_start", start, (len(start),))
        if len(start) == 0 or start[0] != 0 or start[-1] != count or (np.diff(start) < 0).any():
            raise ValueError(f"{name}_start must ascend from 0 to the number of orders, {count}")
    zeros = np.zeros(count, dtype=np.int64)
    return Side(
        start,
        int64_array(f"{name}_price", price, (count,)),
        int64_array(f"{name}_energy", energy, (count,)),
        zeros if priority is None else int64_array(f"{name}_priority", priority, (count,)),
        zeros if time is None else int64_array(f"{name}_time", time, (count,)),
    )


def _refuse(fault: BookFault, sells: Side, buys: Side, most: int) -> NoReturn:
    """Say which order is wrong, and what is allowed."""
    name, side = ("buy", buys) if fault.is_buy else ("sell", sells)
    place = int(fault.order)
    price, energy, priority, time = (int(column[place]) for column in side[1:])
    if fault.kind == NEGATIVE:
        raise ValueError(f"{name}_energy must not be negative: [{place}] is {energy}")
    if fault.kind == TOO_MUCH:
        raise InputOverflowError(
            Sentence(
                "{name}_energy: up to [{place}] the orders of the book sum to more than {most} kWh",
                name=name,
                place=place,
                most=most,
            )
        )
    if fault.kind == SPREAD:
        raise InputOverflowError(
            Sentence(
                "{name}_price: [{place}] is {price} micro-yuan/kWh, more than {furthest} away from others of the book",
                name=name,
                place=place,
                price=price,
                furthest=FURTHEST,
            )
        )
    if fault.kind in {FAR_PRICE, FAR_TIME}:
        what, value = ("price", price) if fault.kind == FAR_PRICE else ("time", time)
        raise InputOverflowError(
            Sentence(
                "{name}_{what}: [{place}] is {value}, not within ±{limit}",
                name=name,
                what=what,
                place=place,
                value=value,
                limit=LIMIT - 1,
            )
        )
    raise ValueError(f"{name}_priority must lie between 0 and {PRIORITY_MAX}: [{place}] is {priority}")
