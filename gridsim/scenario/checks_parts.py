"""What load has in the parts of months, held against the tariffs that begin within them (rulebook part 15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import days_in_month, months_of
from gridsim.errors import Fault
from gridsim.market_tables import METER_PARTS
from gridsim.scenario.month_parts import month_parts
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.scenario.draft import Draft
    from gridsim.scenario.month_parts import MonthParts
    from gridsim.tables.read_table import ReadTable

    Begun = dict[tuple[str, int], set[str]]

__all__ = ["begun_within_months", "parts_of_their_months", "splits_by_load"]


def splits_by_load(draft: Draft) -> bool:
    """Whether the rule set asks for what load has in the parts of months."""
    return draft.rules is not None and draft.rules.values.changes.tariff_within_month == "load"


def begun_within_months(draft: Draft, table: ReadTable) -> Begun:
    """By user and month of a table, the days within it on which the user's tariffs begin; those with any alone."""
    users, tariffs = draft.users("tariff_class", "voltage"), draft.get("tariffs", "tariff_class", "effective_from")
    if users is None or tariffs is None or draft.year is None:
        return {}
    months = months_of(draft.year)
    parts = month_parts(tariffs.frame, users.states.rows, months)
    if parts is None:
        return {}
    first = users.tables[0]
    place_of = np.full(len(first.categories("user_id")) + 1, -1, dtype=np.int64)
    place_of[first.codes("user_id")] = np.arange(len(first))
    place_of[-1] = -1
    names = table.categories("user_id")
    row_of = place_of[first.code_of(names, "user_id")]
    user, month = np.unique(np.stack([table.codes("user_id"), table.codes("month")]), axis=1)
    is_known = (row_of[user] >= 0) & (month >= 0)
    user, month = user[is_known], month[is_known]
    rate = parts.rate_of_state[users.states.at(row_of[user], month)]
    found = {}
    for who, when, which in zip(user.tolist(), month.tolist(), rate.tolist(), strict=True):
        days = _days(parts, which, when, months[when]) if which >= 0 else set()
        if days:
            found[names[who], when] = days
    return found


def parts_of_their_months(draft: Draft) -> Iterator[Fault]:
    """Parts that begin on other days than the tariffs, or a month that has parts of which load told none.

    The curve is gone: another table of tariffs, or another value of the rule set, asks for what nobody knows any more.
    """
    if not splits_by_load(draft) or "load" in draft.tables:
        return
    meter, parts = draft.get("meter", "user_id", "month"), draft.get(METER_PARTS, "user_id", "month", "effective_from")
    if meter is None or (parts is None and "load" not in draft.given):
        return
    expected = begun_within_months(draft, meter)
    told: Begun = {}
    first: dict[tuple[str, int], int] = {}
    if parts is not None:
        names, days = (parts.categories(name) for name in ("user_id", "effective_from"))
        codes = (parts.codes(name).tolist() for name in ("user_id", "month", "effective_from"))
        for row, (user, month, day) in enumerate(zip(*codes, strict=True)):
            if user >= 0 and month >= 0:
                first.setdefault((names[user], month), row)
                told.setdefault((names[user], month), set()).update([days[day]] if day >= 0 else [])
        wrong = {row: expected.get(key, set()) for key, row in first.items() if told[key] != expected.get(key, set())}
        yield from parts.faults(
            sorted(wrong),
            ("user_id", "month"),
            Sentence("parts of a month that begin on other days than the user's tariffs"),
            lambda row: listed(
                Sentence("the days on which they begin: {codes}", codes=named(sorted(wrong[row])))
                if wrong[row]
                else Sentence("no part"),
                Sentence("or these tariffs where the scenario is loaded"),
            ),
            kind=Sentence("parts of a month that begin on other days than the tariffs"),
        )
    untold = sorted(key for key in expected if key not in told) if "load" in draft.given else []
    if untold and draft.year is not None:
        user, month = untold[0]
        yield Fault.of_file(
            "load",
            Sentence(
                "load was summed to months when the scenario was loaded: what it has before and from {day} is not "
                "known; months of users like this: {count:,}, the first: {first}",
                day=min(expected[user, month]),
                count=len(untold),
                first=named([user, months_of(draft.year)[month]]),
            ),
            Sentence("the same tariffs and the same changes.tariff_within_month as where the scenario is loaded"),
        )


def _days(parts: MonthParts, rate: int, month: int, name: str) -> set[str]:
    days = parts.first_day[rate, month].tolist()
    return {f"{name}-{day:02d}" for day in days[1:] if day <= days_in_month(name)}
