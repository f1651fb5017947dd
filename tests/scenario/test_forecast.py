"""Months to date: metered months as they are, a forecast behind them, and the same money as in one table of both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import gridsim
from tests.shared import MINI, faults_of

LAST = "2021-07"
REST = ("2021-08", "2021-09", "2021-10", "2021-11", "2021-12")


def rows(table: str = "meter") -> pd.DataFrame:
    return pd.read_csv(MINI / f"{table}.csv", dtype=str, encoding="utf-8-sig")


def written(folder: Path, meter: pd.DataFrame | None, forecast: pd.DataFrame) -> Path:
    shutil.copytree(MINI, folder)
    (folder / "meter.csv").unlink()
    if meter is not None:
        meter.to_csv(folder / "meter.csv", index=False)
    forecast.to_csv(folder / "forecast.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def to_date(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Scenario:
    meter = rows()
    return gridsim.load(
        written(tmp_path_factory.mktemp("d") / "s", meter[meter.month <= LAST], meter[meter.month > LAST])
    )


@pytest.fixture(scope="module")
def result(to_date: gridsim.Scenario) -> gridsim.Result:
    return gridsim.run(to_date)


def test_the_money_is_that_of_one_table_and_the_scenario_another(
    scenario: gridsim.Scenario, to_date: gridsim.Scenario, result: gridsim.Result
) -> None:
    meter = rows()
    one = scenario.with_table("meter", pd.concat([meter[meter.month <= LAST], meter[meter.month > LAST]]))
    assert (to_date.forecast_months, one.forecast_months) == (REST, ())
    assert to_date.tables["meter"].equals(one.tables["meter"])
    assert to_date.hash != one.hash and to_date.warnings == scenario.warnings
    settled = gridsim.run(one)
    for name in ("ledger", "positions", "cell_settlement", "compliance"):
        assert getattr(result.exact, name).equals(getattr(settled.exact, name))


def test_a_result_says_which_months_are_which_and_holds(result: gridsim.Result, tmp_path: Path) -> None:
    result.save(tmp_path / "out")
    read = gridsim.Result.load(tmp_path / "out")
    read.check()
    for each in (result, read):
        months = each.months.set_index("month")["metering"]
        assert tuple(months.index[months == "forecast"]) == REST and len(months) == 12
    assert gridsim.reproduce(tmp_path / "out").is_same
    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    (tmp_path / "out" / "manifest.json").write_text(
        manifest.replace('"2021-08",\n', '"2021-13",\n', 1), encoding="utf-8"
    )
    with pytest.raises(gridsim.ResultError, match=r"scenario\.forecast_months: not a month"):
        gridsim.Result.load(tmp_path / "out").check()


def test_what_the_forecast_says_of_metered_months_is_left_aside(to_date: gridsim.Scenario, tmp_path: Path) -> None:
    meter = rows()
    whole = gridsim.load(written(tmp_path / "s", meter[meter.month <= LAST], meter.assign(energy_mwh="7")))
    (said,) = (warning for warning in whole.warnings if "left aside" in warning)
    assert said == "forecast.csv: 2021-01, 2021-02 … 2021-07 (7 months) left aside, as these months are metered"
    assert whole.forecast_months == REST
    assert whole.with_table("forecast", meter[meter.month > LAST]).hash == to_date.hash


def test_a_year_that_nobody_has_metered_is_a_forecast(scenario: gridsim.Scenario, tmp_path: Path) -> None:
    planned = gridsim.load(written(tmp_path / "s", None, rows()))
    assert planned.forecast_months == planned.months
    assert planned.tables["meter"].equals(scenario.tables["meter"])


def test_every_fault_names_its_file_and_row(tmp_path: Path) -> None:
    meter = rows()
    some = meter[(meter.month < LAST) | ((meter.month == LAST) & meter.user_id.isin(["U1", "U2"]))]
    (fault,) = faults_of(gridsim.load, written(tmp_path / "partly", some, meter))
    assert (fault.file, fault.column, fault.value) == ("forecast.csv", "month", LAST)
    assert (
        fault.message == "metered for others and forecast for 4 users (U3, U4, U5, U6), who would have no energy in it"
    )

    late = meter[(meter.month <= LAST) & (meter.month != "2021-05")]
    (fault,) = faults_of(gridsim.load, written(tmp_path / "late", late, meter))
    assert (fault.value, fault.message) == ("2021-05", "forecast, though a later month is metered: 2021-07")

    rest = meter[meter.month > LAST].reset_index(drop=True)
    wrong = pd.concat([rest.replace({"user_id": {"U6": "U9"}}), rest.iloc[[3]]])
    wrong.iloc[5, 3] = "x"
    known = meter[meter.month <= LAST].replace({"user_id": {"U6": "U8"}})
    faults = faults_of(gridsim.load, written(tmp_path / "wrong", known, wrong))
    assert {(fault.file, fault.column) for fault in faults} == {
        ("meter.csv", "user_id"), ("forecast.csv", "user_id"), ("forecast.csv", "energy_mwh"),
        ("forecast.csv", "user_id, month, period"),
    }  # fmt: skip
    assert [fault.row for fault in faults if fault.column == "user_id, month, period"] == [len(wrong)]


def test_energy_that_is_too_much_is_named_in_its_file(tmp_path: Path) -> None:
    meter = rows()
    rest = meter[meter.month > LAST].reset_index(drop=True)
    rest.iloc[4, 3] = "99999999999999"
    faults = faults_of(gridsim.load, written(tmp_path / "s", meter[meter.month <= LAST], rest))
    assert ("forecast.csv", 5) in {(fault.file, fault.row) for fault in faults}


def test_beside_a_load_curve(scenario: gridsim.Scenario, tmp_path: Path) -> None:
    folder = written(tmp_path / "s", None, rows())
    hours = pd.date_range("2021-01-01", "2021-02-28 23:00", freq="h")
    load = pd.DataFrame({"user_id": "U1", "starts_at": hours.strftime("%Y-%m-%dT%H:%M:%S"), "energy_mwh": "1.5"})
    load.to_csv(folder / "load.csv", index=False)
    (first, second) = faults_of(gridsim.load, folder)  # of January and of February: U2 to U6 are not metered
    assert (first.value, second.value) == ("2021-01", "2021-02") and "5 users (U2, U3, U4, U5, U6)" in first.message
    meter = rows()
    meter[meter.month > "2021-02"].to_csv(folder / "forecast.csv", index=False)
    found = gridsim.load(folder)
    assert found.forecast_months == found.months[2:] and {"load", "forecast"} <= found.given
    meter[meter.month > "2021-02"].replace({"user_id": {"U6": "U9"}}).to_csv(folder / "forecast.csv", index=False)
    assert {(fault.file, fault.column) for fault in faults_of(gridsim.load, folder)} == {("forecast.csv", "user_id")}


def test_the_meters_catch_up(scenario: gridsim.Scenario, to_date: gridsim.Scenario) -> None:
    meter = rows()
    august = to_date.with_table("meter", meter[meter.month <= "2021-08"])
    assert august.forecast_months == REST[1:]
    assert august.with_table("meter", meter).hash == scenario.hash
    none = to_date.with_table("forecast", meter[meter.month > "2021-12"])
    assert none.forecast_months == () and "forecast" not in none.given
    assert set(none.tables["meter"]["month"].unique()) == set(none.months[:7])
    made = scenario.with_table("meter", meter[meter.month <= LAST]).with_table("forecast", meter[meter.month > LAST])
    assert made.hash == to_date.hash


def test_load_varies_in_the_forecast_alone(to_date: gridsim.Scenario) -> None:
    more = to_date.with_load("1.1", where={"user": "U1"})
    ratio = more.tables["meter"]["energy_kwh"] / to_date.tables["meter"]["energy_kwh"].replace(0, 1)
    is_more = (to_date.tables["meter"]["user_id"] == "U1") & to_date.tables["meter"]["month"].isin(REST)
    assert (ratio[is_more] > 1.09).all() and (ratio[~is_more] <= 1).all()
    assert more.changes[0].given["where"]["month"] == list(REST)
    assert to_date.with_changes([change.to_data() for change in more.changes]).hash == more.hash
    assert to_date.with_load("1.1", where={"month": [LAST, "2021-09"]}).changes[0].given["where"] == {
        "month": ["2021-09"]
    }
    (fault,) = faults_of(to_date.with_load, "1.1", where={"month": LAST})
    assert fault.allowed == f"months of the forecast: {', '.join(REST)}"


def test_a_comparison_names_the_months(result: gridsim.Result, mini: gridsim.Result) -> None:
    comparison = mini.compare(result)
    (change,) = (each for each in comparison.changes if each.kind != "order")
    assert (change.kind, change.before, change.after) == ("metering", "none", ", ".join(REST))
    assert not change.items
