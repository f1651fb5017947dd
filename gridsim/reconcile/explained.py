"""Whether a market, or lines, that are otherwise explain what differs; and the value that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.reconcile.ledger_lines import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gridsim.reconcile.causes import Cause, EditOfMarket
    from gridsim.reconcile.settling import State
    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = [
    "Explanation",
    "Unknown",
    "explained",
    "gaps",
    "moved_keys",
    "solved",
    "solved_together",
    "touches",
    "touching",
    "weights",
]

_TRIES = 5
_NEAR = 3
_PLACES = 3
_APART = 7
_VISIBLE = 20  # steps by which a figure must move to be seen whatever it is rounded by


@dataclass(frozen=True, eq=False)
class Explanation:
    """A cause, what is left with it, and the lines that it settles.

    Attributes
    ----------
    cause : Cause
    state : State
    fixed : frozenset of tuple
        Keys of lines that differed and no longer do.
    moved : frozenset of tuple
        All keys whose figures the cause changes.
    """

    cause: Cause
    state: State
    fixed: frozenset[tuple[str, ...]]
    moved: frozenset[tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Unknown:
    """A figure that the other side may have otherwise.

    Attributes
    ----------
    value : int
        Ours.
    probe : int
        By how much it is moved to see what moves with it.
    cause : callable
        Of another value: the cause.
    least, most : int
        What it can be.
    guess : int or None
        A value that the numbers tell directly.
    """

    value: int
    probe: int
    cause: Callable[[int], Cause]
    least: int = 0
    most: int = 2**53
    guess: int | None = None


def explained(before: State, after: State | None, cause: Cause) -> Explanation | None:
    """The explanation that a cause is; None where a line that it changes is still not the statement's, or none is."""
    if after is None:
        return None
    old, new = before.beside, after.beside
    moved = moved_keys(before, after)
    if not moved:
        return None
    differed, differs = old.differing, new.differing
    fixed = differed - differs
    if not fixed or differs - differed or moved & differs:
        return None
    return Explanation(cause, after, frozenset(fixed), frozenset(moved))


def moved_keys(before: State, after: State) -> set[tuple[str, ...]]:
    """Keys whose printed figures are not the same."""
    old, new = before.beside, after.beside
    count = before.matcher.count
    energy, amount = before.matcher.statement.energy, before.matcher.statement.amount
    is_moved = energy.of_ours(old.energy[:count]) != energy.of_ours(new.energy[:count])
    is_moved |= amount.of_ours(old.amount[:count]) != amount.of_ours(new.amount[:count])
    is_moved |= old.has_ours[:count] != new.has_ours[:count]
    found = {old.keys[place] for place in np.flatnonzero(is_moved)}
    ones, others = _beyond(old, count), _beyond(new, count)
    return found | {key for key in ones.keys() | others.keys() if ones.get(key) != others.get(key)}


def _beyond(beside: object, count: int) -> dict[tuple[str, ...], tuple[int, int]]:
    """Figures of the keys that the statement lacks."""
    keys, energy, amount = beside.keys[count:], beside.energy[count:], beside.amount[count:]  # type: ignore[attr-defined]
    return {key: (int(e), int(a)) for key, e, a in zip(keys, energy, amount, strict=True) if e or a}


def touches(state: State, edit: EditOfMarket) -> bool:
    """Whether a market that is otherwise in many places moves anything that differs; if not, none of them alone does.

    Parameters
    ----------
    state : State
    edit : callable
        All of them at once, so that they don't cancel out.
    """
    after = state.otherwise(edit)
    return after is None or not state.beside.differing.isdisjoint(moved_keys(state, after))


def touching(state: State, unknowns: Iterable[Unknown]) -> list[Unknown]:
    """Figures of one kind, if all of them moved at once move anything that differs; else none.

    Parameters
    ----------
    state : State
    unknowns : iterable of Unknown
        Of the market; each is moved by an amount of its own, so that no two cancel out.
    """
    every = list(unknowns)

    def edit(scenario: Scenario) -> Scenario:
        for number, each in enumerate(every):
            of_market = each.cause(each.value + each.probe + _APART * number).of_market
            assert of_market is not None  # figures are of the market
            scenario = of_market(scenario)
        return scenario

    return every if every and touches(state, edit) else []


def solved(state: State, unknown: Unknown, probed: State | None = None) -> Explanation | None:
    """The value that explains what differs, by the secant of the line that it moves most; None: there is none.

    Parameters
    ----------
    state : State
    unknown : Unknown
    probed : State, optional
        With the figure moved by its probe, where that is settled already.
    """
    found = _solved(state, unknown, probed)
    return None if found is None or _fits_by_chance(state, found) else found


def _fits_by_chance(before: State, found: Explanation) -> bool:
    """Whether a free figure explains one line, and others of its month still differ: any figure can be made to.

    Nor does it explain, or stand against, what the other side may have rounded otherwise.
    """
    plain = found.fixed & before.beside.plainly_differing
    if not plain:
        return True
    if len(found.fixed) > 1:
        return False
    at_month = KEYS.index("month")
    (month,) = {key[at_month] for key in found.fixed}
    return any(key[at_month] in ("", month) for key in found.state.beside.plainly_differing)


