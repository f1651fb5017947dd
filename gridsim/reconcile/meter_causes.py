"""Metered energy that the other side has otherwise: a user's month, a period of it, two periods swapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import Explanation, Unknown, explained, solved, solved_together
from gridsim.reconcile.ledger_lines import users_of
from gridsim.reconcile.variants import rows_where
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State
    from gridsim.reconcile.statement import Metered
    from gridsim.scenario import Scenario

__all__ = ["exchanged_meters", "meter_explanations", "reading_of", "stated_meter"]


def stated_meter(state: State, metered: Metered) -> Iterator[Cause]:
    """By user and month, what the statement itself says was metered, where it is not ours.

    Parameters
    ----------
    state : State
    metered : Metered
    """
    ours = state.scenario.tables["meter"]
    stated: dict[tuple[str, str], dict[str, int]] = {}
    for user, month, period, energy in metered.frame.itertuples(index=False):
        stated.setdefault((user, month), {})[period] = energy
    months = sorted({month for _, month in stated})
    for user in sorted(users_of(state.scenario, state.side.party) | {user for user, _ in stated}):
        for month in months:  # a user that the statement passes over has no reading there
            place = rows_where(ours, {"user_id": user, "month": month})
            before = [int(each) for each in ours["energy_kwh"].iloc[place]]
            theirs = stated.get((user, month), {})
            after = [int(theirs.get(period, 0)) for period in ours["period"].iloc[place]]
            if before != after:
                cause = _meter_cause(state, place, before, after)
                hours = metered.silent.get((user, month), ())
                yield replace(cause, where={**cause.where, "hours": hours}) if hours else cause


def meter_explanations(state: State, differing: Differing) -> Iterator[Explanation]:
    """Each user's metered energy of a month, or of a period of it, that explains something.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    meter = state.scenario.tables["meter"]
    users = sorted(differing.users)
    for month in differing.months:
        has_gap = month in differing.months_of_energy
        for user in users:
            place = rows_where(meter, {"user_id": user, "month": month})
            if not len(place):
                continue
            values = [int(each) for each in meter["energy_kwh"].iloc[place]]
            cause = partial(_meter_cause, state, place, values)
            if has_gap or not differing.has_energies:
                yield from _single(state, differing, month, place, values)
                yield from _tried(state, cause([0] * len(values)))
            tells = not differing.has_energies or differing.moves_energy(month) or _is_one_product(state, place)
            if tells and (not has_gap or not differing.has_energies):
                yield from _moved(state, place, values)
            if (
                differing.names_users
                and len(values) > 1
                and (differing.moves_energy(month) or not differing.has_energies)
            ):
                found = solved_together(state, values, 1_000, cause)
                if found is not None:
                    yield found


def reading_of(state: State, user: str, month: str, period: str, more: int) -> Iterator[Cause]:
    """A user's metered energy of a month with so much more in one period.

    Parameters
    ----------
    state : State
    user, month : str
    period : str
        Empty: each in its turn.
    more : int
        [kWh]
    """
    meter = state.scenario.tables["meter"]
    place = rows_where(meter, {"user_id": user, "month": month})
    values = [int(each) for each in meter["energy_kwh"].iloc[place]]
    for at, name in enumerate(meter["period"].iloc[place]):
        if period in ("", name) and values[at] + more >= 0:
            yield _meter_cause(state, place, values, [*values[:at], values[at] + more, *values[at + 1 :]])


def exchanged_meters(state: State, differing: Differing) -> Iterator[Cause]:
    """Two users' readings of a month, each under the other's name.

    Parameters
    ----------
    state, differing
        As `meter_explanations` takes them.
    """
    meter = state.scenario.tables["meter"]
    for month in differing.months if differing.names_users else ():  # of units alone, too many pairs would do
        rows = {user: rows_where(meter, {"user_id": user, "month": month}) for user in sorted(differing.users)}
        for one, other in combinations(rows, 2):
            places = [rows[one], rows[other]]
            if not len(places[0]) or len(places[0]) != len(places[1]):
                continue
            values = [[int(each) for each in meter["energy_kwh"].iloc[place]] for place in places]
            place, after = np.concatenate(places), [*values[1], *values[0]]
            if values[0] == values[1]:
                continue
            sentence = Sentence(
                "the readings of users {one} and {other} in {month} are exchanged", one=one, other=other, month=month
            )
            where = {"users": (one, other), "month": month}
            yield Cause("meters_exchanged", where, sentence, partial(_with_energies, place, after))


