"""What a small run does not load. Nothing is timed here: `make bench` does that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gridsim.show.document import grid
from gridsim.telling import show
from tests.shared import MINI

# Each took milliseconds or more before anything was computed; scipy.linalg a fifth of a second.
NEEDLESS = {
    "gridsim.analysis.charts",
    "gridsim.analysis.statistics",
    "gridsim.batch",
    "gridsim.explain",
    "gridsim.io.excel",
    "gridsim.report",
    "gridsim.templates",
    "asyncio",
    "chinese_calendar",
    "distributed",
    "jinja2",
    "matplotlib",
    "narwhals",
    "plotly",
    "python_calamine",
    "rich._emoji_codes",
    "rich.markdown",
    "rich.progress",
    "rich.syntax",
    "scipy.linalg",
    "scipy.stats",
    "xlsxwriter",
    "xml.etree.ElementTree",
}
RUN = """
import atexit, gc, json, sys
from gridsim.show.document import grid
from gridsim.cli import main
def tell():
    print(json.dumps([sorted(sys.modules), gc.get_freeze_count(), gc.isenabled()]), file=sys.stderr)
atexit.register(tell)
main()
"""


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_a_small_run_loads_only_what_it_needs(format: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, "run", str(MINI), "--out", str(tmp_path / "out"), "--format", format]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    modules, frozen, is_collecting = json.loads(told.stderr.splitlines()[-1])
    assert {"numba", "pandas", "pyarrow", "gridsim.simulate"} <= set(modules)
    assert NEEDLESS.isdisjoint(modules)
    assert is_collecting, "a long run must free its cycles"
    assert frozen > 100_000, "what ends with the process need not be looked through"


@pytest.mark.slow
def test_bad_input_leaves_with_its_code_all_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, "run", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 2
    assert json.loads(told.stderr.splitlines()[-1])[1] > 0


def test_ids_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show([grid(("unit",), [("[red]R1[/red]",), ("U:cat:",)])])
    shown = capsys.readouterr().out
    assert "[red]R1[/red]" in shown
    assert "U:cat:" in shown
