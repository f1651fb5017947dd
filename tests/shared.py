"""What tests of several folders make: the shipped scenarios, each loaded and run once, and the faults of a call."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

import gridsim
from gridsim import Fault, ScenarioError
from gridsim.cli import app

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
MINI, PROVINCE = SCENARIOS / "henan-2021-mini", SCENARIOS / "henan-2021"

IS_FULL = os.environ.get("GRIDSIM_FULL", "") not in ("", "0")
"""Whether the long proofs are asked for, not their short forms."""

PROFILE = os.environ.get("GRIDSIM_HYPOTHESIS", "default")
"""How many examples Hypothesis tries: quick, default, ci, or long for a hunt."""


def examples(count: int) -> int:
    """How many a test tries that needs more than others do: a sixth where all try few, as CI does without JIT."""
    return max(10, count // 6) if PROFILE == "quick" and not IS_FULL else count


def sampled(cases: Iterable[Any], every: int) -> list[Any]:
    """Cases of a test (a tuple: values for several names), one in so many quick and the others slow."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow if place % every else ())
        for place, case in enumerate(cases)
    ]


@cache
def scenario_in(folder: Path = MINI) -> gridsim.Scenario:
    """A shipped scenario, loaded once. Only for looking at."""
    return gridsim.load(folder)


@cache
def fresh(folder: Path = MINI) -> gridsim.Result:
    """The result of a shipped scenario as it comes from a run, made once. Only for looking at."""
    return gridsim.run(scenario_in(folder))


def stored(directory: Path, folder: Path = MINI, format: Literal["parquet", "csv"] = "parquet") -> gridsim.Result:
    """The result of a shipped scenario, saved to a folder and read from there."""
    fresh(folder).save(directory, format=format)
    return gridsim.Result.load(directory)


@cache
def loaded(folder: Path = MINI, format: Literal["parquet", "csv"] = "parquet") -> gridsim.Result:
    """As `stored`, kept for the session."""
    return stored(Path(tempfile.mkdtemp(prefix="gridsim-tests-")), folder, format)


def faults_of(refused: Callable[..., object], *arguments: Any, **options: Any) -> tuple[Fault, ...]:
    """The faults of a call that is refused for what it was given."""
    with pytest.raises(ScenarioError) as caught:
        refused(*arguments, **options)
    return caught.value.faults


def ints(values: Any) -> np.ndarray:
    """Numbers as kernels take them."""
    return np.array(values, dtype=np.int64)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Told(NamedTuple):
    """What a command said, stream by stream."""

    stdout: str
    stderr: str


def as_user(*arguments: object, expect: int = 0) -> Told:
    """A command as a user gives it, in this process: to start one takes a second, and is no part of most questions."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="gridsim")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == expect, done.output
    return Told(done.stdout, done.stderr)


def as_process(*arguments: object, expect: int = 0) -> Told:
    """The same in a process of its own, where that is the question."""
    command = [sys.executable, "-m", "gridsim", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    return Told(done.stdout, done.stderr)
