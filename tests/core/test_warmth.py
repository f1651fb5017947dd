"""Whether kernels must be compiled: told by the cache, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridsim.core import warmth
from gridsim.core.warmth import must_compile
from tests.shared import MINI, ROOT

ASK = "from gridsim.core.warmth import must_compile; print(must_compile())"


def ask(code: str, **environment: str) -> str:
    return python("-c", code, **environment).stdout.strip()


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, encoding="utf-8", check=True
    )


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without JIT nothing is compiled")
def test_an_empty_cache_is_told_and_filled_once(tmp_path: Path) -> None:
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    assert ask(ASK, **cache) == "True"
    command = "-m", "gridsim", "run", str(MINI), "--out", str(tmp_path / "out")
    assert python(*command, **cache).stderr.count("this once") == 1
    assert ask(ASK, **cache) == "False"
    assert "Compiling" not in python(*command, **cache).stderr


def test_without_jit_there_is_nothing_to_compile() -> None:
    assert ask(ASK, NUMBA_DISABLE_JIT="1") == "False"


def test_it_answers_here() -> None:
    assert must_compile() in (True, False)


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without JIT nothing is compiled")
def test_what_it_asks_about_are_kernels() -> None:
    assert all(hasattr(kernel, "signatures") for kernel in warmth._KERNELS)


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without JIT nothing is compiled")
def test_machine_code_that_was_cut_off_is_compiled_anew_and_what_is_missing_is_told(tmp_path: Path) -> None:
    cache = {"NUMBA_CACHE_DIR": str(tmp_path)}
    one = (
        "from gridsim.core.keeping import has_kept; from gridsim.core.rounding import price_between; "
        "print(has_kept(price_between), price_between(10, 20, 5000))"
    )
    assert ask(one, **cache) == "False 15"
    assert ask(one, **cache) == "True 15"
    files = list(tmp_path.rglob("*.nbc"))
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[:100])
    assert ask(one, **cache).endswith(" 15")
    for file in files:
        file.unlink()
    assert ask(one, **cache) == "False 15"
    assert ask(one, **cache) == "True 15"
