"""How every kernel is compiled, and the status that it returns: no exception can leave compiled code reliably."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from gridsim.core.keeping import keep
from gridsim.core.loading import without_blas

__all__ = ["BAD_INPUT", "NO_ROOM", "OK", "OVERFLOW", "njit", "njit_wrapping", "one_by_one"]

OK = 0
"""Done."""
OVERFLOW = 1
"""Products or sums could leave int64; nothing was computed."""
BAD_INPUT = 2
"""The arrays break what the kernel's docstring asks of them."""
NO_ROOM = 3
"""An array handed in for output or scratch is too small."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _stamp_of_all_kernels() -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file of this folder and those in it."""
    folder = Path(__file__).parent
    files = [(path.relative_to(folder).as_posix(), path.stat()) for path in sorted(folder.rglob("*.py"))]
    return tuple((name, about.st_mtime_ns, about.st_size) for name, about in files)


_STAMP = _stamp_of_all_kernels()


def njit(function: _Function, *, inlined: bool = False) -> _Function:
    """Compile `function` without the GIL and keep the machine code on disk, where that is possible.

    Used as ``name = njit(_name)``, so that the plain function stays reachable. With `inlined`, its machine code is put
    into every kernel that calls it: for what is so short that passing its arrays (seven words each) would cost more
    than the work. Divisions follow NumPy's error model: no kernel divides by what its caller has not checked, and a
    test in front of every division costs time.
    With ``NUMBA_DISABLE_JIT=1`` this returns `function` itself.
    """
    compiled: _Function = numba.njit(nogil=True, error_model="numpy", forceinline=inlined)(function)
    if compiled is function:
        return function
    keep(compiled, _STAMP)
    _compile_once(compiled)
    cache: Any = getattr(compiled, "_cache", None)
    if hasattr(cache, "load_overload"):  # what numba does first when a kernel is first called
        cache.load_overload = without_blas(cache.load_overload)
    return compiled


def _compile_once(kernel: Any) -> None:
    """Let a kernel that calls `kernel` with a constant share the code of those that call it with a variable.

    numba compiles a function for each constant that it is called with, and for each mixture of them. No kernel here
    rests on that; what is inlined knows its constants all the same. Without it the kernels of a batch took half as
    long again to compile. (The name is private to numba. Should it go, only the time is lost; a test would tell.)
    """
    template: Any = getattr(kernel, "get_call_template", None)
    if template is not None:

        @wraps(template)
        def of_any_value(arguments: Any, keywords: Any) -> Any:
            plain = {name: types.unliteral(each) for name, each in keywords.items()}
            return template(tuple(map(types.unliteral, arguments)), plain)

        kernel.get_call_template = of_any_value


def njit_wrapping(function: _Function, *, inlined: bool = False) -> _Function:
    """`njit` of a kernel whose unsigned products wrap on purpose: left plain, it must not warn of that."""
    compiled = njit(function, inlined=inlined)
    return np.errstate(over="ignore")(function) if compiled is function else compiled


def one_by_one() -> None:
    """Nothing, but in the body of a loop: the compiler is not to make vectors of it.

    For loops over the two or three legs of a position, of which there are millions: to find out whether vectors would
    do took longer than the loop. With it settlement of positions of two legs takes 1.0 times C++ instead of 1.4, of
    three 1.05 instead of 1.4 (AMD EPYC, family 25, model 17).
    """


@intrinsic
def _keep_scalar(context: Any) -> Any:
    """An empty line of assembler, which the compiler can neither leave out nor do eight times at once."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        ir: Any = cgutils.ir  # type: ignore[attr-defined]
        builder.call(ir.InlineAsm(ir.FunctionType(ir.VoidType(), []), "", "", side_effect=True), [])
        return context.get_dummy_value()

    return types.none(), generate


@overload(one_by_one, inline="always")
def _one_by_one() -> Callable[[], None]:
    def compiled() -> None:
        _keep_scalar()  # type: ignore[call-arg]

    return compiled
