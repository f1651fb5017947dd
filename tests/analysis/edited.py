"""Runs of the mini scenario with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import gridsim
from tests.shared import MINI

Tables = dict[str, pd.DataFrame]


def tables_of(folder: Path = MINI) -> Tables:
    return {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}


def run_with(edit: Callable[[Tables], Any], overrides: Mapping[str, Any] | None = None) -> gridsim.Result:
    tables = tables_of()
    edit(tables)
    return gridsim.run(gridsim.scenario_from_tables(tables, name="edited", year=2021, overrides=overrides))


def cell(table: str, column: str, value: str, **of: str) -> Callable[[Tables], None]:
    """An edit of one column, in the rows that have these texts."""

    def edit(tables: Tables) -> None:
        frame = tables[table]
        rows = pd.Series(True, index=frame.index)
        for name, text in of.items():
            rows &= frame[name] == text
        assert rows.any() and (frame.loc[rows, column] != value).all()
        frame.loc[rows, column] = value

    return edit


def drop(table: str, row: int) -> Callable[[Tables], None]:
    return lambda tables: tables.update({table: tables[table].drop(index=row)})


TRANSFERS = "orders by which energy changes hands"


def with_transfers(tables: Tables) -> None:
    """The retailer gives energy of June away, and a user takes it over; a generator gives its delivery to another."""
    orders = tables["orders"]
    like = orders[orders["session"] == "I-2021-06-mid"].iloc[[0] * 4]
    sides = {
        "participant_id": ["R1", "U5", "G1", "G3"],
        "side": ["sell", "buy", "buy", "sell"],
        "price_yuan_per_mwh": ["355", "365", "361", "351"],
    }
    moved = like.assign(**sides, product="total", energy_mwh="50", transfer="true")
    tables["orders"] = pd.concat([orders, moved], ignore_index=True).fillna("")


INPUTS: dict[str, tuple[str, Callable[[Tables], Any]]] = {
    "tariffs.catalogue_peak": ("column", cell("tariffs", "catalogue_peak", "901", voltage="110kV", effective_from="")),
    "tariffs.catalogue_flat": ("column", cell("tariffs", "catalogue_flat", "655", voltage="10kV")),
    "tariffs.catalogue_valley": ("column", cell("tariffs", "catalogue_valley", "333", voltage="35kV")),
    "tariffs.transmission": ("column", cell("tariffs", "transmission", "161.5", effective_from="")),
    "tariffs.funds": ("column", cell("tariffs", "funds", "31", effective_from="")),
    "tariffs.source": ("column", cell("tariffs", "source", "synthetic, again")),
    "bilateral.price_yuan_per_mwh": (
        "column", cell("bilateral", "price_yuan_per_mwh", "361.5", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "bilateral.energy_mwh": (
        "column", cell("bilateral", "energy_mwh", "30000", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "bilateral.confirmed_at": (
        "column", cell("bilateral", "confirmed_at", "", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "orders.price_yuan_per_mwh": (
        "column", cell("orders", "price_yuan_per_mwh", "353", participant_id="G3", session="AM-2021", product="total")
    ),
    "orders.energy_mwh": (
        "column", cell("orders", "energy_mwh", "5000", participant_id="R1", session="AM-2021", product="total")
    ),
    "users.peak_valley_tariff": ("column", cell("users", "peak_valley_tariff", "true", user_id="U2")),
    "users.name": ("column", cell("users", "name", "合成新名", user_id="U2")),
    "users.mode": ("column", cell("users", "mode", "conventional", user_id="U3")),
    "users.exit_month": ("column", cell("users", "exit_month", "2021-07", user_id="U5")),
    "generators.heat_priority": ("column", cell("generators", "heat_priority", "false", generator_id="G2")),
    "generators.technology": ("column", cell("generators", "technology", "hydro", generator_id="G3")),
    "retailers.name": ("column", cell("retailers", "name", "合成新售电公司")),
    "history.energy_mwh": ("column", cell("history", "energy_mwh", "47001", user_id="U1", year="2018")),
    "sessions.announced_on": ("column", cell("sessions", "announced_on", "2020-12-09", session="AB-2021")),
    "sessions.closes_at": ("column", cell("sessions", "closes_at", "2020-12-15T17:00:00", session="AB-2021")),
    "meter.energy_mwh": ("column", cell("meter", "energy_mwh", "5000", user_id="U1", month="2021-08")),
    "bilateral": ("removed", drop("bilateral", 1)),
    "orders": ("removed", drop("orders", 1)),
    "history": ("removed", drop("history", 0)),
    "meter": ("removed", drop("meter", 100)),
    "sessions": ("table", lambda tables: tables.pop("sessions")),
    "orders in reverse": ("order", lambda tables: tables.update(orders=tables["orders"][::-1])),
    "users in reverse": ("order", lambda tables: tables.update(users=tables["users"][::-1])),
    TRANSFERS: ("added", with_transfers),
    "meter in reverse": ("unknown", lambda tables: tables.update(meter=tables["meter"][::-1])),
}  # fmt: skip


@cache
def edited(what: str | None) -> gridsim.Result:
    """Run with one of `INPUTS`, or read the same way with none."""
    return run_with(INPUTS[what][1] if what else lambda tables: None)
