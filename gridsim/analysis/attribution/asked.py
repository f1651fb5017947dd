"""What a result is asked: `gridsim.Result.attribution`, ``netting`` and ``margins``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gridsim.analysis.attribution.attribute import Attributor
from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.margins import margins_of
from gridsim.analysis.attribution.netting import Netting
from gridsim.analysis.attribution.tables import attribution_rows, shown_table

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.attribution.settled import Settled
    from gridsim.analysis.table import StatisticsTable

__all__ = ["attribution_table", "margins_table", "netting_table", "rows_asked"]


def attribution_table(
    result: Settled,
    method: Method = "own_deviation",
    ledger: LedgerName = "real",
    units: Sequence[str] = (),
    months: Sequence[str] = (),
) -> StatisticsTable:
    """The table ``attribution``; `gridsim.Result.attribution` says what its arguments are."""
    return shown_table("attribution", rows_asked(result, "attribution", method, ledger, units, months))


def netting_table(
    result: Settled, ledger: LedgerName = "real", units: Sequence[str] = (), months: Sequence[str] = ()
) -> StatisticsTable:
    """The table ``netting``."""
    return shown_table("netting", rows_asked(result, "netting", ledger=ledger, units=units, months=months))


def margins_table(result: Settled, method: Method = "own_deviation") -> StatisticsTable:
    """The table ``margins``."""
    return shown_table("margins", rows_asked(result, "margins", method))


def rows_asked(
    result: Settled,
    table: str,
    method: Method = "own_deviation",
    ledger: LedgerName = "real",
    units: Sequence[str] = (),
    months: Sequence[str] = (),
) -> Iterable[tuple[Any, ...]]:
    """The rows of one of the three tables; the parameters are those of `gridsim.Result.attribution`.

    Raises
    ------
    ResultError
        There is no such method, ledger, unit or month.
    """
    held = HeldPositions(result, ledger, units, months)
    if table == "attribution":
        return attribution_rows(Attributor(held, method), held.users.ids)
    if table == "netting":
        return (each.row for each in Netting(held))
    found = margins_of(held, method)
    return ((*key, user, *margins.row) for key, of_month in found.items() for user, margins in of_month.items())
