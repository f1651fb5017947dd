"""Faulty inputs, each told in full: the cases of `inputs/*.yaml`, through `gridsim.load` and the commands.

A file of cases is a map from a kind of fault to the inputs that show it. `faults` are exactly those that the input
must give, in this order: [file, row or cell, column, value, words of its message, words of what is allowed]; of many
alike, `listed` in all, the first and the last.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import gridsim
from gridsim import Fault, ScenarioError, cli
from gridsim.batch.plan import expand_plan
from gridsim.rules import load as load_rules
from tests.faults.making import file_name, make_input, workbook_of
from tests.io.building import untold
from tests.shared import sampled

_INPUTS = Path(__file__).with_name("inputs")
_MOST_OF_A_KIND = 10
_LONGEST = 20  # seconds of work; each takes a few hundredths, those at a limit of YAML two or three


def _cases() -> list[dict[str, Any]]:
    reader = YAML(typ="safe")
    found = []
    for path in sorted(_INPUTS.glob("*.yaml")):
        for kind, cases in reader.load(path.read_text(encoding="utf-8")).items():
            found += [{"kind": kind, "group": path.stem, **case} for case in cases]
    return found


CASES = _cases()
FIRST_OF_KIND = list({case["kind"]: case for case in reversed(CASES)}.values())

DOORS: dict[str, Callable[[Path], object]] = {
    "load": gridsim.load,
    "rules": lambda folder: load_rules(folder / "rules.yaml"),
    "plan": lambda folder: expand_plan(folder / "plan.yaml"),
}
COMMANDS = {"load": ["check", "{0}"], "rules": ["rules", "show", "{0}/rules.yaml"], "plan": ["batch", "{0}/plan.yaml"]}


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook_of(tmp_path_factory.mktemp("workbook"))


def place(fault: Fault, folder: Path) -> tuple[str, int | str | None, str | None, str | None]:
    """Where a fault stands: its row, or its cell where it has no row."""
    file, value = (text and text.replace(f"{folder}/", "") for text in (fault.file, fault.value))
    return file or "", fault.row if fault.row is not None else fault.cell, fault.column, value


@pytest.mark.parametrize("case", sampled(CASES, 4), ids=lambda case: f"{case['kind']}: {case['name']}")
def test_input_is_told(tmp_path: Path, case: dict[str, Any], workbook: Path) -> None:
    folder = make_input(tmp_path / "in", case, workbook)
    before = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        DOORS[case.get("door", "load")](folder)
    took = time.process_time() - before
    faults = caught.value.faults
    told = "\n".join(map(str, faults))
    if "listed" in case:  # the first and the last of many
        assert len(faults) == case["listed"]
        faults = (faults[0], faults[-1])
    assert [place(fault, folder) for fault in faults] == [tuple(expected[:4]) for expected in case["faults"]], told
    for fault, (*_, message, allowed) in zip(faults, case["faults"], strict=True):
        assert message in fault.message
        assert allowed in fault.allowed
        assert fault.allowed or fault.count > 1, f"no word on what is right: {fault}"
        told.encode()  # can be written anywhere
    assert untold(faults) == []
    assert took < _LONGEST


@pytest.mark.parametrize("case", sampled(FIRST_OF_KIND, 4), ids=lambda case: case["kind"])
def test_command_tells_it_and_writes_nothing(
    tmp_path: Path,
    case: dict[str, Any],
    workbook: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = make_input(tmp_path / "in", case, workbook)
    there = sorted(folder.iterdir())
    door, out = case.get("door", "load"), tmp_path / "out"
    commands = [[part.format(folder) for part in COMMANDS[door]]]
    if door == "load":
        commands.append(["run", str(folder), "--out", str(out), "--lang", "zh"])
    elif door == "plan":
        commands[0] += ["--out", str(out)]
    for command in commands:
        monkeypatch.setattr(sys, "argv", ["gridsim", *command])
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown, told = capsys.readouterr()
        assert left.value.code == 2, told
        assert shown == ""
        assert "Traceback" not in told
        for file, *_ in case["faults"]:
            assert file in told
    assert not out.exists()
    assert sorted(folder.iterdir()) == there


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    folder = Path(str(tmp_path) + "/in\udcff")
    with pytest.raises(ScenarioError, match="no such folder") as caught:
        gridsim.load(folder)
    assert caught.value.faults[0].file == f"{tmp_path}/in\\xff"
    assert file_name("a\\xff.csv") == b"a\xff.csv"


def test_there_are_many_kinds_and_none_is_shown_too_often() -> None:
    by_kind = {kind: [case for case in CASES if case["kind"] == kind] for kind in {case["kind"] for case in CASES}}
    assert len(CASES) >= 200
    assert len(by_kind) >= 40
    assert {kind: len(cases) for kind, cases in by_kind.items() if len(cases) > _MOST_OF_A_KIND} == {}
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(len({case["group"] for case in cases}) == 1 for cases in by_kind.values())  # a kind has one file
