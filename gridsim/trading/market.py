"""All trading of a year: filings that stand, and the books that clear (rulebook part 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from gridsim.columns import INPUT_TABLES
from gridsim.trading.deals import Deals
from gridsim.trading.matching import match_orders
from gridsim.trading.standing import rejected_table, standing_filings, standing_orders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

__all__ = ["Market", "deals", "trade"]


class Market(NamedTuple):
    """What trading leaves behind.

    Attributes
    ----------
    trades : DataFrame
        The exact table ``trades``; `seller_id` has the generators as its categories, `buyer_id` the buyers.
    rejected : DataFrame
    """

    trades: pd.DataFrame
    rejected: pd.DataFrame


def trade(scenario: Scenario, buyers: Buyers, sessions: Sessions) -> Market:
    """Clear every session of a scenario.

    Trades stand in the order that part 5 of the rulebook asks for: standing bilateral rows in file order,
    then the books in ascending text order of session, month, segment and product.

    Raises
    ------
    InputOverflowError
        Energies or prices of a book that could leave int64 (a checked scenario has none).
    """
    bilateral, orders = scenario.tables["bilateral"], scenario.tables["orders"]
    filing_reason = standing_filings(bilateral, sessions, buyers)
    order_reason = standing_orders(orders, sessions, buyers)
    trades = pd.concat(
        [
            _bilateral_trades(scenario, buyers, sessions, np.flatnonzero(filing_reason == 0)),
            _matched_trades(scenario, buyers, sessions, np.flatnonzero(order_reason == 0)),
        ],
        ignore_index=True,
    )
    return Market(trades, rejected_table(filing_reason, order_reason))


def deals(scenario: Scenario, buyers: Buyers, sessions: Sessions) -> Deals:
    """What `trade` would trade, in the same order, without the tables: names and row numbers take longer than trading.

    Raises
    ------
    InputOverflowError
        As `trade`.
    """
    bilateral, orders = scenario.tables["bilateral"], scenario.tables["orders"]
    filing = np.flatnonzero(standing_filings(bilateral, sessions, buyers) == 0)
    found = _matches(scenario, np.flatnonzero(standing_orders(orders, sessions, buyers) == 0))

    def both(of_filings: NDArray[np.integer[Any]], of_matches: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        return np.concatenate([of_filings, of_matches]).astype(np.int64, copy=False)

    return Deals(
        product=both(_codes(bilateral["product"], filing), _codes(orders["product"], found.sell)),
        month=both(_codes(bilateral["month"], filing), _codes(orders["month"], found.sell)),
        seller=both(
            scenario.row_of(bilateral["generator_id"], "generators", "generator_id")[filing],
            scenario.row_of(orders["participant_id"], "generators", "generator_id")[found.sell],
        ),
        buyer=both(
            buyers.position_of(bilateral["buyer_id"])[filing], buyers.position_of(orders["participant_id"])[found.buy]
        ),
        energy=both(bilateral["energy_kwh"].to_numpy()[filing], found.energy),
        price=both(bilateral["price_micro_yuan_per_kwh"].to_numpy()[filing], found.price),
    )


def _bilateral_trades(scenario: Scenario, buyers: Buyers, sessions: Sessions, row: NDArray[np.int64]) -> pd.DataFrame:
    filing = scenario.tables["bilateral"].iloc[row].reset_index(drop=True)
    return pd.DataFrame(
        {
            "session": filing["session"].astype("str"),
            "kind": sessions.kind(filing["session"], "bilateral").astype("str"),
            "product": filing["product"],
            "month": filing["month"],
            "segment": _categories(np.full(len(row), -1), INPUT_TABLES["orders"]["segment"].values),
            "seller_id": _as_sellers(filing["generator_id"], scenario),
            "buyer_id": _categories(buyers.position_of(filing["buyer_id"]), buyers.ids),
            "energy_kwh": filing["energy_kwh"],
            "price_micro_yuan_per_kwh": filing["price_micro_yuan_per_kwh"],
            "contract_id": filing["contract_id"].astype("str"),
            "sell_row": _row_numbers(None, len(row)),
            "buy_row": _row_numbers(None, len(row)),
            "bilateral_row": _row_numbers(row, len(row)),
        }
    )


def _matched_trades(scenario: Scenario, buyers: Buyers, sessions: Sessions, row: NDArray[np.int64]) -> pd.DataFrame:
    orders, matches = scenario.tables["orders"], _matches(scenario, row)
    sell = orders.iloc[matches.sell].reset_index(drop=True)
    buy = orders["participant_id"].iloc[matches.buy].reset_index(drop=True)
    count = len(sell)
    return pd.DataFrame(
        {
            "session": sell["session"].astype("str"),
            "kind": sessions.kind(sell["session"], "matched").astype("str"),
            "product": sell["product"],
            "month": sell["month"],
            "segment": sell["segment"],
            "seller_id": _as_sellers(sell["participant_id"], scenario),
            "buyer_id": _categories(buyers.position_of(buy), buyers.ids),
            "energy_kwh": matches.energy,
            "price_micro_yuan_per_kwh": matches.price,
            "contract_id": pd.Series([None] * count, dtype="str"),
            "sell_row": _row_numbers(matches.sell, count),
            "buy_row": _row_numbers(matches.buy, count),
            "bilateral_row": _row_numbers(None, count),
        }
    )


class _Matched(NamedTuple):
    """Matched pairs; `sell` and `buy` are rows of the orders."""

    sell: NDArray[np.int64]
    buy: NDArray[np.int64]
    energy: NDArray[np.int64]
    price: NDArray[np.int64]


def _matches(scenario: Scenario, row: NDArray[np.int64]) -> _Matched:
    """Match the orders that stand."""
    rules = scenario.rules.values.matching
    orders = scenario.tables["orders"]
    is_sell = (orders["side"] == "sell").to_numpy()[row]
    found = match_orders(
        _books(orders, row),
        is_sell,
        orders["price_micro_yuan_per_kwh"].to_numpy()[row],
        orders["energy_kwh"].to_numpy()[row],
        _priority_class(orders, row, is_sell, scenario) if rules.heat_priority else np.zeros(len(row), dtype=np.int64),
        orders["submitted_at"].to_numpy()[row].astype("datetime64[us]").astype(np.int64),
        mechanism=rules.mechanism,
        ties=rules.ties,
        k=rules.k,
    )
    return _Matched(row[found.sell], row[found.buy], found.energy, found.price)


def _books(orders: pd.DataFrame, row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The book of each of these orders, numbered in ascending text order of session, month, segment, product."""
    key = np.zeros(len(row), dtype=np.int64)
    for name in ("session", "month", "segment", "product"):
        column = orders[name].cat
        rank_of_category = np.argsort(np.argsort(column.categories.to_numpy(dtype=object))) + 1
        rank = np.append(rank_of_category, 0)[column.codes.to_numpy()[row]]  # an empty segment comes first
        key = key * (len(rank_of_category) + 1) + rank
    book: NDArray[np.int64] = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return book


