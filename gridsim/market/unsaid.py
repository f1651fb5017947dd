"""What a submission need not say: its session, who submits it, and when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.market.timetable import TradingSession
    from gridsim.scenario import Scenario

__all__ = ["unless_said"]

_SECOND = dt.timedelta(seconds=1)


def unless_said(
    scenario: Scenario, opened: TradingSession, participant: str | None, before: int
) -> Mapping[str, object]:
    """By column, what stands in every row of a submission that does not have the column.

    Parameters
    ----------
    scenario : Scenario
        With all that was submitted.
    opened : TradingSession
    participant : str or None
        For whom it was opened.
    before : int
        How many submissions the session has had.
    """
    is_filed = opened.table == "bilateral"
    time = _time(scenario, opened, participant, before)
    said: dict[str, object] = {"session": opened.id, "filed_at" if is_filed else "submitted_at": time}
    if participant is not None and not is_filed:
        said["participant_id"] = participant
    elif participant is not None:
        is_seller = participant in scenario.tables["generators"]["generator_id"].array.categories
        said["generator_id" if is_seller else "buyer_id"] = participant
    return said


def _time(scenario: Scenario, opened: TradingSession, participant: str | None, before: int) -> dt.datetime:
    """A second after the submission before it, and after what the participant has in the session already."""
    time = opened.opens_at + before * _SECOND
    if opened.table == "orders" and participant is not None:
        orders = scenario.tables["orders"]
        own = (orders["participant_id"] == participant) & (orders["session"] == opened.id)
        if own.any():
            time = max(time, orders["submitted_at"][own].max().to_pydatetime() + _SECOND)
    return min(time, opened.closes_at)
