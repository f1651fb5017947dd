"""The kinds of value that a rule set may hold: how each is read, bounded, written and named.

A kind turns what stands in a YAML file or in an override (the *plain* value) into what the program
computes with (the *typed* value), and back. Quantities become the integers of `gridsim.units`; nothing
goes through a binary float.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from gridsim.calendar import is_month
from gridsim.errors import WrongValueError, shown_value
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, fixed_point, trimmed
from gridsim.words import Sentence, named

__all__ = [
    "Count",
    "Dates",
    "Flag",
    "HourRanges",
    "Kind",
    "MonthDay",
    "MonthNumbers",
    "Months",
    "Option",
    "Plain",
    "Quantity",
    "Weights",
]

Plain: TypeAlias = str | int | bool | tuple["Plain", ...]
"""A value as a file can hold it, in one fixed spelling: decimals are text without needless zeros."""

# ASCII alone: Decimal would also take "1_05" and full-width digits.
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(\d\d)", re.ASCII)
_HOURS_OF_DAY = 24
_MONTHS_OF_YEAR = 12
_LONGEST_RUN = 366


class Kind(ABC):
    """One kind of value.

    Attributes
    ----------
    unit : str
        The unit that an entry of this kind must name.
    allowed : Sentence
        What may stand there, for messages.
    """

    unit: str
    allowed: Sentence

    @abstractmethod
    def parse(self, value: object) -> Any:
        """Read a plain value as somebody wrote it.

        Raises
        ------
        WrongValueError
            What is wrong with it, in one clause.
        """

    def parse_again(self, value: object) -> Any:
        """Read a plain value that was taken before, maybe by an earlier gridsim."""
        return self.parse(value)

    @abstractmethod
    def plain(self, typed: Any) -> Plain:
        """Write a typed value in its one fixed spelling."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse_again)


class Quantity(Kind):
    """A decimal that becomes an integer of ``10**-decimals``.

    Parameters
    ----------
    unit : str
    decimals : int
        The finest decimal that is taken.
    least, most : int
        Bounds in whole units, both included.
    """

    def __init__(self, unit: str, decimals: int, least: int, most: int) -> None:
        self.unit = unit
        self.decimals = decimals
        self.least = least * 10**decimals
        self.most = most * 10**decimals
        self.allowed = Sentence(
            "a number from {low} to {high}, at most {decimals} decimals", low=least, high=most, decimals=decimals
        )

    def parse(self, value: object) -> int:
        return self.parse_again(value)

    def parse_again(self, value: object) -> int:
        if isinstance(value, str):
            value = value.strip()
            if not _NUMBER.fullmatch(value):
                is_percentage = self.unit == "ratio" and value.endswith(("%", "％"))
                raise WrongValueError(
                    Sentence("a percentage, not a ratio: 105 % is 1.05") if is_percentage else Sentence("not a number")
                )
        elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise WrongValueError(Sentence("not a number"))
        number = fixed_point(value, self.decimals)
        if not self.least <= number <= self.most:
            raise WrongValueError(self.beyond(number))
        return number

    def beyond(self, number: int) -> Sentence:
        """What is wrong with a number that is not taken."""
        return Sentence("out of bounds")

    def plain(self, typed: int) -> Plain:
        return trimmed(typed, self.decimals)

    @classmethod
    def price(cls) -> Quantity:
        """A price, yuan/MWh outside, micro-yuan per kWh inside."""
        return cls("yuan/MWh", PRICE_DECIMALS, 0, 1_000_000)

    @classmethod
    def energy(cls) -> Quantity:
        """An energy, MWh outside, kWh inside."""
        return cls("MWh", ENERGY_DECIMALS, 0, 1_000_000_000)


class Count(Kind):
    """A whole number between two bounds, both included."""

    def __init__(self, unit: str, least: int, most: int) -> None:
        self.unit = unit
        self.least = least
        self.most = most
        self.allowed = Sentence("a whole number from {low} to {high}", low=least, high=most)

    def parse(self, value: object) -> int:
        number = _whole(value)
        if not self.least <= number <= self.most:
            raise WrongValueError(Sentence("out of bounds"))
        return number

    def plain(self, typed: int) -> Plain:
        return typed


