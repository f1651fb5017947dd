"""One scenario in every format is one scenario: equal frames, equal hash."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.calendar import deliveries, months_of
from gridsim.scenario import Scenario
from tests.io.building import FILES, FORMS, YEAR, write_as, write_files
from tests.markets import INPUT_TABLES


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_frames_and_hash(tmp_path: Path, small: Scenario, form: str) -> None:
    loaded = gridsim.load(write_as(tmp_path / "scenario", form))
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], frame)
    assert loaded.hash == small.hash
    assert loaded.given == small.given


def test_exact_frames_have_all_columns_and_the_agreed_types(small: Scenario) -> None:
    kinds = {
        "bool": "bool",
        "integer": "int64",
        "energy": "int64",
        "price": "int64",
        "money": "int64",
        "time": "datetime64[us]",
        "date": "datetime64[us]",
    }
    assert set(small.tables) == set(INPUT_TABLES) - {"load", "forecast"}
    for name, frame in small.tables.items():
        assert list(frame.columns) == [column.exact for column in INPUT_TABLES[name]]
        assert isinstance(frame.index, pd.RangeIndex)
        for column in INPUT_TABLES[name]:
            agreed = "Int64" if column.may_lack else kinds.get(column.kind, "category")
            assert str(frame[column.exact].dtype) == agreed, (name, column.name)
            if column.kind == "enum":
                assert tuple(frame[column.exact].cat.categories) == column.values
            if column.kind == "delivery":
                assert tuple(frame[column.exact].cat.categories) == deliveries(YEAR)
    assert tuple(small.tables["meter"]["month"].cat.categories) == months_of(YEAR)


def test_values_are_exact_and_defaults_are_filled(small: Scenario) -> None:
    assert small.tables["tariffs"]["catalogue_valley_micro_yuan_per_kwh"].tolist() == [300_500, 310_000, 350_000]
    assert small.tables["history"]["energy_kwh"].tolist() == [6_000_000, 7_000_125]
    assert small.tables["generators"]["heat_priority"].tolist() == [True, False]
    assert small.tables["users"]["retailer_id"].isna().tolist() == [True, False, False]
    assert small.tables["users"]["priority_purchase"].tolist() == [False, False, True]
    closes = small.tables["sessions"]["closes_at"]
    assert closes[0] == pd.Timestamp("2020-12-08 23:59:59")  # a date alone is its last second
    assert closes[3] == pd.Timestamp("2021-01-25 17:00:00.5")
    assert pd.isna(small.tables["bilateral"]["confirmed_at"][3])
    assert (small.name, small.year, small.seed, small.rules.id) == ("small", 2021, 7, "henan-2021")
    assert small.rules.at("2021-05").settlement.conventional.upper == 10_600
    assert small.warnings == ()


def test_tables_that_may_be_absent_are_empty_frames(tmp_path: Path) -> None:
    absent = dict.fromkeys(("history.csv", "sessions.csv", "bilateral.csv", "orders.csv"))
    scenario = gridsim.load(write_files(tmp_path, absent))
    assert scenario.given == {"generators", "retailers", "users", "tariffs", "meter"}
    for name in ("history", "sessions", "bilateral", "orders"):
        assert len(scenario.tables[name]) == 0
        assert list(scenario.tables[name].columns) == [column.exact for column in INPUT_TABLES[name]]


@pytest.mark.parametrize("words", [("峰段", "谷段"), ("高峰", "低谷")])
def test_both_chinese_names_of_the_periods_are_read(tmp_path: Path, small: Scenario, words: tuple[str, str]) -> None:
    heading, rows = FILES["tariffs.csv"].split("\n", 1)
    for name, word in zip(("catalogue_peak", "catalogue_valley"), words, strict=True):
        assert name in heading
        heading = heading.replace(name, f"{word}目录电价")
    assert gridsim.load(write_files(tmp_path, {"tariffs.csv": f"{heading}\n{rows}"})).hash == small.hash


def test_without_sessions_is_not_with_an_empty_table_of_them(tmp_path: Path) -> None:
    cut = {"bilateral.csv": None, "orders.csv": None}
    empty = write_files(tmp_path / "empty", {**cut, "sessions.csv": FILES["sessions.csv"].splitlines()[0]})
    absent = write_files(tmp_path / "absent", {**cut, "sessions.csv": None})
    assert gridsim.load(empty).hash != gridsim.load(absent).hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("meter.csv", "U1,2021-01,peak,11.5", "U1,2021-01,peak,11.501"),
        ("users.csv", "U1,First", "U1,Erste"),
        ("scenario.yaml", "1.06", "1.07"),
        ("scenario.yaml", "seed: 7", "seed: 8"),
        ("sessions.csv", "17:00:00.5", "17:00:00.6"),
        ("users.csv", "TRUE,tou,R1,,false", "TRUE,tou,R1,,true"),
        ("history.csv", "U1,2019,6000\nU1,2020,7000.125", "U1,2020,7000.125\nU1,2019,6000"),
    ],
)
def test_hash_changes_with_content_and_row_order(
    tmp_path: Path, small: Scenario, file: str, old: str, new: str
) -> None:
    assert old in FILES[file]
    assert gridsim.load(write_files(tmp_path, {file: FILES[file].replace(old, new)})).hash != small.hash


def test_a_rule_file_inside_the_folder(tmp_path: Path) -> None:
    rules = "id: ours\nextends: henan-2021\ntitle: {en: Ours, zh: 我们的}\nvalues:\n  settlement.shortfall_price: 12\n"
    settings = FILES["scenario.yaml"].replace("henan-2021", "ours.yaml")
    scenario = gridsim.load(write_files(tmp_path, {"scenario.yaml": settings, "ours.yaml": rules}))
    assert scenario.rules.at("2021-01").settlement.shortfall_price == 12_000
