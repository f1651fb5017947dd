"""What a result is asked: `gridsim.Result.attribution`, ``netting`` and ``margins``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.attribute import Attributor
from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.margins import margins_of
from gridsim.analysis.attribution.netting import Netting
from gridsim.analysis.attribution.tables import attribution_rows, shown_table

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.table import StatisticsTable
    from gridsim.result_tables import ResultTables

__all__ = ["attribution_table", "margins_table", "netting_table"]


def attribution_table(
    result: ResultTables,
    method: Method = "own_deviation",
    ledger: LedgerName = "real",
    units: Sequence[str] = (),
    months: Sequence[str] = (),
) -> StatisticsTable:
    """The table ``attribution``; `gridsim.Result.attribution` says what its arguments are."""
    held = HeldPositions(result, ledger, units, months)
    return shown_table("attribution", attribution_rows(Attributor(held, method), held.users.ids))


def netting_table(
    result: ResultTables, ledger: LedgerName = "real", units: Sequence[str] = (), months: Sequence[str] = ()
) -> StatisticsTable:
    """The table ``netting``."""
    return shown_table("netting", (each.row for each in Netting(HeldPositions(result, ledger, units, months))))


def margins_table(result: ResultTables, method: Method = "own_deviation") -> StatisticsTable:
    """The table ``margins``."""
    found = margins_of(HeldPositions(result), method)
    rows = ((*key, user, *margins.row) for key, of_month in found.items() for user, margins in of_month.items())
    return shown_table("margins", rows)
