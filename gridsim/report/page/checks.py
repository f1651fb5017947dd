"""Compliance: what was checked, what did not pass, and which orders and filings were not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.charts.display import rows_of
from gridsim.report.page.grid import Grid, count, number, text
from gridsim.rules.citations import clause_text

if TYPE_CHECKING:
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["Checks", "checks_of"]

_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Checks:
    """What the section shows."""

    counts: Grid
    failed: Grid
    reasons: Grid
    rejected: Grid


def checks_of(result: Result, words: PageWords) -> Checks:
    """The section's tables."""
    compliance = result.exact.compliance
    return Checks(
        _counts(compliance, words),
        _failed(compliance[compliance["passed"].eq(False)], words),
        _reasons(result.exact.rejected, words),
        _rejected(result.exact.rejected, words),
    )


def _counts(compliance: pd.DataFrame, words: PageWords) -> Grid:
    keys = ["check", "measure", "clause"]
    table = compliance[keys].astype(object).fillna("")
    passed = compliance["passed"]
    table = table.assign(
        passed=passed.eq(True).fillna(False).astype("int64"),
        failed=passed.eq(False).fillna(False).astype("int64"),
        open=passed.isna().astype("int64"),
    )
    sums = table.groupby(keys, sort=False)[["passed", "failed", "open"]].sum()
    rows = [
        [
            words.name(check),
            words.check(check, measure),
            clause_text(clause, words.lang),
            *(count(each) if each else "" for each in numbers),
        ]
        for (check, measure, clause), numbers in zip(sums.index, sums.to_numpy().tolist(), strict=True)
    ]
    columns = (
        text(words.say("c_check")),
        text(words.say("c_what")),
        text(words.say("c_clause")),
        *(number(words.say(name)) for name in ("c_passed", "c_failed", "c_open")),
    )
    return Grid("", columns, rows, note=words.say("checks_note"))


def _failed(failed: pd.DataFrame, words: PageWords) -> Grid:
    shown = failed.head(_ROWS)
    texts = shown[["check", "subject", "month", "measure", "value", "limit", "clause"]].astype(object).fillna("")
    rows = [
        [
            words.name(row.check),
            row.subject,
            row.month,
            words.check(row.check, row.measure),
            row.value,
            row.limit,
            clause_text(row.clause, words.lang),
        ]
        for row in rows_of(texts)
    ]
    columns = (
        text(words.say("c_check")),
        text(words.say("c_subject")),
        text(words.say("c_month")),
        text(words.say("c_what")),
        number(words.say("c_value")),
        number(words.say("c_limit")),
        text(words.say("c_clause")),
    )
    note = ""
    if len(failed) > len(shown):
        note = words.say("failed_cut", shown=count(len(shown)), all=count(len(failed)))
    return Grid("failed", columns, rows, note=note)


def _reasons(rejected: pd.DataFrame, words: PageWords) -> Grid:
    sums = rejected.groupby(["table", "reason"], observed=True, sort=False).size()
    rows = [
        [_table_name(table, words), words.name(reason), count(rows)]
        for (table, reason), rows in zip(sums.index, sums.tolist(), strict=True)
    ]
    columns = (text(words.say("c_table")), text(words.say("c_reason")), number(words.say("c_rows")))
    return Grid("", columns, rows)


def _rejected(rejected: pd.DataFrame, words: PageWords) -> Grid:
    shown = rejected.head(_ROWS)
    rows = [[_table_name(str(row.table), words), count(row.row), words.name(str(row.reason))] for row in rows_of(shown)]
    columns = (text(words.say("c_table")), number(words.say("c_row")), text(words.say("c_reason")))
    note = ""
    if len(rejected) > len(shown):
        note = words.say("rejected_cut", shown=count(len(shown)), all=count(len(rejected)))
    return Grid("rejected", columns, rows, note=note)


def _table_name(table: str, words: PageWords) -> str:
    return words.name("bilateral_table") if table == "bilateral" else words.name(table)