class Option(Kind):
    """One of two or more names."""

    unit = "option"

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names  # legal names
        self.allowed = Sentence("{names} or {last}", names=named(names[:-1]), last=names[-1])

    def parse(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.names:
            raise WrongValueError(Sentence("not one of the names that are allowed"))
        return value

    def plain(self, typed: str) -> Plain:
        return typed


class Flag(Kind):
    """Yes or no."""

    unit = "flag"
    allowed = Sentence("{names} or {last}", names="true", last="false")

    def parse(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise WrongValueError(Sentence("neither true nor false"))

    def plain(self, typed: bool) -> Plain:
        return typed


class Months(Kind):
    """Calendar months, ascending, none twice; may be none at all."""

    unit = "months"
    allowed = Sentence("a list of months YYYY-MM, each once")

    def parse(self, value: object) -> tuple[str, ...]:
        months = _list(value)
        for month in months:
            if not is_month(month):
                raise WrongValueError(Sentence("{value} is not a month YYYY-MM", value=shown_value(month)))
        return _each_once(months)

    def plain(self, typed: tuple[str, ...]) -> Plain:
        return typed


class MonthNumbers(Kind):
    """Months of any year, 1 to 12, ascending, none twice."""

    unit = "month of year"
    allowed = Sentence("a list of whole numbers from 1 to 12, each once")

    def parse(self, value: object) -> tuple[int, ...]:
        months = tuple(_whole(item) for item in _list(value))
        for month in months:
            if not 1 <= month <= _MONTHS_OF_YEAR:
                raise WrongValueError(Sentence("{value} is no month of a year", value=month))
        return _each_once(months)

    def plain(self, typed: tuple[int, ...]) -> Plain:
        return typed


class MonthDay(Kind):
    """A day of any year, MM-DD."""

    unit = "month-day"
    allowed = Sentence("a day of the year as MM-DD")

    def parse(self, value: object) -> str:
        match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise WrongValueError(Sentence("not a day MM-DD"))
        try:
            date(2001, int(match[1]), int(match[2]))  # a common year: 02-29 is not in every one
        except ValueError:
            raise WrongValueError(Sentence("no such day in every year")) from None
        return match[0]

    def plain(self, typed: str) -> Plain:
        return typed


class Dates(Kind):
    """Calendar days, ascending, none twice. A run of days may be written ``first/last``, as in ``2021-10-01/10-07``.

    Parameters
    ----------
    weekend : bool
        Saturdays and Sundays alone.
    """

    unit = "dates"

    def __init__(self, *, weekend: bool = False) -> None:
        self.weekend = weekend
        self.allowed = (
            Sentence(
                "a list of dates YYYY-MM-DD, or of runs YYYY-MM-DD/YYYY-MM-DD, each day once, "
                "Saturdays and Sundays only"
            )
            if weekend
            else Sentence("a list of dates YYYY-MM-DD, or of runs YYYY-MM-DD/YYYY-MM-DD, each day once")
        )

    def parse(self, value: object) -> tuple[date, ...]:
        days = tuple(day for item in _list(value) for day in _days(item))
        for day in days:
            if self.weekend and day.isoweekday() < 6:  # ISO: Saturday is 6
                raise WrongValueError(Sentence("{value} is no Saturday or Sunday", value=day))
        return _each_once(days)

    def plain(self, typed: tuple[date, ...]) -> Plain:
        return tuple(day.isoformat() for day in typed)


class HourRanges(Kind):
    """Hours of the day as ranges ``[start, end)``, ascending and apart."""

    unit = "hours"
    allowed = Sentence("a list of [start, end] in whole hours, 0 <= start < end <= 24, ascending and apart")

    def parse(self, value: object) -> tuple[tuple[int, int], ...]:
        ranges: list[tuple[int, int]] = []
        for item in _list(value):
            ends = tuple(_whole(hour) for hour in _list(item))
            if len(ends) != 2:
                raise WrongValueError(Sentence("a range of hours has a start and an end"))
            start, end = ends
            if not 0 <= start < end <= _HOURS_OF_DAY:
                raise WrongValueError(Sentence("{start} to {end} is no range of hours", start=start, end=end))
            if ranges and start < ranges[-1][1]:
                raise WrongValueError(Sentence("ranges of hours overlap or are out of order"))
            ranges.append((start, end))
        return tuple(ranges)

    def plain(self, typed: tuple[tuple[int, int], ...]) -> Plain:
        return typed


class Weights(Kind):
    """Twelve weights, January to December [10⁻⁴], none negative, not all zero."""

    unit = "ratio"
    allowed = Sentence("12 numbers from 0 to 100 (January to December), at most 4 decimals, not all zero")
    _weight = Quantity("ratio", RATIO_DECIMALS, 0, 100)

    def parse(self, value: object) -> tuple[int, ...]:
        weights = tuple(self._weight.parse(item) for item in _list(value))
        if len(weights) != _MONTHS_OF_YEAR:
            raise WrongValueError(Sentence("{count} weights instead of 12", count=len(weights)))
        if not any(weights):
            raise WrongValueError(Sentence("all weights are zero"))
        return weights

    def plain(self, typed: tuple[int, ...]) -> Plain:
        return tuple(self._weight.plain(weight) for weight in typed)


def _whole(value: object) -> int:
    """A whole number, from int, integral Decimal or float, or text."""
    if isinstance(value, bool):
        raise WrongValueError(Sentence("not a whole number"))
    if isinstance(value, (int, float, Decimal)) or (isinstance(value, str) and _INTEGER.fullmatch(value.strip())):
        try:
            return fixed_point(value.strip() if isinstance(value, str) else value, 0)
        except WrongValueError as error:
            if error.sentence == Sentence("too large"):
                raise
    raise WrongValueError(Sentence("not a whole number"))


def _list(value: object) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise WrongValueError(Sentence("not a list"))
    return tuple(value)


def _days(value: object) -> list[date]:
    """A day, or a run of days ``first/last`` with both ends in it; the last without its year if it has the same."""
    if not isinstance(value, str) or "/" not in value:
        return [_day(value)]
    first, _, last = value.partition("/")
    start = _day(first)
    end = _day(first[:5] + last if len(last) == len("MM-DD") else last)
    if not 0 < (end - start).days < _LONGEST_RUN:
        raise WrongValueError(Sentence("{value} is no run of days", value=shown_value(value)))
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _day(value: object) -> date:
    if isinstance(value, datetime):
        raise WrongValueError(Sentence("{value} is not a date YYYY-MM-DD", value=value))
    if isinstance(value, date):
        return value
    # fromisoformat alone would also take 20210101 and week dates.
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise WrongValueError(Sentence("{value} is not a date YYYY-MM-DD", value=shown_value(value)))


def _each_once(items: tuple[Any, ...]) -> tuple[Any, ...]:
    ordered = tuple(sorted(items))
    for before, after in pairwise(ordered):
        if before == after:
            raise WrongValueError(Sentence("{value} stands there twice", value=before))
    return ordered
