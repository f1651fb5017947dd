"""The first call of a kernel in a process, without what no kernel needs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, TypeVar

__all__ = ["without_blas"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_BLAS = "scipy.linalg.cython_blas"
_ASKER = "numba.np.arraymath"


class _Promised(ModuleType):
    """A module that is loaded when anything is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def without_blas(load: _Function) -> _Function:
    """`load`, which makes numba load its array functions, without loading scipy.linalg.

    Before its first kernel runs, numba imports ``scipy.linalg.cython_blas`` to learn whether np.dot would work, and
    asks nothing of it. That took a fifth of a second, a sixth of all that a small run takes, and no kernel here
    multiplies matrices. So for that one question a promise of the module stands in its place. A kernel of the
    user's that needs BLAS makes numba import the module once more, and then it is the real one.
    """

    @wraps(load)
    def load_without(*arguments: Any) -> Any:
        if _ASKER in sys.modules or _BLAS in sys.modules:
            return load(*arguments)
        promised = sys.modules[_BLAS] = _Promised(_BLAS)
        try:
            return load(*arguments)
        finally:
            if sys.modules.get(_BLAS) is promised:
                del sys.modules[_BLAS]

    return load_without
