"""A Result: two views of the same rows, saved and loaded without loss, clear about what is wrong with a folder."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.result import ExactTables
from gridsim.units import decimals_of, is_amount
from tests.markets import RESULT_TABLES
from tests.shared import scenario_in


def test_floats_are_the_integers_scaled(mini: gridsim.Result) -> None:
    for name, spec in RESULT_TABLES.items():
        shown, exact = getattr(mini, name), getattr(mini.exact, name)
        assert len(shown) == len(exact)
        for column in spec:
            if is_amount(column.kind):
                assert shown[column.name].dtype == "float64"
                assert exact[column.exact].dtype == ("Int64" if exact[column.exact].isna().any() else "int64")
                scaled = exact[column.exact] / 10 ** decimals_of(column.kind)
                assert shown[column.name].equals(scaled.astype("float64"))


@pytest.mark.parametrize(("lang", "heading"), [("en", "Set by the scenario"), ("zh", "场景改设")])
def test_the_summary_tells_what_the_scenario_set(mini: gridsim.Result, tmp_path: Path, lang: str, heading: str) -> None:
    from rich.console import Console

    from gridsim.show.terminal import terminal
    from gridsim.summary_view import summary_document

    assert mini.summary().overridden == ()
    multiple = [{"from": "2021-01", "value": "1.2"}, {"from": "2021-06", "value": "1.3"}]
    days = [f"2021-{month:02d}-01" for month in range(1, 13)]
    changed = {"fallback.multiple": multiple, "settlement.tou.upper": 1.1, "calendar.holidays": days}
    scenario = scenario_in().with_overrides(changed)
    result = gridsim.run(scenario)
    result.save(tmp_path / "out")
    summary = gridsim.Result.load(tmp_path / "out").summary()
    assert summary == result.summary()
    upper, fallback, holidays = summary.overridden
    assert (upper, fallback) == ("settlement.tou.upper = 1.1", "fallback.multiple = 1.2 (2021-01), 1.3 (2021-06)")
    assert holidays.startswith('calendar.holidays = ["2021-01-01", ') and len(holidays) == 160
    console = Console(width=1000, file=io.StringIO(), record=True)
    console.print(terminal(summary_document(summary, lang)))  # type: ignore[arg-type]
    told = [heading, upper.told(lang), fallback.told(lang)]
    assert any(all(each in line for each in told) for line in console.export_text().splitlines())


def test_a_summary_is_printed_as_a_run_shows_it(mini: gridsim.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.show.terminal import terminal_text
    from gridsim.summary_view import summary_document

    summary = mini.summary()
    monkeypatch.delenv("GRIDSIM_LANG", raising=False)
    assert str(summary) == summary.text("en") == terminal_text(summary_document(summary, "en"), width=140)
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert f"{summary}" == summary.text("zh")
    assert "合成钢厂" in summary.text("zh") and "结算单元" in summary.text("zh")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda exact: exact.arrow("ledgr"), r"no table 'ledgr'; there are: trades, .*; nearest: ledger"),
        (lambda exact: exact.parts("ledgr"), r"no table 'ledgr'"),
        (lambda exact: exact.parts("ledger", ["payr"]), r"'ledger' has no column 'payr'; .*; nearest: payer"),
        (lambda exact: exact.arrow("ledger", {"mnth": "2021-04"}), r"no column 'mnth'; .*; nearest: month"),
        (lambda exact: exact.arrow("positions", columns=["contract_mwh"]), r"nearest: contract_kwh"),
    ],
)
def test_a_misspelt_table_or_column_is_not_laid_at_the_door_of_a_file(
    mini: gridsim.Result, tmp_path: Path, call: Callable[[ExactTables], object], told: str
) -> None:
    mini.save(tmp_path)
    for result in (mini, gridsim.Result.load(tmp_path)):
        with pytest.raises(gridsim.ResultError, match=told):
            call(result.exact)


def test_charges_of_a_market_are_columns_too(mini: gridsim.Result) -> None:
    assert mini.exact.arrow("cell_settlement", columns=["transmission_micro_yuan"]).num_columns == 1


def test_a_part_says_which_it_is(mini: gridsim.Result) -> None:
    assert repr(mini.trial) == f"SettlementPart({mini!r}, trial=True)"


def test_tables_are_made_once(mini: gridsim.Result) -> None:
    assert mini.ledger is mini.ledger
    assert mini.exact.ledger is mini.exact.ledger


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_saved_and_loaded_it_is_the_same(mini: gridsim.Result, tmp_path: Path, format: str) -> None:
    mini.save(tmp_path / "out", format=format)  # type: ignore[arg-type]
    again = gridsim.Result.load(tmp_path / "out")
    for name in RESULT_TABLES:
        pd.testing.assert_frame_equal(getattr(again.exact, name), getattr(mini.exact, name))
        pd.testing.assert_frame_equal(getattr(again, name), getattr(mini, name))
    assert again.manifest == mini.manifest
    assert again.rules.hash == mini.rules.hash
    assert set(again.inputs) == set(mini.inputs)
    assert again.summary() == mini.summary()
    assert repr(again) == repr(mini)


def test_a_second_format_replaces_the_first_and_leaves_other_files(mini: gridsim.Result, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    mini.save(tmp_path, format="csv")
    mini.save(tmp_path, format="parquet")
    assert not list(tmp_path.rglob("*.csv"))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))["format"] == "parquet"


def test_only_what_an_earlier_result_wrote_is_removed(mini: gridsim.Result, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "run_inputs", tmp_path / "inputs"):
        folder.mkdir(exist_ok=True)
        for name in ("trades", "meter", "users"):
            (folder / f"{name}.csv").write_text("mine")
    mini.save(tmp_path, format="parquet")
    mini.save(tmp_path, format="parquet")
    kept = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv"))
    assert kept == sorted(
        f"{folder}{name}.csv" for folder in ("", "run_inputs/", "inputs/") for name in ("trades", "meter", "users")
    )


def test_headings_are_plain_even_behind_the_byte_order_mark(mini: gridsim.Result, tmp_path: Path) -> None:
    mini.save(tmp_path, format="csv")
    assert (tmp_path / "ledger.csv").read_text("utf-8").startswith("\ufeffline,month,item,payer,payee,")


def test_an_unknown_format_is_named(mini: gridsim.Result, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="feather"):
        mini.save(tmp_path / "out", format="feather")  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def _without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _broken_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def _unknown_format(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": "stone"}))


def _missing_table(folder: Path) -> None:
    (folder / "ledger.csv").unlink()


def _missing_column(folder: Path) -> None:
    legs = folder / "legs.csv"
    legs.write_bytes(legs.read_bytes().replace(b"seller_id", b"seller", 1))


def _broken_number(folder: Path) -> None:
    legs = pd.read_csv(folder / "legs.csv", dtype=str)
    legs.loc[0, "energy_mwh"] = "1.23456"
    legs.to_csv(folder / "legs.csv", index=False)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_without_manifest, "no manifest.json here"),
        (_broken_manifest, "cannot be read"),
        (_unknown_format, "unknown format 'stone'"),
        (_missing_table, "ledger.csv.*missing"),
        (_missing_column, "legs.csv: not the file that the manifest tells of"),
        (_broken_number, "legs.csv: not the file that the manifest tells of"),
    ],
)
def test_a_harmed_folder_is_refused_with_the_file_named(mini: gridsim.Result, tmp_path: Path, harm, words) -> None:  # type: ignore[no-untyped-def]
    mini.save(tmp_path, format="csv")
    harm(tmp_path)
    with pytest.raises(gridsim.ResultError, match=words):
        _ = gridsim.Result.load(tmp_path).exact.legs


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_missing_table, "ledger.csv.*missing"),
        (_missing_column, "legs.csv: column 'seller_id' is missing"),
        (_broken_number, "legs.csv: cannot be read"),
    ],
)
def test_so_is_one_whose_manifest_tells_of_no_files(mini: gridsim.Result, tmp_path: Path, harm, words) -> None:  # type: ignore[no-untyped-def]
    mini.save(tmp_path, format="csv")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    del manifest["files"]  # as version 0.1 wrote it
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert len(gridsim.Result.load(tmp_path).exact.legs)
    harm(tmp_path)
    with pytest.raises(gridsim.ResultError, match=words):
        _ = gridsim.Result.load(tmp_path).exact.legs


def test_the_summary_sums_the_ledger(mini: gridsim.Result) -> None:
    summary, ledger = mini.summary(), mini.exact.ledger
    counted = ledger[~ledger["trial"]]
    assert sum(flow.amount_micro_yuan for flow in summary.flows) == counted["amount_micro_yuan"].sum()
    assert sum(flow.lines for flow in summary.flows) == summary.lines == len(counted)
    assert summary.trial_lines == len(ledger) - len(counted) > 0
    assert summary.balance_micro_yuan == 0
    by_item = counted.groupby("item")["amount_micro_yuan"].sum()
    for item in by_item.index:
        assert sum(flow.amount_micro_yuan for flow in summary.flows if flow.item == item) == by_item[item]
    grid = next(account for account in summary.accounts if account.party == "GRID")
    assert grid.received_micro_yuan == counted.loc[counted["payee"] == "GRID", "amount_micro_yuan"].sum()
    for unit in summary.deviations:
        mine = mini.exact.positions.query("unit_id == @unit.unit and not trial")
        assert unit.overrun_kwh == mine["overrun_kwh"].sum()
        assert unit.shortfall_micro_yuan == mine["shortfall_micro_yuan"].sum()


def test_public_names_load_when_used() -> None:
    for name in gridsim.__all__:
        assert getattr(gridsim, name) is not None
    assert set(gridsim.__all__) <= set(dir(gridsim))
    with pytest.raises(AttributeError, match="no attribute 'setle'"):
        _ = gridsim.setle


def test_import_is_light() -> None:
    import subprocess
    import sys

    heavy = {"numpy", "numba", "pandas", "pyarrow", "pydantic", "typer"}
    code = f"import sys, gridsim; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
