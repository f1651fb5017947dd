"""What a reconciliation leaves behind beside its lines: a chart, a map for the next month, commands that explain."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.errors import ResultError, ScenarioError
from gridsim.reconcile.annex import metered_of
from gridsim.reconcile.command import run_reconcile
from gridsim.reconcile.frame_grid import FrameGrid
from gridsim.reconcile.reconciliation import Reconciliation
from gridsim.reconcile.sheets import find_sheet
from gridsim.reconcile.statement_map import StatementMap
from gridsim.reconcile.words_of_statements import Speech
from gridsim.result import Result
from tests.reconcile.test_forged import ALL, map_of
from tests.statements_forged.forging import forge, unchanged
from tests.statements_forged.market import MARKETS, RETAILER, write_market


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shown")


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return gridsim.run(gridsim.load(write_market(MARKETS["metered"](), folder / "market")))


@pytest.fixture(scope="module")
def found(result: Result, folder: Path) -> Reconciliation:
    forged = forge(ALL["metered_period"])
    return result.reconcile(forged.write(folder, "metered_period"), map=map_of(forged.layout))


def test_the_chart_leads_from_ours_to_theirs(found: Reconciliation, folder: Path) -> None:
    chart = found.chart(backend="matplotlib", lang="zh")
    *steps, difference = chart.exact.itertuples()
    assert sum(step.amount_micro_yuan for step in steps) == difference.amount_micro_yuan == steps[-1].end_micro_yuan
    assert difference.amount_micro_yuan == found.steps[-1].amount - found.steps[0].amount
    assert [step.step for step in steps] == ["metered_energy", "printing"]
    assert any("U4" in text for text in chart.drawing.texts())
    assert chart.save(folder / "bridge.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert found.chart().save(folder / "bridge.html").stat().st_size > 0


def test_without_money_there_is_no_bridge_to_draw(result: Result) -> None:
    frame = pd.DataFrame({"unit_id": ["R1/tou"], "month": ["2021-05"], "item": ["energy"], "energy (kWh)": [1]})
    with pytest.raises(ResultError, match="no money"):
        result.reconcile(frame, party=RETAILER).chart()


@pytest.mark.parametrize("layout", ["exchange_items_beside", "grid_periods_beside", "grid_codes"])
def test_the_map_that_was_used_reads_the_next_statement(layout: str, result: Result, folder: Path) -> None:
    forged = unchanged(layout)
    path = forged.write(folder, f"map-{layout}")
    written = result.reconcile(path, map=map_of(forged.layout)).write_map(folder / f"{layout}.yaml")
    assert "gridsim reconcile DIR" in written.read_text(encoding="utf-8")
    again = result.reconcile(path, map=written)
    assert set(again.lines["status"]) == {"equal"}
    assert again.read.used == result.reconcile(path, map=again.write_map(written)).read.used
    known = {word: item for word, item in map_of(forged.layout)["items"].items() if word in again.read.used.items}
    assert {item: word for word, item in known.items()}.keys() >= {line.item for line in forged.theirs}


def test_each_of_our_lines_has_the_command_that_explains_it(found: Reconciliation, result: Result) -> None:
    commands = dict.fromkeys(found.lines["explain"])
    assert len(commands) > 3
    for command in list(commands)[:2]:
        words = shlex.split(command)
        assert words[:3] == ["gridsim", "explain", "DIR"]
        asked = dict(zip(words[3::2], words[4::2], strict=True))
        assert str(result.explain(asked["--unit"], asked["--month"], asked.get("--product")))


def test_intervals_are_added_up_exactly_and_rounded_once(found: Reconciliation) -> None:
    """0.3 kWh each, of ten days: of the valley 320 but for eight without one, of peak and flat 320."""
    labels = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(15, 24 * 60 + 1, 15)]
    days = pd.date_range("2021-05-01", "2021-05-10").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"户号": "U4", "日期": days, **dict.fromkeys(labels, 0.0003)})
    frame.loc[3, labels[8:16]] = np.nan  # 02:00 to 04:00
    sheet = find_sheet(FrameGrid(frame), Speech(found.scenario, StatementMap()))
    assert sheet is not None
    metered = metered_of([sheet], Speech(found.scenario, StatementMap()), [], [])
    assert metered is not None
    assert metered.frame.set_index("period")["energy"].to_dict() == {"valley": 94, "peak": 96, "flat": 96}
    assert metered.silent == {("U4", "2021-05"): (("2021-05-04T02:00", "2021-05-04T04:00"),)}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"out": Path("checked.pdf")}, "named with .xlsx"),
        ({"chart": Path("bridge.doc")}, "named with one of"),
        ({"write_map": True}, "where to"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(asked: dict[str, object], message: str) -> None:
    options = {"map": None, "write_map": False, "party": "", "tolerance": "0.01", "out": None, "chart": None}
    with pytest.raises(ResultError, match=message):
        run_reconcile(Path("nowhere"), [Path("nothing.csv")], lang="en", **{**options, **asked})  # type: ignore[arg-type]


def test_a_command_writes_all_that_it_is_asked_for(result: Result, folder: Path) -> None:
    result.save(folder / "result")
    forged = unchanged("exchange_with_meter")
    path, out = forged.write(folder, "asked"), folder / "asked-out.xlsx"
    found, written = run_reconcile(
        folder / "result", [path], map=None, write_map=True, party=RETAILER, tolerance="0", out=out,
        chart=folder / "asked.svg", lang="zh",
    )  # fmt: skip
    files = [out, folder / "asked.svg", folder / "MAP.yaml"]
    assert [str(sentence).partition(": ")[2] for sentence in written] == list(map(str, files))
    assert all(file.exists() for file in files)
    assert str(folder / "result") in found.lines["explain"].iloc[0]
    with pytest.raises(ScenarioError):
        run_reconcile(
            folder / "result", [path], map=folder / "none.yaml", write_map=False, party="", tolerance="0",
            out=None, chart=None, lang="en",
        )  # fmt: skip
