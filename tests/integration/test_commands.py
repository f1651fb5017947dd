"""Every command as a user gives it: the shipped scenarios, exit codes, what is shown and written.

That they work in processes of their own, `test_read_only.py` and `test_startup.py` show.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.markets import RESULT_TABLES
from tests.shared import MINI, SCENARIOS
from tests.shared import as_user as gridsim


@pytest.fixture(scope="module")
def mini_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mini") / "out"
    gridsim("run", MINI, "--out", out, "--format", "csv")
    return out


@pytest.mark.slow
def test_run_writes_every_table_with_its_columns(mini_csv: Path) -> None:
    for name, spec in RESULT_TABLES.items():
        frame = pd.read_csv(mini_csv / f"{name}.csv")
        assert list(frame.columns) == [column.name for column in spec.columns], name
        assert len(frame) > 0, name
    assert not list(mini_csv.rglob("*.part"))


@pytest.mark.slow
def test_csv_has_fixed_decimals(mini_csv: Path) -> None:
    ledger = pd.read_csv(mini_csv / "ledger.csv", dtype=str)
    assert ledger["energy_mwh"].str.fullmatch(r"\d+\.\d{3}").all()
    assert ledger["price_yuan_per_mwh"].str.fullmatch(r"-?\d+\.\d{3}").all()
    assert ledger["amount_yuan"].str.fullmatch(r"-?\d+\.\d{6}").all()


@pytest.mark.slow
def test_parquet_and_csv_hold_the_same(mini_csv: Path, tmp_path: Path) -> None:
    gridsim("run", MINI, "--out", tmp_path / "out")
    from gridsim.result import Result

    parquet, csv = Result.load(tmp_path / "out"), Result.load(mini_csv)
    for name in RESULT_TABLES:
        pd.testing.assert_frame_equal(getattr(parquet.exact, name), getattr(csv.exact, name))
    assert parquet.manifest == csv.manifest


@pytest.mark.slow
def test_parquet_types_are_those_of_the_formats_page(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    gridsim("run", MINI, "--out", tmp_path)
    schema = pyarrow.parquet.read_schema(tmp_path / "ledger.parquet")
    assert pa.types.is_decimal128(schema.field("energy_mwh").type) and schema.field("energy_mwh").type.scale == 3
    assert pa.types.is_decimal128(schema.field("amount_yuan").type) and schema.field("amount_yuan").type.scale == 6
    assert pa.types.is_string(schema.field("month").type)
    assert pa.types.is_boolean(schema.field("trial").type)


@pytest.mark.slow
def test_manifest_tells_where_the_result_came_from(mini_csv: Path) -> None:
    manifest = json.loads((mini_csv / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "csv"
    assert len(manifest["scenario"]["hash"]) == 64 and len(manifest["rules_hash"]) == 64
    assert manifest["counts"]["results"]["ledger"] == len(pd.read_csv(mini_csv / "ledger.csv"))
    assert {"python", "gridsim", "numba", "numpy"} <= set(manifest["versions"])
    assert all(taken["en"] and taken["zh"] for taken in manifest["assumptions"])
    assert any(taken["path"] == "matching.k" for taken in manifest["assumptions"])


def test_run_shows_who_paid_whom(tmp_path: Path) -> None:
    shown = gridsim("run", MINI, "--out", tmp_path / "out", "--profile").stdout
    for text in (
        "Who paid whom",
        "Deviation by settlement unit",
        "sum to 0.00 yuan",
        str(tmp_path / "out"),
        "settlement",
    ):
        assert text in shown
    assert "资金流向" in gridsim("run", MINI, "--out", tmp_path / "zh", "--lang", "zh").stdout


def test_a_bad_scenario_writes_nothing(tmp_path: Path) -> None:
    gridsim("new", tmp_path / "bad")
    users = tmp_path / "bad" / "users.csv"
    users.write_text(users.read_text("utf-8-sig").replace("conventional", "conventionel"), "utf-8")
    for command in (("check", tmp_path / "bad"), ("run", tmp_path / "bad", "--out", tmp_path / "out")):
        shown = gridsim(*command, expect=2).stderr
        assert "users.csv" in shown and "conventionel" in shown and "conventional" in shown
    assert not (tmp_path / "out").exists()
    shown = gridsim("check", tmp_path / "bad", "--lang", "zh", expect=2).stderr
    assert shown.startswith("输入有误：") and "无法识别的值（所填：conventionel）" in shown


@pytest.mark.slow
def test_check_writes_every_fault_however_many(tmp_path: Path) -> None:
    gridsim("new", tmp_path / "bad")
    meter = "".join(f"U1,2021-01,noon,{number}\n" for number in range(1_500)) + "U1,2021-01,peak,-1\n"
    (tmp_path / "bad" / "meter.csv").write_text("user_id,month,period,energy_mwh\n" + meter, "utf-8")
    shown = gridsim("check", tmp_path / "bad", expect=2).stderr
    assert "1,501 faults of 2 kinds" in shown and "and 1,499 more like these: unknown value" in shown
    assert "check SCENARIO --out FILE.csv" in shown
    shown = gridsim("check", tmp_path / "bad", "--out", tmp_path / "faults.csv", expect=2).stderr
    assert shown.splitlines()[2:5] == [
        "meter.csv",
        "  period: unknown value: 1,500, the first in row 1",
        "  energy_mwh: negative: 1, the first in row 1501",
    ]
    faults = pd.read_csv(tmp_path / "faults.csv")
    assert list(faults.columns) == ["file", "row", "cell", "column", "value", "message", "allowed"]
    assert faults["row"].tolist() == list(range(1, 1_502)) and faults["value"].iloc[-1] == "-1"
    gridsim("check", MINI, "--out", tmp_path / "faults.csv")
    assert pd.read_csv(tmp_path / "faults.csv").empty  # those of the other scenario are gone


@pytest.mark.slow
def test_check_of_the_shipped_scenarios_finds_nothing() -> None:
    for name in ("henan-2021-mini", "henan-2021"):
        assert "no fault" in gridsim("check", SCENARIOS / name).stdout


@pytest.mark.slow
def test_explain_in_both_languages(mini_csv: Path) -> None:
    unit = pd.read_csv(mini_csv / "positions.csv").query("overrun_mwh > 0 and not trial").iloc[0]
    asked = ("explain", mini_csv, "--unit", unit["unit_id"], "--month", unit["month"])
    assert "N5" in gridsim(*asked).stdout
    assert "结算单元" in gridsim(*asked, "--lang", "zh").stdout
    assert (
        "no settlement unit"
        in gridsim("explain", mini_csv, "--unit", "nobody/tou", "--month", "2021-04", expect=2).stderr.lower()
    )


@pytest.mark.slow
def test_help_and_version() -> None:
    assert gridsim("--version").stdout.startswith("gridsim 0.")
    shown = gridsim("--help").stdout
    assert all(command in shown for command in ("run", "check", "explain", "rules", "new"))


@pytest.mark.slow
def test_rules_are_shown() -> None:
    assert "henan-2021" in gridsim("rules", "list").stdout
    shown = gridsim("rules", "show", "henan-2021").stdout
    assert "settlement.conventional.upper" in shown and "1.05" in shown
    assert "条款" in gridsim("rules", "show", "henan-2021", "--lang", "zh").stdout
    assert "henan-2021" in gridsim("rules", "show", "henan-2012", expect=2).stderr


@pytest.mark.slow
def test_new_refuses_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    gridsim("new", tmp_path, expect=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_new_province_checks_and_runs(tmp_path: Path) -> None:
    gridsim("new", tmp_path / "p", "--template", "province", "--users", 40, "--seed", 5)
    gridsim("check", tmp_path / "p")
    gridsim("run", tmp_path / "p", "--out", tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_a_missing_folder_is_bad_input(tmp_path: Path) -> None:
    assert "nowhere" in gridsim("check", tmp_path / "nowhere", expect=2).stderr


@pytest.mark.slow
def test_compare_shows_what_changed_and_what_it_moved(mini_csv: Path, tmp_path: Path) -> None:
    import gridsim as library

    scenario = library.load(MINI).with_overrides({"settlement.shortfall_price": 20})
    library.run(scenario).save(tmp_path / "after")
    english = gridsim("compare", mini_csv, tmp_path / "after").stdout
    for text in (
        "rule shortfall price (settlement.shortfall_price; N5.1,",
        "+729,608.40",
        "alone is the cause",
        "By party",
    ):
        assert text in english
    chinese = gridsim("compare", mini_csv, tmp_path / "after", "--lang", "zh").stdout
    for text in (
        "规则：欠用电量结算价格（settlement.shortfall_price；N5.1、N5.2）",
        "+729,608.40",
        "只有这一处变动",
        "按主体",
    ):
        assert text in chinese
    assert "No rule and no input changed" in gridsim("compare", mini_csv, mini_csv).stdout


@pytest.mark.slow
def test_compare_refuses_what_is_no_result_or_of_another_year(mini_csv: Path, tmp_path: Path) -> None:
    assert "no manifest.json here" in gridsim("compare", mini_csv, tmp_path, expect=2).stderr
    import shutil

    other = shutil.copytree(mini_csv, tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    manifest["scenario"]["year"] = 2022
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "two years, 2021 and 2022" in gridsim("compare", mini_csv, other, expect=2).stderr
