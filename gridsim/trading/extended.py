"""Books that a mechanism of an extension matches, and the invariants that its trades are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.extensions import Book, needed
from gridsim.trading.order_columns import is_sale, times_of
from gridsim.trading.standing import prices_of, priority_class
from gridsim.trading.trades import MatchedOrders
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.extensions import Extension
    from gridsim.scenario import Scenario
    from gridsim.trading.terms import Terms

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["columns_of_extension", "match_by_extension"]

_COLUMNS = 4


class BookColumns(NamedTuple):
    """Orders of any number of books, each an (n,) array."""

    book: Ints
    is_sell: Flags
    price: Ints
    energy: Ints
    time: Ints
    heat_priority: Flags


def columns_of_extension(terms: Terms, scenario: Scenario, book: Ints, row: Ints) -> tuple[BookColumns, Flags | None]:
    """What an extension sees of some orders, and which of them name no price.

    Parameters
    ----------
    terms : Terms
    scenario : Scenario
    book : (n,) int64 array
        The book of each of the rows.
    row : (n,) int64 array
        Of the orders, ascending.
    """
    orders = scenario.tables["orders"]
    price, takes = prices_of(orders, row)
    priority = priority_class(scenario)[row] == 0 if terms.heat_priority else np.zeros(len(row), dtype=bool)
    energy = orders["energy_kwh"].to_numpy()[row]
    return BookColumns(book, is_sale(scenario, row), price, energy, times_of(scenario, row), priority), takes


def match_by_extension(
    name: str, orders: BookColumns, k: int, scenario: Scenario, row: Ints, takes: Flags | None
) -> MatchedOrders:
    """Match books by the mechanism of an extension.

    Parameters
    ----------
    name : str
    orders : BookColumns
    k : int [10⁻⁴]
    scenario : Scenario
        Whose table of orders tells of which session and month a book is.
    row : (n,) int64 array
        Of that table, where each order stands.
    takes : (n,) bool array, optional
        Orders without a price, of which there may be none.

    Raises
    ------
    ExtensionError
        The extension is missing, failed, or gave trades that cannot be.
    """
    extension = needed("mechanism", name)
    found = []
    order = np.argsort(orders.book, kind="stable")
    cuts = np.flatnonzero(np.diff(orders.book[order])) + 1
    for own in np.split(order, cuts) if len(order) else ():
        is_sell, price, energy, time, priority = (_fixed(column[own]) for column in orders[1:])
        book = Book(is_sell, price, energy, time, priority, k)
        place = _place(scenario, int(row[own[0]]))
        if takes is not None and takes[own].any():
            raise extension.broken(Sentence("an order without a price: only uniform sessions take these"), place)
        trades = _called(extension, book, place)
        broken = next(_broken(book, trades), None)
        if broken is not None:
            raise extension.broken(broken, place)
        found.append(MatchedOrders(row[own[trades.sell]], row[own[trades.buy]], trades.energy, trades.price))
    if not found:
        return MatchedOrders(*np.zeros((_COLUMNS, 0), dtype=np.int64))
    return MatchedOrders(*map(np.concatenate, zip(*found, strict=True)))


def _fixed(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values


def _place(scenario: Scenario, row: int) -> Sentence:
    order = scenario.tables["orders"].iloc[row]
    return Sentence(
        "session {session}, month {month}, product {product}",
        session=order["session"],
        month=order["month"],
        product=order["product"],
    )


def _called(extension: Extension, book: Book, place: Sentence) -> MatchedOrders:
    try:
        given = [np.asarray(column) for column in extension.function(book)]
    except Exception as error:
        raise extension.failed(error, place) from error
    given = [column.astype(np.int64) if column.size == 0 else column for column in given]
    if (
        len(given) != _COLUMNS
        or len({column.shape for column in given}) != 1
        or not all(column.ndim == 1 and np.issubdtype(column.dtype, np.integer) for column in given)
    ):
        raise extension.broken(Sentence("four arrays of whole numbers of one length: sell, buy, energy, price"), place)
    return MatchedOrders(*(column.astype(np.int64) for column in given))


def _broken(book: Book, trades: MatchedOrders) -> Iterator[Sentence]:
    """Which invariant of a book its trades break."""
    count = len(book.price)
    for side, at, is_side in (("sell", trades.sell, book.is_sell), ("buy", trades.buy, ~book.is_sell)):
        if ((at < 0) | (at >= count)).any() or not is_side[at].all():
            yield Sentence("both sides: an entry of {side} is no {side} order of the book", side=side)
    if (trades.energy <= 0).any():
        yield Sentence("nothing negative: a trade of {energy} kWh", energy=int(trades.energy.min()))
    for at in (trades.sell, trades.buy):
        traded = [0] * count  # of any size: energies that are wrong may be large
        for place, energy in zip(at.tolist(), trades.energy.tolist(), strict=True):
            traded[place] += energy
        for place in dict.fromkeys(at.tolist()):
            if traded[place] > book.energy[place]:
                yield Sentence(
                    "volumes within orders: {traded} kWh of an order of {energy} kWh",
                    traded=traded[place],
                    energy=int(book.energy[place]),
                )
    low, high = book.price[trades.sell], book.price[trades.buy]
    wrong = np.flatnonzero((trades.price < low) | (trades.price > high))
    if len(wrong):
        first = int(wrong[0])
        yield Sentence(
            "prices within limits: {price} micro-yuan/kWh, between {low} of the seller and {high} of the buyer",
            price=int(trades.price[first]),
            low=int(low[first]),
            high=int(high[first]),
        )
