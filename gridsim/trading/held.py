"""Contracts as they stand (持仓): the rows of the table of deals as trades, each of which is one (rulebook part 12).

No window, no filing, no confirmation, nothing superseded. A side that is left empty is the account `MARKET`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.shape import MARKET

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

    Ints = NDArray[np.int64]

__all__ = ["NO_ROW", "HeldDeals", "contract_texts", "held_deals"]

NO_ROW = -1
"""In place of a row, where a trade does not come from that table; of a segment or contract, where it has none."""


class HeldDeals(NamedTuple):
    """The rows of the table of deals, each an (n,) int64 array, as `gridsim.trading.trades.YearTrades` describes them.

    Attributes
    ----------
    row : array
        0-based.
    session, contract : array
        Positions in the texts of the column, and in `contract_texts`; `NO_ROW`: it says none.
    kind : array
        Place among `Sessions.of_trades`.
    account : array
        Of an empty buyer the place of `MARKET` among the accounts; else `NO_ROW`.
    """

    row: Ints
    session: Ints
    kind: Ints
    product: Ints
    month: Ints
    seller: Ints
    buyer: Ints
    account: Ints
    energy: Ints
    price: Ints
    contract: Ints


def held_deals(scenario: Scenario, buyers: Buyers, sessions: Sessions) -> HeldDeals:
    """The rows of the table of deals, in file order.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    """
    table = scenario.tables["deals"]
    seller, buyer = _codes(table["seller_id"]), _codes(table["buyer_id"])
    kind, last = _codes(table["kind"]), len(sessions.of_deals) - 1
    market = buyers.shape.all_accounts.index(MARKET)
    return HeldDeals(
        row=np.arange(len(table)),
        session=_codes(table["session"]),
        kind=len(sessions.kinds) + np.where(kind == NO_ROW, last, kind),
        product=_codes(table["product"]),
        month=_codes(table["month"]),
        seller=np.where(
            seller == NO_ROW,
            len(scenario.tables["generators"]),
            scenario.row_of(table["seller_id"], "generators", "generator_id"),
        ),
        buyer=np.where(buyer == NO_ROW, NO_ROW, buyers.position_of(table["buyer_id"])),
        account=np.where(buyer == NO_ROW, market, NO_ROW),
        energy=table["energy_kwh"].to_numpy(),
        price=table["price_micro_yuan_per_kwh"].to_numpy(),
        contract=_contracts(table),
    )


def contract_texts(scenario: Scenario) -> list[str]:
    """What contracts of deals are called: the texts of the column, and the ids of deals that name none."""
    table = scenario.tables["deals"]
    return [*table["contract"].array.categories, *table["deal_id"].array.categories]


def _contracts(table: pd.DataFrame) -> Ints:
    """Rows that name a contract are one with those that name it too; any other is its own, under its id."""
    contract, own = _codes(table["contract"]), _codes(table["deal_id"])
    places = {text: place for place, text in enumerate(table["contract"].array.categories)}
    ids = table["deal_id"].array.categories
    # A contract that has the id of another deal: its rows and that deal are one contract.
    of_id = np.array([*(places.get(text, len(places) + place) for place, text in enumerate(ids)), NO_ROW])
    return np.where(contract == NO_ROW, of_id[own], contract).astype(np.int64)


def _codes(column: pd.Series) -> Ints:
    codes: Ints = column.array.codes.astype(np.int64)
    return codes
