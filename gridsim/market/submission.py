"""What is submitted to a market, read and checked as the rows of a file are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.errors import Fault
from gridsim.market.beside_others import beside_others
from gridsim.market.rows import joined
from gridsim.market_tables import input_tables, table_of_frame
from gridsim.scenario.checks import check
from gridsim.scenario.checks_billing import billed_once
from gridsim.scenario.checks_bounds import contract_products, energy_sums, meter_products, money_of_the_run
from gridsim.scenario.checks_ids import duplicate_keys
from gridsim.scenario.checks_market import prices_of_months, varieties
from gridsim.scenario.checks_periods import own_periods, pairs_of_periods
from gridsim.scenario.checks_references import references, session_names
from gridsim.scenario.checks_retail import nominations_needed
from gridsim.scenario.checks_sessions import (
    filings_agree,
    one_segment,
    orders_at_any_price,
    segment_deliveries,
    session_kinds,
    transfer_deliveries,
)
from gridsim.scenario.checks_tariffs import tariffs_in_force
from gridsim.scenario.vary import draft_of
from gridsim.tables.any_frame import take_frame
from gridsim.tables.frames import columns_of_frame
from gridsim.tables.headings import match_headings
from gridsim.tables.read import empty_table, read_table
from gridsim.tables.read_table import ReadTable
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.columns import Table
    from gridsim.scenario import Scenario
    from gridsim.scenario.checks import Check
    from gridsim.scenario.draft import Draft
    from gridsim.tables.any_frame import FrameLike

__all__ = ["Submission", "cleared_already", "of_other_months", "read_submission"]

_BY_THEMSELVES: Mapping[str, tuple[Check, ...]] = {
    "orders": (
        *(references, session_names, varieties, session_kinds, orders_at_any_price, segment_deliveries),
        *(transfer_deliveries, one_segment),
    ),
    "bilateral": (references, session_names, session_kinds, duplicate_keys, filings_agree),
    "meter": (references, own_periods, pairs_of_periods, duplicate_keys, meter_products),
}
"""The checks that look at rows of a table, and at what they name."""

_METERED: tuple[Check, ...] = (
    *(prices_of_months, tariffs_in_force, billed_once, nominations_needed),
    *(contract_products, meter_products, energy_sums, money_of_the_run),
)
"""Those that hold metered rows against all others: who tells of a meter is no participant, and may know of all."""


class Submission(NamedTuple):
    """Rows as they were submitted.

    Attributes
    ----------
    table : Table
    frame : DataFrame or None
        Exact; None if it could not be read at all.
    scenario : Scenario or None
        With these rows behind all others; None where there is a fault.
    faults : list of Fault
    given : int
        Rows that there were.
    """

    table: Table
    frame: pd.DataFrame | None
    scenario: Scenario | None
    faults: list[Fault]
    given: int


def read_submission(
    scenario: Scenario, name: str, value: FrameLike | None, unless_said: Mapping[str, object]
) -> Submission:
    """Rows of a table, from a frame or records in outside units.

    Parameters
    ----------
    scenario : Scenario
        With everything that was submitted before.
    name : {"orders", "bilateral", "meter"}
    value : frame or records, optional
        Nothing, or a frame without columns: no row.
    unless_said : mapping
        By column, what stands in every row of a frame that does not have the column.
    """
    table = _table_of(scenario, name)
    try:
        frame = take_frame([] if value is None else value, name).frame
    except (TypeError, ValueError):
        message = Sentence("neither a frame nor records")
        allowed = Sentence("a frame of pandas, polars or pyarrow, a list of records, columns of one length")
        return Submission(table, None, None, [Fault.of_file(name, message, allowed, value=type(value).__name__)], 0)
    said = match_headings(list(frame.columns), table, name).columns or []
    if frame.empty and not len(frame.columns):  # nothing at all, as of who doesn't bid
        return Submission(table, empty_table(table, scenario.year), scenario, [], 0)
    names = [column.name for column in table]
    lacking = set(unless_said) - {column.name for column in said if column is not None}
    more_columns: dict[str, Any] = {column: unless_said[column] for column in names if column in lacking}
    frame = frame.assign(**more_columns)
    raw, _, faults = columns_of_frame(frame, table)
    if raw is None:
        return Submission(table, None, None, faults, len(frame))
    read, more = read_table(raw, scenario.year)
    faults = [*faults, *more]
    faults += check(_draft(scenario, read), _BY_THEMSELVES[name])
    if faults:
        return Submission(table, read.frame, None, faults, len(frame))
    before = scenario.tables[name]
    together = joined(table, before, read.frame)
    new = replace(scenario, tables={**scenario.tables, name: together}, given=scenario.given | {name})
    draft = _draft(new, ReadTable(table, f"{name} (all so far)", together))
    if name == "meter":
        faults = check(draft, _METERED)
    else:
        faults = list(beside_others(draft, ReadTable(table, name, read.frame), len(before))) if len(read.frame) else []
    return Submission(table, read.frame, None if faults else new, faults, len(frame))


def cleared_already(scenario: Scenario, submission: Submission, cleared: tuple[str, ...]) -> list[Fault]:
    """Rows that would change what a cleared session came to: one of that session, or of a contract that it made.

    Parameters
    ----------
    scenario : Scenario
        As it was before.
    submission : Submission
    cleared : tuple of str
        The sessions.
    """
    frame, name = submission.frame, submission.table.name
    if frame is None or name == "meter":
        return []
    read = ReadTable(submission.table, name, frame)
    open_ones = [each for each in scenario.tables["sessions"]["session"].tolist() if each not in cleared]
    is_late = frame["session"].isin(cleared).to_numpy()
    allowed = Sentence("a session that is not: {codes}", codes=named(open_ones)) if open_ones else Sentence("nothing")
    faults = list(read.faults(np.flatnonzero(is_late), "session", Sentence("this session is cleared"), allowed))
    if name == "bilateral":
        stands = scenario.tables[name]
        made = stands["contract_id"][stands["session"].isin(cleared)]
        again = np.flatnonzero(frame["contract_id"].isin(made.unique()).to_numpy() & ~is_late)
        message = Sentence("a filing of this contract was made in a session that is cleared")
        faults += read.faults(again, "contract_id", message, Sentence("another contract"))
    return faults


def of_other_months(frame: pd.DataFrame | None, month: str) -> list[Fault]:
    """Rows of metered energy that name another month than the one that is told of."""
    if frame is None:
        return []
    others = np.flatnonzero((frame["month"] != month).to_numpy(dtype=bool))
    texts = frame["month"].astype(str).to_numpy()
    message = Sentence("another month than the one that is metered")
    return [Fault("meter", row + 1, "month", texts[row], message, named([month])) for row in others.tolist()]


def _table_of(scenario: Scenario, name: str) -> Table:
    return table_of_frame(input_tables(scenario.rules.shape)[name], scenario.tables[name])


def _draft(scenario: Scenario, read: ReadTable) -> Draft:
    """All of a market, with one table in place of its own."""
    draft = draft_of(scenario)
    tables = dict(draft.tables)
    tables[read.name] = read
    return replace(draft, tables=tables, given=draft.given | {read.name}, found={})
