"""Years of consumption must be calendar years."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.words import Sentence

__all__ = ["calendar_years"]

_FIRST, _LAST = 1900, 2199


def calendar_years(draft: Draft) -> Iterator[Fault]:
    """A year that no one can mean."""
    history = draft.get("history", "year")
    if history is None:
        return
    years = history.frame["year"].to_numpy()
    rows = np.flatnonzero(history.usable("year") & ((years < _FIRST) | (years > _LAST)))
    yield from history.faults(
        rows,
        "year",
        Sentence("not a calendar year"),
        Sentence("a year from {first} to {last}", first=_FIRST, last=_LAST),
    )
