"""Periods of one's own: who may have them, and which pairs of periods there can be (rulebook part 11)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.errors import Fault
from gridsim.market_tables import TARIFF_PERIOD
from gridsim.rules.hours import pairs_of_months
from gridsim.rules.model_faults import allowed_name
from gridsim.scenario.draft import Draft
from gridsim.suggest import nearest
from gridsim.tables.read_table import IntArray, ReadTable
from gridsim.words import Sentence, named

__all__ = ["own_periods", "pairs_of_periods", "units_agree"]

_SET = "period_set"
_NOTHING = Sentence("nothing: the periods of the rule set")


def own_periods(draft: Draft) -> Iterator[Fault]:
    """A set that is not there, or a user that can have none: without load, without periods, on priority purchase."""
    users = draft.get("users", _SET)
    if users is None:
        return
    rows = np.flatnonzero(users.usable(_SET) & (users.codes(_SET) >= 0))
    if not len(rows):
        return
    yield from _unknown(draft, users, rows)
    meter = draft.tables.get("meter")
    if "load" not in draft.given and (meter is None or TARIFF_PERIOD not in meter.frame):
        message = Sentence("periods of its own, which energy summed to the periods of the rule set does not tell")
        yield from users.faults(rows, _SET, message, Sentence("load instead of meter"))
    if users.is_readable("mode"):
        is_one = np.array([len(mode.products) == 1 for mode in draft.shape.modes] + [False])
        without = rows[users.usable("mode")[rows] & is_one[users.codes("mode")[rows]]]
        message = Sentence("periods of its own in a mode without periods")
        yield from users.faults(without, _SET, message, _NOTHING)
    if users.is_readable("priority_purchase"):
        is_priority = users.usable("priority_purchase") & users.frame["priority_purchase"].to_numpy(dtype=bool)
        message = Sentence("periods of its own for a user on priority purchase")
        yield from users.faults(rows[is_priority[rows]], _SET, message, _NOTHING)


def units_agree(draft: Draft) -> Iterator[Fault]:
    """Users of one settlement unit that have other periods than its first user."""
    users = draft.users(_SET, "mode", "retailer_id")
    if users is None:
        return
    sets, mode, behind, name = (
        users.states.rows[column].array.codes.astype(np.int64) for column in (_SET, "mode", "retailer_id", "user_id")
    )
    if not (sets >= 0).any():
        return
    buyer = np.where(behind >= 0, behind, int(behind.max()) + 1 + name)
    unit = buyer * (len(draft.shape.modes) + 1) + mode
    joins = users.usable(_SET, "user_id", "mode", "retailer_id", "priority_purchase")
    joins &= ~users.states.rows["priority_purchase"].to_numpy(dtype=bool)
    rows = np.flatnonzero(joins)
    _, first, place = np.unique(unit[rows], return_index=True, return_inverse=True)
    leader = rows[first[place]]
    differs = sets[rows] != sets[leader]
    names = users.texts("user_id")
    leads = {row: str(names[lead]) for row, lead in zip(rows[differs], leader[differs].tolist(), strict=True)}
    start = 0
    for table in users.tables:
        of_table = {row - start: lead for row, lead in leads.items() if start <= row < start + len(table)}
        start += len(table)

        def message(row: int, of_table: dict[int, str] = of_table) -> Sentence:
            return Sentence("other periods than {user}, a user of the same settlement unit", user=of_table[row])

        yield from table.faults(
            sorted(of_table),
            _SET,
            message,
            Sentence("the same set for all users of one retailer and mode"),
            kind=Sentence("other periods than those of the settlement unit"),
        )


def pairs_of_periods(draft: Draft) -> Iterator[Fault]:
    """Energy of a pair of periods that share no quarter-hour of the month; load that is summed has none."""
    meter, users = draft.tables.get("meter"), draft.get("users", "user_id", _SET)
    if meter is None or users is None or draft.rules is None or draft.year is None or "load" in draft.tables:
        return
    if TARIFF_PERIOD not in meter.frame or not all(meter.is_readable(name) for name in ("user_id", "month", "period")):
        return
    place = {name: number for number, (name, _) in enumerate(draft.period_sets.sets, 1)}
    told = users.frame[["user_id", _SET]].dropna().astype(str)
    of_name = {user: place.get(name, 0) for user, name in told.itertuples(index=False)}
    set_of_user = np.array([of_name.get(name, 0) for name in meter.categories("user_id")] + [0], dtype=np.int64)
    shares = pairs_of_months(draft.rules, draft.year, [None, *(entries for _, entries in draft.period_sets.sets)])
    columns = ("month", "period", TARIFF_PERIOD)
    month, contract, tariff = (meter.codes(name) for name in columns)
    usable = meter.usable("user_id", *columns)
    rows = np.flatnonzero(usable)
    found = shares[set_of_user[meter.codes("user_id")[rows]], month[rows], contract[rows], tariff[rows]]
    message = Sentence("a pair of periods that share no quarter-hour of the month")
    allowed = Sentence("the periods of the user's own hours and of the rule set at one time")
    yield from meter.faults(rows[~found], TARIFF_PERIOD, message, allowed)


def _unknown(draft: Draft, users: ReadTable, rows: IntArray) -> Iterator[Fault]:
    sets = draft.period_sets
    if not sets.is_whole:
        return
    texts = users.categories(_SET)
    is_known = np.array([text in sets.ids for text in texts] + [True])
    codes = users.codes(_SET)

    def allowed(row: int) -> Sentence:
        if not len(sets):
            return Sentence("a set of {file}; there are none", file="period_sets.yaml")
        what = Sentence("sets of {file}: {codes}", file="period_sets.yaml", codes=named(sets.ids))
        return allowed_name(what, nearest(texts[codes[row]], sets.ids))

    yield from users.faults(rows[~is_known[codes[rows]]], _SET, Sentence("no such set of periods"), allowed)
