"""Causes that lie in users: whose they are, whether they are in the market, in which mode, by which tariff."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import touches
from gridsim.reconcile.ledger_lines import users_of
from gridsim.reconcile.variants import with_cells
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State

    Rate = tuple[str, str]

__all__ = ["user_causes"]

_RATE = ("tariff_class", "voltage")
_BY_PERIODS = "peak_valley_tariff"


def user_causes(state: State, differing: Differing) -> Iterator[Cause]:
    """Each thing about a user that the other side may have otherwise.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    users = state.scenario.tables["users"]["user_id"].astype(str)
    ours = users_of(state.scenario, state.side.party)
    months = [month for month in differing.months if differing.joins_and_leaves(month)]
    if months:
        yield from _whose(state, differing, ours)
        for row in np.flatnonzero(users.isin(ours)):
            yield from _whether(state, differing, int(row), months)
    rows = np.flatnonzero(users.isin(differing.users & ours if differing.names_users else ours))
    yield from _billed_by(state, rows, is_in_mode=bool(months))


def _other(state: State, row: int, kind: str, sentence: Sentence, **values: object) -> Cause:
    users = state.scenario.tables["users"]
    where: dict[str, object] = {"user": str(users["user_id"].iloc[row])}
    for column, value in values.items():
        where |= {"ours": users[column].iloc[row], "theirs": value}
    edit = partial(with_cells, table="users", rows=np.array([row]), values=values)
    return Cause(kind, where, sentence, edit)


def _whose(state: State, differing: Differing, ours: set[str]) -> Iterator[Cause]:
    """Users of another buyer counted, and own ones not."""
    scenario, party = state.scenario, state.side.party
    retailers = list(scenario.tables["retailers"]["retailer_id"])
    if party not in retailers or not differing.months_of_energy:
        return
    other = next((name for name in retailers if name != party), None)
    for row, user in enumerate(scenario.tables["users"]["user_id"].astype(str)):
        if user not in ours:
            sentence = Sentence("user {user} is counted as ours", user=user)
            yield _other(state, row, "foreign_user", sentence, retailer_id=party)
        else:
            sentence = Sentence("user {user} is not counted as ours", user=user)
            yield _other(state, row, "lost_user", sentence, retailer_id=other)


def _whether(state: State, differing: Differing, row: int, months: Sequence[str]) -> Iterator[Cause]:
    """Whether a user is in the market, and since when it is not."""
    one = state.scenario.tables["users"].iloc[row]
    user = str(one["user_id"])
    if pd.notna(one["exit_month"]):
        sentence = Sentence("user {user}, who has left, is still counted", user=user)
        yield _other(state, row, "left_user", sentence, exit_month=None)
    else:
        for month in months:
            sentence = Sentence("user {user} has left the market from {month} on", user=user, month=month)
            yield _other(state, row, "user_left", sentence, exit_month=month)
    if one["priority_purchase"]:
        sentence = Sentence("user {user}, on priority purchase, is counted in the unit", user=user)
        yield _other(state, row, "priority_purchase", sentence, priority_purchase=False)
    elif not differing.names_users or user in differing.users:
        sentence = Sentence("user {user} is on priority purchase", user=user)
        yield _other(state, row, "priority_purchase", sentence, priority_purchase=True)


def _billed_by(state: State, rows: Sequence[int] | np.ndarray, *, is_in_mode: bool) -> Iterator[Cause]:
    """Tariffs and modes of users; what moves nothing that differs even if all had it is left out."""
    users, scenario = state.scenario.tables["users"], state.scenario
    every = np.array(rows, dtype=np.intp)
    if not len(every):
        return
    rates = set(zip(*(scenario.tables["tariffs"][name] for name in _RATE), strict=True))
    for rate in sorted(rates):
        values = dict(zip(_RATE, rate, strict=True))
        if touches(state, partial(with_cells, table="users", rows=every, values=values)):
            yield from (cause for row in every for cause in _of_rate(state, int(row), rate, values))
    flags = ~users[_BY_PERIODS].iloc[every].to_numpy(dtype=bool)
    if touches(state, partial(with_cells, table="users", rows=every, values={_BY_PERIODS: flags})):
        for row, flag in zip(every.tolist(), flags.tolist(), strict=True):
            user = str(users["user_id"].iloc[row])
            sentence = Sentence("user {user} is on the other kind of tariff by periods", user=user)
            yield _other(state, row, _BY_PERIODS, sentence, **{_BY_PERIODS: flag})
    for row in every.tolist() if is_in_mode else ():
        user = str(users["user_id"].iloc[row])
        for mode in scenario.rules.shape.modes:
            if mode.id != users["mode"].iloc[row]:
                sentence = Sentence("user {user} settles in another mode", user=user)
                yield _other(state, row, "mode", sentence, mode=mode.id)


def _of_rate(state: State, row: int, rate: Rate, values: Mapping[str, str]) -> Iterator[Cause]:
    users = state.scenario.tables["users"]
    own = tuple(users[name].iloc[row] for name in _RATE)
    if own == rate:
        return
    user = str(users["user_id"].iloc[row])
    tariff_class, voltage = rate
    sentence = Sentence(
        "user {user} is billed by {tariff_class}, {voltage}", user=user, tariff_class=tariff_class, voltage=voltage
    )
    where = {"user": user, "ours": own, "theirs": rate}
    edit = partial(with_cells, table="users", rows=np.array([row]), values=values)
    yield Cause("tariff_class", where, sentence, edit)
