"""Compiling in the parent: workers that start together would all compile the same kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.batch.shared import PointTask, Shared

__all__ = ["must_compile", "warm_up"]


def must_compile() -> bool:
    """Whether a batch will have to compile a kernel first."""
    from gridsim.batch.engine import must_compile as engine_must
    from gridsim.core.warmth import must_compile as run_must

    return engine_must() or run_must()


def warm_up(shared: Shared, point: PointTask) -> None:
    """Compile what is not in the cache of machine code, before any worker is started.

    Parameters
    ----------
    shared : Shared
    point : PointTask
        The kernels that make a point ready are compiled by making this one ready; it is held for the tasks.
    """
    from gridsim.batch.engine import warm
    from gridsim.batch.shared import prepared_of
    from gridsim.core.warmth import must_compile as run_must
    from gridsim.errors import GridsimError

    warm()
    if run_must():
        try:
            prepared_of(shared, point)
        except GridsimError:
            return  # its task will tell
