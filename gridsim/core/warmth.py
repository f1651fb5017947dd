"""Whether the kernels still have to be compiled on this machine, so that a program can say what it is waiting for."""

from __future__ import annotations

from gridsim.core.keeping import has_kept
from gridsim.core.settlement.bounds import check_each
from gridsim.core.settlement.settle import settle_positions
from gridsim.core.split import split_many

__all__ = ["must_compile"]

# What every run needs. Those that match are left out: which of them a run compiles depends on its books;
# so are those that price charges, which only `gridsim.settle` and `gridsim.settle_arrays` need.
_KERNELS = (split_many, check_each, settle_positions)


def must_compile() -> bool:
    """Whether a run will have to compile a kernel first. Without JIT it is False."""
    return not all(has_kept(kernel) for kernel in _KERNELS)
