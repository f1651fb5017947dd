"""Small pieces of the section ``shape``: ranges of hours, names, clauses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridsim.calendar import is_month
from gridsim.errors import WrongValueError
from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL
from gridsim.rules.shape_lists import Choice, ExplainedShape, HoursEntry, OverBand, UnderBand
from gridsim.rules.wording import Words
from gridsim.words import Sentence, verbatim

__all__ = [
    "_minutes_of_range",
    "also_of",
    "choice_of",
    "clauses_of_way",
    "explained_of",
    "frozen_key",
    "given_under",
    "hours_of",
    "meanings_of",
    "names_of",
    "numbered",
    "value_or_name",
]

if TYPE_CHECKING:
    from gridsim.rules.expression import Tell
    from gridsim.rules.yamltext import Place

_RANGE = Sentence("a range of quarter-hours such as 08:00-11:30; one past midnight is both ends of the day")


def hours_of(raw: Mapping[str, Any], place: Place, tell: Tell) -> HoursEntry:
    """An entry of the hours; of a faulty one what is sound."""
    use: list[tuple[str, tuple[tuple[int, int], ...] | str]] = []
    for period, each in raw["use"].items():
        if isinstance(each, Mapping) and set(each) == {"value"}:
            use.append((period, str(each["value"])))
        else:
            use.append((period, _ranges(each, (*place, "use", period), tell)))
    months = tuple(range(1, 13))
    if "months" in raw:
        months = tuple(int(month) for month in raw["months"] if isinstance(month, int | str) and str(month).isdecimal())
        if len(months) < len(raw["months"]) or not all(1 <= month <= 12 for month in months):
            tell((*place, "months"), None, Sentence("not months of a year"), _MONTHS)
    since = raw.get("from") or ""
    if since and not is_month(since):
        tell((*place, "from"), since, Sentence("not a month"), verbatim("YYYY-MM"))
    return HoursEntry(tuple(use), months, raw.get("days", "all"), since)


_MONTHS = Sentence("a list of whole numbers from 1 to 12")


def _ranges(raw: object, place: Place, tell: Tell) -> tuple[tuple[int, int], ...]:
    found = []
    for number, each in enumerate(raw if isinstance(raw, list) else [raw]):
        try:
            found.append(_minutes_of_range(each))
        except WrongValueError as error:
            tell((*place, number) if isinstance(raw, list) else place, each, error.sentence, _RANGE)
    return tuple(found)


_MINUTES = 24 * 60


def _minutes_of_range(raw: object) -> tuple[int, int]:
    """A range of the day in minutes; one past midnight ends before it begins."""
    start, dash, end = raw.partition("-") if isinstance(raw, str) else ("", "", "")
    first, last = _minutes(start.strip()), _minutes(end.strip())
    if not dash or first is None or last is None or first == _MINUTES:
        raise WrongValueError(Sentence("not a range of hours"))
    if first % 15 or last % 15:
        raise WrongValueError(Sentence("a range begins and ends at a quarter-hour"))
    if first == last:
        raise WrongValueError(Sentence("a range of no length"))
    return first, last


def _minutes(clock: str) -> int | None:
    hour, colon, minute = clock.partition(":")
    if not (
        colon and len(minute) == 2 and 1 <= len(hour) <= 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    ):
        return None
    found = 60 * int(hour) + int(minute)
    return found if found <= _MINUTES and int(minute) < 60 else None


def numbered(given: list[Any]) -> dict[str, Any]:
    """Regimes that have no ids, with their numbers."""
    return {f"regime {number}": each for number, each in enumerate(given, 1)}


def choice_of(raw: Any) -> str | Choice:
    """A word, or the words among which a value of the rule set decides."""
    given = raw.get("choose") if isinstance(raw, Mapping) else None
    if not isinstance(given, Mapping):
        return value_or_name(raw)
    options = tuple((str(name), str(word)) for name, word in given.items() if name != "value")
    return Choice(str(given.get("value")), options)


def value_or_name(raw: Any) -> str:
    """A name, or the path of the value that names one."""
    return str(raw.get("value") if isinstance(raw, Mapping) else raw)


def given_under(raw: Mapping[str, Any], name: str) -> Any:
    """What stands under a name; an empty map where nothing does."""
    found = raw.get(name)
    return {} if found is None or found == "none" else found


def frozen_key(key: object) -> object:
    """A key of the order of legs, so that it can be compared."""
    if isinstance(key, Mapping):
        return tuple((name, tuple(each) if isinstance(each, list) else each) for name, each in key.items())
    return key


def clauses_of_way(
    raw: Mapping[str, Any], over: tuple[OverBand, ...], under: tuple[UnderBand, ...]
) -> tuple[tuple[str, str], ...]:
    """The clauses of what a way of settling pays beside charges, by item; one clause alone is that of all of them."""
    given = raw.get("clause") or {}
    found = dict.fromkeys((ENERGY, OVERRUN, SHORTFALL, FEE), given) if isinstance(given, str) else dict(given)
    for item, bands in ((OVERRUN, over), (SHORTFALL, under)):
        said = ", ".join(dict.fromkeys(band.clause for band in bands if band.clause))
        if said:
            found[item] = said
    return tuple(found.items())


def names_of(given: Mapping[str, Any]) -> dict[str, Words]:
    """The names of a list, by id; the id itself where there is none."""
    return {
        name: Words(str(each.get("en") or name), str(each.get("zh") or name))
        if isinstance(each, Mapping)
        else Words(name, name)
        for name, each in given.items()
    }


def also_of(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Other Chinese names of a list, by id; those of an item by period by both ids."""
    found: dict[str, tuple[str, ...]] = {}
    for name, each in given.items():
        also = each.get("also") if isinstance(each, Mapping) else None
        if isinstance(also, Mapping):
            found |= {f"{name}_{period}": tuple(names) for period, names in also.items()}
        elif also:
            found[name] = tuple(also)
    return found


def meanings_of(given: Mapping[str, Any]) -> dict[str, str]:
    """What the things of a list mean in a few English words, by id, where a file says it."""
    return {
        name: str(each["meaning"]) for name, each in given.items() if isinstance(each, Mapping) and each.get("meaning")
    }


def explained_of(given: Mapping[str, Any]) -> ExplainedShape:
    """What explanations of the market say in its own words, and what their steps rest on."""
    return ExplainedShape(
        {name: Words.of(each) for name, each in given_under(given, "sentences").items()},
        {name: tuple(paths) for name, paths in given_under(given, "rests_on").items()},
    )
