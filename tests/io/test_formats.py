"""One scenario in every format is one scenario: equal frames, equal hash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.calendar import deliveries, months_of
from gridsim.columns import INPUT_TABLES
from gridsim.scenario import Scenario
from tests.io.building import FILES, FORMS, LOAD, YEAR, frames, write_as, write_files


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return gridsim.load(write_files(tmp_path_factory.mktemp("small")))


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_frames_and_hash(tmp_path: Path, small: Scenario, form: str) -> None:
    loaded = gridsim.load(write_as(tmp_path / "scenario", form))
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], frame)
    assert loaded.hash == small.hash
    assert loaded.given == small.given


def test_dataframes_give_the_same_frames_and_hash(small: Scenario) -> None:
    made = gridsim.scenario_from_tables(
        frames(), name="other name", year=YEAR, overrides={"settlement.conventional.upper": 1.06}, seed=7
    )
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(made.tables[name], frame)
    assert made.hash == small.hash


def test_exact_frames_have_all_columns_and_the_agreed_types(small: Scenario) -> None:
    kinds = {
        "bool": "bool",
        "integer": "int64",
        "energy": "int64",
        "price": "int64",
        "time": "datetime64[us]",
        "date": "datetime64[us]",
    }
    assert set(small.tables) == set(INPUT_TABLES) - {"load"}
    for name, frame in small.tables.items():
        assert list(frame.columns) == [column.exact for column in INPUT_TABLES[name]]
        assert isinstance(frame.index, pd.RangeIndex)
        for column in INPUT_TABLES[name]:
            assert str(frame[column.exact].dtype) == kinds.get(column.kind, "category"), (name, column.name)
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


def test_a_heading_alone_is_an_empty_table(tmp_path: Path, small: Scenario) -> None:
    heading = FILES["history.csv"].splitlines()[0]
    empty = gridsim.load(write_files(tmp_path / "empty", {"history.csv": heading}))
    absent = gridsim.load(write_files(tmp_path / "absent", {"history.csv": None}))
    assert "history" in empty.given
    pd.testing.assert_frame_equal(empty.tables["history"], absent.tables["history"])
    assert empty.hash == absent.hash != small.hash


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


@pytest.mark.parametrize(
    ("name", "encoding", "read_as"),
    [
        ("郑", "gb18030", "郑"),  # bytes that are a Hebrew accent in UTF-8
        ("郑州", "gb18030", "郑州"),
        ("é", "utf-8", "é"),  # bytes that are 茅 in GB18030
        ("茅", "gb18030", "é"),  # the price of that
        ("茅", "utf-8", "茅"),
        ("é", "utf-8-sig", "é"),
        ("Ω×", "utf-8", "Ω×"),
    ],
)
def test_bytes_that_are_both_utf8_and_gb18030(tmp_path: Path, name: str, encoding: str, read_as: str) -> None:
    scenario = gridsim.load(write_files(tmp_path, {"retailers.csv": f"retailer_id,name\nR1,{name}\n".encode(encoding)}))
    assert scenario.tables["retailers"]["name"].tolist() == [read_as]
    is_both = (name, encoding) in {("郑", "gb18030"), ("é", "utf-8"), ("茅", "gb18030"), ("Ω×", "utf-8")}
    assert [f"read as {'GB18030' if name == '郑' else 'UTF-8'}" in warning for warning in scenario.warnings] == [
        True
    ] * is_both


def test_cells_of_several_lines_are_no_fault(tmp_path: Path) -> None:
    retailers = 'retailer_id,name\n\nR1,"Retail\nof ""Henan"", ""南"""\r\n\nR2,Two\n'
    scenario = gridsim.load(write_files(tmp_path, {"retailers.csv": retailers}))
    assert scenario.tables["retailers"]["name"].tolist() == ['Retail\nof "Henan", "南"', "Two"]


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


def test_load_is_summed_to_the_periods_of_the_rule_set(tmp_path: Path) -> None:
    lines = LOAD.splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    scenario = gridsim.load(write_files(tmp_path / "a", {"meter.csv": None, "load.csv": LOAD}))
    meter = scenario.tables["meter"]
    # valley 0–8, peak 8–12 and 18–22, flat 12–18 and 22–24; hour h has h + 1.25 MWh; 31 days; valley comes first
    hours = {"valley": range(8), "peak": (8, 9, 10, 11, 18, 19, 20, 21), "flat": (12, 13, 14, 15, 16, 17, 22, 23)}
    sums = [31 * sum(1000 * hour + 1250 for hour in hours[period]) for period in ("valley", "peak", "flat")]
    assert meter["user_id"].tolist() == ["U1"] * 3 + ["U2"] * 3
    assert meter["period"].tolist() == ["valley", "peak", "flat"] * 2
    assert meter["energy_kwh"].tolist() == sums * 2
    assert scenario.given >= {"load"}
    assert "meter" not in scenario.given
    assert "load" not in scenario.tables
    from_end = gridsim.load(write_files(tmp_path / "b", {"meter.csv": None, "load.csv": turned})).tables["meter"]
    assert from_end["period"].tolist() == ["flat", "peak", "valley"] * 2  # in order of first appearance
    assert from_end["user_id"].tolist() == ["U2"] * 3 + ["U1"] * 3


def test_the_same_load_by_quarter_hours(tmp_path: Path) -> None:
    heading, *rows = LOAD.splitlines()
    quarters = [heading]
    for row in rows:
        user, starts_at, energy = row.split(",")
        kwh = int(Decimal(energy) * 1000)
        parts = [kwh // 4] * 3 + [kwh - 3 * (kwh // 4)]
        quarters += [f"{user},{starts_at[:-2]}{15 * n:02d},{part / 1000}" for n, part in enumerate(parts)]
    hourly = gridsim.load(write_files(tmp_path / "a", {"meter.csv": None, "load.csv": LOAD}))
    fine = gridsim.load(write_files(tmp_path / "b", {"meter.csv": None, "load.csv": "\n".join(quarters)}))
    assert fine.hash == hourly.hash


def test_a_rule_file_inside_the_folder(tmp_path: Path) -> None:
    rules = "id: ours\nextends: henan-2021\ntitle: {en: Ours, zh: 我们的}\nvalues:\n  settlement.shortfall_price: 12\n"
    settings = FILES["scenario.yaml"].replace("henan-2021", "ours.yaml")
    scenario = gridsim.load(write_files(tmp_path, {"scenario.yaml": settings, "ours.yaml": rules}))
    assert scenario.rules.at("2021-01").settlement.shortfall_price == 12_000
