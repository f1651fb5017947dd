from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import numba
import pytest

from gridsim.core import loading
from gridsim.core.loading import without_blas

BLAS = "scipy.linalg.cython_blas"

KERNELS = """
import sys
import numpy as np
from gridsim.core.split import split_many
shares = np.zeros(2, np.int64)
assert split_many(np.array([10]), np.array([0, 2]), np.array([1, 4]), shares, np.zeros(300, np.int64)) == 0
assert shares.tolist() == [2, 8]
print(sorted(name for name in sys.modules if name.startswith("scipy.linalg")))

import numba
@numba.njit
def product(a, b):
    return np.dot(a, b)
print(product(np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist())
print("dgemm" in sys.modules["scipy.linalg.cython_blas"].__pyx_capi__)
"""


@pytest.fixture(autouse=True)
def _before_the_first_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module(BLAS)  # so that taking it away ends with the test
    monkeypatch.delitem(sys.modules, BLAS)
    monkeypatch.delitem(sys.modules, loading._ASKER, raising=False)


def test_the_question_is_answered_without_the_module():
    seen = []

    def load(number: int) -> int:
        import_module(BLAS)
        seen.append(type(sys.modules[BLAS]))
        return number + 1

    assert without_blas(load)(1) == 2
    assert seen == [loading._Promised]
    assert BLAS not in sys.modules


def test_who_asks_more_gets_the_module():
    def load() -> object:
        return import_module(BLAS).__pyx_capi__

    assert "dgemm" in without_blas(load)()
    assert type(sys.modules[BLAS]) is not loading._Promised


def test_a_module_that_is_there_stays():
    real = import_module(BLAS)
    assert without_blas(lambda: sys.modules[BLAS])() is real


def test_the_promise_is_taken_back_after_a_failure():
    def load() -> None:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        without_blas(load)()
    assert BLAS not in sys.modules


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is loaded")
def test_a_kernel_leaves_it_out_and_a_users_kernel_still_multiplies_matrices():
    told = subprocess.run([sys.executable, "-c", KERNELS], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["[]", "[[1.0, 2.0], [3.0, 4.0]]", "True"]
