"""Rows of users that say what changes within the year (rulebook part 15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.calendar import months_of
from gridsim.market_tables import USER_CHANGES
from gridsim.tables.encoded import places_of, texts_of_rows
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.scenario.draft import Draft

__all__ = ["changes_in_the_year", "first_rows", "what_stays"]

_SINCE = "effective_from"
_STAY = ("mode", "priority_purchase", "exit_month", "period_set")


def first_rows(draft: Draft) -> Iterator[Fault]:
    """A user whose rows all have a month, so that nothing says what it is as the year begins."""
    users = draft.get("users", _SINCE)
    if users is None:
        return
    rows = np.flatnonzero((users.codes(_SINCE) >= 0) | ~users.usable(_SINCE))
    if not len(rows):
        return
    yield from users.faults(
        rows[users.usable(_SINCE)[rows]],
        _SINCE,
        Sentence("a user without a row that says what it is as the year begins"),
        Sentence("nothing in the first row of a user; a month in rows that say what changes from then on"),
    )


def changes_in_the_year(draft: Draft) -> Iterator[Fault]:
    """A change that is not within the year: from its second month to its last."""
    changes = draft.get(USER_CHANGES, _SINCE)
    if changes is None or draft.year is None:
        return
    months = months_of(draft.year)
    is_within = np.array([months[0] < month <= months[-1] for month in changes.categories(_SINCE)] + [True])
    yield from changes.faults(
        np.flatnonzero(~is_within[changes.codes(_SINCE)]),
        _SINCE,
        Sentence("a change outside the year"),
        Sentence(
            "{first} to {last}; what the user is as the year begins stands in a row without a month",
            first=months[1],
            last=months[-1],
        ),
    )


def what_stays(draft: Draft) -> Iterator[Fault]:
    """A later row that says something else of what a user is for the whole year."""
    users, changes = draft.get("users", "user_id"), draft.get(USER_CHANGES, "user_id")
    if users is None or changes is None:
        return
    first = places_of(texts_of_rows(changes.frame["user_id"]).tolist(), texts_of_rows(users.frame["user_id"]))
    known = np.flatnonzero(first >= 0)
    for column in _STAY:
        if not (users.is_readable(column) and changes.is_readable(column)):
            continue
        before, now = (_cells(table, column) for table in (users, changes))
        sound = known[changes.usable(column)[known] & users.usable(column)[first[known]]]

        def allowed(row: int, column: str = column) -> Sentence:
            shown = users.shown(int(first[row]), column)
            if not shown:
                return Sentence("nothing, as in the first row")
            return Sentence("{value}, as in the first row", value=shown)

        yield from changes.faults(
            [row for row in sound.tolist() if now[row] != before[first[row]]],
            column,
            Sentence("something else than in the first row of this user, though it stays for the year"),
            allowed,
        )


def _cells(table: Any, column: str) -> list[Any]:
    cells = table.frame[column]
    found: list[Any] = cells.astype(object).where(cells.notna(), None).tolist()
    return found
