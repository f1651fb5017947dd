"""Compliance: what was checked, what did not pass, and which orders and filings were not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.charts.display import rows_of
from gridsim.details import COMPLIANCE, detail_of
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.rules.citations import clause_text
from gridsim.show.numbers import count
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["Checks", "checks_of"]

_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Checks:
    """What the section shows."""

    counts: Listing
    failed: Listing
    reasons: Listing
    rejected: Listing


def checks_of(result: Result, words: PageWords) -> Checks:
    """The section's tables."""
    compliance = result.exact.compliance
    for name in ("close_before", "announcement_by"):  # held against the limit in another way than usual
        is_so = compliance["detail"].eq(COMPLIANCE[name])
        if is_so.any():
            compliance = compliance.assign(measure=compliance["measure"].astype(object).mask(is_so, name))
    return Checks(
        _counts(compliance, words),
        _failed(compliance[compliance["passed"].eq(False)], words),
        _reasons(result.exact.rejected, words),
        _rejected(result.exact.rejected, words),
    )


def _counts(compliance: pd.DataFrame, words: PageWords) -> Listing:
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
            words.called("check", check),
            words.check(check, measure),
            clause_text(clause, words.lang),
            *(count(each) if each else "" for each in numbers),
        ]
        for (check, measure, clause), numbers in zip(sums.index, sums.to_numpy().tolist(), strict=True)
    ]
    columns = (
        text(words.say("check")),
        text(words.say("what is held against the limit")),
        text(words.say("clause")),
        *(
            number(words.say(name))
            for name in (
                msg("passed"),
                msg("not passed"),
                msg("for the reader"),
            )
        ),
    )
    return listing(
        columns,
        rows,
        note=words.say(
            "Checks are reported and never enforced. What is for the reader to judge stands in the table "
            "compliance of the results."
        ),
    )


def _failed(failed: pd.DataFrame, words: PageWords) -> Listing:
    shown = failed.head(_ROWS)
    texts = shown[["check", "subject", "month", "measure", "value", "limit", "clause"]].astype(object).fillna("")
    rows = [
        [
            words.called("check", row.check),
            words.who("unit", row.subject),
            words.as_metered(row.month, row.month),
            words.check(row.check, row.measure),
            row.value,
            row.limit,
            clause_text(row.clause, words.lang),
        ]
        for row in rows_of(texts)
    ]
    columns = (
        text(words.say("check")),
        text(words.say("subject")),
        text(words.say("month")),
        text(words.say("what is held against the limit")),
        number(words.say("value")),
        number(words.say("limit")),
        text(words.say("clause")),
    )
    note = ""
    if len(failed) > len(shown):
        note = words.say(
            "The first {shown} of {all}; the table compliance of the results has all.",
            shown=count(len(shown)),
            all=count(len(failed)),
        )
    return listing(columns, rows, note=note, name="failed")


def _reasons(rejected: pd.DataFrame, words: PageWords) -> Listing:
    sums = rejected.groupby(["table", "reason"], observed=True, sort=False).size()
    rows = [
        [words.called("table", table), words.called("reason", reason), count(rows)]
        for (table, reason), rows in zip(sums.index, sums.tolist(), strict=True)
    ]
    columns = (text(words.say("table")), text(words.say("reason")), number(words.say("rows")))
    return listing(columns, rows)


def _rejected(rejected: pd.DataFrame, words: PageWords) -> Listing:
    shown = rejected.head(_ROWS)
    rows = [
        [
            words.called("table", str(row.table)),
            count(row.row),
            words.called("reason", str(row.reason)),
            detail_of(str(row.detail)).told(words.lang),
        ]
        for row in rows_of(shown)
    ]
    columns = (
        text(words.say("table")),
        number(words.say("row")),
        text(words.say("reason")),
        text(words.say("in words")),
    )
    note = ""
    if len(rejected) > len(shown):
        note = words.say(
            "The first {shown} of {all}; the table rejected of the results has all.",
            shown=count(len(shown)),
            all=count(len(rejected)),
        )
    return listing(columns, rows, note=note, name="rejected")
