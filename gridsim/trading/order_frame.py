"""A DataFrame of orders from anywhere, read to exact arrays, with every fault in it listed at once."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from gridsim.columns import INPUT_TABLES, Column, Table
from gridsim.errors import ScenarioError
from gridsim.market_tables import input_tables
from gridsim.rules.shape_file import shipped_shape
from gridsim.tables.encoded import Encoded
from gridsim.tables.faults import in_reading_order
from gridsim.tables.frames import columns_of_frame
from gridsim.tables.read import read_cells
from gridsim.trading.placing import OrderColumns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.tables.raw import ConvertedColumn

    Ints = NDArray[np.int64]

__all__ = ["BOOK_COLUMNS", "OrderFrame", "read_orders"]

BOOK_COLUMNS = ("session", "month", "segment", "product")
"""What makes a book, in the order in which books are sorted by their texts."""

_NEEDED = ("participant_id", "side", "price_yuan_per_mwh", "energy_mwh")
_MANY = 100_000  # from so many orders on columns are worth other threads
_FEW_CODES = 4  # codes of books up to so many times the orders need not be made dense

_SELL = INPUT_TABLES["orders"]["side"].values.index("sell")


@cache
def _columns() -> tuple[Column, ...]:
    """The columns that a frame may have; participants are its own, no table is there that they could refer to."""
    tables = input_tables(shipped_shape("henan-2021"))
    full = (*tables["orders"], tables["generators"]["heat_priority"])
    return tuple(replace(column, kind="id") if column.name == "participant_id" else column for column in full)


@cache
def _any_left_out() -> Table:
    return Table("orders", tuple(replace(column, optional=column.name not in _NEEDED) for column in _columns()))


_MAY_BE: dict[str, dict[str, dict[str, Any]]] = {
    "uniform": {"price_yuan_per_mwh": {"optional": True}},
    "rolling": {"energy_mwh": {"positive": False}},
}
"""What a mechanism lets cells be beyond what they may be everywhere: a price may be empty, an energy 0."""


class OrderFrame(NamedTuple):
    """A frame of orders, read.

    Attributes
    ----------
    given : dict of str to Series
        The columns of the frame by their English names.
    texts : dict of str to Encoded
        Those of them that hold texts.
    columns : OrderColumns
        Books ascend in the text order of session, month, segment, product.
    takes : (n,) bool array or None
        Orders without a price, which take any; None if each has one.
    """

    given: dict[str, pd.Series]
    texts: dict[str, Encoded]
    columns: OrderColumns
    takes: NDArray[np.bool_] | None


def read_orders(frame: pd.DataFrame, mechanism: str) -> OrderFrame:
    """Read a frame of orders with the columns of the ``orders`` table, and perhaps ``heat_priority``.

    Parameters
    ----------
    frame : DataFrame
    mechanism : {'high_low', 'uniform', 'rolling'}
        In a uniform book a price may be empty, and in a rolling one an energy may be 0 (`_MAY_BE`).

    Raises
    ------
    ScenarioError
        Lists every fault.
    """
    threads = (os.cpu_count() or 1) if len(frame) >= _MANY else 1
    raw, given, faults = columns_of_frame(frame, _any_left_out(), threads=threads)
    if raw is None:
        raise ScenarioError(faults)
    # A column may be left out; one that is there has its cells filled as in a scenario.
    changes = _MAY_BE.get(mechanism, {})
    table = Table(
        "orders",
        tuple(replace(column, **changes.get(column.name, {})) for column in _columns() if column.name in raw.columns),
    )
    raw, cells, more = read_cells(replace(raw, table=table), threads=threads)
    if faults or more:
        raise ScenarioError(in_reading_order([*faults, *more], ["orders"]))
    prices = cells["price_yuan_per_mwh"]
    texts = {name: found.values for name, found in cells.items() if isinstance(found.values, Encoded)}
    return OrderFrame(
        given,
        texts,
        OrderColumns(
            book=_books(texts, raw.length),
            is_sell=texts["side"].codes == _SELL,
            price=prices.values,
            energy=cells["energy_mwh"].values,
            priority=~cells["heat_priority"].values if "heat_priority" in cells else None,
            time=_times(cells["submitted_at"]) if "submitted_at" in cells else None,
        ),
        prices.bad,
    )


def _books(texts: dict[str, Encoded], length: int) -> Ints | None:
    """The book of each order; where nothing tells books apart, all are one (None)."""
    book: Ints | None = None
    books = 1
    for name in BOOK_COLUMNS:
        if name not in texts or (len(texts[name].texts) == 1 and not texts[name].has_gaps()):
            continue
        rank, ranks = _ranks(texts[name])
        codes = rank[texts[name].codes]
        book = codes if book is None else book * ranks + codes
        books *= ranks
        if books > _FEW_CODES * length:
            book, found = pd.factorize(book, sort=True)
            book, books = book.astype(np.int64), len(found)
    return book


def _ranks(column: Encoded) -> tuple[Ints, int]:
    """The place of each text in ascending (code point) order, from 1, and behind the last that of no text, 0."""
    order = sorted(range(len(column.texts)), key=column.texts.__getitem__)
    rank = np.zeros(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank, len(order) + 1


def _times(cells: ConvertedColumn) -> Ints:
    """Instants [µs]."""
    times: Ints = cells.values.view(np.int64)
    return times
