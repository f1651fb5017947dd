"""A scenario of the oracle's, of a market of any shape, as gridsim's frames: what trading is given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from gridsim.calendar import deliveries, months_of
from gridsim.rules import load
from gridsim.rules.shape import MarketShape
from gridsim.scenario import Scenario
from tests.oracle.dates import closing_instant, instant, shortest_name
from tests.oracle.exact import energy_kwh, number, price_micro_yuan

Row = dict[str, str]
HENAN = load("henan-2021")


def scenario_of(plain: dict[str, Any], shape: MarketShape) -> Scenario:
    """The frames of a scenario's tables; values that no shape has are Henan's."""
    tables, year = plain["tables"], plain["year"]
    frames = {
        "generators": generators(tables["generators"]),
        "retailers": pd.DataFrame({"retailer_id": texts(tables["retailers"], "retailer_id")}),
        "users": users(tables["users"], shape, year),
        "sessions": sessions(tables["sessions"], shape),
        "bilateral": bilateral(tables["bilateral"], shape, year),
        "orders": orders(tables["orders"], shape, year),
        "deals": deals(tables.get("deals", []), shape, year),
        "market_prices": market_prices(tables["market_prices"], year),
    }
    rules: Any = SimpleNamespace(shape=shape, values=HENAN.values, at=lambda month: HENAN.values)
    return Scenario("shaped", year, rules, None, frames, frozenset(frames), "", "")


def texts(rows: list[Row], name: str, values: tuple[str, ...] | None = None) -> pd.Series:
    """A column of texts as categories, an empty cell as none."""
    cells = [row.get(name, "") or None for row in rows]
    categories = list(dict.fromkeys(cell for cell in cells if cell is not None)) if values is None else values
    return pd.Series(pd.Categorical(cells, categories=pd.Index(categories, dtype=object)))


def flags(rows: list[Row], name: str) -> np.ndarray:
    return np.array([row.get(name) == "true" for row in rows], dtype=bool)


def energies(rows: list[Row]) -> np.ndarray:
    return np.array([energy_kwh(row["energy_mwh"]) for row in rows], dtype=np.int64)


def prices(cells: list[str]) -> pd.Series:
    """Whole numbers, or with gaps where a cell is empty."""
    found = [price_micro_yuan(cell) if cell else None for cell in cells]
    return pd.Series(found, dtype="int64" if None not in found else "Int64")


def times(rows: list[Row], name: str) -> pd.Series:
    return pd.Series([instant(row[name]) if row.get(name) else None for row in rows], dtype="datetime64[us]")


def months(rows: list[Row], year: int) -> pd.Series:
    return texts([{"month": shortest_name(row["month"], year)} for row in rows], "month", deliveries(year))


def generators(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "generator_id": texts(rows, "generator_id"),
            "heat_priority": flags(rows, "heat_priority"),
            "capacity_kw": pd.Series(
                [int(number(row["capacity_mw"]) * 1000) if row.get("capacity_mw") else None for row in rows],
                dtype="Int64",
            ),
        }
    )


def users(rows: list[Row], shape: MarketShape, year: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user_id": texts(rows, "user_id"),
            "retailer_id": texts(rows, "retailer_id"),
            "mode": texts(rows, "mode", shape.mode_ids),
            "exit_month": texts(rows, "exit_month", months_of(year)),
            "period_set": texts(rows, "period_set"),
            "priority_purchase": flags(rows, "priority_purchase"),
            "peak_valley_tariff": flags(rows, "peak_valley_tariff"),
        }
    )


def sessions(rows: list[Row], shape: MarketShape) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "session": texts(rows, "session"),
            "kind": texts(rows, "kind", tuple(kind.id for kind in shape.sessions)),
            "opens_at": times(rows, "opens_at"),
            "closes_at": pd.Series([closing_instant(row["closes_at"]) for row in rows], dtype="datetime64[us]"),
        }
    )


def bilateral(rows: list[Row], shape: MarketShape, year: int) -> pd.DataFrame:
    names = ("session", "contract_id", "generator_id", "buyer_id")
    return pd.DataFrame(
        {
            **{name: texts(rows, name) for name in names},
            "product": texts(rows, "product", shape.product_ids),
            "month": months(rows, year),
            "energy_kwh": energies(rows),
            "price_micro_yuan_per_kwh": prices([row["price_yuan_per_mwh"] for row in rows]),
            "filed_at": times(rows, "filed_at"),
            "confirmed_at": times(rows, "confirmed_at"),
            **({"variety": texts(rows, "variety", shape.varieties)} if shape.varieties else {}),
        }
    )


def orders(rows: list[Row], shape: MarketShape, year: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{name: texts(rows, name) for name in ("session", "participant_id")},
            "side": texts(rows, "side", ("buy", "sell")),
            "product": texts(rows, "product", shape.product_ids),
            "month": months(rows, year),
            "segment": texts(rows, "segment", ("mid", "late")),
            "price_micro_yuan_per_kwh": prices([row["price_yuan_per_mwh"] for row in rows]),
            "energy_kwh": energies(rows),
            "submitted_at": times(rows, "submitted_at"),
            "transfer": flags(rows, "transfer"),
            **({"variety": texts(rows, "variety", shape.varieties)} if shape.varieties else {}),
        }
    )


def deals(rows: list[Row], shape: MarketShape, year: int) -> pd.DataFrame:
    names = ("deal_id", "contract", "session", "buyer_id", "seller_id")
    return pd.DataFrame(
        {
            **{name: texts(rows, name) for name in names},
            "kind": texts(rows, "kind", tuple(kind.id for kind in shape.sessions)),
            "product": texts(rows, "product", shape.product_ids),
            "month": months(rows, year),
            "energy_kwh": energies(rows),
            "price_micro_yuan_per_kwh": prices([row["price_yuan_per_mwh"] for row in rows]),
            "concluded_on": times(rows, "concluded_on"),
            **({"variety": texts(rows, "variety", shape.varieties)} if shape.varieties else {}),
        }
    )


def market_prices(rows: list[Row], year: int) -> pd.DataFrame:
    columns = [name for name in rows[0] if name != "month"] if rows else []
    return pd.DataFrame(
        {"month": texts(rows, "month", months_of(year))}
        | {f"{name}_micro_yuan_per_kwh": prices([row[name] for row in rows]) for name in columns}
    )
