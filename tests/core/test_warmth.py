"""Whether kernels must be compiled: told by the cache, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridsim.core import warmth
from gridsim.core.warmth import must_compile

ASK = "from gridsim.core.warmth import must_compile; print(must_compile())"
USE_ALL = "import gridsim; gridsim.run(gridsim.load('scenarios/henan-2021-mini')); " + ASK


def ask(code: str, **environment: str) -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without JIT nothing is compiled")
def test_an_empty_cache_is_told_and_filled_once(tmp_path: Path) -> None:
    cache = {"NUMBA_CACHE_DIR": str(tmp_path)}
    assert ask(ASK, **cache) == "True"
    assert ask(USE_ALL, **cache) == "False"
    assert ask(ASK, **cache) == "False"


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
        "import numpy as np; from gridsim.core.split import split_many; from gridsim.core.keeping import has_kept; "
        "shares = np.zeros(2, np.int64); told = has_kept(split_many); "
        "split_many(np.array([10]), np.array([0, 2]), np.array([1, 4]), shares, np.zeros(300, np.int64)); "
        "print(told, shares.tolist())"
    )
    assert ask(one, **cache) == "False [2, 8]"
    assert ask(one, **cache) == "True [2, 8]"
    files = list(tmp_path.rglob("*.nbc"))
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[:100])
    assert ask(one, **cache).endswith("[2, 8]")
    for file in files:
        file.unlink()
    assert ask(one, **cache) == "False [2, 8]"
    assert ask(one, **cache) == "True [2, 8]"
