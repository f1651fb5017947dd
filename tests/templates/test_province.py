"""The synthetic province: the same for the same seed, sound at any size, and in the shape of a province."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

import gridsim
from gridsim.calendar import working_days
from gridsim.templates import province, write_template
from gridsim.templates.province_sessions import bilateral_session, bilateral_working_days, matched_sessions
from tests.shared import PROVINCE, files_in, fresh, scenario_in


@pytest.fixture(scope="module")
def shipped() -> gridsim.Scenario:
    return scenario_in(PROVINCE)


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return fresh(PROVINCE)


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Two thousand users, with the mean of their history in MWh."""
    folder = write_template(tmp_path_factory.mktemp("province"), "province")
    history = pd.read_csv(folder / "history.csv")
    users = pd.read_csv(folder / "users.csv").set_index("user_id")
    assert len(users) == 2000
    return users.assign(size=history.groupby("user_id")["energy_mwh"].mean())


# ---- the same for the same seed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("parquet", [False, True])
def test_the_same_seed_gives_the_same_bytes(parquet: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province, "MOST_USERS_IN_CSV", 0 if parquet else 1000)
    first, second, other = (
        files_in(write_template(tmp_path / name / "new", "province", users=50, seed=seed))
        for name, seed in (("first", 3), ("second", 3), ("other", 4))
    )
    assert first == second
    suffix = "parquet" if parquet else "csv"
    for table in ("users", "history", "bilateral", "orders", "meter"):
        assert first[f"{table}.{suffix}"] != other[f"{table}.{suffix}"]


def test_parquet_and_csv_hold_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv = write_template(tmp_path / "csv", "province", users=50, seed=3)
    monkeypatch.setattr(province, "MOST_USERS_IN_CSV", 0)
    # Also in more than one block, which must not change what is drawn.
    monkeypatch.setattr(province, "_BLOCK", 16)
    parquet = write_template(tmp_path / "parquet", "province", users=50, seed=3)
    assert pyarrow.parquet.ParquetFile(parquet / "meter.parquet").num_row_groups == 4
    scenarios = [gridsim.load(folder) for folder in (csv, parquet)]
    for name in ("users", "history", "bilateral", "orders", "meter"):
        frames = [scenario.tables[name].astype(str) for scenario in scenarios]
        pd.testing.assert_frame_equal(*frames)


# ---- sound at any size -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 7, 50])
@pytest.mark.parametrize("seed", [0, 17])
def test_a_province_of_any_size_loads_and_runs(count: int, seed: int, tmp_path: Path) -> None:
    scenario = gridsim.load(write_template(tmp_path, "province", users=count, seed=seed))
    assert scenario.warnings == ()
    assert scenario.seed == seed
    assert len(scenario.tables["users"]) == count
    assert len(scenario.tables["meter"]) == 36 * count
    result = gridsim.run(scenario)
    assert (result.exact.positions["in_band_kwh"] > 0).any()


def test_the_sessions_are_on_days_that_the_rules_allow(result: gridsim.Result) -> None:
    calendar = result.compliance[result.compliance["check"] == "calendar"]
    assert set(calendar["subject"]) == {bilateral_session().name, *(session.name for session in matched_sessions())}
    assert calendar["passed"].astype(bool).all()


def test_the_bilateral_window_is_its_working_days() -> None:
    calendar = gridsim.rules.load("henan-2021").values.calendar
    days: list[dt.date] = bilateral_working_days().tolist()
    assert str(days[0]) == bilateral_session().opens_at[:10]
    assert str(days[-1]) == bilateral_session().closes_at[:10]
    assert working_days(days[0], days[-1], calendar.holidays, calendar.working_weekends) == len(days)


# ---- in the shape of a province --------------------------------------------------------------------------------------


def test_sizes_are_skewed(users: pd.DataFrame) -> None:
    size = users["size"].sort_values(ascending=False)
    assert size.median() < 2_000
    assert size.mean() > 4 * size.median()
    assert size.iloc[:100].sum() > 0.4 * size.sum()
    assert 0.001 < (size >= 200_000).mean() < 0.01


