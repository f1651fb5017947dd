"""What was traded, as arrays: the one outcome of trading, of which the table ``trades`` is a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.calendar import deliveries
from gridsim.columns import INPUT_TABLES
from gridsim.rules.shape import MARKET
from gridsim.tables.encoded import texts_of_rows
from gridsim.trading.deliveries import month_count, month_of_delivery
from gridsim.trading.held import NO_ROW, contract_texts, held_deals

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
    "MatchedOrders",
    "YearTrades",
    "generators_of",
    "held_within_bounds",
    "in_order_of_books",
    "traded_as",
    "trades_of",
    "trades_table",
]

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


class YearTrades(NamedTuple):
    """The trades of a year in their order, each an (n,) int64 array: standing bilateral rows in file order, then the
    rows of the table of deals in file order, then the books.

    Attributes
    ----------
    session : array
        Position in the names of `Sessions`, and behind them in the texts of the table of deals; `NO_ROW`: it says none.
    kind : array
        Place among `Sessions.of_trades`.
    product : array
        Position among the products of the market.
    month : array
        Position in the deliveries of the year.
    segment : array
        Position in the segments that orders may name; `NO_ROW` without one.
    seller : array
        Row of the generator; behind them all the market's account.
    buyer : array
        Position in the parties of `Buyers`.
    unit : array
        Number of the buyer's settlement unit that trades the product. Of an account: -1 - its place among the accounts.
    energy : array
        [kWh]
    price : array
        [micro-yuan/kWh]
    contract : array
        Code of the contract among those of bilateral filings, and behind them of deals; `NO_ROW` where it has none.
    sell_row, buy_row, bilateral_row, deal_row : array
        0-based rows of the orders, filings and deals; `NO_ROW` where it does not come from that table.
    transfer : array
        `NEW_ENERGY`, `BUYERS` or `GENERATORS`. A transfer of buyers has no seller, one of generators no buyer and unit:
        `NO_ROW` there.
    giver : array
        Of a transfer: the settlement unit, or the row of the generator, that gives the energy away; else `NO_ROW`.
    """

    session: Ints
    kind: Ints
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
    deal_row: Ints
    transfer: Ints
    giver: Ints


def trades_of(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, filing: NDArray[np.integer[Any]], matched: MatchedOrders
) -> YearTrades:
    """The trades that standing filings, the table of deals and matched orders make.

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
    held = held_deals(scenario, buyers, sessions)
    none = tuple(np.full(count, NO_ROW, dtype=np.int64) for count in (len(filing), len(held.row), len(matched.sell)))

    def together(of_filings: NDArray[np.integer[Any]], of_deals: Ints, of_pairs: NDArray[np.integer[Any]]) -> Ints:
        return np.concatenate([of_filings, of_deals, of_pairs]).astype(np.int64, copy=False)

    def codes(name: str, of_deals: Ints) -> Ints:
        return together(_codes(bilateral[name], filing), of_deals, _codes(orders[name], matched.sell))

    product = codes("product", held.product)
    generator, its_buyer = generators_of(scenario), buyers.position_of(orders["participant_id"])
    buyer = together(buyers.position_of(bilateral["buyer_id"])[filing], held.buyer, its_buyer[matched.buy])
    among = traded_as(scenario)[matched.sell]
    mode = buyers.shape.mode_of_product[product]
    number = buyers.units.number
    account = buyers.account_of(orders["participant_id"])
    of_account = together(none[0], held.account, none[2] if account is None else account[matched.buy])
    unit = np.where(of_account == NO_ROW, number[buyer, mode], -1 - of_account)
    buyer = np.where(of_account == NO_ROW, buyer, len(buyers.ids) + of_account)
    of_pair = slice(len(filing) + len(held.row), None)
    giver = np.where(among == GENERATORS, generator[matched.buy], number[its_buyer[matched.sell], mode[of_pair]])
    filed_in = sessions.position_of(bilateral["session"])[filing]
    ordered_in = sessions.position_of(orders["session"])[matched.sell]
    contracts = len(bilateral["contract_id"].array.categories)
    return YearTrades(
        session=together(
            filed_in, np.where(held.session == NO_ROW, NO_ROW, len(sessions.names) + held.session), ordered_in
        ),
        kind=together(sessions.filed[filed_in], held.kind, sessions.ordered[ordered_in]),
        product=product,
        month=codes("month", held.month),
        segment=together(none[0], none[1], _codes(orders["segment"], matched.sell)),
        seller=together(
            scenario.row_of(bilateral["generator_id"], "generators", "generator_id")[filing],
            held.seller,
            generator[matched.sell],
        ),
        buyer=buyer,
        unit=unit,
        energy=together(bilateral["energy_kwh"].to_numpy()[filing], held.energy, matched.energy),
        price=together(bilateral["price_micro_yuan_per_kwh"].to_numpy()[filing], held.price, matched.price),
        contract=together(
            _codes(bilateral["contract_id"], filing),
            np.where(held.contract == NO_ROW, NO_ROW, contracts + held.contract),
            none[2],
        ),
        sell_row=together(none[0], none[1], matched.sell),
        buy_row=together(none[0], none[1], matched.buy),
        bilateral_row=together(filing, none[1], none[2]),
        deal_row=together(none[0], held.row, none[2]),
        transfer=together(np.full(len(filing), NEW_ENERGY), np.full(len(held.row), NEW_ENERGY), among),
        giver=together(none[0], none[1], np.where(among == NEW_ENERGY, NO_ROW, giver)),
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


def trades_table(trades: YearTrades, scenario: Scenario, buyers: Buyers, sessions: Sessions) -> pa.Table:
    """The exact table ``trades``: the same trades with names for their numbers.

    Parameters
    ----------
    trades : YearTrades
    scenario, buyers, sessions
        Of which the trades are.
    """
    contracts = [*scenario.tables["bilateral"]["contract_id"].array.categories, *contract_texts(scenario)]
    sessions_named = [*sessions.names, *scenario.tables["deals"]["session"].array.categories]
    generators = texts_of_rows(scenario.tables["generators"]["generator_id"])
    seller, buyer = _texts(trades.seller, [*generators, MARKET]), _texts(trades.buyer, buyers.parties)
    if trades.transfer.any():
        among_buyers, among_generators = (trades.transfer == among for among in (BUYERS, GENERATORS))
        giving = np.full(len(trades.giver), NO_ROW, dtype=np.int64)
        giving[among_buyers] = buyers.units.buyer[trades.giver[among_buyers]]
        seller = pc.if_else(pa.array(among_buyers), _texts(giving, buyers.ids), seller)
        giving = np.where(among_generators, trades.giver, NO_ROW)
        buyer = pc.if_else(pa.array(among_generators), _texts(giving, generators), buyer)
    return pa.table(
        {
            "session": _texts(trades.session, sessions_named),
            "kind": _texts(trades.kind, [kind.id for kind in sessions.of_trades]),
            "product": _texts(trades.product, buyers.shape.product_ids),
            "month": _texts(trades.month, deliveries(scenario.year)),
            "segment": _texts(trades.segment, INPUT_TABLES["orders"]["segment"].values),
            "seller_id": seller,
            "buyer_id": buyer,
            "energy_kwh": trades.energy,
            "price_micro_yuan_per_kwh": trades.price,
            "contract_id": _texts(trades.contract, contracts),
            "sell_row": _row_numbers(trades.sell_row),
            "buy_row": _row_numbers(trades.buy_row),
            "bilateral_row": _row_numbers(trades.bilateral_row),
            "transfer": _texts(trades.transfer - BUYERS, TRANSFERS),
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
