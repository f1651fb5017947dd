"""A scenario of a market whose every name is another than Henan's, read and checked from end to end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.errors import ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.io.decimals import exact_table, floats_of_table, outside_table
from gridsim.market_tables import input_tables
from gridsim.templates.workbook import write_workbook
from gridsim.words import Lang
from tests.markets import market, rule_file, rule_file_of
from tests.oracle.shape import load_shape
from tests.scenario.five_periods import PERIODS, Rows, tables


def load(given: dict[str, Rows], rules: str = rule_file("five-periods")) -> gridsim.Scenario:
    return scenario_from_tables(given, name="five", year=2021, rules=rules)


def faults(
    given: dict[str, Rows], rules: str = rule_file("five-periods")
) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(ScenarioError) as told:
        load(given, rules)
    return [(fault.file, fault.row, fault.column, str(fault.message)) for fault in told.value.faults]


def test_it_is_read() -> None:
    scenario = load(tables())
    assert scenario.tables["meter"]["period"].cat.categories.tolist() == list(PERIODS)
    assert scenario.tables["users"]["mode"].cat.categories.tolist() == ["joined", "split"]
    assert scenario.tables["orders"]["product"].tolist() == ["dark", "bright"]
    assert scenario.tables["orders"]["variety"].astype(object).tolist()[:1] == ["coal"]
    assert scenario.tables["generators"]["capacity_kw"].tolist() == [12_345, 0]
    prices = scenario.tables["market_prices"]
    assert prices["penalty_micro_yuan_per_kwh"].tolist() == [40_000, 41_000]
    assert prices["spot_micro_yuan_per_kwh"].tolist() == [pd.NA, 0]  # none, which is not 0
    tariff = scenario.tables["tariffs"].iloc[0]
    assert [tariff[f"list_price_{period}_micro_yuan_per_kwh"] for period in PERIODS] == [
        1000 * (400 + place) for place in range(5)
    ]
    assert tariff["wires_micro_yuan_per_kwh"] == 90_000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_of_it_is_the_same_scenario(lang: Lang, tmp_path: Path) -> None:
    scenario = load(tables())
    given = {name: frame for name, frame in scenario.tables.items() if len(frame)}
    write_workbook(tmp_path / "tables.xlsx", given, input_tables(market("five-periods")), 2021, lang)
    shutil.copyfile(rule_file("five-periods"), tmp_path / "own.yaml")
    (tmp_path / "scenario.yaml").write_text("name: five\nyear: 2021\nrules: own.yaml\n", encoding="utf-8")
    assert gridsim.load(tmp_path).hash == scenario.hash


def test_inputs_are_stored_with_the_cells_that_are_no_number() -> None:
    prices = load(tables()).tables["market_prices"]
    columns = input_tables(market("five-periods"))["market_prices"].columns
    exact = pa.table({name: pa.array(prices[name], from_pandas=True).cast(pa.string()) if name == "month"
                      else pa.array(prices[name], from_pandas=True) for name in prices})  # fmt: skip
    outside = outside_table(exact, columns)
    assert outside.column("spot").to_pylist() == [None, 0]
    assert exact_table(outside, columns).select(exact.column_names[1:]).equals(exact.drop_columns("month"))
    assert floats_of_table(exact, columns).column("spot").to_pylist() == [None, 0.0]


def test_rows_and_columns_of_prices_are_one_scenario() -> None:
    given = tables()
    wide = {"tariff_class": "works", "voltage": "10kV", "过网费": 90}
    wide |= {f"list_price_{period}": 400 + place for place, period in enumerate(PERIODS)}
    wide["晚峰挂牌电价"] = wide.pop("list_price_dusk")
    assert load(given | {"tariffs": [wide]}).hash == load(given).hash


def change(table: str, row: int, **cells: Any) -> Callable[[dict[str, Rows]], None]:
    return lambda given: given[table][row].update(cells)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (change("meter", 0, period="peak"), ("meter", 1, "period", "unknown value")),
        (change("users", 0, mode="tou"), ("users", 1, "mode", "unknown value")),
        (change("orders", 0, product="total"), ("orders", 1, "product", "unknown value")),
        (change("sessions", 0, kind="monthly"), ("sessions", 1, "kind", "unknown value")),
        (change("users", 0, user_id="TREASURY"), ("users", 1, "user_id", "a reserved id")),
        (change("orders", 1, segment=None),
         ("orders", 2, "segment", "an order of an thirds session without a segment")),
        (change("orders", 0, segment="mid"), ("orders", 1, "segment", "a segment in a session that is not thirds")),
        (change("orders", 0, session="Y"), ("orders", 1, "session", "an order in a bilateral session")),
        (change("orders", 1, variety="wind"),
         ("orders", 2, "variety", "a kind of contract in an order that sells no new energy")),
        (change("orders", 0, transfer="true"),
         ("orders", 1, "variety", "a kind of contract in an order that sells no new energy")),
        (change("users", 0, priority_purchase="true"),
         ("users", 1, "priority_purchase", "priority purchase, for which the rule set has no price")),
        (change("generators", 0, capacity_mw="1.2345"), ("generators", 1, "capacity_mw", "more than 3 decimals")),
        (lambda given: given.update(generation=[]), ("generation", None, None, "the rule set does not use this table")),
        (lambda given: given.pop("market_prices"), ("market_prices", None, None, "missing table")),
        (change("market_prices", 0, month="2021-04"),
         ("market_prices", None, "month", "no row for 2021-05, in which energy was metered or generated")),
        (lambda given: given.pop("sessions"), ("sessions", None, None, "missing table")),
        (change("market_prices", 1, month="2021-05"),
         ("market_prices", 2, "month", "duplicate row: row 1 has the same")),
        (change("market_prices", 1, month="2022-05"), ("market_prices", 2, "month", "month outside the year")),
        (change("tariffs", 0, period=None), ("tariffs", 1, "item, period", "a price by period without its period")),
        (change("tariffs", 5, period="noon"),
         ("tariffs", 6, "item, period", "a period of a price that holds in all")),
        (lambda given: given["tariffs"].pop(), ("tariffs", 1, "tariff_class, voltage", "no price wires")),
        (lambda given: given["tariffs"].append(given["tariffs"][0]),
         ("tariffs", 7, "tariff_class, voltage, item, period, effective_from", "duplicate row: row 1 has the same")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    changed: Callable[[dict[str, Rows]], None], fault: tuple[str, int | None, str | None, str]
) -> None:
    given = tables()
    changed(given)
    assert fault in faults(given)


def test_a_price_holds_until_the_next_of_its_own() -> None:
    given = tables()
    given["tariffs"].append(given["tariffs"][2] | {"price_yuan_per_mwh": 500, "effective_from": "2021-07"})
    found = load(given).tables["tariffs"]
    assert found["effective_from"].astype(object).tolist()[1:] == ["2021-07"]
    assert found["list_price_noon_micro_yuan_per_kwh"].tolist() == [402_000, 500_000]
    assert found["wires_micro_yuan_per_kwh"].tolist() == [90_000, 90_000]


def test_load_is_summed_by_the_hours_of_the_market() -> None:
    given = tables()
    del given["meter"]
    # A Monday in August: noon until 17:30; a Sunday in May: night until 06:00, from 22:00.
    given["load"] = [
        {"user_id": "U1", "starts_at": f"2021-08-02T17:{minute:02d}:00", "energy_mwh": 1} for minute in (0, 15, 30, 45)
    ]
    given["load"] += [
        {"user_id": "U1", "starts_at": f"2021-05-16T{hour:02d}:{minute:02d}:00", "energy_mwh": 1}
        for hour in (5, 21, 22)
        for minute in (0, 15, 30, 45)
    ]
    meter = load(given).tables["meter"]
    found = {(row.month, row.period): row.energy_kwh for row in meter.itertuples()}
    assert found == {
        ("2021-08", "noon"): 2_000, ("2021-08", "dusk"): 2_000,
        ("2021-05", "night"): 8_000, ("2021-05", "late"): 4_000,
    }  # fmt: skip


def test_an_edge_inside_of_an_hour() -> None:
    given = tables()
    del given["meter"]
    given["load"] = [
        {"user_id": "U1", "starts_at": f"2021-08-02T{hour:02d}:00:00", "energy_mwh": 1} for hour in range(24)
    ]
    assert faults(given) == [
        ("load", 18, "user_id, starts_at", "a period ends at 17:30, inside of an hourly interval of U1")
    ]


def test_generation_that_is_missing_is_zero(tmp_path: Path) -> None:
    rules = rule_file_of(load_shape("jiangsu-2023"), tmp_path)
    rate = {"tariff_class": "works", "voltage": "10kV"}
    items = ("line_loss", "transmission", "system_operation", "funds")
    given: dict[str, Rows] = {
        "generators": [{"generator_id": "G1"}, {"generator_id": "G2"}],
        "users": [{"user_id": "U1"} | rate],
        "tariffs": [rate | dict.fromkeys(items, 10)],
        "meter": [{"user_id": "U1", "month": "2021-05", "energy_mwh": 1}],
        "generation": [{"generator_id": "G2", "month": "2021-06", "energy_mwh": "2.5", "own_fault": "true"}],
        "market_prices": [{"month": month, "cap": "469.2", "benchmark": 391} for month in ("2021-05", "2021-06")],
        "agency": [{"month": "2021-05", "energy_mwh": 3}],
    }
    scenario = load(given, rules)
    assert scenario.tables["generation"]["own_fault"].tolist() == [True]
    said = [str(warning) for warning in scenario.warnings]
    assert "generation: 3 missing rows (generator, month), taken as zero; the first: G1, 2021-05" in said
    given["generation"][0]["energy_mwh"] = 10**11
    given["market_prices"][0]["cap"] = 10**8
    assert ("generation", 1, "energy_mwh", "energy times price could leave int64") in faults(given, rules)
    given["users"][0]["priority_purchase"] = "true"
    message = "priority purchase, for which the rule set has no price"
    assert ("users", 1, "priority_purchase", message) in faults(given, rules)


def test_a_market_of_one_mode_and_one_period_needs_no_columns_for_them() -> None:
    given = {
        "generators": [{"generator_id": "G1"}],
        "users": [{"user_id": "U1", "tariff_class": "works", "voltage": "10kV"}],
        "tariffs": [{"tariff_class": "works", "voltage": "10kV", "grid": 100}],
        "meter": [{"user_id": "U1", "month": "2021-05", "energy_mwh": 1}],
    }
    scenario = load(given, rule_file("one-period"))
    assert scenario.tables["users"]["mode"].tolist() == ["only"]
    assert scenario.tables["meter"]["period"].tolist() == ["day"]
    assert scenario.tables["users"]["peak_valley_tariff"].tolist() == [False]
    said = {"users": [given["users"][0] | {"mode": "only", "peak_valley_tariff": "false"}]}
    said["meter"] = [given["meter"][0] | {"period": "day"}]
    assert load(given | said, rule_file("one-period")).hash == scenario.hash
