"""Supply and demand of one book, as points of its two curves, and the pairs that were matched (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.analysis.figures import Figure, energy
from gridsim.errors import ResultError
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.io.named_frames import ExactTables

    Ints = NDArray[np.int64]

__all__ = ["BookCurve", "curve_of"]

_BOOK = ("session", "product", "delivery", "segment")
_PRICE = "price_micro_yuan_per_kwh"


@helpful
@dataclass(frozen=True, eq=False)
class BookCurve:
    """One book's standing orders and pairs, each in the order of matching.

    Attributes
    ----------
    book : mapping of str to str
        ``session``, ``product``, ``delivery`` and ``segment`` ("" if it has none).
    orders : DataFrame
        ``side``, ``participant``, ``price_yuan_per_mwh``, ``energy_mwh``, ``from_mwh`` and ``to_mwh`` (where the order
        lies on its curve), ``traded_mwh``, ``row`` (1-based data row of ``orders``); sellers first.
    pairs : DataFrame
        ``seller``, ``buyer``, ``price_yuan_per_mwh``, ``energy_mwh``, ``from_mwh``, ``to_mwh``, ``sell_row``,
        ``buy_row``.
    exact : mapping of str to DataFrame
        ``orders`` and ``pairs`` as integers.
    """

    book: Mapping[str, str]
    orders: pd.DataFrame
    pairs: pd.DataFrame
    exact: Mapping[str, pd.DataFrame]

    @property
    def supply(self) -> pd.DataFrame:
        """The sell orders, cheapest first."""
        return self.orders[self.orders["side"] == "sell"].reset_index(drop=True)

    @property
    def demand(self) -> pd.DataFrame:
        """The buy orders, dearest first."""
        return self.orders[self.orders["side"] == "buy"].reset_index(drop=True)


def curve_of(
    exact: ExactTables, inputs: Mapping[str, pa.Table], asked: Mapping[str, str | None], heat_priority: bool
) -> BookCurve:
    """See `Statistics.curve`."""
    if "orders" not in inputs:
        raise ResultError(Sentence("curve: this result has no orders, so no books"))
    orders = inputs["orders"].append_column("row", pa.array(np.arange(1, len(inputs["orders"]) + 1)))
    if "transfer" in orders.column_names:  # energy that changes hands has books of its own
        orders = orders.filter(pc.invert(orders.column("transfer").fill_null(False)))
    orders = orders.rename_columns({"month": "delivery"}).filter(_is(orders.column("session"), str(asked["session"])))
    rejected = exact.arrow("rejected")
    unused = pc.filter(rejected.column("row"), _is(rejected.column("table"), "orders"))
    standing = orders.filter(pc.invert(pc.is_in(orders.column("row"), value_set=_plain(unused))))
    book = _the_book(standing, inputs, asked)
    for name, text in book.items():
        standing = standing.filter(_is(standing.column(name), text))
    frame = _frame(standing, ("side", "participant_id", _PRICE, "energy_kwh", "submitted_at", "row"))
    generators = inputs["generators"]
    supplies_heat = generators.filter(generators.column("heat_priority")).column("generator_id")
    with_heat = _plain(supplies_heat).to_pylist() if heat_priority else []
    frame = _in_order_of_matching(frame.rename(columns={"participant_id": "participant"}), with_heat)
    pairs = _pairs(exact, book)
    traded = pd.concat([pairs.groupby("sell_row")["energy_kwh"].sum(), pairs.groupby("buy_row")["energy_kwh"].sum()])
    frame["traded_kwh"] = traded.reindex(frame["row"], fill_value=0).to_numpy()
    names = ("side", "participant", "price", "energy", "from", "to", "traded", "row")
    of_pairs = ("seller", "buyer", "price", "energy", "from", "to", "sell_row", "buy_row")
    return BookCurve(book, _shown(frame, names), _shown(pairs, of_pairs), {"orders": frame, "pairs": pairs})


def _the_book(orders: pa.Table, inputs: Mapping[str, pa.Table], asked: Mapping[str, str | None]) -> dict[str, str]:
    """The one book that fits."""
    if not len(orders):
        sessions = sorted(text for text in pc.unique(inputs["orders"].column("session")).to_pylist() if text)
        raise ResultError(
            listed(
                Sentence("curve: no standing order in session {session!r}", session=asked["session"]),
                Sentence("there are: {names}", names=named(sessions, LISTED)),
                nearest_in_words(nearest(str(asked["session"]), sessions)),
            )
        )
    columns = [_plain(orders.column(name)).fill_null("") for name in _BOOK]
    books = sorted(set(zip(*(column.to_pylist() for column in columns), strict=True)))
    found = [book for book in books if all(text in {None, own} for text, own in zip(asked.values(), book, strict=True))]
    if len(found) == 1:
        return dict(zip(_BOOK, found[0], strict=True))
    what = Sentence("curve: several books fit, say which") if found else Sentence("curve: there is no such book")
    raise ResultError(
        listed(
            what,
            Sentence(
                "session {session} has, by product/delivery/segment: {names}",
                session=asked["session"],
                names=named(["/".join(text or "-" for text in book[1:]) for book in (found or books)], LISTED),
            ),
        )
    )


def _in_order_of_matching(orders: pd.DataFrame, with_heat: Collection[str]) -> pd.DataFrame:
    """Sellers by price, heat priority, time and row; buyers by falling price, time and row; each on its curve."""
    is_sell = (orders["side"] == "sell").to_numpy()
    comes_first = is_sell & orders["participant"].isin(with_heat).to_numpy()
    price = orders[_PRICE].to_numpy()
    rank = np.where(is_sell, price, -price)
    order = np.lexsort((orders["row"], orders["submitted_at"], ~comes_first, rank, ~is_sell))
    frame = orders.drop(columns="submitted_at").iloc[order].reset_index(drop=True)
    frame["to_kwh"] = frame.groupby("side", sort=False)["energy_kwh"].cumsum()
    frame["from_kwh"] = frame["to_kwh"] - frame["energy_kwh"]
    return frame


def _pairs(exact: ExactTables, book: Mapping[str, str]) -> pd.DataFrame:
    where = {"month" if name == "delivery" else name: text or None for name, text in book.items()}
    trades = exact.arrow("trades", {**where, "transfer": None})
    trades = trades.filter(pc.is_valid(trades.column("sell_row")))
    frame = _frame(trades, ("seller_id", "buyer_id", _PRICE, "energy_kwh", "sell_row", "buy_row"))
    frame = frame.rename(columns={"seller_id": "seller", "buyer_id": "buyer"})
    frame["to_kwh"] = frame["energy_kwh"].cumsum()
    frame["from_kwh"] = frame["to_kwh"] - frame["energy_kwh"]
    return frame


def _shown(exact: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name in names:
        if name == "price":
            columns["price_yuan_per_mwh"] = Figure("price", "price", _PRICE, scale=1000).of_frame(exact)
        elif f"{name}_kwh" in exact:
            columns[f"{name}_mwh"] = energy(name).of_frame(exact)
        else:
            columns[name] = exact[name]
    return pd.DataFrame(columns)


def _frame(table: pa.Table, names: tuple[str, ...]) -> pd.DataFrame:
    columns = {}
    for name in names:
        column = _plain(table.column(name))
        values = column.to_pandas()
        columns[name] = values.astype("str") if pa.types.is_string(column.type) else values
    return pd.DataFrame(columns)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _is(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    """Whether each text is this one; the empty text stands for an empty cell."""
    return pc.equal(_plain(column).fill_null(""), text)
