"""What was traded, as arrays: the one outcome of trading, of which the table ``trades`` is a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.calendar import deliveries
from gridsim.columns import INPUT_TABLES
from gridsim.tables.encoded import texts_of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["NO_ROW", "Deals", "MatchedOrders", "deals_of", "trades_table"]

NO_ROW = -1
"""In place of a row, where a trade does not come from that table; of a segment or contract, where it has none."""


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
        Position in the ids of `Buyers`.
    unit : array
        Number of the buyer's settlement unit that trades the product.
    energy : array
        [kWh]
    price : array
        [micro-yuan/kWh]
    contract : array
        Code of the contract in the table of bilateral filings; `NO_ROW` for a matched pair.
    sell_row, buy_row, bilateral_row : array
        0-based rows of the orders and of the filings; `NO_ROW` where it does not come from that table.
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
    buyer = both(
        buyers.position_of(bilateral["buyer_id"])[filing],
        buyers.position_of(orders["participant_id"])[matched.buy],
    )
    return Deals(
        session=both(
            sessions.position_of(bilateral["session"])[filing], sessions.position_of(orders["session"])[matched.sell]
        ),
        product=product,
        month=codes("month"),
        segment=both(none[0], _codes(orders["segment"], matched.sell)),
        seller=both(
            scenario.row_of(bilateral["generator_id"], "generators", "generator_id")[filing],
            scenario.row_of(orders["participant_id"], "generators", "generator_id")[matched.sell],
        ),
        buyer=buyer,
        unit=buyers.units.number[buyer, buyers.shape.mode_of_product[product]],
        energy=both(bilateral["energy_kwh"].to_numpy()[filing], matched.energy),
        price=both(bilateral["price_micro_yuan_per_kwh"].to_numpy()[filing], matched.price),
        contract=both(_codes(bilateral["contract_id"], filing), none[1]),
        sell_row=both(none[0], matched.sell),
        buy_row=both(none[0], matched.buy),
        bilateral_row=both(filing, none[1]),
    )


def trades_table(deals: Deals, scenario: Scenario, buyers: Buyers, sessions: Sessions) -> pa.Table:
    """The exact table ``trades``: the same trades with names for their numbers.

    Parameters
    ----------
    deals : Deals
    scenario, buyers, sessions
        Of which the deals are.
    """
    contracts = scenario.tables["bilateral"]["contract_id"].array.categories.tolist()
    kinds, texts_of_kinds = sessions.kinds(deals.session, deals.bilateral_row != NO_ROW)
    return pa.table(
        {
            "session": _texts(deals.session, sessions.names),
            "kind": _texts(kinds, texts_of_kinds),
            "product": _texts(deals.product, buyers.shape.product_ids),
            "month": _texts(deals.month, deliveries(scenario.year)),
            "segment": _texts(deals.segment, INPUT_TABLES["orders"]["segment"].values),
            "seller_id": _texts(deals.seller, texts_of_rows(scenario.tables["generators"]["generator_id"])),
            "buyer_id": _texts(deals.buyer, buyers.ids),
            "energy_kwh": deals.energy,
            "price_micro_yuan_per_kwh": deals.price,
            "contract_id": _texts(deals.contract, contracts),
            "sell_row": _row_numbers(deals.sell_row),
            "buy_row": _row_numbers(deals.buy_row),
            "bilateral_row": _row_numbers(deals.bilateral_row),
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