def test_who_buys_how(users: pd.DataFrame) -> None:
    large = users["size"] >= 220_000
    assert (users["mode"][large] == "tou").mean() >= 0.7
    is_direct = users["retailer_id"].isna() & ~users["priority_purchase"]
    assert (users["size"][is_direct] > 4_500).all()
    assert 0.02 < is_direct.mean() < 0.15
    assert 0.02 < (users["mode"] == "tou").mean() < 0.15
    assert 0.001 < users["exit_month"].notna().mean() < 0.03
    assert 0.001 < users["priority_purchase"].mean() < 0.03
    assert 0.01 < (~users["peak_valley_tariff"]).mean() < 0.2
    assert users.groupby(["tariff_class", "voltage"]).ngroups == 7
    assert users["retailer_id"].nunique() == 50


def test_industries_have_shapes_of_their_own(shipped: gridsim.Scenario) -> None:
    meter, users = shipped.tables["meter"], shipped.tables["users"]
    industry = users.set_index("user_id")["name"].astype(str).str.split(" ").str[-1]
    table = meter.assign(industry=meter["user_id"].map(industry).astype(str))
    by_period = table.pivot_table("energy_kwh", "industry", "period", "sum", observed=True)
    share = by_period.div(by_period.sum(axis=1), axis=0)
    assert set(share.index) == {"连续生产", "两班制", "日班制", "季节性"}
    assert share.loc["连续生产"].to_numpy().tolist() == pytest.approx([0.34, 0.33, 0.33], abs=0.03)
    assert share.loc["日班制", "valley"] < 0.15
    by_month = table.pivot_table("energy_kwh", "industry", "month", "sum", observed=True)
    assert by_month.loc["季节性"].max() > 2.5 * by_month.loc["季节性"].min()
    assert by_month.loc["连续生产"].max() < 1.3 * by_month.loc["连续生产"].min()


def test_everything_is_marked_synthetic(shipped: gridsim.Scenario) -> None:
    assert "synthetic" in shipped.name
    for table in ("generators", "retailers", "users"):
        assert shipped.tables[table]["name"].astype(str).str.startswith("合成").all()
    assert set(shipped.tables["tariffs"]["source"]) == {"synthetic"}


def test_contracts_are_near_the_load_but_not_at_it(result: gridsim.Result) -> None:
    positions = result.exact.positions[~result.exact.positions["trial"]]
    assert 0.9 < positions["contract_kwh"].sum() / positions["metered_kwh"].sum() < 1.05
    by_unit = positions.groupby("unit_id")[["contract_kwh", "metered_kwh"]].sum()
    cover = by_unit["contract_kwh"] / by_unit["metered_kwh"]
    assert cover.between(0.7, 1.2).mean() > 0.9
    late = positions[positions["month"] > "2021-03"]
    assert (late["overrun_kwh"] > 0).any()
    assert (late["shortfall_kwh"] > 0).any()
    assert ((late["overrun_kwh"] == 0) & (late["shortfall_kwh"] == 0)).any()


def test_books_clear_something_but_not_all(shipped: gridsim.Scenario, result: gridsim.Result) -> None:
    orders = shipped.tables["orders"]
    rejected = result.rejected
    unused = rejected["row"][rejected["table"] == "orders"].to_numpy() - 1
    standing = orders.drop(index=unused)
    asked = standing["energy_kwh"][standing["side"] == "buy"].sum()
    trades = result.exact.trades
    matched = trades[trades["kind"] != "annual_bilateral"]
    assert 0.6 < matched["energy_kwh"].sum() / asked < 0.95
    assert set(trades["kind"]) == set(shipped.tables["sessions"]["kind"])


def test_orders_come_in_price_steps_and_are_submitted_again(result: gridsim.Result, shipped: gridsim.Scenario) -> None:
    orders = shipped.tables["orders"]
    key = ["session", "participant_id", "side", "product", "submitted_at"]
    steps = orders.groupby(key, observed=True).size()
    assert set(steps) == {1, 2, 3}
    assert set(result.rejected["reason"]) == {"superseded", "outside_window", "unconfirmed", "product_not_allowed"}
    # Heat supply can win ties only if there are ties.
    sells = orders[orders["side"] == "sell"]
    book = ["session", "product", "price_micro_yuan_per_kwh"]
    assert (sells.groupby(book, observed=True)["participant_id"].nunique() > 1).any()


def test_all_months_are_metered_in_whole_kwh(shipped: gridsim.Scenario) -> None:
    meter = shipped.tables["meter"]
    assert len(meter) == 36 * len(shipped.tables["users"])
    assert (np.bincount(meter["month"].cat.codes) == 3 * len(shipped.tables["users"])).all()
    assert (meter["energy_kwh"] > 0).all()
