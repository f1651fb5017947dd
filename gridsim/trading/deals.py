"""What was traded, as arrays: the one outcome of trading, of which the table ``trades`` is a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.calendar import deliveries
from gridsim.columns import INPUT_TABLES
from gridsim.tables.encoded import texts_of_rows
from gridsim.trading.deliveries import month_count, month_of_delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = [
    "BUYERS",
    "GENERATORS",
    "NEW_ENERGY",
    "NO_ROW",
    "TRANSFERS",
    "Deals",
    "MatchedOrders",
    "deals_of",
    "generators_of",
    "held_within_bounds",
    "in_order_of_books",
    "traded_as",
    "trades_table",
]

NO_ROW = -1
"""In place of a row, where a trade does not come from that table; of a segment or contract, where it has none."""

NEW_ENERGY, BUYERS, GENERATORS = range(3)
"""What is traded: new energy, or contracted energy that buyers, or generators, transfer among themselves (part 10)."""
TRANSFERS = ("buyers", "generators")
"""What tables call them, from `BUYERS` on; new energy is an empty cell."""


class MatchedOrders(NamedTuple):
    """Matched pairs in the order of their books, each an (n,) int64 array; `sell` and `buy` are rows of the orders."""

    sell: Ints
    buy: Ints
    energy: Ints
    price: Ints


class Deals(NamedTuple):
    """Trades in their order, each an (n,) int64 array: standing bilateral rows in file order, then the books.

    Attributes
    ----------
    session : array
        Position in the names of `Sessions`.
    product : array
        Position among the products of the market.
    month : array
        Position in the deliveries of the year.
    segment : array
        Position in the segments that orders may name; `NO_ROW` without one.
    seller : array
        Row of the generator.
    buyer : array
        Position in the parties of `Buyers`.
    unit : array
        Number of the buyer's settlement unit that trades the product. Of an account: -1 - its place among the accounts.
    energy : array
        [kWh]
    price : array
        [micro-yuan/kWh]
    contract : array
        Code of the contract in the table of bilateral filings; `NO_ROW` for a matched pair.
    sell_row, buy_row, bilateral_row : array
        0-based rows of the orders and of the filings; `NO_ROW` where it does not come from that table.
    transfer : array
        `NEW_ENERGY`, `BUYERS` or `GENERATORS`. A transfer of buyers has no seller, one of generators no buyer and unit:
        `NO_ROW` there.
    giver : array
        Of a transfer: the settlement unit, or the row of the generator, that gives the energy away; else `NO_ROW`.
    """

    session: Ints
    product: Ints
    month: Ints
    segment: Ints
    seller: Ints
    buyer: Ints
    unit: Ints
    energy: Ints
    price: Ints
    contract: Ints
    sell_row: Ints
    buy_row: Ints
    bilateral_row: Ints
    transfer: Ints
    giver: Ints


def deals_of(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, filing: NDArray[np.integer[Any]], matched: MatchedOrders
) -> Deals:
    """The trades that standing filings and matched orders make.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    filing : (f,) integer array
        Rows of the filings that stand, ascending.
    matched : MatchedOrders
        Sorted by book, in each in the order of matching.
    """
    bilateral, orders = scenario.tables["bilateral"], scenario.tables["orders"]
    none = np.full(len(filing), NO_ROW, dtype=np.int64), np.full(len(matched.sell), NO_ROW, dtype=np.int64)

    def both(of_filings: NDArray[np.integer[Any]], of_pairs: NDArray[np.integer[Any]]) -> Ints:
        return np.concatenate([of_filings, of_pairs]).astype(np.int64, copy=False)

    def codes(name: str) -> Ints:
        return both(_codes(bilateral[name], filing), _codes(orders[name], matched.sell))

    product = codes("product")
    generator, its_buyer = generators_of(scenario), buyers.position_of(orders["participant_id"])
    buyer = both(buyers.position_of(bilateral["buyer_id"])[filing], its_buyer[matched.buy])
    among = traded_as(scenario)[matched.sell]
    mode = buyers.shape.mode_of_product[product]
    number = buyers.units.number
    unit = number[buyer, mode]
    account = buyers.account_of(orders["participant_id"])
    if account is not None:
        account = both(none[0], account[matched.buy])
        unit = np.where(account == NO_ROW, unit, -1 - account)
        buyer = np.where(account == NO_ROW, buyer, len(buyers.ids) + account)
    giver = np.where(among == GENERATORS, generator[matched.buy], number[its_buyer[matched.sell], mode[len(filing) :]])
    return Deals(
        session=both(
            sessions.position_of(bilateral["session"])[filing], sessions.position_of(orders["session"])[matched.sell]
        ),
        product=product,
        month=codes("month"),
        segment=both(none[0], _codes(orders["segment"], matched.sell)),
        seller=both(
            scenario.row_of(bilateral["generator_id"], "generators", "generator_id")[filing],
            generator[matched.sell],
        ),
        buyer=buyer,
        unit=unit,
        energy=both(bilateral["energy_kwh"].to_numpy()[filing], matched.energy),
        price=both(bilateral["price_micro_yuan_per_kwh"].to_numpy()[filing], matched.price),
        contract=both(_codes(bilateral["contract_id"], filing), none[1]),
        sell_row=both(none[0], matched.sell),
        buy_row=both(none[0], matched.buy),
        bilateral_row=both(filing, none[1]),
        transfer=both(np.full(len(filing), NEW_ENERGY), among),
        giver=both(none[0], np.where(among == NEW_ENERGY, NO_ROW, giver)),
    )


def held_within_bounds(scenario: Scenario, sessions: Sessions, pairs: MatchedOrders) -> MatchedOrders:
    """Pairs of new energy, their prices held within the bounds of their kind of session where they deliver one month.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    pairs : MatchedOrders
    """
    if sessions.bounds is None:
        return pairs
    orders = scenario.tables["orders"]
    kind = sessions.kind_of_orders(orders)[pairs.sell]
    delivery = orders["month"].array.codes[pairs.sell].astype(np.int64)
    held = sessions.bounds.held(pairs.price, kind, month_of_delivery(delivery))
    return pairs._replace(price=np.where(month_count(delivery) == 1, held, pairs.price))


def in_order_of_books(parts: list[MatchedOrders], book_of_row: Ints) -> MatchedOrders:
    """Pairs of several mechanisms as one, book by book.

    Parameters
    ----------
    parts : list of MatchedOrders
        Each in the order of its books.
    book_of_row : (orders,) int64 array
    """
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return MatchedOrders(*np.zeros((4, 0), dtype=np.int64))
    pairs = MatchedOrders(*map(np.concatenate, zip(*parts, strict=True)))
    order = np.argsort(book_of_row[pairs.sell], kind="stable")
    return MatchedOrders(*(column[order] for column in pairs))


def generators_of(scenario: Scenario) -> Ints:
    """Which generator orders in each row of the orders, as a row of the generators; `NO_ROW` where another does."""
    return scenario.row_of(scenario.tables["orders"]["participant_id"], "generators", "generator_id")


def traded_as(scenario: Scenario) -> Ints:
    """What each row of the orders trades: `NEW_ENERGY`, or energy among `BUYERS` or `GENERATORS` (rulebook part 10)."""
    orders = scenario.tables["orders"]
    is_transfer = orders["transfer"].to_numpy(dtype=bool)
    if not is_transfer.any():
        return np.full(len(orders), NEW_ENERGY, dtype=np.int64)
    return np.where(is_transfer, np.where(generators_of(scenario) >= 0, GENERATORS, BUYERS), NEW_ENERGY)


def trades_table(deals: Deals, scenario: Scenario, buyers: Buyers, sessions: Sessions) -> pa.Table:
    """The exact table ``trades``: the same trades with names for their numbers.

    Parameters
    ----------
    deals : Deals
    scenario, buyers, sessions
        Of which the deals are.
    """
    contracts = scenario.tables["bilateral"]["contract_id"].array.categories.tolist()
    generators = texts_of_rows(scenario.tables["generators"]["generator_id"])
    seller, buyer = _texts(deals.seller, generators), _texts(deals.buyer, buyers.parties)
    if deals.transfer.any():
        among_buyers, among_generators = (deals.transfer == among for among in (BUYERS, GENERATORS))
        giving = np.full(len(deals.giver), NO_ROW, dtype=np.int64)
        giving[among_buyers] = buyers.units.buyer[deals.giver[among_buyers]]
        seller = pc.if_else(pa.array(among_buyers), _texts(giving, buyers.ids), seller)
        giving = np.where(among_generators, deals.giver, NO_ROW)
        buyer = pc.if_else(pa.array(among_generators), _texts(giving, generators), buyer)
    kinds, texts_of_kinds = sessions.kind_of_trades(deals.session, deals.bilateral_row != NO_ROW)
    return pa.table(
        {
            "session": _texts(deals.session, sessions.names),
            "kind": _texts(kinds, texts_of_kinds),
            "product": _texts(deals.product, buyers.shape.product_ids),
            "month": _texts(deals.month, deliveries(scenario.year)),
            "segment": _texts(deals.segment, INPUT_TABLES["orders"]["segment"].values),
            "seller_id": seller,
            "buyer_id": buyer,
            "energy_kwh": deals.energy,
            "price_micro_yuan_per_kwh": deals.price,
            "contract_id": _texts(deals.contract, contracts),
            "sell_row": _row_numbers(deals.sell_row),
            "buy_row": _row_numbers(deals.buy_row),
            "bilateral_row": _row_numbers(deals.bilateral_row),
            "transfer": _texts(deals.transfer - BUYERS, TRANSFERS),
        }
    )


def _codes(column: pd.Series, row: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    codes: NDArray[np.integer[Any]] = column.array.codes[row]
    return codes


def _texts(codes: Ints, values: Sequence[str] | NDArray[np.object_]) -> pa.Array:
    """Codes as texts; `NO_ROW` is an empty cell."""
    return pa.array(list(values), pa.string()).take(pa.array(codes, mask=codes == NO_ROW))


def _row_numbers(row: Ints) -> pa.Array:
    """1-based data rows."""
    return pa.array(row + 1, mask=row == NO_ROW)
