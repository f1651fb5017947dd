"""Statistics of what retailers earn from their users: rows that a plan with the metric ``margins`` kept by user."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridsim.batch.aggregates import LOSS
from gridsim.batch.risk import check_kept, kept_table, refuse_sums, spread_names
from gridsim.errors import ResultError
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.table import StatisticsTable
    from gridsim.batch.stored import StoredBatch

__all__ = ["USER_DIMENSIONS", "UserRisk"]

USER_DIMENSIONS = ("retailer", "user", "month")
"""What a row is of, beside its point."""

_COLUMNS = {f"{name}_id": name for name in ("retailer", "user")}


class UserRisk:
    """Questions to the users of a batch's retailers.

    Parameters
    ----------
    batch : StoredBatch
        With the table ``user_margins``.
    """

    def __init__(self, batch: StoredBatch) -> None:
        self._batch = batch
        rows = batch.exact.user_margins.rename(columns=_COLUMNS).copy()
        for name in USER_DIMENSIONS:
            rows[name] = rows[name].astype(object).where(rows[name].notna(), "")
        self._rows: pd.DataFrame = rows

    def values(self) -> list[str]:
        """The users, in the order of the rows."""
        users = self._rows["user"]
        return list(dict.fromkeys(users[users != ""]))

    def table(
        self,
        by: Sequence[str],
        chosen: Mapping[str, Collection[Any]],
        aggregates: Sequence[str] | None,
        top: int | None,
    ) -> StatisticsTable:
        """The margin by group.

        Parameters
        ----------
        by : sequence of str
            Of `USER_DIMENSIONS`, ``point`` and the parameters.
        chosen : mapping of str to collection
            By dimension, the values that are wanted.
        aggregates : sequence of str or None
            None: all that were kept.
        top : int or None

        Raises
        ------
        ResultError
            A level that was not kept, a sum that was not kept, or an unknown aggregate.
        """
        kept, known = spread_names(self._batch, "margin")
        known[LOSS] = "loss_draws"
        aggregates = [*kept, LOSS] if aggregates is None else aggregates
        check_kept(aggregates, kept, known)
        refuse_sums(USER_DIMENSIONS, by, chosen)
        frame = self._rows[(self._rows["month"] != "") == ("month" in {*by, *chosen})]
        for name, wanted in chosen.items():
            frame = frame[frame[name].isin(wanted)]
        if "retailer" not in by and frame.duplicated(["point", "user", "month"]).any():
            raise ResultError(
                Sentence(
                    "a user has had several retailers, and each its own draws: group by retailer too, or choose one"
                )
            )
        return kept_table(frame, by, {name: known[name] for name in aggregates}, self._batch, top)
