"""The search for causes: what explains most is taken, and what is left is looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from gridsim.reconcile.bill_causes import bill_figures
from gridsim.reconcile.contract_causes import contract_energies, contract_prices
from gridsim.reconcile.differing import Differing
from gridsim.reconcile.explained import Explanation, explained, moved_keys, solved
from gridsim.reconcile.found import Found
from gridsim.reconcile.line_causes import line_causes, lost_lines
from gridsim.reconcile.market_causes import market_causes, unknown_figures
from gridsim.reconcile.meter_causes import exchanged_meters, meter_explanations, stated_meter
from gridsim.reconcile.seller_causes import generated
from gridsim.reconcile.several import several_causes

if TYPE_CHECKING:
    from gridsim.reconcile.causes import Cause
    from gridsim.reconcile.settling import State

__all__ = ["find_causes"]

_MOST_ROUNDS = 12


def find_causes(state: State) -> list[Found]:
    """Causes one after the other, until nothing differs or nothing more explains any of it.

    Parameters
    ----------
    state : State
        Ours beside the statement.
    """
    found = _stated(state)
    found += _one_by_one(found[-1].after if found else state)
    state = found[-1].after if found else state
    return [*found, *several_causes(state, _one_by_one)] if state.beside.differs.any() else found


def _one_by_one(state: State) -> list[Found]:
    """Causes each of which makes right all that it moves."""
    found: list[Found] = []
    for _ in range(_MOST_ROUNDS):
        if not state.beside.differs.any():
            break
        best = _best(list(_explanations(state)))
        if not best:
            break
        for group in best:
            after = state.after(group[0].cause) if state is not group[0].state else group[0].state
            if after is None:
                continue
            found.append(Found(tuple(each.cause for each in group), state, after, group[0].fixed, group[0].moved))
            state = after
    return found


def _stated(state: State) -> list[Found]:
    """What the statement itself says was metered otherwise: facts, whether or not they explain a line alone."""
    metered, found = state.matcher.statement.metered, []
    if metered is None:
        return []
    for cause in stated_meter(state, metered):
        after = state.after(cause)
        if after is None:
            continue
        moved = moved_keys(state, after)
        lines = state.beside.differing & moved
        if lines:
            found.append(Found((cause,), state, after, lines, frozenset(moved)))
            state = after
    return found


def _explanations(state: State) -> Iterator[Explanation]:
    differing = Differing(state)
    found = list(_explained_by(state, line_causes(state)))
    yield from found
    if set().union(*(each.fixed for each in found)) >= state.beside.differing:
        return  # a market that happens to come to the same figures is not looked for
    found = list(_in_the_market(state, differing))
    yield from found
    if not found:
        yield from _explained_by(state, lost_lines(state))


def _in_the_market(state: State, differing: Differing) -> Iterator[Explanation]:
    yield from _explained_by(state, market_causes(state, differing))
    yield from contract_prices(state, differing)
    figures = (contract_energies, unknown_figures, bill_figures, generated)
    for unknown in chain.from_iterable(of(state, differing) for of in figures):
        each = solved(state, unknown)
        if each is not None:
            yield each
    if state.matcher.statement.metered is None:  # or what was metered stands there, and needs no guess
        yield from _explained_by(state, exchanged_meters(state, differing))
        yield from meter_explanations(state, differing)


def _explained_by(state: State, causes: Iterator[Cause]) -> Iterator[Explanation]:
    for cause in causes:
        each = explained(state, state.after(cause), cause)
        if each is not None:
            yield each


def _best(explanations: list[Explanation]) -> list[list[Explanation]]:
    """Groups of explanations that explain the same lines, those of most lines first; no two of one line."""
    groups: dict[frozenset[tuple[str, ...]], list[Explanation]] = {}
    for each in explanations:
        groups.setdefault(each.fixed, []).append(each)
    taken: set[tuple[str, ...]] = set()
    chosen = []
    for fixed in sorted(groups, key=len, reverse=True):
        group = _distinct(groups[fixed])
        moved = set().union(*(each.moved for each in group))
        if not fixed & taken and not moved & taken:
            chosen.append(group)
            taken |= moved
    return chosen


def _distinct(group: list[Explanation]) -> list[Explanation]:
    """Each cause once: two ways to one market are one."""
    seen, kept = set(), []
    for each in group:
        name = (each.cause.kind, repr(sorted((k, repr(v)) for k, v in each.cause.where.items())))
        if name not in seen:
            seen.add(name)
            kept.append(each)
    return kept
