from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import numba
import pytest

from gridsim.core import loading

KERNELS = """
import sys
import numpy as np
from threading import Thread
from gridsim.core.split import split_many

def split():
    shares = np.zeros(2, np.int64)
    assert split_many(np.array([10]), np.array([0, 2]), np.array([1, 4]), shares, np.zeros(2, np.int64)) == 0
    assert shares.tolist() == [2, 8]

threads = [Thread(target=split) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(name for name in sys.modules if name.startswith("scipy.linalg")))

import numba
@numba.njit
def product(a, b):
    return np.dot(a, b)
print(product(np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist())
print("dgemm" in sys.modules["scipy.linalg.cython_blas"].__pyx_capi__)
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What numba's array functions ask when they are loaded for the first time."""
    algebra = import_module("numba.np.linalg")
    seen: list[str] = []

    def load(name: str) -> object:
        if name == loading._ARRAY_FUNCTIONS:
            seen.append(algebra.ensure_blas.__module__)
            algebra.ensure_blas()
        return algebra

    monkeypatch.delitem(sys.modules, loading._ARRAY_FUNCTIONS, raising=False)
    monkeypatch.setattr(loading.importlib, "import_module", load)
    return seen


def test_numba_asks_whether_scipy_is_there_and_its_own_question_is_put_back(asked):
    assert loading.without_blas(lambda number: number + 1)(1) == 2
    assert asked == [loading.__name__]
    assert import_module("numba.np.linalg").ensure_blas.__module__ == "numba.np.linalg"


def test_without_scipy_numba_is_told_so(asked, monkeypatch):
    monkeypatch.setattr(loading, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match="scipy is not installed"):
        loading.without_blas(lambda: None)()
    assert import_module("numba.np.linalg").ensure_blas.__module__ == "numba.np.linalg"


def test_array_functions_that_are_loaded_stay(asked, monkeypatch):
    monkeypatch.setitem(sys.modules, loading._ARRAY_FUNCTIONS, object())
    assert loading.without_blas(lambda: 3)() == 3
    assert asked == []


@pytest.mark.slow
@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is loaded")
def test_a_kernel_leaves_it_out_and_a_users_kernel_still_multiplies_matrices():
    told = subprocess.run([sys.executable, "-c", KERNELS], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["[]", "[[1.0, 2.0], [3.0, 4.0]]", "True"]
