"""Months to date: metered months as they are, and a forecast for those that nobody has metered yet.

A month is metered or forecast as a whole, for the whole market: a settlement unit's position is what its users metered
together. From here on both are rows of ``meter``, and the scenario knows the months of the forecast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.market_tables import TARIFF_PERIOD
from gridsim.scenario.listing import months_listed
from gridsim.tables.encoded import places_of
from gridsim.tables.joined import joined, rows_of
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.columns import Table
    from gridsim.errors import Fault
    from gridsim.tables.read_table import BoolArray, ReadTable

__all__ = ["FORECAST", "metered_and_forecast"]

FORECAST = "forecast"
"""The table of a scenario folder."""

_SOME = 5


def metered_and_forecast(
    metered: ReadTable | None, forecast: ReadTable, meter: Table, year: int
) -> tuple[ReadTable, tuple[str, ...], list[Fault], list[Sentence]]:
    """The rows of a forecast behind the metered ones, in the months that are not metered.

    Parameters
    ----------
    metered : ReadTable or None
        The table ``meter``, or what a load curve was summed to; None: nothing is metered.
    forecast : ReadTable
    meter : Table
        ``meter`` as the market has it.
    year : int

    Returns
    -------
    table : ReadTable
        As ``meter``.
    months : tuple of str
        Those of the forecast, ascending.
    faults : list of Fault
        Users whose month is forecast in a month that is metered for others; a forecast before a metered month; users
        with periods of their own.
    notes : list of Sentence
        Which months of the forecast are left aside, as they are metered.
    """
    months = list(months_of(year))
    own = _places(forecast, months)
    if metered is None:
        metered = replace(rows_of(forecast, np.zeros(len(forecast), dtype=bool)), table=meter)
        is_metered = np.zeros(len(months), dtype=bool)
    else:
        is_metered = _have_rows(_places(metered, months), len(months))
    faults = [*_with_own_periods(metered, forecast), *_partly_metered(metered, forecast, months, is_metered)]
    last = int(np.flatnonzero(is_metered).max(initial=-1))
    early = (own >= 0) & (own < last) & ~is_metered[own]
    for month in np.unique(own[early]).tolist():
        faults += forecast.faults(
            np.flatnonzero(own == month)[:1],
            "month",
            Sentence("forecast, though a later month is metered: {month}", month=months[last]),
            Sentence("months behind the last metered one"),
        )
    aside = (own >= 0) & is_metered[own]
    notes = []
    if aside.any():
        found = [months[place] for place in np.unique(own[aside]).tolist()]
        notes.append(
            Sentence(
                "{file}: {months} left aside, as these months are metered",
                file=forecast.file,
                months=months_listed(found),
            )
        )
    kept = rows_of(forecast, ~aside) if aside.any() else forecast
    if faults:
        return metered, (), faults, notes
    told = tuple(months[place] for place in np.flatnonzero(_have_rows(_places(kept, months), len(months))))
    return (joined(metered, kept), told, [], notes) if told else (metered, (), [], notes)


def _places(table: ReadTable, months: list[str]) -> NDArray[np.int64]:
    """(n,) the place of each row's month in the year; -1 where it could not be read."""
    found = np.append(places_of(table.categories("month"), months), -1)[table.codes("month")]
    return np.where(table.usable("month"), found, -1)


def _have_rows(places: NDArray[np.int64], count: int) -> BoolArray:
    return np.bincount(places[places >= 0], minlength=count).astype(bool)


def _partly_metered(
    metered: ReadTable, forecast: ReadTable, months: list[str], is_metered: BoolArray
) -> Iterator[Fault]:
    """Users that are forecast in a month in which others are metered, and they are not: it would count as zero."""
    if not all(table.is_readable("user_id") for table in (metered, forecast)):
        return
    users = forecast.categories("user_id")
    code_of = np.append(places_of(metered.categories("user_id"), users), -1)
    there = np.zeros((len(users) + 1, len(months) + 1), dtype=bool)  # what is no user or no month goes to the last
    there[code_of[metered.codes("user_id")], _places(metered, months)] = True
    user, month = forecast.codes("user_id"), _places(forecast, months)
    lacks = (user >= 0) & (month >= 0) & is_metered[month] & ~there[user, month]
    for place in np.unique(month[lacks]).tolist():
        rows = np.flatnonzero(lacks & (month == place))
        whose = list(dict.fromkeys(users[code] for code in user[rows].tolist()))
        some = named([*whose[:_SOME], *(["…"] if len(whose) > _SOME else [])])
        yield from forecast.faults(
            rows[:1],
            "month",
            Sentence(
                "metered for others and forecast for {count:,} users ({users}), who would have no energy in it",
                count=len(whose),
                users=some,
            ),
            Sentence("meter rows of all users, or of none, in a month"),
        )


def _with_own_periods(metered: ReadTable, forecast: ReadTable) -> Iterator[Fault]:
    """A forecast beside load of users that have agreed on periods of their own, of which it tells nothing."""
    if TARIFF_PERIOD in metered.frame and len(forecast):
        message = Sentence("users have periods of their own, which a forecast by period does not tell")
        yield from forecast.faults([0], "period", message, Sentence("no forecast beside a period_set"))
