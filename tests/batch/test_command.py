"""``gridsim batch`` as a user runs it, and the shipped plans."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import gridsim.batch
from gridsim.batch.command import run_command
from gridsim.batch.plan import read_plan
from gridsim.batch.recorder import Bar, JsonLines
from gridsim.errors import GridsimError
from gridsim.words import Lang, both
from tests.batch.conftest import SCENARIOS
from tests.shared import as_process, as_user

PLANS = sorted((SCENARIOS / "batches").glob("*.yaml"))


def written(tmp_path: Path, sweep: str) -> Path:
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"scenario: {SCENARIOS / 'henan-2021-mini'}\nsweep: {{{sweep}}}\n", encoding="utf-8")
    return plan


@pytest.mark.slow
def test_a_shipped_plan_runs_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    shown = as_process("batch", SCENARIOS / "batches" / "bands-mini.yaml", "--out", out, "--workers", 2)
    assert "contracts.scale" in shown.stdout and str(out) in shown.stdout
    assert "points" not in shown.stderr  # no bar where there is no terminal
    assert len(gridsim.batch.load(out).runs) == 18 * 100
    again = as_user("batch", SCENARIOS / "batches" / "bands-mini.yaml", "--out", out, "--json").stdout.splitlines()
    events = [json.loads(line) for line in again]
    assert [event["event"] for event in events] == ["start", "end"] and events[0]["done"] == 18


@pytest.mark.slow
def test_json_events_and_the_exit_code_of_a_failed_point(tmp_path: Path) -> None:
    plan = written(tmp_path, "settlement.tou.upper: [0.5, 1.08]")
    done = as_user("batch", plan, "--out", tmp_path / "out", "--json", "--detail", "summary", expect=1)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["failed"] == 1 and events[-1]["done"] == 1
    shown: list[object] = []
    failed = run_command(
        plan,
        tmp_path / "out",
        workers=1,
        dask=None,
        detail="summary",
        is_json=False,
        show=shown.extend,
        lang="en",
    )
    assert failed == 1
    assert "point 0 failed" in str(shown) and "lies below" in str(shown)


@pytest.mark.slow
def test_a_bad_plan_writes_nothing(tmp_path: Path) -> None:
    plan = written(tmp_path, "settlement.tou.uper: [1.05]")
    shown = as_user("batch", plan, "--out", tmp_path / "out", expect=2).stderr
    assert "settlement.tou.upper" in shown and "line 2" in shown
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_bad_plan_and_a_run_in_chinese(tmp_path: Path) -> None:
    wrong = written(tmp_path, "settlement.tou.uper: [1.05], contracts.scale: [1, 1]")
    shown = as_user("batch", wrong, "--out", tmp_path / "out", "--lang", "zh", expect=2).stderr
    assert shown == (
        "输入有误：2 处错误\n"
        "\n"
        "plan.yaml\n"
        "  文件第 2 行，sweep.settlement.tou.uper：规则集中没有此项取值\n"
        "      应为：规则集中的一项；可能是 settlement.tou.upper\n"
        "  文件第 2 行，sweep.contracts.scale[1]：此取值写了两次（所填：1）\n"
        "      应为：每个取值一次\n"
    )
    plan = written(tmp_path, "settlement.tou.upper: [0.5, 1.08]")
    shown = as_user("batch", plan, "--out", tmp_path / "out", "--lang", "zh", expect=1).stdout
    assert "全部结算单元和用户全年支出，元" in shown
    assert "参数点 0 未能完成：" in shown and str(tmp_path / "out") in shown


@pytest.mark.filterwarnings("ignore")  # of Dask itself
def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from gridsim.batch import command

    monkeypatch.setattr(command, "_SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(GridsimError, match="no Dask cluster"):
        command._client("tcp://127.0.0.1:9")


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_shipped_plans_are_sound_and_say_that_they_are_synthetic(path: Path) -> None:
    plan = read_plan(path)
    assert (plan.scenario / "scenario.yaml").exists()
    head = path.read_text(encoding="utf-8")
    assert "synthetic" in head and "合成" in head


def test_two_plans_are_shipped() -> None:
    assert len(PLANS) >= 2


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("en", ("point 1 failed: too [wide] (1)", "M cells/s", "points", "a worker died; attempt 2 of 1 points")),
        ("zh", ("参数点 1 未能完成：[过大] (1)", "2.0 百万计量单元格/秒", "个参数点", "1 个参数点第 2 次运算")),
    ],
)
def test_the_bar_is_quiet_without_a_terminal_and_tells_in_one(lang: Lang, parts: tuple[str, ...]) -> None:
    events = [
        {"event": "start", "points": 3, "draws": 1, "cells": 3, "done": 0, "workers": 1, "ran_on": ""},
        {"event": "task", "points_done": 1, "points": 3, "cells_done": 1, "cells_per_second": 2_000_000, "seconds": 1},
        {"event": "point", "point": 1, "status": "failed", "error": both("too [wide] (1)", "[过大] (1)")},
        {"event": "point", "point": 2, "status": "failed", "error": "as it was told"},
        {"event": "retry", "points": ["x"], "attempt": 2},
        {"event": "end", "done": 2, "failed": 1, "seconds": 1, "directory": ""},
    ]

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (io.StringIO(), Terminal()):
        with Bar(stream, lang=lang) as bar:
            for event in events:
                bar(event)
        if stream.isatty():
            assert [part for part in (*parts, "as it was told") if part not in stream.getvalue()] == []
        else:
            assert stream.getvalue() == ""
    lines = io.StringIO()
    JsonLines(lines)(events[0])
    assert json.loads(lines.getvalue()) == events[0]
