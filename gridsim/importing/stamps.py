"""Starts or ends: what headings, cells, patterns and the user say of the times of a load curve, and what holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.asked import ask_stamped
from gridsim.importing.instants import LENGTHS, pattern_of, stamps_of, starts_of_ends
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.importing.choices import Choices
    from gridsim.importing.parts import IntArray, Part
    from gridsim.rules import RuleSet

__all__ = ["settle_stamps"]


def settle_stamps(parts: Sequence[Part], rules: RuleSet, choices: Choices) -> list[Fault]:
    """From stamps to starts; a fault where nothing tells which of the two they are.

    Parameters
    ----------
    parts : sequence of Part
        Of load; their `minutes` are starts afterwards.
    rules : RuleSet
        By whose periods the totals of both readings are told.
    choices : Choices
    """
    unclear: list[tuple[Part, str]] = []
    for part in parts:
        assert part.minutes is not None  # else there was a fault
        if part.raw.layout.has_series:  # readings stand at instants, whichever side of them an interval lies on
            continue
        users, minutes = _by_user(part)
        found, apart = pattern_of(users, minutes)
        part.length = part.length or apart
        if part.length not in LENGTHS or (minutes % LENGTHS[0]).any():
            _no_intervals(part)
            continue
        stamped = part.stamped if part.is_certain else found or part.stamped
        contradicts = not part.is_certain and bool(found) and bool(part.stamped) and found != part.stamped
        if choices.stamped is not None and not part.is_numbered:
            stamped, contradicts = choices.stamped, False
        if not stamped or contradicts:
            unclear.append((part, part.stamped if contradicts else ""))
            continue
        part.stamped = stamped
        if stamped == "ends":
            part.minutes = starts_of_ends(part)
    if not unclear:
        return []
    return [ask_stamped([part for part, _ in unclear], rules, said=unclear[0][1])]


def _no_intervals(part: Part) -> None:
    """Times too far apart, too few or too odd to be those of intervals."""
    if part.length in LENGTHS:
        what = Sentence("times between the quarter-hours")
    elif part.length:
        what = Sentence("times {minutes} minutes apart", minutes=part.length)
    else:
        what = Sentence("no two times of one user")
    part.raw.problems.whole(what, Sentence("intervals of 15, 30 or 60 minutes; sums of months are imported as meter"))


def _by_user(part: Part) -> tuple[IntArray, IntArray]:
    """Users and stamps, flat; of rows that are days as many as tell the pattern."""
    if part.raw.layout.slots is None:
        users, minutes, _ = stamps_of(part)
        return users, minutes
    assert part.minutes is not None
    shape = part.measures["energy_mwh"].values.shape
    users = np.broadcast_to(part.codes["user_id"], shape)
    minutes = np.broadcast_to(part.minutes, shape)
    order = np.argsort(part.minutes[0]) if shape[0] else np.zeros(0, dtype=np.int64)
    ends = order[[0, 1, -1]] if shape[0] else order  # a day's first and last intervals tell as much as all
    return users[:, ends].ravel(), minutes[:, ends].ravel()
