"""What becomes of a submission: which rows stand, which do not and why, or the faults for which none was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.details import detail_of
from gridsim.market.to_date import SUBMITTED, in_sessions, rows_of
from gridsim.spoken import spoken_lang
from gridsim.trading.buyers import buyers_of
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table, standing_filings, standing_orders
from gridsim.trading.trades import generators_of, traded_as
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.errors import Fault
    from gridsim.scenario import Scenario
    from gridsim.words import Lang

__all__ = ["Receipt", "receipt_of_faults", "receipt_of_rows"]

_FAULT = "fault"
_WITH_OTHERS = Sentence("another row of this submission has a fault, so nothing of it was taken")


@helpful
@dataclass(frozen=True)
class Receipt:
    """What becomes of a submission; true if every row of it stands.

    Attributes
    ----------
    rows : DataFrame
        One row for each that was submitted: ``row`` (1-based), ``accepted``, ``reason`` and ``detail`` (empty where it
        is accepted). A reason is a word of the table ``rejected``, such as ``outside_window``: the row is in the
        market's books and does not stand as they are now. ``fault``: nothing of the submission was taken.
    faults : tuple of Fault
        What is wrong with it, each with row, column, value and what is allowed.
    """

    rows: pd.DataFrame
    faults: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults and bool(self.rows["accepted"].all())

    @property
    def rejected(self) -> pd.DataFrame:
        """The rows that do not stand."""
        return self.rows[~self.rows["accepted"]].reset_index(drop=True)

    def in_words(self, lang: Lang | None = None) -> list[str]:
        """Why rows do not stand, a sentence each.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        list of str
            Empty if every row stands.

        Examples
        --------
        >>> market = gridsim.Market(gridsim.example("henan-2021-mini"), players=["R1"])
        >>> view = market.open("AM-2021", participant="R1")
        >>> order = dict(side="buy", product="total", month="2021", energy_mwh=-1, price_yuan_per_mwh=355)
        >>> print(*market.submit([order]).in_words("en"))
        orders, row 1, energy_mwh: negative (value: '-1'); allowed: a number of MWh, 0 or above, at most 3 decimals
        """
        lang = spoken_lang(lang)
        if self.faults:
            return [fault.sentence.told(lang) for fault in self.faults]
        rows = zip(self.rejected["row"], self.rejected["detail"], strict=True)
        return [Sentence("row {row}: {what}", row=row, what=detail_of(detail)).told(lang) for row, detail in rows]

    def __repr__(self) -> str:
        if self.faults:
            return "\n".join(["Receipt: nothing was taken", *(f"  {fault.sentence}" for fault in self.faults)])
        lines = [f"Receipt: {int(self.rows['accepted'].sum())} of {len(self.rows)} rows stand"]
        return "\n".join([*lines, *(f"  {line}" for line in self.in_words("en"))])


def receipt_of_faults(count: int, faults: Sequence[Fault]) -> Receipt:
    """Of a submission of which nothing was taken.

    Parameters
    ----------
    count : int
        Rows that were submitted.
    faults : sequence of Fault
    """
    told: dict[int, str] = {}
    for fault in faults:
        if fault.row is not None:
            told.setdefault(fault.row, str(fault.sentence))
    of_all = next((str(fault.sentence) for fault in faults if fault.row is None), str(_WITH_OTHERS))
    rows = range(1, count + 1)
    return Receipt(
        pd.DataFrame(
            {
                "row": pd.Series(rows, dtype="int64"),
                "accepted": pd.Series([False] * count, dtype=bool),
                "reason": pd.Series([_FAULT] * count, dtype="str"),
                "detail": pd.Series([told.get(row, of_all) for row in rows], dtype="str"),
            }
        ),
        tuple(faults),
    )


def receipt_of_rows(scenario: Scenario, name: str, count: int) -> Receipt:
    """Of a submission that was taken: which of its rows stand as the books of their sessions are now.

    What contracts say of transfers is not tested before the session clears.

    Parameters
    ----------
    scenario : Scenario
        With these rows behind all others.
    name : {"orders", "bilateral"}
    count : int
    """
    table = scenario.tables[name]
    ids = set(table["session"].iloc[len(table) - count :])
    scenario = in_sessions(scenario, {each: rows_of(scenario, each, ids) for each in SUBMITTED})
    sessions, buyers = sessions_of(scenario), buyers_of(scenario)
    filings = standing_filings(scenario.tables["bilateral"], sessions, buyers)
    is_generator = generators_of(scenario) >= 0
    orders = standing_orders(scenario.tables["orders"], traded_as(scenario), is_generator, sessions, buyers)
    first = len(scenario.tables[name]) - count
    reasons, details = [""] * count, [""] * count
    for row in rejected_table(filings, orders).to_pylist():
        if row["table"] == name and row["row"] > first:
            reasons[row["row"] - 1 - first], details[row["row"] - 1 - first] = row["reason"], row["detail"]
    return Receipt(
        pd.DataFrame(
            {
                "row": pd.Series(range(1, count + 1), dtype="int64"),
                "accepted": pd.Series([not reason for reason in reasons], dtype=bool),
                "reason": pd.Series(reasons, dtype="str"),
                "detail": pd.Series(details, dtype="str"),
            }
        )
    )
