"""Causes that lie in changes within the year: one of a user is not used, or is used from another month (part 15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.market_tables import USER_CHANGES
from gridsim.reconcile.causes import Cause
from gridsim.reconcile.variants import with_cells, without_rows
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State

__all__ = ["change_causes"]

_SINCE = "effective_from"


def change_causes(state: State, differing: Differing) -> Iterator[Cause]:
    """Each change of a user that the other side may not use, or use from another month.

    Of two months that look alike in the statement, such as two behind its last, one is tried: it tells no more.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    frame = state.scenario.tables.get(USER_CHANGES)
    if frame is None or not len(frame):
        return
    users, since = frame["user_id"].astype(str).tolist(), frame[_SINCE].astype(str).tolist()
    stated = [month for month in state.scenario.months if month in (state.matcher.months or state.scenario.months)]
    for row, (user, month) in enumerate(zip(users, since, strict=True)):
        if differing.names_users and user not in differing.users:
            continue
        others = [other for of, other in zip(users, since, strict=True) if of == user and other != month]
        for theirs in _other_months(month, others, stated, differing.months):
            yield _cause(row, user, month, theirs)


def _other_months(since: str, others: Sequence[str], stated: Sequence[str], differs: Sequence[str]) -> Iterator[str]:
    """The months from which a change may be used; empty: it is not used.

    Parameters
    ----------
    since : str
        From which it holds.
    others : sequence of str
        From which other changes of the user hold: none is passed.
    stated : sequence of str
        The months of the statement.
    differs : sequence of str
        Those of them in which something differs: what is moved differs.
    """
    before, after = [month for month in stated if month < since], [month for month in stated if month >= since]
    for place, month in enumerate(after):
        if month not in differs:
            break
        theirs = after[place + 1] if place + 1 < len(after) else ""
        if any(since < other <= (theirs or month) for other in others):
            break
        yield theirs
    for month in reversed(before):
        if month not in differs or any(month <= other < since for other in others):
            break
        yield month


def _cause(row: int, user: str, since: str, theirs: str) -> Cause:
    where = {"user": user, _SINCE: since, "used_from": theirs}
    rows = np.array([row])
    if theirs:
        sentence = Sentence(
            "the change of user {user} from {since} on is used from {month} on", user=user, since=since, month=theirs
        )
        edit = partial(with_cells, table=USER_CHANGES, rows=rows, values={_SINCE: theirs})
    else:
        sentence = Sentence("the change of user {user} from {since} on is not used", user=user, since=since)
        edit = partial(without_rows, table=USER_CHANGES, rows=rows)
    return Cause("user_change", where, sentence, edit)
