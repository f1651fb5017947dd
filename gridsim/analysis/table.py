"""A table of statistics: a pandas DataFrame that remembers the integers it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.errors import ResultError
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.analysis.figures import Figure

__all__ = ["LIMIT", "OTHERS", "StatisticsTable"]

LIMIT = 200_000
"""Rows that a table has at most; the smaller groups are summed in one row `OTHERS`."""

OTHERS = "(others)"


class StatisticsTable(pd.DataFrame):
    """A DataFrame by group, in MWh, yuan and yuan/MWh; what pandas makes of it is a plain DataFrame.

    Attributes
    ----------
    exact : DataFrame
        The same rows as integers: kWh, micro-yuan, counts, numerators and denominators of prices and ratios.
    omitted : int
        Groups that have no row of their own.

    Examples
    --------
    >>> table = result.statistics.energy("unit")
    >>> table["metered_mwh"].max().item(), table.exact["metered_kwh"].max().item()
    (106205.0, 106205000)
    """

    _metadata = ["_exact", "_figures", "_omitted", "_adds_up", "_apart"]  # noqa: RUF012, pandas reads this name
    _exact: pd.DataFrame
    _figures: tuple[Figure, ...]
    _omitted: int
    _adds_up: bool
    _apart: tuple[str, ...]

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    @classmethod
    def of(
        cls,
        exact: pd.DataFrame,
        figures: Sequence[Figure],
        *,
        adds_up: bool = True,
        apart: Sequence[str] = (),
        omitted: int = 0,
    ) -> StatisticsTable:
        """The table of some figures.

        Parameters
        ----------
        exact : DataFrame
            int64 columns, one row a group.
        figures : sequence of Figure
            How each column that is shown follows from `exact`, as `gridsim.analysis.figures.energy` makes one.
        adds_up : bool
            Whether the exact columns of two groups added are those of both: not for a minimum, or a count of names.
        apart : sequence of str
            Exact columns that nevertheless say nothing of several groups together; zero in the row ``(others)``.
        omitted : int
            Groups that are left out already.

        Returns
        -------
        StatisticsTable
            With the index of `exact`.

        Examples
        --------
        >>> from gridsim.analysis.figures import energy
        >>> from gridsim.analysis.table import StatisticsTable
        >>> StatisticsTable.of(pd.DataFrame({"metered_kwh": [1500, 2250]}, index=["U1", "U2"]), [energy("metered")])
            metered_mwh
        U1         1.50
        U2         2.25
        """
        table = cls({figure.name: figure.of_frame(exact) for figure in figures}, index=exact.index)
        table._exact, table._figures = exact, tuple(figures)
        table._adds_up, table._apart, table._omitted = adds_up, tuple(apart), omitted
        return table

    def __deepcopy__(self, memo: dict[int, Any]) -> StatisticsTable:
        # pandas makes a plain DataFrame of every copy, as of a part of the table; this one is still the whole.
        copied = type(self)(pd.DataFrame(self).copy(deep=True))
        for name in self._metadata:
            setattr(copied, name, getattr(self, name))
        copied._exact = self._exact.copy(deep=True)
        return copied

    @classmethod
    def shown(cls, values: pd.DataFrame, exact: pd.DataFrame, *, omitted: int = 0) -> StatisticsTable:
        """A table of values that are more than one quotient each; no two rows of it can be added.

        Parameters
        ----------
        values : DataFrame
            What is shown.
        exact : DataFrame
            The integers that it was worked out from, with the same index.
        omitted : int
            Groups that are left out already.

        Returns
        -------
        StatisticsTable
            Of it `top` leaves rows out and sums none.

        Examples
        --------
        >>> from gridsim.analysis.table import StatisticsTable
        >>> exact = pd.DataFrame({"trades": [3], "books": [2]}, index=["monthly"])
        >>> StatisticsTable.shown(exact[["trades"]] / 2, exact)
                 trades
        monthly     1.5
        """
        table = cls(values)
        table._exact, table._figures = exact, ()
        table._adds_up, table._apart, table._omitted = False, (), omitted
        return table

    @property
    def figures(self) -> tuple[Figure, ...]:
        """How each column is worked out from `exact`."""
        return self._figures

    @property
    def exact(self) -> pd.DataFrame:
        """The same rows as integers."""
        return self._exact

    @property
    def omitted(self) -> int:
        """Groups without a row of their own: summed in the row ``(others)``, or left out if they don't add up."""
        return self._omitted

    def top(self, n: int, by: str | None = None, *, ascending: bool = False) -> StatisticsTable:
        """The groups with the largest figures, largest first, and all others in one row ``(others)``.

        Parameters
        ----------
        n : int
            So many rows, at least 1.
        by : str, optional
            A column; the first if left out.
        ascending : bool
            The smallest instead.

        Returns
        -------
        StatisticsTable
            `n` rows and ``(others)``, which is left out of a table whose columns don't add up.

        Raises
        ------
        ResultError
            There is no such column; `n` is below 1.

        Examples
        --------
        >>> result.statistics.money("item").top(2, by="energy_mwh")
                   amount_yuan  lines  energy_mwh  average_yuan_per_mwh
        item
        funds     6.838096e+06    177  226288.722             30.218455
        energy    6.583633e+07    139  181288.722            363.157336
        (others)  6.800227e+07    322         NaN                   NaN
        """
        if n < 1:
            raise ResultError(Sentence("top: at least 1 group, not {count}", count=n))
        by = str(self.columns[0]) if by is None else by
        if by not in self.columns:
            allowed = list(map(str, self.columns))
            raise ResultError(
                listed(
                    Sentence("by: no column {name!r}", name=by),
                    Sentence("allowed: {names}", names=named(allowed)),
                    nearest_in_words(nearest(by, allowed)),
                )
            )
        values = self[by].to_numpy(dtype=np.float64)
        order = np.argsort(values if ascending else -values, kind="stable")  # NaN last either way
        return self._take(order[:n], order[n:])

    def first(self, n: int) -> StatisticsTable:
        """The first `n` rows, and all others in one row ``(others)``.

        Parameters
        ----------
        n : int
            So many rows, at least 1.

        Returns
        -------
        StatisticsTable
            `n` rows and ``(others)``, which is left out of a table whose columns don't add up.

        Raises
        ------
        ResultError
            `n` is below 1.

        Examples
        --------
        >>> result.statistics.money("month").first(1)
                   amount_yuan  lines
        month
        2021-01   1.278040e+07     52
        (others)  1.278963e+08    586
        """
        if n < 1:
            raise ResultError(Sentence("top: at least 1 group, not {count}", count=n))
        order = np.arange(len(self))
        return self._take(order[:n], order[n:])

    def limited(self, rows: int = LIMIT) -> StatisticsTable:
        """The table itself, or if it has more rows its largest ones in the order in which they stand.

        Parameters
        ----------
        rows : int
            The most that it may have; 200,000 if left out.

        Returns
        -------
        StatisticsTable
            The rows that are left out are summed in ``(others)`` if the columns add up.

        Examples
        --------
        >>> table = result.statistics.money("item")
        >>> table.limited() is table
        True
        >>> len(table.limited(3))
        4
        """
        if len(self) <= rows:
            return self
        order = np.argsort(-self.iloc[:, 0].to_numpy(dtype=np.float64), kind="stable")
        return self._take(np.sort(order[:rows]), order[rows:])

    def _take(self, shown: np.ndarray[Any, Any], others: np.ndarray[Any, Any]) -> StatisticsTable:
        exact, omitted = self._exact.iloc[shown], self._omitted + len(others)
        if not self._adds_up:
            part = StatisticsTable.shown(self.iloc[shown], exact, omitted=omitted)
            part._figures = self._figures
            return part
        if len(others):
            sums = self._exact.iloc[others].sum().to_frame().T
            sums[list(self._apart)] = 0
            exact = pd.concat([exact, sums.set_index(self._others())])
        return StatisticsTable.of(exact, self._figures, apart=self._apart, omitted=omitted)

    def _others(self) -> pd.Index[Any]:
        names = self.index.names
        if len(names) == 1:
            return pd.Index([OTHERS], dtype="str", name=names[0])
        return pd.MultiIndex.from_tuples([(OTHERS,) * len(names)], names=names)
