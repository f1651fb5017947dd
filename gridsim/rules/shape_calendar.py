"""What a kind of session may ask of its calendar: keys, numbers and values of `rules`, each with its fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gridsim.rules.model_faults import allowed_name
from gridsim.suggest import nearest
from gridsim.words import Sentence, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.expression import Tell
    from gridsim.rules.yamltext import Place

    ValueOf = Callable[..., None]

__all__ = ["check_calendar"]

_PARTS = ("window", "closes", "announced", "delivers")
_CITED = ("cites", "clause")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_SEGMENTS = ("mid", "late")


def check_calendar(rules: Mapping[str, Any], place: Place, tell: Tell, value_of: ValueOf) -> None:
    """Tell what is wrong with the rules of a kind of session.

    Parameters
    ----------
    rules : mapping
        Plain data of YAML.
    place : tuple
        Where they stand.
    tell : callable
        Is told of each fault.
    value_of : callable
        Tells if a path names no value of some units.
    """
    _Calendar(tell, value_of).check(rules, place)


class _Calendar:
    def __init__(self, tell: Tell, value_of: ValueOf) -> None:
        self._tell, self._value_of = tell, value_of

    def check(self, rules: Mapping[str, Any], place: Place) -> None:
        self._keys(rules, _PARTS, place)
        for name, check in (
            ("window", self._window),
            ("closes", self._closes),
            ("announced", self._announced),
            ("delivers", self._delivers),
        ):
            each = rules.get(name)
            if each is None:
                continue
            if isinstance(each, Mapping):
                check(each, (*place, name))
            else:
                self._tell((*place, name), each, Sentence("no map"), Sentence("a map of keys"))

    def _window(self, raw: Mapping[str, Any], place: Place) -> None:
        self._keys(raw, ("at_least", "exactly", *_CITED), place)
        given = [name for name in ("at_least", "exactly") if name in raw]
        if len(given) != 1:
            self._tell(place, None, Sentence("not one length"), verbatim("at_least / exactly"))
        for name in given:
            self._number(raw[name], "working days", 1, 366, (*place, name))

    def _closes(self, raw: Mapping[str, Any], place: Place) -> None:
        self._keys(raw, ("by", "year", *_CITED), place)
        by = raw.get("by")
        if isinstance(by, Mapping):
            self._value_of(str(by.get("value")), ("month-day",), *place, "by")
        elif not isinstance(by, str) or not _MONTH_DAY.fullmatch(by):
            self._tell((*place, "by"), by, Sentence("not a day MM-DD"), Sentence("a day of the year as MM-DD"))
        self._one_of(raw.get("year", "same"), ("same", "before"), (*place, "year"))

    def _announced(self, raw: Mapping[str, Any], place: Place) -> None:
        self._one_of(raw.get("in", "month"), ("month", "month_before"), (*place, "in"))
        segments = raw.get("by_segment")
        if not isinstance(segments, Mapping):
            self._keys(raw, ("in", "before_day", "months", *_CITED), place)
            self._day(raw, place)
            return
        self._keys(raw, ("in", "by_segment"), place)
        self._keys(segments, _SEGMENTS, (*place, "by_segment"))
        for name, each in segments.items():
            here = (*place, "by_segment", name)
            if isinstance(each, Mapping):
                self._keys(each, ("before_day", "months", *_CITED), here)
                self._day(each, here)
            else:
                self._tell(here, each, Sentence("no map"), Sentence("a map of keys"))

    def _day(self, raw: Mapping[str, Any], place: Place) -> None:
        self._number(raw.get("before_day"), "day of month", 1, 28, (*place, "before_day"))
        months = raw.get("months")
        if isinstance(months, Mapping):
            self._value_of(str(months.get("value")), ("month of year",), *place, "months")
        elif months is not None:
            for number, each in enumerate(months if isinstance(months, list) else [months]):
                self._number(each, "", 1, 12, (*place, "months", number))

    def _delivers(self, raw: Mapping[str, Any], place: Place) -> None:
        self._keys(raw, ("what", *_CITED), place)
        self._one_of(raw.get("what"), ("month", "second_half"), (*place, "what"))

    def _keys(self, raw: Mapping[str, Any], known: tuple[str, ...], place: Place) -> None:
        for name in raw:
            if name not in known:
                allowed = allowed_name(named(known), nearest(str(name), known))
                self._tell((*place, name), None, Sentence("unknown key"), allowed)

    def _one_of(self, found: object, known: Iterable[str], place: Place) -> None:
        names = tuple(known)
        if found not in names:
            self._tell(place, found, Sentence("there is no such name"), named(names))

    def _number(self, found: object, unit: str, least: int, most: int, place: Place) -> None:
        if isinstance(found, Mapping) and unit:
            self._value_of(str(found.get("value")), (unit,), *place)
            return
        text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            allowed = Sentence("a whole number from {low} to {high}", low=least, high=most)
            self._tell(place, found, Sentence("not a whole number in these bounds"), allowed)
