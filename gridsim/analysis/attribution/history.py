"""What users consumed in earlier years, at the finest level that all users of a unit have (rulebook part 14).

A year of a user may be given as a whole, by months, by periods, or by both; what is finer is added up where the coarser
row is not given. The levels, from the finest: month and period, month, period, year.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, NamedTuple

from gridsim.analysis.attribution.plan import Mean

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LEVELS", "Histories", "Level"]

Level = Literal["month_and_period", "month", "period", "year"]
LEVELS: tuple[Level, ...] = ("month_and_period", "month", "period", "year")


class _Row(NamedTuple):
    """A row of the history: None is no month, no period."""

    month: str | None
    period: str | None
    energy: int


_Years = dict[int, list[_Row]]


class Histories:
    """The table of earlier years.

    Parameters
    ----------
    table : Arrow table or None
        The exact input; None: none was given.
    """

    def __init__(self, table: pa.Table | None) -> None:
        self._of_user: dict[str, _Years] = {}
        self._known: dict[tuple[str, str | None, frozenset[str] | None], Mean | None] = {}
        if table is None:
            return
        names = table.column_names
        nothing = [None] * table.num_rows
        columns = (
            table.column(name).to_pylist() if name in names else nothing
            for name in ("user_id", "year", "month", "period", "energy_kwh")
        )
        for user, year, month, period, energy in zip(*columns, strict=True):
            self._of_user.setdefault(user, {}).setdefault(year, []).append(_Row(month, period, energy))

    def means(
        self, users: Collection[str], month: str, periods: Collection[str], all_periods: Collection[str]
    ) -> tuple[Level, list[Mean | None]]:
        """The history of the users of a position.

        Parameters
        ----------
        users : collection of str
            All of the unit's.
        month : str
            MM.
        periods : collection of str
            Those of the product.
        all_periods : collection of str
            Those of the market.

        Returns
        -------
        level : str
            The finest that every user has who has a history at all.
        means : list of Mean or None
            By user; None: it has none.
        """
        known = [user for user in users if user in self._of_user]
        wanted = None if set(all_periods) <= set(periods) else frozenset(periods)
        for level in LEVELS if wanted else ("month", "year"):
            by_month = month if level in ("month_and_period", "month") else None
            by_period = wanted if level in ("month_and_period", "period") else None
            found = {user: self._mean(user, by_month, by_period) for user in known}
            if all(mean is not None for mean in found.values()):
                return level, [found.get(user) for user in users]
        raise AssertionError("every history has its years")

    def _mean(self, user: str, month: str | None, periods: frozenset[str] | None) -> Mean | None:
        """The energy of the years that say it; None: no year does."""
        asked = user, month, periods
        if asked not in self._known:
            years = self._of_user[user].values()
            found = [energy for rows in years if (energy := _energy(rows, month, periods)) is not None]
            self._known[asked] = Mean(sum(found), len(found)) if found else None
        return self._known[asked]


def _energy(rows: list[_Row], month: str | None, periods: frozenset[str] | None) -> int | None:
    """The energy of a year, of a month, of some periods [kWh]; None: it does not say."""
    if month is not None:
        rows = [row for row in rows if row.month == month]
    elif any(row.month is None and (periods is None or row.period in periods) for row in rows):
        rows = [row for row in rows if row.month is None]
    if periods is not None:
        rows = [row for row in rows if row.period in periods]
    else:  # month by month, for a year that is given by months
        whole = {row.month for row in rows if row.period is None}
        rows = [row for row in rows if row.period is None or row.month not in whole]
    return sum(row.energy for row in rows) if rows else None
