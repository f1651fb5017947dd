"""Lines that close a month, which belong to no settlement unit and no user: told by the generator that they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.table import StatisticsTable

if TYPE_CHECKING:
    from gridsim.analysis.compared import ComparedResults

__all__ = ["NO_USER", "unitless_apart"]

NO_USER = "(closing)"
"""The row of lines without a unit, a user and a generator: fees that return, contracts of an account."""


def unitless_apart(comparison: ComparedResults, by_unit: StatisticsTable) -> StatisticsTable:
    """Differences by unit, whose row of no unit holds users alone: every generator has a row of its own.

    Parameters
    ----------
    comparison : ComparedResults
    by_unit : StatisticsTable
        Differences of money by ``unit``.

    Returns
    -------
    StatisticsTable
        The same sums, the largest difference first; the same table where no market settles its sellers.
    """
    sellers = frozenset(comparison.sellers)
    if not sellers or "" not in by_unit.exact.index:
        return by_unit
    closing = comparison.money(("payer", "payee"), {"unit": "", "user": ""}).exact
    sums = ["before", "after", "difference"]
    whose = [_whose(str(payer), str(payee), sellers) for payer, payee in closing.index]
    apart = closing[sums].groupby(pd.Index(whose, dtype="str", name=by_unit.exact.index.name)).sum()
    exact = by_unit.exact[sums].copy()
    exact.loc[""] -= apart.sum()
    if not exact.loc[""].any():
        exact = exact.drop(index="")
    exact = pd.concat([exact, apart])
    exact["magnitude"] = exact["before"].abs()
    exact = exact.sort_values("difference", key=lambda values: -values.abs(), kind="stable")
    return StatisticsTable.of(exact.astype("int64"), by_unit.figures)


def _whose(payer: str, payee: str, sellers: frozenset[str]) -> str:
    """The generator that a line pays, or that pays it."""
    return next((party for party in (payee, payer) if party in sellers), NO_USER)