def _single(
    state: State, differing: Differing, month: str, place: np.ndarray, values: list[int]
) -> Iterator[Explanation]:
    for number, value in enumerate(values):
        guess = None
        if differing.has_energies and state.side.shows != "users":
            guess = value + differing.settled_gap(month, _product(state, int(place[number])))

        def cause(theirs: int, *, at: int = number) -> Cause:
            return _meter_cause(state, place, values, [*values[:at], theirs, *values[at + 1 :]])

        found = solved(state, Unknown(value, 1_000, cause, guess=guess))
        if found is not None:
            yield found


def _product(state: State, row: int) -> str:
    """The product that a row of the meter table belongs to."""
    scenario = state.scenario
    meter, users, shape = scenario.tables["meter"], scenario.tables["users"], scenario.rules.shape
    mode = users["mode"].iloc[rows_where(users, {"user_id": meter["user_id"].iloc[row]})[0]]
    number = [each.id for each in shape.modes].index(mode)
    return str(shape.product_ids[shape.product_of_cell[number, shape.periods.index(meter["period"].iloc[row])]])


def _is_one_product(state: State, place: np.ndarray) -> bool:
    """Whether all periods of a user's month are of one product, so that no energy of it tells them apart."""
    return len({_product(state, int(row)) for row in place}) == 1


def _moved(state: State, place: np.ndarray, values: list[int]) -> Iterator[Explanation]:
    """Periods in each other's place, and energy that stands in another period."""
    for one, other in permutations(range(len(values)), 2):
        if one < other:
            swapped = list(values)
            swapped[one], swapped[other] = values[other], values[one]
            yield from _tried(state, _meter_cause(state, place, values, swapped))

        def cause(theirs: int, *, giver: int = one, taker: int = other) -> Cause:
            after = list(values)
            after[giver], after[taker] = theirs, values[taker] + values[giver] - theirs
            return _meter_cause(state, place, values, after)

        if one < other:
            found = solved(state, Unknown(values[one], -1_000, cause, most=values[one] + values[other]))
            if found is not None:
                yield found


def _tried(state: State, cause: Cause) -> Iterator[Explanation]:
    found = explained(state, state.after(cause), cause)
    if found is not None:
        yield found


def _meter_cause(state: State, place: np.ndarray, before: Sequence[int], after: Sequence[int]) -> Cause:
    meter = state.scenario.tables["meter"]
    user, month = str(meter["user_id"].iloc[place[0]]), str(meter["month"].iloc[place[0]])
    periods = [str(each) for each in meter["period"].iloc[place]]
    changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    where: dict[str, object] = {"user": user, "month": month}
    kind, sentence = (
        "metered_energy",
        Sentence("another metered energy of user {user} in {month}", user=user, month=month),
    )
    factor = _power_of_ten(before, after)
    if len(changed) > 1 and factor:
        where["factor"] = factor
        kind = "scale"
        sentence = Sentence("the multiplier of user {user}'s meter in {month} is another", user=user, month=month)
    elif len(changed) > 2 and sum(before) == sum(after):
        kind = "shifted_periods"
        sentence = Sentence("energy of user {user} in {month} stands in another period", user=user, month=month)
    elif len(changed) == 2 and sum(before) == sum(after):
        one, other = sorted(changed, key=lambda n: after[n] - before[n])
        where |= {"from": periods[one], "to": periods[other]}
        kind = "shifted_periods"
        sentence = Sentence("energy of user {user} in {month} stands in another period", user=user, month=month)
        if (before[one], before[other]) == (after[other], after[one]):
            kind, where["periods"] = "swapped_periods", tuple(periods[n] for n in changed)
            sentence = Sentence(
                "two periods of user {user} in {month} stand in each other's place", user=user, month=month
            )
    else:
        where["periods"] = tuple(periods[n] for n in changed)
    where |= {"ours": [before[n] for n in changed], "theirs": [int(after[n]) for n in changed]}
    return Cause(kind, where, sentence, partial(_with_energies, place, [int(each) for each in after]))


def _power_of_ten(before: Sequence[int], after: Sequence[int]) -> str:
    """What ours was multiplied by, if that is a power of ten; theirs is rounded half up to the kWh."""
    for power in (1, 2, 3):
        if list(after) == [value * 10**power for value in before]:
            return str(10**power)
        if list(after) == [(value + 10**power // 2) // 10**power for value in before]:
            return f"{1 / 10**power:g}"
    return ""


def _with_energies(place: np.ndarray, energies: Sequence[int], scenario: Scenario) -> Scenario:
    meter = scenario.tables["meter"]
    energy = meter["energy_kwh"].to_numpy().copy()
    energy[place] = energies
    return replace(scenario, tables={**scenario.tables, "meter": meter.assign(energy_kwh=energy)}, hash="")
