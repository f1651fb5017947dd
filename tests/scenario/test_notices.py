"""What is no fault but is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import FILES, LOAD, write_files

SETTINGS = "name: far edges\nyear: 2021\nrules: henan-2021\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "warning"),
    [
        (
            "meter.csv", "U1,2021-03,flat,13.5\nU1,2021-03,valley,13.5\n", "",
            "meter.csv: 2 missing rows (user, month, period), of 1 user, taken as zero; the first: U1, 2021-03, flat",
        ),
        (
            "meter.csv", "U3,2021-06,peak,36.5\n", "",
            "meter.csv: 1 missing row (user, month, period), of 1 user, taken as zero; the first: U3, 2021-06, peak",
        ),
        (
            "tariffs.csv", "general,1kV,950", "other,1kV,950,650,350,210,27,,\ngeneral,1kV,950",
            "tariffs.csv: 1 class and voltage has no user; the first: other, 1kV",
        ),
        (
            "tariffs.csv", "large,10kV,910", "large,10kV,920,620,320,180,27,2022-01,\nlarge,10kV,910",
            "tariffs.csv: tariffs effective from 2022-01 come after 2021 and are not used",
        ),
        (
            "history.csv", "U1,2020", "U1,2021",
            "history.csv: 1 row is not of a year before 2021; the first: row 2",
        ),
        (
            "bilateral.csv", "2020-12-07 11:00", "2020-12-07 09:59",
            "bilateral.csv: 1 row is confirmed before being filed; the first: row 1",
        ),
    ],
)  # fmt: skip
def test_warning(tmp_path: Path, file: str, old: str, new: str, warning: str) -> None:
    assert old in FILES[file]
    scenario = gridsim.load(write_files(tmp_path, {file: FILES[file].replace(old, new)}))
    assert scenario.warnings == (warning,)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("tariffs.csv", "310,180,27,", "207,180,27,"), ("bilateral.csv", "2020-12-07 11:00", "2020-12-07 10:00")],
    ids=["T&D and funds as high as a catalogue price", "confirmed when filed"],
)
def test_no_warning_at_the_edge(tmp_path: Path, file: str, old: str, new: str) -> None:
    assert old in FILES[file]
    assert gridsim.load(write_files(tmp_path, {file: FILES[file].replace(old, new)})).warnings == ()


def test_rows_of_a_user_that_has_left_are_missed_too(tmp_path: Path) -> None:
    meter = FILES["meter.csv"].replace("U3,2021-07,peak,37.5\n", "").replace("U3,2021-12,valley,42.5\n", "")
    assert gridsim.load(write_files(tmp_path, {"meter.csv": meter})).warnings == (
        "meter.csv: 2 missing rows (user, month, period), of 1 user, taken as zero; the first: U3, 2021-07, peak",
    )


def test_months_without_any_row_are_said_once(tmp_path: Path) -> None:
    lines = [
        line for line in FILES["meter.csv"].splitlines() if "2021-02" in line or "2021-09" in line or "period" in line
    ]
    scenario = gridsim.load(write_files(tmp_path, {"meter.csv": "\n".join(lines)}))
    assert scenario.warnings == (
        "meter.csv: no row at all in 2021-01, 2021-03 … 2021-12 (10 months); nothing is metered then",
    )


def test_a_year_for_which_the_rules_were_not_made(tmp_path: Path) -> None:
    files = {name: text.replace("2021", "2023").replace("2020", "2022") for name, text in FILES.items()}
    files["scenario.yaml"] = FILES["scenario.yaml"].replace("year: 2021", "year: 2023")
    scenario = gridsim.load(write_files(tmp_path, files))
    assert scenario.warnings == (
        "rule set henan-2021 was made for 2021-01 to 2021-12; 2023 is settled by it all the same",
        "rule set henan-2021 lists no days off of 2023; those of the library chinesecalendar are taken",
    )


def test_an_edge_that_no_notice_has_is_told(tmp_path: Path) -> None:
    """Not refused: a study may try it. But 3 may also be meant as 3 %."""
    edges = "{settlement.tou.upper: 3, settlement.conventional.upper: 100}"
    scenario = gridsim.load(write_files(tmp_path, {"scenario.yaml": f"{SETTINGS}overrides: {edges}\n"}))
    assert scenario.warnings == (
        "rule set henan-2021: settlement.conventional.upper is 100, an edge at 10000 % of the contract energy",
        "rule set henan-2021: settlement.tou.upper is 3, an edge at 300 % of the contract energy",
    )
    assert scenario.warnings[1].zh == "规则集 henan-2021：settlement.tou.upper 为 3，即边界为合同电量的 300 %"


def test_twice_the_contract_energy_is_not_worth_a_word(tmp_path: Path) -> None:
    settings = f"{SETTINGS}overrides: {{settlement.tou.upper: 2.0}}\n"
    assert gridsim.load(write_files(tmp_path, {"scenario.yaml": settings})).warnings == ()


def test_gaps_in_a_load_curve(tmp_path: Path) -> None:
    lines = LOAD.splitlines()
    del lines[100:103]
    scenario = gridsim.load(write_files(tmp_path, {"meter.csv": None, "load.csv": "\n".join(lines)}))
    assert [text for text in scenario.warnings if "intervals" in text] == [
        "load.csv: missing intervals, taken as zero: 3, in months of users: 1; the first: U1, 2021-01, 3 missing"
    ]


@pytest.mark.parametrize(
    ("days", "left_out", "missing"),
    [
        (range(31, 32), 0, 0),  # the last day alone goes over to quarter-hours
        (range(1, 32), 0, 0),
        (range(31, 32), 1, 1),
        (range(1, 31), 0, 96),  # all days that are there are quarter-hourly: so is the one that is not
        (range(1, 2), 0, 30 * 96),
    ],
)
def test_each_day_has_its_own_length(tmp_path: Path, days: range, left_out: int, missing: int) -> None:
    lines = [line for line in LOAD.splitlines() if not line.startswith("U2")]
    if days == range(31, 32):
        lines += [line for line in LOAD.splitlines() if line.startswith("U2") and not line.startswith("U2,2021-01-31")]
    quarters = [f"{hour:02d}:{minute}" for hour in range(24) for minute in ("00", "15", "30", "45")]
    lines += [f"U2,2021-01-{day:02d} {time},1" for day in days for time in quarters][left_out:]
    scenario = gridsim.load(write_files(tmp_path, {"meter.csv": None, "load.csv": "\n".join(lines)}))
    told = [text for text in scenario.warnings if "intervals" in text]
    assert (told == []) if not missing else f"the first: U2, 2021-01, {missing:,} missing" in told[0]


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    files = {"weather.csv": "x", "README.md": "x", "_mine.csv": "x", "notes.txt": "x"}
    assert gridsim.load(write_files(tmp_path, files)).warnings == (
        "weather.csv is no table of a scenario and was not read",
    )


def test_ids_that_case_or_width_alone_tells_apart(tmp_path: Path) -> None:
    users = FILES["users.csv"] + "u1,,large,10kV,true,conventional,,,\nＵ２,,large,10kV,true,conventional,,,\n"
    meter = FILES["meter.csv"].replace("U1,2021-01,peak,11.5\n", "U1,2021-01,peak,11.5\nu1,2021-01,peak,1\n")
    files = {"users.csv": users, "meter.csv": meter, "retailers.csv": FILES["retailers.csv"] + "r１,\n"}
    told = [text for text in gridsim.load(write_files(tmp_path, files)).warnings if "case or width" in text]
    assert told == ["retailers.csv: ids that only case or width tells from others: 3; the first: r１ and R1"]
    assert told[0].zh == "retailers.csv：有 3 个编号与其他编号仅大小写或全半角不同，首例：r１ 与 R1"
