"""What a command line asks of a scenario, and the document that tells what moves."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.analysis.what_if import as_asked
from gridsim.analysis.what_if_view import what_if_document
from gridsim.show.terminal import terminal_text
from tests.shared import MINI, as_user, faults_of


def test_each_option_is_the_verb_of_its_name(scenario: gridsim.Scenario) -> None:
    where, band = ["unit=R1/tou", "month=2021-05", "month=2021-06"], "settlement.tou.upper=1.03"
    varied = as_asked(scenario, load="1.07", contracts="1.02", prices="0.99", rules=[band], where=where)
    only = {"unit": "R1/tou", "month": ["2021-05", "2021-06"]}
    by_hand = scenario.with_load("1.07", where=only).with_contracts("1.02", where=only)
    by_hand = by_hand.with_prices("0.99", where=only).with_overrides({"settlement.tou.upper": "1.03"})
    assert varied.changes == by_hand.changes
    assert varied.hash == by_hand.hash
    ordered = as_asked(scenario, contracts="1.02", where=["session=AB-2021"], basis="orders")
    assert ordered.hash == scenario.with_contracts("1.02", where={"session": "AB-2021"}, basis="orders").hash


def test_all_that_is_wrong_is_told_at_once(scenario: gridsim.Scenario) -> None:
    (fault,) = faults_of(as_asked, scenario)
    assert fault.message == "nothing is asked for"
    faults = faults_of(
        as_asked, scenario, load="7 %", contracts="1.02", rules=["settlement.tou.uper=1", "x"], where=["unit=R1"]
    )
    assert [(fault.file, fault.column) for fault in faults] == [
        ("--set", None),
        ("--where", "unit"),
        ("--load", None),
        ("overrides", "overrides.settlement.tou.uper"),
    ]
    assert faults[0].allowed == "PATH=VALUE, with a path that gridsim rules show lists"
    (fault,) = faults_of(as_asked, scenario, load="1.07", where=["product=peak"])  # load has no product
    assert (fault.column, fault.message) == ("product", "unknown key")


def test_the_document_says_what_moves_by_item_and_position_with_its_clause(scenario: gridsim.Scenario) -> None:
    before = gridsim.run(scenario)
    after = gridsim.run(scenario.with_contracts("1.02", where={"unit": "R1/tou", "product": "peak"}))
    comparison = before.compare(after)
    english = terminal_text(what_if_document(comparison, "en"), width=140)
    for text in (
        "contracts × 1.02 (unit: R1/tou, product:",
        "-14,823.00",
        "N5, N5.1, N5.2",
        "Positions that move most",
    ):
        assert text in english
    first = next(line for line in english.splitlines() if "2021-04" in line)
    assert [cell.strip() for cell in first.split("│")[1:6]] == [
        "R1/tou (合成售电公司)",
        "2021-04",
        "peak",
        "overrun",
        "N5.2",
    ]
    chinese = terminal_text(what_if_document(comparison, "zh"), width=140)
    for text in ("合同电量 ×", "-14,823.00", "变动最大的头寸", "条款"):
        assert text in chinese
    assert "R1/分时段" in chinese and "tou" not in chinese and "peak" not in chinese
    same = terminal_text(what_if_document(before.compare(before), "en"), width=140)
    assert "All money is the same" in same


@pytest.mark.slow
def test_the_command_shows_writes_and_refuses(tmp_path: Path) -> None:
    out, results = tmp_path / "what-if.xlsx", tmp_path / "changed"
    asked = ("what-if", MINI, "--contracts", "1.02", "--where", "unit=R1/tou")
    told = as_user(*asked, "--out", out, "--results", results, "--format", "csv", "--lang", "zh").stdout
    assert out.is_file()
    assert str(results) in told
    saved = gridsim.Result.load(results)
    saved.check()
    assert saved.manifest["scenario"]["what_if"]["changes"][0]["scale"] == "1.02"
    refused = as_user(*asked[:-1], "unit=R1/tuo", "--results", tmp_path / "none", expect=2)
    assert "nearest: R1/tou" in refused.stderr
    assert not (tmp_path / "none").exists()
