"""Explanations and comparisons in files: the form is that of the name's ending."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app


def test_an_explanation_in_every_form(mini: gridsim.Result, tmp_path: Path) -> None:
    explanation = mini.explain("R1/tou", "2021-04", None, "zh")
    told = {ending: explanation.save(tmp_path / f"e.{ending}").read_bytes() for ending in ("txt", "md", "html", "xlsx")}
    assert told["txt"].decode() == str(explanation)
    assert told["md"].decode() == explanation.to_markdown()
    page = told["html"].decode()
    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert explanation.to_html() in page
    assert "http" not in page.replace("http-equiv", "")
    assert told["xlsx"] == explanation.save(tmp_path / "again.xlsx").read_bytes()


def test_a_comparison_in_every_form(mini: gridsim.Result, tmp_path: Path) -> None:
    scenario = gridsim.load(gridsim.example("henan-2021-mini"))
    more = gridsim.run(scenario.with_load(1.07))
    comparison = mini.compare(more)
    for ending in ("txt", "md", "html", "xlsx"):
        assert comparison.save(tmp_path / f"c.{ending}", "zh").stat().st_size > 1000
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == comparison.text("zh")


def test_other_endings_are_refused_before_anything_is_computed(mini: gridsim.Result, tmp_path: Path) -> None:
    with pytest.raises(gridsim.ResultError, match=r"end with one of \.txt, \.md, \.html, \.xlsx"):
        mini.explain("R1/tou", "2021-04").save(tmp_path / "e.pdf")
    run = CliRunner().invoke(app, ["compare", "nowhere", "nowhere", "--out", str(tmp_path / "c.doc")])
    assert run.exit_code == 2
    assert "c.doc" in run.output


def test_no_file_of_the_result_is_overwritten(mini: gridsim.Result, tmp_path: Path) -> None:
    mini.save(tmp_path / "out", format="csv")
    command = ["explain", str(tmp_path / "out"), "--unit", "R1/tou", "--month", "2021-04"]
    ledger = tmp_path / "out" / "ledger.csv"
    before = ledger.read_bytes()
    for name in ("ledger.csv", "manifest.json"):
        assert CliRunner().invoke(app, [*command, "--out", str(tmp_path / "out" / name)]).exit_code == 2
    assert ledger.read_bytes() == before
    done = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "e.xlsx")])
    assert (done.exit_code, done.output) == (0, f"Explanation: {tmp_path / 'e.xlsx'}\n")
