"""The first call of a kernel in a process, without what no kernel needs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from threading import Lock
from typing import Any, TypeVar

__all__ = ["without_blas"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_ARRAY_FUNCTIONS = "numba.np.arraymath"
_ALGEBRA = "numba.np.linalg"
_lock = Lock()


def without_blas(load: _Function) -> _Function:
    """`load`, which makes numba load its array functions, without loading scipy.linalg.

    While numba loads them, it imports ``scipy.linalg.cython_blas`` to learn whether np.dot would work, and asks nothing
    of it. That took a fifth of a second, a sixth of all that a small run takes, and no kernel here multiplies matrices.
    So they are loaded here, and that one question is answered by looking whether scipy is installed. A kernel of the
    user's that needs BLAS makes numba import it then, and check it.
    """

    @wraps(load)
    def load_without(*arguments: Any) -> Any:
        with _lock:
            if _ARRAY_FUNCTIONS not in sys.modules:
                _load_array_functions()
        return load(*arguments)

    return load_without


def _load_array_functions() -> None:
    algebra: Any = importlib.import_module(_ALGEBRA)
    # Private to numba. Should the name go, all that is lost is the time; a test would tell.
    asked = getattr(algebra, "ensure_blas", None)
    if asked is not None:
        algebra.ensure_blas = _ensure_scipy
    try:
        importlib.import_module(_ARRAY_FUNCTIONS)
    finally:
        if asked is not None:
            algebra.ensure_blas = asked


def _ensure_scipy() -> None:
    if find_spec("scipy") is None:
        raise ImportError("scipy is not installed")
