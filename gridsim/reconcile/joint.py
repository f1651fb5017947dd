"""Several figures at once that explain what no single one does: those few whose effects together are the difference.

The effects of all figures are measured by moving each a little; then those few are sought whose sum comes nearest to
what differs (orthogonal matching pursuit, Pati, Rezaiifar and Krishnaprasad 1993, with the best of each step tried).
What is found is settled, and taken only if the statement comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.reconcile.explained import explained, gaps, weights
from gridsim.reconcile.market_causes import unknown_figures
from gridsim.reconcile.meter_causes import meter_unknowns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.reconcile.causes import Cause
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.explained import Unknown
    from gridsim.reconcile.settling import State

    Floats = NDArray[np.float64]

__all__ = ["several_causes"]

_MOST_TOGETHER = 3
_TRIED = 4  # figures that are followed up at each step
_ROUNDS = 5


class _Moved(NamedTuple):
    unknown: Unknown
    column: Floats
    """What moving it by one does to what differs, weighted."""


def several_causes(state: State, differing: Differing) -> list[Cause]:
    """Two or three causes that explain together all that each changes; none if there are no such.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    weight = weights(state)
    base = gaps(state) * weight
    moved = []
    for unknown in (*unknown_figures(state, differing), *meter_unknowns(state, differing)):
        at = state.after(unknown.cause(unknown.value + unknown.probe))
        if at is not None:
            column = (base - gaps(at) * weight) / unknown.probe
            if column.any():
                moved.append(_Moved(unknown, column))
    for chosen in _pursued(moved, base, ()):
        found = _settled(state, [moved[place] for place in chosen], base, weight)
        if found:
            return found
    return []


def _pursued(moved: list[_Moved], base: Floats, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Sets of two and three figures, the likeliest first."""
    rest = base
    if chosen:
        columns = np.stack([moved[place].column for place in chosen], axis=1)
        rest = base - columns @ np.linalg.lstsq(columns, base, rcond=None)[0]
    fits = [
        -1.0 if place in chosen else abs(float(each.column @ rest)) / float(np.linalg.norm(each.column))
        for place, each in enumerate(moved)
    ]
    for place in np.argsort(fits)[::-1][:_TRIED].tolist():
        if fits[place] <= 0:
            continue
        found = (*chosen, place)
        if len(found) > 1:
            yield found
        if len(found) < _MOST_TOGETHER:
            yield from _pursued(moved, base, found)


def _settled(state: State, chosen: list[_Moved], base: Floats, weight: Floats) -> list[Cause]:
    """The causes with the values that explain, by Newton's method; none if they don't."""
    columns = np.stack([each.column for each in chosen], axis=1)
    values = [each.unknown.value for each in chosen]
    rest = base
    for _ in range(_ROUNDS):
        step = np.linalg.lstsq(columns, rest, rcond=None)[0]
        values = [round(value + more) for value, more in zip(values, step, strict=True)]
        if any(
            not each.unknown.least <= value <= each.unknown.most for each, value in zip(chosen, values, strict=True)
        ):
            return []
        causes = [each.unknown.cause(value) for each, value in zip(chosen, values, strict=True)]
        at: State | None = state
        for cause in causes:
            at = at.after(cause) if at is not None else None
        if at is None:
            return []
        if explained(state, at, causes[-1]) is not None:
            is_each_needed = all(value != each.unknown.value for each, value in zip(chosen, values, strict=True))
            return causes if is_each_needed else []
        rest = gaps(at) * weight
    return []
