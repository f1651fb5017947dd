"""Years of consumption must be calendar years, and each told in one way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.words import Sentence

__all__ = ["calendar_years", "whole_years"]

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


def whole_years(draft: Draft) -> Iterator[Fault]:
    """A year of a user, or a month of it, that stands as a whole and in parts."""
    history = draft.get("history", "user_id", "year", "month", "period")
    if history is None or not (history.codes("month") >= 0).any() | (history.codes("period") >= 0).any():
        return
    usable = history.usable("user_id", "year", "month", "period")
    user, month, period = (history.codes(name) for name in ("user_id", "month", "period"))
    year = history.frame["year"].to_numpy() * (len(history.categories("user_id")) + 1) + user
    rows = np.flatnonzero(usable)
    of_year: dict[int, set[bool]] = {}
    of_month: dict[tuple[int, int], set[bool]] = {}
    for row in rows.tolist():
        of_year.setdefault(int(year[row]), set()).add(bool(month[row] >= 0))
        of_month.setdefault((int(year[row]), int(month[row])), set()).add(bool(period[row] >= 0))
    mixed = [
        row
        for row in rows.tolist()
        if len(of_year[int(year[row])]) > 1 or len(of_month[int(year[row]), int(month[row])]) > 1
    ]
    yield from history.faults(
        mixed,
        ("user_id", "year", "month", "period"),
        Sentence("a year that other rows of this user tell in another way"),
        Sentence("the year as a whole, or each of its months, or each with its periods"),
    )
