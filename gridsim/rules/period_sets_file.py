"""period_sets.yaml: periods of one's own, written as the hours of a rule set are (rulebook part 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.calendar import months_of
from gridsim.rules.day_hours import day_faults
from gridsim.rules.model_faults import Report, allowed_name, read_model
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.rules.shape_model import HoursFile
from gridsim.rules.shape_pieces import hours_of
from gridsim.suggest import nearest
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent
    from gridsim.rules.shape_lists import HoursEntry
    from gridsim.rules.yamltext import Place

__all__ = ["read_period_sets"]


def read_period_sets(data: object, report: Report, rules: RuleContent | None, year: int | None) -> PeriodSets:
    """The sets of hours that plain data say, and every fault in them.

    Parameters
    ----------
    data : mapping or None
        By id, lists of entries as the `hours` of a rule set.
    report : Report
        Takes the faults.
    rules : RuleSet or None
        Whose periods they are; None: it could not be read, and only ids and keys are looked at.
    year : int or None
        Of the scenario, if it is known.
    """
    if data is None:
        return NO_SETS
    if not isinstance(data, Mapping):
        report.add((), data, Sentence("not a map of keys to values"), _SETS)
        return replace(NO_SETS, is_whole=False)
    found = []
    for name, entries in data.items():
        before = report.count
        if not isinstance(name, str) or not name:
            report.add((name,), name, Sentence("not the id of a set"), Sentence("text"))
            continue
        read = _entries(name, entries, report)
        if rules is not None and report.count == before:
            _check_periods(name, read, report, rules)
        if rules is not None and year is not None and report.count == before:
            _check_days(name, read, report, rules, year)
        found.append((name, read if report.count == before else ()))
    return PeriodSets(tuple(found))


_SETS = Sentence("ids of sets, each with a list of entries as the hours of a rule set")
_ENTRIES = Sentence("a list of entries with months, days, from and use; only use is needed")


def _entries(name: str, raw: object, report: Report) -> tuple[HoursEntry, ...]:
    if not isinstance(raw, list) or not raw:
        report.add((name,), raw, Sentence("not a list of entries"), _ENTRIES)
        return ()
    found = []
    for number, each in enumerate(raw):
        place: Place = (name, number)
        if isinstance(each, Mapping) and each.get("months") == "all":
            each = {key: value for key, value in each.items() if key != "months"}
        before = report.count
        read_model(HoursFile, each, report, place)
        if report.count > before:
            continue
        for period, ranges in each["use"].items():
            if isinstance(ranges, Mapping):
                report.add((*place, "use", period), None, Sentence("not a list of ranges"), _RANGES)
        if report.count == before:
            found.append(hours_of(each, place, report.add))
    return tuple(found)


_RANGES = Sentence("a list of ranges such as 08:00-11:30")


def _check_periods(name: str, entries: tuple[HoursEntry, ...], report: Report, rules: RuleContent) -> None:
    """Every period of the rule set, and no other; each with at least one range."""
    periods = rules.shape.periods
    used = set()
    for number, entry in enumerate(entries):
        for period, ranges in entry.use:
            if period not in periods:
                told = Sentence("no period of the rule set")
                guess = nearest(period, periods)
                allowed = allowed_name(Sentence("periods: {codes}", codes=named(periods)), guess)
                report.add((name, number, "use", period), period, told, allowed)
            elif ranges:
                used.add(period)
    for period in periods:
        if period not in used:
            told = Sentence("no range for the period {period}", period=period)
            report.add((name,), None, told, Sentence("every period of the rule set, each with at least one range"))


def _check_days(name: str, entries: tuple[HoursEntry, ...], report: Report, rules: RuleContent, year: int) -> None:
    """Every quarter-hour of every kind of day in exactly one period."""
    shape = replace(rules.shape, hours=entries)
    found = dict.fromkeys(fault for month in months_of(year) for fault in day_faults(shape, rules.at(month), month))
    for fault in found:
        place = (name,) if fault.entry is None else (name, fault.entry, "use")
        report.add(place, None, fault.message, fault.allowed)
