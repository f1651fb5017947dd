"""Which period each quarter-hour of a day belongs to (rulebook part 9), and what is wrong where that is not one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from gridsim.words import Sentence, both, enumerated

if TYPE_CHECKING:
    from gridsim.rules.schema import RuleValues
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import HoursEntry
    from gridsim.rules.wording import Words
    from gridsim.words import Lang

__all__ = ["QUARTERS", "DayFault", "day_faults", "owners_of", "periods_of_day"]

QUARTERS = 96
"""Quarter-hours of a day."""
DAY_KINDS: tuple[Literal["working_days", "days_off"], ...] = ("working_days", "days_off")
_QUARTER = 15  # minutes


class DayFault(NamedTuple):
    """What is wrong with the day of some months and one kind of day.

    Attributes
    ----------
    entry : int or None
        The number of the entry that holds then; None: none does.
    paths : tuple of str
        The values that say its hours.
    message, allowed : Sentence
    """

    entry: int | None
    paths: tuple[str, ...]
    message: Sentence
    allowed: Sentence


def periods_of_day(shape: MarketShape, values: RuleValues, month: str, days: str = "working_days") -> tuple[str, ...]:
    """The period of each quarter-hour, 96 ids, on one kind of day of a month.

    Parameters
    ----------
    shape : MarketShape
    values : RuleValues
        Of the month.
    month : str
        YYYY-MM.
    days : {"working_days", "days_off"}
    """
    entry = _entry_of(shape, month, days)
    assert entry is not None
    return tuple(names[0] for names in owners_of(shape.hours[entry], values))


def day_faults(shape: MarketShape, values: RuleValues, month: str) -> list[DayFault]:
    """What is wrong with the days of a month: quarter-hours in no period, or in more than one."""
    found: dict[DayFault, None] = {}
    for days in DAY_KINDS:
        number = _entry_of(shape, month, days)
        if number is None:
            told = Sentence("no entry holds in month {month}, {days}", month=int(month[5:]), days=_DAYS[days])
            found[DayFault(None, (), told, Sentence("an entry for every month and every day"))] = None
            continue
        entry = shape.hours[number]
        wrong = list(_wrong_hours(owners_of(entry, values), shape.words.get("periods", {})))
        if wrong:
            message = Sentence("the periods do not make up the day: {hours}", hours=enumerated(wrong))
            allowed = Sentence("every quarter-hour from 00:00 to 24:00 in exactly one period")
            paths = tuple(each for _, each in entry.use if isinstance(each, str))
            found[DayFault(number, paths, message, allowed)] = None
    return list(found)


_GLUES: tuple[tuple[str, Lang], ...] = ((" and ", "en"), ("和", "zh"))
_DAYS = {"working_days": Sentence("working days"), "days_off": Sentence("days off")}


def _entry_of(shape: MarketShape, month: str, days: str) -> int | None:
    """The first entry that fits."""
    for number, entry in enumerate(shape.hours):
        if int(month[5:]) in entry.months and entry.days in ("all", days) and entry.since <= month:
            return number
    return None


def owners_of(entry: HoursEntry, values: RuleValues) -> list[list[str]]:
    """The periods that each quarter-hour is in."""
    owners: list[list[str]] = [[] for _ in range(QUARTERS)]
    for period, ranges in entry.use:
        hours = isinstance(ranges, str)
        for start, end in values.at(ranges) if isinstance(ranges, str) else ranges:
            first, last = (edge * 60 // _QUARTER if hours else edge // _QUARTER for edge in (start, end))
            for quarter in (*range(first, QUARTERS), *range(last)) if last <= first else range(first, last):
                owners[quarter].append(period)
    return owners


def _wrong_hours(owners: list[list[str]], words: Mapping[str, Words]) -> Iterator[Sentence]:
    start = 0
    for names, quarters in groupby(owners):
        end = start + len(list(quarters))
        hours = f"{clock(start)}-{clock(end)}"
        if not names:
            yield Sentence("{hours} is in no period", hours=hours)
        elif len(names) > 1:
            english, chinese = (
                glue.join(words[name].in_(lang) if name in words else name for name in names) for glue, lang in _GLUES
            )
            yield Sentence("{hours} is in {periods}", hours=hours, periods=both(english, chinese))
        start = end


def clock(quarter: int) -> str:
    """The time of day at which a quarter-hour begins."""
    return f"{quarter // 4:02d}:{quarter % 4 * _QUARTER:02d}"