def _priority_class(
    orders: pd.DataFrame, row: NDArray[np.int64], is_sell: NDArray[np.bool_], scenario: Scenario
) -> NDArray[np.int64]:
    """0 for heat-supplying generators, which come first among sellers of one price (N3); else 1."""
    generators = scenario.tables["generators"]
    with_heat = generators.loc[generators["heat_priority"], "generator_id"]
    names = orders["participant_id"].cat
    is_heat = np.append(names.categories.isin(with_heat.astype(object)), False)  # the last is nobody's
    return np.where(is_sell & is_heat[names.codes.to_numpy()[row]], 0, 1).astype(np.int64)


def _codes(column: pd.Series, row: NDArray[np.int64]) -> NDArray[np.integer[Any]]:
    codes: NDArray[np.integer[Any]] = column.cat.codes.to_numpy()[row]
    return codes


def _as_sellers(names: pd.Series, scenario: Scenario) -> pd.Categorical[str]:
    generators = scenario.tables["generators"]["generator_id"].astype(object).to_numpy()
    return _categories(scenario.row_of(names, "generators", "generator_id"), generators)


def _categories(codes: NDArray[np.int64], values: Iterable[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(values), dtype="str"))


def _row_numbers(row: NDArray[np.int64] | None, count: int) -> pd.Series:
    """1-based data rows; missing where the trade does not come from that table."""
    if row is None:
        return pd.Series(pd.array([pd.NA] * count, dtype="Int64"))
    return pd.Series(row + 1, dtype="Int64")
