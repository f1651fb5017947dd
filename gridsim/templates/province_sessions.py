"""The trading sessions of the synthetic province: a whole year, on days that the rule set's calendar allows."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from gridsim.calendar import delivery_months
from gridsim.templates.market import RULES
from gridsim.templates.province_figures import figures

__all__ = ["ProvinceSession", "bilateral_session", "bilateral_working_days", "matched_sessions"]

_WEEKEND = 5  # from this day of the week on, Monday being 0


class ProvinceSession(NamedTuple):
    """A session of the template, as its table ``province/sessions.csv`` has it.

    Attributes
    ----------
    name, kind : str
    announced_on, opens_at, closes_at : str
        ISO dates and times.
    delivery : str
        Empty: of a session in which filings say it.
    segment : str
        ``mid``, ``late`` or empty.
    takes_part : int
        The share of units that buy there [10⁻⁴].
    least, most : int
        From how much to how much of what it needs such a unit asks for [10⁻⁴]. Where contracts alone are transferred,
        `takes_part` is of generators, and the rest of what such a generator sold.
    year : int
        The year of the province.
    """

    name: str
    kind: str
    announced_on: str
    opens_at: str
    closes_at: str
    delivery: str
    segment: str
    takes_part: int
    least: int
    most: int
    year: int

    @property
    def row(self) -> tuple[str, ...]:
        """Its row of the table ``sessions``."""
        return (self.name, self.kind, self.announced_on, self.opens_at, self.closes_at)

    @property
    def held_on(self) -> str:
        """The day on which it opens."""
        return self.opens_at[:10]

    @property
    def months(self) -> list[int]:
        """The months that it delivers, 0 is January."""
        return [int(month[5:]) - 1 for month in delivery_months(self.delivery, self.year)]


@cache
def _sessions(rules: str) -> tuple[ProvinceSession, ...]:
    text = files("gridsim.templates").joinpath(rules, "province", "sessions.csv").read_text(encoding="utf-8")
    _, *rows = csv.reader(text.splitlines())
    year = figures(rules).year
    return tuple(_session(year, *row) for row in rows)


def _session(year: int, *row: str) -> ProvinceSession:
    name, kind, announced_on, opens_at, closes_at, delivery, segment, *buys = row
    takes_part, least, most = (int(number or 0) for number in buys)
    return ProvinceSession(
        name, kind, announced_on, opens_at, closes_at, delivery, segment, takes_part, least, most, year
    )


def bilateral_session(rules: str = RULES) -> ProvinceSession:
    """The one session of filings, of the whole year."""
    return _sessions(rules)[0]


def matched_sessions(rules: str = RULES) -> tuple[ProvinceSession, ...]:
    """The sessions of orders, each of one working day."""
    return _sessions(rules)[1:]


@cache
def bilateral_working_days(rules: str = RULES) -> np.ndarray:
    """The days of the session of filings on which somebody files: none of them is a day off."""
    session = bilateral_session(rules)
    first, last = (np.datetime64(moment[:10], "D") for moment in (session.opens_at, session.closes_at))
    days = np.arange(first, last + 1)
    return days[(days.astype(np.int64) + 3) % 7 < _WEEKEND]  # day 0 of the count was a Thursday
