"""The sessions of a market in the order in which they close."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.columns import INPUT_TABLES
from gridsim.errors import ScenarioError
from gridsim.tables.encoded import texts_of_rows
from gridsim.tables.faults import missing_table
from gridsim.trading.sessions import sessions_of
from gridsim.trading.terms import FILINGS
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.scenario import Scenario

__all__ = ["TradingSession", "timetable"]


@helpful
@dataclass(frozen=True, slots=True)
class TradingSession:
    """A session of trading: what it is called, and when it is open.

    Attributes
    ----------
    id : str
    kind : str
        One of the rule set's kinds.
    opens_at, closes_at : datetime
        Its window, ends included.
    table : {"orders", "bilateral"}
        What is submitted in it: orders that are matched, or filings of contracts that two have agreed on.
    """

    id: str
    kind: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    table: str

    def __str__(self) -> str:
        return self.id


def timetable(scenario: Scenario) -> tuple[TradingSession, ...]:
    """Every session of a scenario, in order of ``closes_at``; those that close at one instant by their rows.

    Raises
    ------
    ScenarioError
        The scenario has no table of sessions: nobody knows what closes when.
    """
    if "sessions" not in scenario.given:
        raise ScenarioError([missing_table(INPUT_TABLES["sessions"])])
    sessions, frame = sessions_of(scenario), scenario.tables["sessions"]
    kinds = texts_of_rows(frame["kind"]).tolist()
    opens, closes = (frame[name].dt.to_pydatetime().tolist() for name in ("opens_at", "closes_at"))
    is_filed = [sessions.kinds[place].how == FILINGS for place in sessions.filed.tolist()]
    order = np.argsort(frame["closes_at"].to_numpy(), kind="stable").tolist()
    return tuple(
        TradingSession(
            sessions.names[row], kinds[row], opens[row], closes[row], "bilateral" if is_filed[row] else "orders"
        )
        for row in order
    )
