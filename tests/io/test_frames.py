"""DataFrames as a scenario."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim import ScenarioError
from gridsim.scenario import Scenario
from tests.io.building import YEAR, frames


def test_dataframes_have_the_same_faults() -> None:
    tables: dict[str, object] = dict(frames())
    users = frames()["users"]
    users["mode"] = ["conventional", "tuo", None]
    users["priority_purchase"] = [True, 2, [2]]
    tables["users"] = users
    tables["meters"] = tables["meter"]
    tables["history"] = {"user_id": "U1"}
    tables["orders"] = frames()["orders"].assign(energy_mwh=[1.0, 0.1 + 0.2, float("inf"), float("nan")])
    tables["bilateral"] = frames()["bilateral"].assign(filed_at=pd.Timestamp("2020-12-07 10:00", tz="Asia/Shanghai"))
    with pytest.raises(ScenarioError) as caught:
        gridsim.scenario_from_tables(tables, name="", year="2021", seed=True)  # type: ignore[arg-type]
    faults = caught.value.faults
    assert {(fault.file, fault.row, fault.column, fault.message) for fault in faults} == {
        ("scenario_from_tables", None, "name", "empty value"),
        ("scenario_from_tables", None, "year", "wrong type"),
        ("scenario_from_tables", None, "seed", "wrong type"),
        ("meters", None, None, "unknown table"),
        ("history", None, None, "neither a frame nor records"),
        ("users", 2, "mode", "unknown value"),
        ("users", 3, "mode", "empty cell"),
        ("users", 2, "priority_purchase", "neither true nor false"),
        ("users", 3, "priority_purchase", "neither true nor false"),
        ("orders", 2, "energy_mwh", "more than 3 decimals"),
        ("orders", 3, "energy_mwh", "not a finite number"),
        ("orders", 4, "energy_mwh", "empty cell"),
        *(("bilateral", row, "filed_at", "a time with a zone") for row in (1, 2, 3, 4)),
    }


def test_dataframes_give_the_same_frames_and_hash(small: Scenario) -> None:
    made = gridsim.scenario_from_tables(
        frames(), name="other name", year=YEAR, overrides={"settlement.conventional.upper": 1.06}, seed=7
    )
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(made.tables[name], frame)
    assert made.hash == small.hash


def test_numbers_of_every_python_type() -> None:
    tables = frames()
    energies = [Decimal("6000.5"), 7000.125, 1, "8.100", np.float64(0.1), np.int32(3)]
    tables["history"] = pd.DataFrame(
        {"user_id": "U1", "year": range(2010, 2016), "energy_mwh": pd.Series(energies, dtype=object)}
    )
    scenario = gridsim.scenario_from_tables(tables, name="small", year=YEAR)
    assert scenario.tables["history"]["energy_kwh"].tolist() == [6_000_500, 7_000_125, 1_000, 8_100, 100, 3_000]


def test_months_and_times_of_every_python_type(small: Scenario) -> None:
    tables = frames()
    tables["meter"]["month"] = pd.PeriodIndex(tables["meter"]["month"], freq="M")
    tables["users"]["exit_month"] = [None, pd.NaT, dt.date(2021, 7, 1)]
    tables["bilateral"]["filed_at"] = pd.to_datetime(tables["bilateral"]["filed_at"], format="mixed")
    tables["sessions"]["closes_at"] = [
        dt.date(2020, 12, 8), dt.datetime(2020, 12, 10, 17), "2021-06-10 17:00",
        pd.Timestamp("2021-01-25 17:00:00.5"), dt.date(2021, 3, 8),
    ]  # fmt: skip
    tables["generators"]["generator_id"] = tables["generators"]["generator_id"].astype("category")
    tables["users"].index = pd.Index([5, 5, 9])
    made = gridsim.scenario_from_tables(
        tables, name="small", year=YEAR, overrides={"settlement.conventional.upper": "1.06"}, seed=7
    )
    assert made.hash == small.hash


def test_ids_typed_as_numbers_lose_their_point() -> None:
    tables = {
        "generators": pd.DataFrame({"generator_id": [1001.0, 1002.0]}),
        "retailers": pd.DataFrame({"retailer_id": [7]}),
        "users": pd.DataFrame(
            {
                "user_id": [1, 2], "tariff_class": "a", "voltage": [0.4, 10.0], "peak_valley_tariff": True,
                "mode": "tou", "retailer_id": [7.0, None],
            }
        ),
        "tariffs": pd.DataFrame(
            {
                "tariff_class": "a", "voltage": ["0.4", "10"], "catalogue_peak": 3, "catalogue_flat": 2,
                "catalogue_valley": 1, "transmission": 1, "funds": 0,
            }
        ),
        "meter": pd.DataFrame({"user_id": ["1", "2"], "month": "2021-01", "period": "peak", "energy_mwh": 1}),
    }  # fmt: skip
    scenario = gridsim.scenario_from_tables(tables, name="numbers", year=YEAR)
    assert scenario.tables["generators"]["generator_id"].tolist() == ["1001", "1002"]
    assert scenario.tables["users"]["retailer_id"].tolist()[0] == "7"
