"""Every metered kWh must have a tariff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gridsim.calendar import day_of_month, month_ordinal, months_of
from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.blocks import blocks
from gridsim.tables.read_table import BoolArray, ReadTable
from gridsim.words import Sentence, listed, verbatim

__all__ = ["months_metered", "rates_in_force", "tariffs_in_force"]

_METERED = "months_metered"


def tariffs_in_force(draft: Draft) -> Iterator[Fault]:
    """No tariff for a user's class and voltage: none at all, or none in a month with metered energy.

    One fault per class and voltage.
    """
    users = draft.users("tariff_class", "voltage")
    tariffs = draft.get("tariffs", "tariff_class", "voltage", "effective_from")
    meter = draft.get("meter", "user_id", "month")
    if draft.year is None or users is None or tariffs is None or meter is None:
        return
    metered = users.in_month(months_metered(draft, users.tables[0], meter))
    in_force = rates_in_force(tariffs, draft.year)
    usable = np.flatnonzero(users.usable("user_id", "tariff_class", "voltage"))
    of_class, of_voltage = (users.states.rows[name].array for name in ("tariff_class", "voltage"))
    classes, voltages = of_class.categories.tolist(), of_voltage.categories.tolist()
    class_codes, voltage_codes = of_class.codes.astype(np.int64), of_voltage.codes.astype(np.int64)
    rate_codes = class_codes[usable] * len(voltages) + voltage_codes[usable]
    order = np.argsort(rate_codes, kind="stable")
    starts = np.flatnonzero(np.diff(rate_codes[order], prepend=-1))
    months = months_of(draft.year)
    for rows in np.split(usable[order], starts[1:]) if len(usable) else ():
        rate = (classes[class_codes[rows[0]]], voltages[voltage_codes[rows[0]]])
        lacking = metered[rows] & ~in_force[rate] if rate in in_force else np.ones((len(rows), 12), dtype=bool)
        concerned = rows[lacking.any(axis=1)]
        if not len(concerned):
            continue
        since = [months[place] for place in np.flatnonzero(lacking.any(axis=0))]
        yield Fault(
            users.file,
            users.row_number(concerned[0]),
            "tariff_class, voltage",
            ", ".join(rate),
            _message(_span(since), len(concerned) - 1),
            _allowed(rate, in_force, tariffs.file),
        )


def months_metered(draft: Draft, users: ReadTable, meter: ReadTable) -> BoolArray:
    """(users, 12) bool: the months in which a user has a meter row; found once, since several checks ask."""
    known: BoolArray | None = draft.found.get(_METERED)
    if known is None:
        assert draft.year is not None
        known = draft.found[_METERED] = _months_metered(users, meter, draft.year)
    return known


def _months_metered(users: ReadTable, meter: ReadTable, year: int) -> BoolArray:
    code_of = users.code_of(meter.categories("user_id"), "user_id")
    place = {month: number for number, month in enumerate(months_of(year))}
    month_of = np.array([place.get(month, -1) for month in meter.categories("month")] + [-1], dtype=np.int64)
    by_id = np.zeros((len(users.categories("user_id")) + 1, 12), dtype=bool)
    users_of_rows, months_of_rows = meter.short_codes("user_id"), meter.short_codes("month")
    for block in blocks(len(meter)):
        user, month = users_of_rows[block], months_of_rows[block]
        begins = np.flatnonzero(np.append(True, (user[1:] != user[:-1]) | (month[1:] != month[:-1])))
        user, month = code_of[user[begins]], month_of[month[begins]]  # periods of a month mostly stand together
        is_known = (user >= 0) & (month >= 0)
        by_id[user[is_known], month[is_known]] = True
    return by_id[users.codes("user_id")]


def rates_in_force(tariffs: ReadTable, year: int) -> dict[tuple[str, str], BoolArray]:
    """By tariff class and voltage, the months of the year for which some row is in force."""
    months = np.array([month_ordinal(month) for month in months_of(year)])
    frame = tariffs.frame
    found: dict[tuple[str, str], BoolArray] = {}
    usable = tariffs.usable("tariff_class", "voltage")
    dated = tariffs.usable("effective_from")
    columns = (frame["tariff_class"], frame["voltage"], frame["effective_from"])
    for position, (name, voltage, since) in enumerate(zip(*columns, strict=True)):
        if not usable[position]:
            continue
        always = not dated[position] or not isinstance(since, str)
        begins = 0 if always else month_ordinal(since) + (day_of_month(since) > 1)  # whole months alone are covered
        covered = months >= begins
        known = found.get((name, voltage))
        found[name, voltage] = covered if known is None else known | covered
    return found


def _message(months: Sentence, others: int) -> Sentence:
    if not others:
        return Sentence("no tariff in {months}", months=months)
    if others == 1:
        return Sentence("no tariff in {months}, and for 1 more user alike", months=months)
    return Sentence("no tariff in {months}, and for {count:,} more users alike", months=months, count=others)


def _span(months: list[str]) -> Sentence:
    return (
        verbatim(months[0])
        if len(months) == 1
        else Sentence("{month} and {count} more months", month=months[0], count=len(months) - 1)
    )


def _allowed(rate: tuple[str, str], in_force: Mapping[tuple[str, str], object], file: str) -> Sentence:
    if rate in in_force:
        return Sentence("a row of {file} with an earlier effective_from, or with none", file=file)
    named = {f"{name}, {voltage}": None for name, voltage in in_force}
    found = nearest(", ".join(rate), named)
    hint = nearest_in_words(found)
    return listed(Sentence("a class and voltage of {file}", file=file), hint)
