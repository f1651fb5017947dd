"""A market as far as it has come: what was submitted to the sessions that are cleared, and the months that settle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from gridsim.errors import ResultError
from gridsim.market.rows import kept
from gridsim.market_tables import METER_PARTS, scenario_tables, table_of_frame
from gridsim.scenario.notices import notices
from gridsim.scenario.vary import draft_of, hashed_again
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = [
    "PARTICIPANTS",
    "SUBMITTED",
    "in_sessions",
    "metered_months",
    "nobody_named",
    "noticed_again",
    "rows_of",
    "settled_to_date",
    "without_month",
    "without_orders",
]

PARTICIPANTS = {"generators": "generator_id", "retailers": "retailer_id", "users": "user_id"}
"""The tables of those who take part, and the columns of their ids."""

SUBMITTED = ("bilateral", "orders")
_OF_MONTHS = ("meter", METER_PARTS, "generation", "billing", "corrections")
"""Tables whose rows are of a month that settles."""


def in_sessions(scenario: Scenario, rows: Mapping[str, NDArray[np.bool_]]) -> Scenario:
    """The same market with what was submitted to some of its sessions, and nothing else.

    Its hash is the one that it was.

    Parameters
    ----------
    scenario : Scenario
    rows : mapping of str to (n,) bool array
        By table, the rows that are of these sessions (`rows_of`).
    """
    tables = dict(scenario.tables)
    for name, own in rows.items():
        tables[name] = _kept(scenario, name, own)
    return replace(scenario, tables=tables)


def rows_of(scenario: Scenario, name: str, sessions: Collection[str]) -> NDArray[np.bool_]:
    """(n,) which rows of orders or filings are of some sessions."""
    column = scenario.tables[name]["session"].array
    chosen = np.array([text in sessions for text in column.categories.tolist()] + [False], dtype=bool)
    found: NDArray[np.bool_] = chosen[column.codes]
    return found


def settled_to_date(scenario: Scenario, sessions: Collection[str], months: Collection[str]) -> Scenario:
    """The market of which a result to date is the run.

    Parameters
    ----------
    scenario : Scenario
        All that was submitted.
    sessions : collection of str
        Those that are cleared.
    months : collection of str
        Those that settle.
    """
    found = in_sessions(scenario, {name: rows_of(scenario, name, sessions) for name in SUBMITTED})
    tables = dict(found.tables)
    for name in _OF_MONTHS:
        if name in tables:
            tables[name] = _kept(found, name, tables[name]["month"].isin(months).to_numpy())
    forecast = tuple(month for month in found.forecast_months if month in months)
    settled = tuple(sorted(months))
    return hashed_again(replace(found, tables=tables, settled_months=settled, forecast_months=forecast))


def metered_months(scenario: Scenario) -> list[str]:
    """The months in which something was metered, ascending."""
    months = scenario.tables["meter"]["month"].array
    return sorted(months.categories[code] for code in np.unique(months.codes) if code >= 0)


def without_month(scenario: Scenario, month: str) -> Scenario:
    """The same market, less what was metered in a month."""
    tables = dict(scenario.tables)
    for name in ("meter", METER_PARTS):
        if name in tables:
            tables[name] = _kept(scenario, name, (tables[name]["month"] != month).to_numpy(dtype=bool))
    forecast = tuple(each for each in scenario.forecast_months if each != month)
    return replace(scenario, tables=tables, forecast_months=forecast)


def without_orders(scenario: Scenario, participants: Collection[str] | Literal["all"]) -> Scenario:
    """The same market, less the orders of some participants, or of all.

    Parameters
    ----------
    scenario : Scenario
    participants : collection of str, or "all"

    Raises
    ------
    ResultError
        One that takes no part in the market.
    """
    orders = scenario.tables["orders"]
    own = np.ones(len(orders), dtype=bool)
    if participants != "all":
        names = [participants] if isinstance(participants, str) else list(participants)
        known = {name for table, column in PARTICIPANTS.items() for name in scenario.tables[table][column]}
        for name in names:
            if name not in known:
                raise nobody_named(scenario, name)
        own = orders["participant_id"].isin(names).to_numpy()
    return replace(scenario, tables={**scenario.tables, "orders": _kept(scenario, "orders", ~own)})


def nobody_named(scenario: Scenario, name: str) -> ResultError:
    """That nobody of that name takes part in a market, and who may be meant, or some of who do."""
    known = sorted({each for table, column in PARTICIPANTS.items() for each in scenario.tables[table][column]})
    hint = nearest_in_words(nearest(name, known)) or Sentence("there are: {names}", names=named(known, most=LISTED))
    told = Sentence("nobody named {name} takes part in this market", name=name)
    return ResultError(listed(told, hint))


def noticed_again(scenario: Scenario, before: Scenario) -> tuple[Sentence, ...]:
    """What is no fault of a market but ought to be known, now that rows were submitted.

    What was said of the files stays; what was noticed in the rows is looked for again.

    Parameters
    ----------
    scenario : Scenario
    before : Scenario
        As the market began.
    """
    looked_for = {sentence.template for sentence in notices(draft_of(before))}
    stays = tuple(sentence for sentence in before.warnings if sentence.template not in looked_for)
    return (*stays, *notices(draft_of(scenario)))


def _kept(scenario: Scenario, name: str, rows: NDArray[np.bool_]) -> pd.DataFrame:
    table, frame = scenario_tables(scenario.rules.shape)[name], scenario.tables[name]
    return kept(table_of_frame(table, frame), frame, rows)
