"""Compiling in the parent: workers that start together would all compile the same kernels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gridsim.core.keeping import has_kept, is_kept, tell

if TYPE_CHECKING:
    from gridsim.batch.shared import PointTask, Shared

__all__ = ["must_compile", "warm_up"]


def must_compile() -> bool:
    """Whether a batch will have to compile a kernel first."""
    from gridsim.batch.engine import must_compile as engine_must

    return engine_must() or _must_compile_trading()


def warm_up(shared: Shared, point: PointTask, executor: object) -> None:
    """Compile what is not in the cache of machine code, before any worker is started.

    Parameters
    ----------
    shared : Shared
    point : PointTask
        The kernels that trade are compiled by trading this one. It is not held: each worker does its own work.
    executor : object
        What the user asked for. Where machine code cannot be kept, other processes than this one compile for
        themselves in any case, and all that is done here is to tell so.
    """
    if not is_kept() and executor not in (None, "threads") and not isinstance(executor, ThreadPoolExecutor):
        tell()
        return
    from gridsim.batch.engine import warm
    from gridsim.batch.shared import forget, traded_of
    from gridsim.errors import GridsimError

    warm()
    if _must_compile_trading():
        try:
            traded_of(shared, point)
        except GridsimError:
            return  # its task will tell
        finally:
            forget(shared.key)


def _must_compile_trading() -> bool:
    """Whether nobody has traded here yet. Those kernels that match are left out: which of them depends on the books."""
    from gridsim.core.split import split_many

    return not has_kept(split_many)
