"""Whether the kernels still have to be compiled on this machine, so that a program can say what it is waiting for."""

from __future__ import annotations

from typing import Any

from gridsim.core.settlement.bounds import check_each, check_each_charge
from gridsim.core.settlement.charge import charge_cells
from gridsim.core.settlement.settle import settle_positions
from gridsim.core.split import split_many

__all__ = ["is_cached", "must_compile"]

# What every run needs. Those that match are left out: which of them a run compiles depends on its books.
_KERNELS = (split_many, check_each, settle_positions, check_each_charge, charge_cells)


def must_compile() -> bool:
    """Whether a run will have to compile a kernel first. Without JIT, or where numba keeps no cache, it is False."""
    return not all(is_cached(kernel) for kernel in _KERNELS)


def is_cached(kernel: Any) -> bool:
    """Whether the machine code of a kernel lies on disk and is not older than its sources.

    Asked of numba's own private parts; should they change, nobody is told of the compilation, and that is all.
    """
    load_index = getattr(getattr(getattr(kernel, "_cache", None), "_cache_file", None), "_load_index", None)
    if load_index is None:
        return True
    return bool(load_index())
