"""Several causes in the same lines: energies first, which no price moves, and with these right what is left of money.

A statement gives more than one equation: what was metered in all, how much of it is in band, what that costs. So a
cause need not make a line right by itself: one, or a reading and what moves the band, must make right **every** energy
of the month; then the rest must be explained as any line is. What could be so in two ways is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.reconcile.contract_causes import contract_energies, contracts_missing
from gridsim.reconcile.differing import Differing
from gridsim.reconcile.explained import gaps, moved_keys
from gridsim.reconcile.found import Found
from gridsim.reconcile.ledger_lines import KEYS
from gridsim.reconcile.market_causes import band_edges
from gridsim.reconcile.meter_causes import reading_of

if TYPE_CHECKING:
    from gridsim.reconcile.causes import Cause
    from gridsim.reconcile.explained import Unknown
    from gridsim.reconcile.settling import State

    Keys = frozenset[tuple[str, ...]]
    Step = tuple[Cause, State]

__all__ = ["several_causes"]

_TRIES = 6
_MOST_READINGS = 6
_UNSURE = 2  # kWh that shares are rounded by
_MONTH, _USER, _PERIOD = (KEYS.index(name) for name in ("month", "user_id", "period"))


def several_causes(state: State, rest: Callable[[State], list[Found]]) -> list[Found]:
    """Causes that together explain all that differs in a month; empty unless there is one such set alone.

    Parameters
    ----------
    state : State
    rest : callable
        Of a state whose energies are right: what explains the money.
    """
    differing = Differing(state)
    if not differing.has_energies:
        return []
    for month in differing.months:
        if not _wrong_energies(state, month):
            continue
        sets = [found for steps in _sets(state, differing, month) if (found := _completed(state, month, steps, rest))]
        if len(sets) == 1:
            return sets[0]
    return []


def _sets(state: State, differing: Differing, month: str) -> Iterator[list[Step]]:
    """Causes that make every energy of the month right: one alone, or else a reading and what moves the band."""
    readings = [step for step in _readings(state, differing, month) if not Differing(step[1]).settled_gap(month)]
    is_alone = False
    for step in (*readings, *_of_band(state, differing, month)):
        if not _wrong_energies(step[1], month):
            is_alone = True
            yield [step]
    if is_alone:
        return
    for reading in readings:
        for step in _of_band(reading[1], Differing(reading[1]), month):
            if not _wrong_energies(step[1], month):
                yield [reading, step]


def _completed(state: State, month: str, steps: list[Step], rest: Callable[[State], list[Found]]) -> list[Found]:
    """The causes of the energies and those of what is left, if nothing of the month is left then."""
    others = rest(steps[-1][1])
    after = others[-1].after if others else steps[-1][1]
    differed = _of_month(state.beside.differing, month)
    if _of_month(after.beside.differing, month) or len(differed) <= 2 * (len(steps) + len(others)):
        return []  # with as many free figures as lines, any lines can be met
    found, before = [], state
    for cause, with_it in steps:
        moved = frozenset(moved_keys(before, with_it))
        found.append(Found((cause,), before, with_it, moved & differed, moved))
        before = with_it
    return [*found, *others]


def _wrong_energies(state: State, month: str) -> Keys:
    beside = state.beside
    wrong = beside.energy_differs | beside.is_one_sided
    return _of_month(frozenset(beside.keys[place] for place in np.flatnonzero(wrong)), month)


def _of_month(keys: Keys, month: str) -> Keys:
    return frozenset(key for key in keys if key[_MONTH] in ("", month))


# ---- what was metered -----------------------------------------------------------------------------------------------


def _readings(state: State, differing: Differing, month: str) -> Iterator[Step]:
    """A period of a user's month with all that the month's energy differs by, of whose shares stand out."""
    gap = differing.settled_gap(month)
    if not gap or not differing.names_users:
        return
    standing_out = _standing_out(state, month)
    if not 0 < len(standing_out) <= _MOST_READINGS:
        return
    for user, period in sorted(standing_out):
        for cause in reading_of(state, user, month, period, gap):
            after = state.after(cause)
            if after is not None:
                yield cause, after


def _standing_out(state: State, month: str) -> set[tuple[str, str]]:
    """Users, and periods where lines name them, whose share is another one: others of the unit are all as much more."""
    beside, theirs = state.beside, state.matcher
    keys, step = beside.keys[: theirs.count], float(theirs.statement.energy.step)
    ours, stated = beside.energy[: theirs.count].astype(np.float64), theirs.energy_steps * step
    users = state.scenario.tables["users"]
    mode_of = dict(zip(users["user_id"].astype(str), users["mode"].astype(str), strict=True))
    modes = np.array([mode_of.get(key[_USER], "") if key[_MONTH] in ("", month) else "" for key in keys])
    found = set()
    for mode in set(modes) - {""}:
        here = (modes == mode) & theirs.has_energy & (ours > 0)
        ratio = np.median(stated[here] / ours[here]) if here.any() else 1.0
        apart = here & (np.abs(stated - ratio * ours) > _UNSURE + step)
        found |= {(keys[place][_USER], keys[place][_PERIOD]) for place in np.flatnonzero(apart)}
    return found


# ---- what moves the band --------------------------------------------------------------------------------------------


def _of_band(state: State, differing: Differing, month: str) -> Iterator[Step]:
    """Edges and contracts with the figure that makes right the energy that they move most; contracts missing."""
    for unknown in (*band_edges(state), *contract_energies(state, differing)):
        step = _rooted(state, unknown)
        if step is not None:
            yield step
    for cause in contracts_missing(state, differing):
        after = state.after(cause)
        if after is not None and _wrong_energies(after, month) < _wrong_energies(state, month):
            yield cause, after


def _rooted(state: State, unknown: Unknown) -> Step | None:
    """The figure at which the energy that it moves most is the statement's, by the secant."""
    count, old = state.matcher.count, unknown.value
    value = old + unknown.probe
    at, base = state.after(unknown.cause(value)), gaps(state)[:count]
    if at is None:
        return None
    move = np.abs(gaps(at)[:count] - base) * state.beside.energy_differs[:count]
    place = int(np.argmax(move))
    if not move[place]:
        return None
    old_gap = float(base[place])
    for _ in range(_TRIES):
        gap = float(gaps(at)[place])
        if not at.beside.energy_differs[place]:
            return unknown.cause(value), at
        if gap == old_gap:
            return None
        new = round(value - gap * (value - old) / (gap - old_gap))
        if new == value or not unknown.least <= new <= unknown.most:
            return None
        old, old_gap, value = value, gap, new
        at = state.after(unknown.cause(value))
        if at is None:
            return None
    return None
