"""The synthetic province of another rule set: Jiangsu's, which settles its sellers and has one period and one mode."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.templates import write_template
from gridsim.templates.market import market, tables
from gridsim.templates.province_figures import days_of_deliveries, figures, ready_rows
from gridsim.templates.province_sessions import bilateral_session, bilateral_working_days, matched_sessions
from tests.shared import files_in

RULES = "jiangsu-2023"
PROVINCE = Path(gridsim.__file__).parent / "templates" / RULES / "province"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("jiangsu"), "province", users=200, rules=RULES)


@pytest.fixture(scope="module")
def scenario(folder: Path) -> gridsim.Scenario:
    return gridsim.load(folder)


@pytest.fixture(scope="module")
def result(scenario: gridsim.Scenario) -> gridsim.Result:
    return gridsim.run(scenario)


def test_it_loads_without_faults_and_warnings(scenario: gridsim.Scenario) -> None:
    assert scenario.warnings == ()
    assert scenario.rules.id == RULES
    assert len(scenario.tables["users"]) == 200
    assert len(scenario.tables["meter"]) == 12 * 200
    assert len(scenario.tables["generation"]) == 12 * len(scenario.tables["generators"])


def test_the_account_of_the_market_is_zero_in_every_month(result: gridsim.Result) -> None:
    lines = result.exact.ledger
    paid, received = (
        lines[lines[side] == "MARKET"].groupby("month", observed=True)["amount_micro_yuan"].sum()
        for side in ("payer", "payee")
    )
    assert len(paid) == 12
    assert (received - paid == 0).all()


def test_every_kind_of_session_trades(result: gridsim.Result, scenario: gridsim.Scenario) -> None:
    kinds = dict(scenario.tables["sessions"][["session", "kind"]].astype(str).to_numpy())
    known = {kind.id for kind in market(RULES).sessions}
    assert set(kinds.values()) == known - {"multi_month_bilateral"}
    traded = {kinds[session] for session in result.trades["session"].astype(str)}
    assert traded == set(kinds.values())


def test_buyers_and_generators_are_near_their_contracts(result: gridsim.Result) -> None:
    positions, sellers = result.positions, result.seller_settlement
    assert 0.9 < positions["contract_mwh"].sum() / positions["metered_mwh"].sum() < 1.05
    assert 0.9 < sellers["contract_mwh"].sum() / sellers["generated_mwh"].sum() < 1.05


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again, other = (
        files_in(write_template(tmp_path / str(seed) / folder.name, "province", users=200, seed=seed, rules=RULES))
        for seed in (17, 18)
    )
    assert again == files_in(folder)
    for name in ("users.csv", "bilateral.csv", "orders.csv", "meter.csv", "generation.csv", "agency.csv"):
        assert again[name] != other[name]


def test_parquet_and_csv_hold_the_same(scenario: gridsim.Scenario, tmp_path: Path) -> None:
    parquet = write_template(tmp_path, "province", users=200, form="parquet", rules=RULES)
    assert (parquet / "orders.parquet").is_file()
    read = gridsim.load(parquet)
    for name, frame in scenario.tables.items():
        pd.testing.assert_frame_equal(frame.astype(str), read.tables[name].astype(str))


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("seed", [0, 17])
def test_a_province_of_few_users_loads_and_runs(count: int, seed: int, tmp_path: Path) -> None:
    scenario = gridsim.load(write_template(tmp_path, "province", users=count, seed=seed, rules=RULES))
    assert scenario.warnings == ()
    assert len(gridsim.run(scenario).positions)


def test_a_workbook_of_it_is_read_as_its_tables(scenario: gridsim.Scenario, tmp_path: Path) -> None:
    book = gridsim.load(write_template(tmp_path, "province", users=200, form="xlsx", lang="zh", rules=RULES))
    for name in ("orders", "generation", "market_prices", "agency"):
        pd.testing.assert_frame_equal(scenario.tables[name].astype(str), book.tables[name].astype(str))


def test_its_readme_says_that_all_is_synthetic_and_how_it_was_made(folder: Path) -> None:
    for name in ("README.md", "README.zh.md"):
        assert f"--users 200 --seed 17 --rules {RULES}`" in (folder / name).read_text(encoding="utf-8")
    assert (folder / "scenario.yaml").read_text(encoding="utf-8").startswith("# SYNTHETIC")
    assert {row[-1] for row in ready_rows(RULES, "tariffs")} == {"synthetic"}


# ---- its data --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tariffs", "market_prices"])
def test_ready_tables_have_the_headings_of_the_market(name: str) -> None:
    with open(PROVINCE / f"{name}.csv", encoding="utf-8") as file:
        assert next(csv.reader(file)) == [column.name for column in tables(RULES)[name] if not column.later]


def test_the_sessions_are_on_weekdays_and_of_the_year() -> None:
    assert figures(RULES).year == 2023
    for session in (bilateral_session(RULES), *matched_sessions(RULES)):
        assert dt.date.fromisoformat(session.held_on).weekday() < 5
        assert session.announced_on < session.held_on
    assert len(bilateral_working_days(RULES)) == 10
    assert all(session.months for session in matched_sessions(RULES))


def test_a_delivery_falls_on_its_months_by_their_days() -> None:
    year, half, january, *_ = days_of_deliveries(RULES)
    assert (year[0], year[1]) == (10_000 * 31 // 365, 10_000 * 28 // 365)
    assert half[5] == 0
    assert half[6] == 10_000 * 31 // 184
    assert january[0] == 10_000


def test_a_rule_set_without_such_a_table_has_no_rows_of_it() -> None:
    assert ready_rows("henan-2021", "market_prices") == ()