def _solved(state: State, unknown: Unknown, at: State | None) -> Explanation | None:
    if unknown.guess is not None:
        return _tried(state, unknown, unknown.guess)
    at = at or state.after(unknown.cause(unknown.value + unknown.probe))
    if at is None:
        return None
    for place in _decisive(state, at):
        found = _by_secant(state, unknown, at, place)
        if found is not None:
            return found
    return None


def _by_secant(state: State, unknown: Unknown, at: State, place: int) -> Explanation | None:
    old, old_gap, probed = unknown.value, gaps(state)[place], unknown.value + unknown.probe
    for _ in range(_TRIES):
        gap = gaps(at)[place]
        if gap == old_gap:
            return None
        new = round(probed - gap * (probed - old) / (gap - old_gap))
        if abs(new - probed) <= _NEAR:  # where shares are whole kWh, several values come near
            return _near(state, unknown, new)
        if new == unknown.value or not unknown.least <= new <= unknown.most:
            return None
        cause = unknown.cause(new)
        after = state.after(cause)
        found = explained(state, after, cause)
        if found is not None or after is None:
            return found
        old, old_gap, probed, at = probed, gap, new, after
    return None


def _near(state: State, unknown: Unknown, value: int) -> Explanation | None:
    for more in range(_NEAR + 1):
        for other in {value - more, value + more}:
            found = _tried(state, unknown, other)
            if found is not None:
                return found
    return None


def _tried(state: State, unknown: Unknown, value: int) -> Explanation | None:
    if value == unknown.value or not unknown.least <= value <= unknown.most:
        return None
    cause = unknown.cause(value)
    return explained(state, state.after(cause), cause)


def weights(state: State) -> NDArray[np.float64]:
    """What a kWh, and a micro-yuan, of `gaps` weighs: energies are exact, what a kWh costs rounds."""
    theirs = state.matcher
    weight = 1 / np.repeat([float(theirs.statement.energy.step), float(theirs.statement.amount.step)], theirs.count)
    if theirs.has_energy.any():
        weight[theirs.count :] /= 1e4
    return weight


def gaps(state: State) -> NDArray[np.float64]:
    """Theirs less ours by key of the statement: energies [kWh], then money [micro-yuan]; 0 where none is printed."""
    beside, theirs = state.beside, state.matcher
    count = theirs.count
    energy = theirs.energy_steps * float(theirs.statement.energy.step) - beside.energy[:count]
    amount = theirs.amount_steps * float(theirs.statement.amount.step) - beside.amount[:count]
    return np.concatenate([np.where(theirs.has_energy, energy, 0), np.where(theirs.has_amount, amount, 0)])


def _decisive(state: State, at: State) -> list[int]:
    """The figures that move most in steps; none where one moves visibly that did not differ, or none moves."""
    theirs = state.matcher
    steps = np.repeat([float(theirs.statement.energy.step), float(theirs.statement.amount.step)], theirs.count)
    move = np.abs(gaps(at) - gaps(state)) / steps
    if not len(move) or move.max() < 1:
        return []
    differs = np.concatenate([state.beside.energy_differs[: theirs.count], state.beside.amount_differs[: theirs.count]])
    differs |= np.tile(state.beside.is_one_sided[: theirs.count], 2)
    places = [int(place) for place in np.argsort(-move, kind="stable")[:_PLACES] if differs[place] and move[place] >= 1]
    if not places or not differs[np.argmax(move)]:
        return []
    scale = max(abs(gaps(state)[places[0]] / steps[places[0]]) / move[places[0]], 1e-9)  # how far the probe is from it
    return [] if ((move * scale > _VISIBLE) & ~differs).any() else places


def solved_together(
    state: State, values: Sequence[int], probe: int, cause: Callable[[Sequence[int]], Cause]
) -> Explanation | None:
    """Several figures at once, such as a user's periods, by least squares of all that they move.

    Parameters
    ----------
    state : State
    values : sequence of int
        Ours.
    probe : int
    cause : callable
        Of other values: the cause.
    """
    base, columns = gaps(state), []
    for place in range(len(values)):
        at = state.after(cause([value + probe * (place == number) for number, value in enumerate(values)]))
        if at is None:
            return None
        columns.append((base - gaps(at)) / probe)
    weight = weights(state)
    slopes = np.stack(columns, axis=1) * weight[:, None]
    new, at = np.array(values, dtype=np.float64), state
    for _ in range(_TRIES):
        step = np.linalg.lstsq(slopes, gaps(at) * weight, rcond=None)[0]
        if not np.isfinite(step).all():
            return None
        new = np.maximum(np.round(new + step), 0)
        if new.max() > 2**53:
            return None
        found = cause([int(each) for each in new])
        after = state.after(found)
        explanation = explained(state, after, found)
        if explanation is not None or after is None:
            return explanation
        at = after
    return None
