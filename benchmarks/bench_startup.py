"""What a user waits for before anything is computed: processes timed from outside, side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from benchmarks.conftest import Arena

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "scenarios" / "henan-2021-mini"
TRIVIAL = """
import numba, pandas
@numba.njit(cache=True)
def add(a, b):
    return a + b
add(1, 2)
"""
LOADED = "import gridsim, sys; print(len({'numba', 'pandas'} & set(sys.modules)))"


def test_startup(arena: Arena, tmp_path: Path) -> None:
    if arena.scale == "tiny":
        # Nothing is timed here; the processes would cost seconds. What must hold without a clock:
        assert _run([sys.executable, "-c", LOADED], tmp_path).strip() == "0"
        pytest.skip("processes are timed by make bench")
    trivial = tmp_path / "trivial.py"
    trivial.write_text(TRIVIAL, encoding="utf-8")
    command = [sys.executable, "-m", "gridsim"]
    contenders = {
        "python": [sys.executable, "-c", "pass"],
        "import gridsim": [sys.executable, "-c", "import gridsim"],
        "typer, rich": [sys.executable, "-c", "import typer, rich"],
        "gridsim --help": [*command, "--help"],
        "numba, pandas, kernel": [sys.executable, str(trivial)],
        "mini scenario": [*command, "run", str(MINI), "--out", str(tmp_path / "out")],
    }
    cache = tmp_path / "cache"
    calls: dict[str, Callable[[], object]] = {
        name: (lambda arguments=arguments: _run(arguments, tmp_path, cache)) for name, arguments in contenders.items()
    }
    start = perf_counter()
    calls["mini scenario"]()  # the first on this machine, as far as the cache of kernels goes
    first = perf_counter() - start
    start = perf_counter()
    calls["mini scenario"]()
    warm = perf_counter() - start
    loaded = int(_run([sys.executable, "-c", LOADED], tmp_path))
    arena.race("startup", calls, first_compile=first - warm, loaded=loaded, orders=0)


def _run(arguments: list[str], folder: Path, cache: Path | None = None) -> str:
    """Run a command in an empty folder, with this tree's gridsim and, if given, a cache of kernels of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    with tempfile.TemporaryDirectory(dir=folder) as empty:
        ran = subprocess.run(arguments, cwd=empty, env=environment, capture_output=True, check=True, text=True)
    return ran.stdout
