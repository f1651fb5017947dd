"""Results of a market of any shape, as the oracle settles it, in the tables that an explanation reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

import gridsim.rules
from gridsim.arrow import select
from gridsim.explain.source import ResultFacts
from gridsim.rules import RuleSet
from gridsim.rules.citations import UNSTATED
from gridsim.rules.shape import MarketShape
from gridsim.rules.shape_file import read_shape
from tests.oracle import settle_market
from tests.oracle.dates import shortest_name
from tests.oracle.exact import energy_kwh, price_micro_yuan

Row = dict[str, Any]
_TRUTHS = ("peak_valley_tariff", "priority_purchase", "transfer", "heat_priority", "own_fault")
_TIMES = ("submitted_at", "filed_at", "confirmed_at", "concluded_on")
_TEXTS = ("segment", "contract_id", "from_leg_id", "transfer", "unit_id", "user_id", "leg_id", "period", "exit_month")


class OracleTables:
    """The exact result tables of the oracle."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables

    def arrow(self, name: str, where: Mapping[str, Any] | None = None, columns: Any = None) -> pa.Table:
        table = self._tables[name]
        found = table.take(select(table, where)) if where else table
        return found if columns is None else found.select([each for each in found.column_names if each in columns])


class ShapedRules(RuleSet):
    """Henan's values with the lists of another market, which cites nothing."""

    market: MarketShape

    @property
    def shape(self) -> MarketShape:  # type: ignore[override]
        return self.market

    def cited(self, name: str, period: str | None = None) -> str:
        return UNSTATED

    def clauses_of(self, *paths: str) -> str:
        return UNSTATED


def facts_of(scenario: dict[str, Any]) -> ResultFacts:
    """The results of a scenario of the oracle, as explanations read them."""
    results = settle_market(scenario)
    rules = ShapedRules.of(gridsim.rules.load("henan-2021"))
    rules.__dict__["market"] = shape_of(scenario["shape"])
    for line in results["ledger"]:
        line["clause"] = line["clause"] or UNSTATED
    tables = {name: _result(name, results[name]) for name in _COLUMNS}
    tables_read = {name: rows for name, rows in scenario["tables"].items() if name != "load"}  # which may be fine
    inputs = {name: _input(rows) for name, rows in tables_read.items()}
    if not scenario["tables"]["retailers"]:
        inputs["retailers"] = pa.table({"retailer_id": pa.array([], pa.string())})
    return ResultFacts(OracleTables(tables), inputs, rules)  # type: ignore[arg-type]


def shape_of(plain: dict[str, Any]) -> MarketShape:
    def tell(*fault: object) -> None:
        raise AssertionError(*map(str, fault))

    return read_shape(plain, {}, tell)


def _result(name: str, rows: list[Row]) -> pa.Table:
    kinds = _COLUMNS[name]
    return pa.table(
        {
            column: pa.array([_filled(row.get(column), kind) for row in rows], _TYPES[kind])
            for column, kind in kinds.items()
        }
        | {
            column: pa.array([row[column] for row in rows], pa.int64())
            for column in (rows[0] if rows else ())
            if column not in kinds and column.endswith("_micro_yuan")
        }
    )


def _filled(value: Any, kind: str) -> Any:
    return None if kind == "text" and value in ("", None) else value


_TYPES = {"text": pa.string(), "number": pa.int64(), "truth": pa.bool_()}


def _kinds(texts: str, numbers: str, truths: str = "") -> dict[str, str]:
    return {
        name: kind
        for kind, names in (("text", texts), ("number", numbers), ("truth", truths))
        for name in names.split()
    }


_PRICE = "price_micro_yuan_per_kwh"
_COLUMNS = {
    "trades": _kinds(
        "session kind product month segment seller_id buyer_id contract_id transfer",
        f"energy_kwh {_PRICE} sell_row buy_row bilateral_row",
    ),
    "legs": _kinds(
        "leg_id unit_id month product seller_id session contract_id segment from_leg_id",
        f"energy_kwh {_PRICE} trade_row",
    ),
    "positions": _kinds(
        "unit_id month product",
        "contract_kwh metered_kwh upper_kwh lower_kwh in_band_kwh overrun_kwh shortfall_kwh energy_micro_yuan "
        "overrun_micro_yuan shortfall_micro_yuan",
        "trial",
    ),
    "leg_settlement": _kinds("leg_id", "in_band_kwh energy_micro_yuan shortfall_kwh shortfall_micro_yuan", "trial"),
    "cell_settlement": _kinds(
        "user_id unit_id month period tariff_period", "metered_kwh in_band_kwh overrun_kwh overrun_micro_yuan", "trial"
    ),
    "seller_settlement": _kinds(
        "generator_id month",
        f"contract_kwh generated_kwh structural_kwh deviation_kwh {_PRICE} energy_micro_yuan structural_micro_yuan "
        "deviation_micro_yuan fee_micro_yuan balance_micro_yuan",
    ),
    "ledger": _kinds(
        "month item payer payee unit_id user_id leg_id period tariff_period clause",
        f"line energy_kwh {_PRICE} amount_micro_yuan",
        "trial",
    ),
    "rejected": _kinds("table reason detail", "row"),
}


def _input(rows: list[Row]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name in rows[0] if rows else ():
        values = [row.get(name, "") for row in rows]
        if name == "month":  # as they are read: equal deliveries are one, under the shortest name
            values = [shortest_name(value, int(value[:4])) for value in values]
        if name.endswith("energy_mwh"):
            kwh = [None if value == "" else energy_kwh(value) for value in values]
            columns[name.replace("_mwh", "_kwh")] = pa.array(kwh, pa.int64())
        elif name == "price_yuan_per_mwh" or _is_price(name, rows):
            exact = f"{name.removesuffix('_yuan_per_mwh')}_micro_yuan_per_kwh"
            columns[exact] = pa.array(
                [None if value == "" else price_micro_yuan(value) for value in values], pa.int64()
            )
        elif name in _TRUTHS:
            columns[name] = pa.array([value == "true" for value in values])
        elif name in _TIMES:
            instants = [datetime.fromisoformat(value) if value else None for value in values]
            columns[name] = pa.array(instants, pa.timestamp("s"))
        else:
            columns[name] = pa.array([None if value == "" else str(value) for value in values], pa.string())
    return pa.table(columns)


def _is_price(name: str, rows: list[Row]) -> bool:
    """Whether a column is one of prices that a market names: of tariffs, or of market prices."""
    is_tariff = "tariff_class" in rows[0] and "voltage" in rows[0] and "user_id" not in rows[0]
    return (is_tariff and name not in ("tariff_class", "voltage", "effective_from", "source")) or (
        "benchmark" in rows[0] and name != "month"
    )
