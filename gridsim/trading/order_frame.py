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
from gridsim.rules.loader import shipped
from gridsim.rules.shipped import FIRST
from gridsim.tables.encoded import Encoded
from gridsim.tables.faults import in_reading_order, row_faults
from gridsim.tables.frames import columns_of_frame
from gridsim.tables.read import read_cells
from gridsim.trading.placing import OrderColumns
from gridsim.trading.trades import BUYERS, GENERATORS, NEW_ENERGY
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.errors import Fault
    from gridsim.tables.raw import ConvertedColumn, RawTable

    Ints = NDArray[np.int64]

__all__ = ["BOOK_COLUMNS", "OrderFrame", "read_orders"]

BOOK_COLUMNS = ("session", "month", "segment", "product")
"""What makes a book, in the order in which books are sorted by their texts."""

_NEEDED = ("participant_id", "side", "price_yuan_per_mwh", "energy_mwh")
_MANY = 100_000  # from so many orders on columns are worth other threads
_FEW_CODES = 4  # codes of books up to so many times the orders need not be made dense

_SELL = INPUT_TABLES["orders"]["side"].values.index("sell")
_IS_GENERATOR = Column(
    "is_generator", "bool", ("是否发电企业",), "whether a generator orders", optional=True, default=False
)


@cache
def _columns() -> tuple[Column, ...]:
    """The columns that a frame may have; participants are its own, no table is there that they could refer to."""
    tables = input_tables(shipped(FIRST).shape)
    full = (*tables["orders"], tables["generators"]["heat_priority"], _IS_GENERATOR)
    its_own: dict[str, dict[str, Any]] = {"participant_id": {"kind": "id"}, "energy_mwh": {"positive": True}}
    return tuple(replace(column, **its_own.get(column.name, {})) for column in full)


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
        Books ascend in the text order of session, month, segment, product; of one of these, new energy comes before the
        transfers of buyers, and those before the transfers of generators.
    takes : (n,) bool array or None
        Orders without a price, which take any; None if each has one.
    among : (n,) int64 array or None
        What each order trades (`gridsim.trading.trades`); None if all trade new energy.
    notes : tuple of Sentence
        Of columns that were read in another unit, and the like.
    """

    given: dict[str, pd.Series]
    texts: dict[str, Encoded]
    columns: OrderColumns
    takes: NDArray[np.bool_] | None
    among: Ints | None
    notes: tuple[Sentence, ...]


def read_orders(frame: pd.DataFrame, mechanism: str) -> OrderFrame:
    """Read a frame of orders: the columns of the ``orders`` table, perhaps ``heat_priority`` and ``is_generator``.

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
    more += _transfers_of_nobody(raw, cells)
    if faults or more:
        raise ScenarioError(in_reading_order([*faults, *more], ["orders"]))
    prices = cells["price_yuan_per_mwh"]
    texts = {name: found.values for name, found in cells.items() if isinstance(found.values, Encoded)}
    among = _traded_as(cells)
    return OrderFrame(
        given,
        texts,
        OrderColumns(
            book=_books(texts, among, raw.length),
            is_sell=texts["side"].codes == _SELL,
            price=prices.values,
            energy=cells["energy_mwh"].values,
            priority=~cells["heat_priority"].values if "heat_priority" in cells else None,
            time=_times(cells["submitted_at"]) if "submitted_at" in cells else None,
        ),
        prices.bad,
        among,
        raw.notes,
    )


def _transfers_of_nobody(raw: RawTable, cells: dict[str, ConvertedColumn]) -> list[Fault]:
    """Transfers where no column says who is a generator, so that nobody knows in which book they are."""
    if "transfer" not in cells or "is_generator" in cells:
        return []
    rows = np.flatnonzero(cells["transfer"].values)
    return list(
        row_faults(
            raw.file,
            rows,
            "transfer",
            lambda _: "true",
            Sentence("a transfer, but no column is_generator"),
            Sentence("with transfers, is_generator (true/false) of every order"),
        )
    )


def _traded_as(cells: dict[str, ConvertedColumn]) -> Ints | None:
    if "transfer" not in cells or not cells["transfer"].values.any():
        return None
    is_generator = cells["is_generator"].values
    return np.where(cells["transfer"].values, np.where(is_generator, GENERATORS, BUYERS), NEW_ENERGY)


def _books(texts: dict[str, Encoded], among: Ints | None, length: int) -> Ints | None:
    """The book of each order; where nothing tells books apart, all are one (None)."""
    book: Ints | None = None
    books = 1
    for codes, ranks in _parts_of_books(texts, among):
        book = codes if book is None else book * ranks + codes
        books *= ranks
        if books > _FEW_CODES * length:
            book, found = pd.factorize(book, sort=True)
            book, books = book.astype(np.int64), len(found)
    return book


def _parts_of_books(texts: dict[str, Encoded], among: Ints | None) -> Iterator[tuple[Ints, int]]:
    """What tells books apart, the first thing first: the place of each order in it, and how many places there are."""
    for name in BOOK_COLUMNS:
        if name in texts and (len(texts[name].texts) != 1 or texts[name].has_gaps()):
            rank, ranks = _ranks(texts[name])
            yield rank[texts[name].codes], ranks
    if among is not None:
        yield among, GENERATORS + 1


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
