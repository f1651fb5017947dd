"""Tables too long to be held: how many rows they have, and a way to make them part by part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["PART", "PartedTable", "chunks", "cuts", "made_ahead"]

_Part = TypeVar("_Part")

PART = 2**18
"""Rows of a part, about: its columns stay in the cache while it is made and written."""


class PartedTable(NamedTuple):
    """An exact table that nobody holds: it is made again, part by part, whenever it is asked for.

    Attributes
    ----------
    rows : int
    parts : callable
        Of the names of the columns that are wanted, None for all of them. Yields tables of one schema, at least
        one, whose rows in their order are the table's.
    """

    rows: int
    parts: Callable[[Collection[str] | None], Iterator[pa.Table]]


def chunks(rows: int) -> Iterator[slice]:
    """Cut so many rows into runs of at most `PART`; one empty run if there are none."""
    for first in range(0, max(rows, 1), PART):
        yield slice(first, min(first + PART, rows))


def cuts(work: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut things that must stay whole into runs of about `PART` rows.

    Parameters
    ----------
    work : (n + 1,) int64 array
        How many rows the things before each make at most; ascending from 0.

    Returns
    -------
    (runs + 1,) int64 array
        From 0 to n: a run makes at most `PART` rows, unless it is a single thing. If there is nothing, one empty run.
    """
    last = len(work) - 1
    bounds = [0]
    while bounds[-1] < last:
        first = bounds[-1]
        fits = int(np.searchsorted(work, work[first] + PART, side="right")) - 1
        bounds.append(max(fits, first + 1))
    return np.array(bounds if last else [0, 0], dtype=np.int64)


def made_ahead(parts: Iterable[_Part]) -> Iterator[_Part]:
    """The same, each made by a thread of its own while the one before is being used.

    What makes parts and what takes them is work on long arrays, which holds nobody else up.
    """
    making, nothing = iter(parts), object()
    with ThreadPoolExecutor(1, thread_name_prefix="gridsim-parts") as thread:
        coming = thread.submit(next, making, nothing)
        while (part := coming.result()) is not nothing:
            coming = thread.submit(next, making, nothing)
            yield part  # type: ignore[misc]  # `nothing` is none
