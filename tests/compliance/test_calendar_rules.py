"""What a rule set asks of the calendar of a kind of session: plain numbers and values, each part left out or there."""

from __future__ import annotations

import pytest

from gridsim.compliance.calendar_rules import Announcement, Closing, Delivery, KindRules, Window, rules_of_kind
from gridsim.rules import load
from gridsim.rules.shape_lists import SessionKind

HENAN = load("henan-2021")


def read(**rules: object) -> KindRules:
    return rules_of_kind(SessionKind("auction", "uniform", rules=rules), HENAN)


def test_what_is_left_out_is_not_checked() -> None:
    assert read() == (None, None, None, None)


def test_numbers_of_a_kind_itself() -> None:
    found = read(
        window={"at_least": 3, "clause": "39"},
        closes={"by": "11-30", "year": "before"},
        announced={"in": "month_before", "before_day": 25, "months": [1, 2]},
        delivers={"what": "month", "clause": "40"},
    )
    assert found == (
        Window(3, True, "39"),
        Closing("11-30", -1, ""),
        {"": Announcement(25, -1, (1, 2), "")},
        Delivery("month", "40"),
    )


def test_a_day_for_each_segment() -> None:
    found = read(announced={"in": "month", "by_segment": {"mid": {"before_day": 5}, "late": {"before_day": 15}}})
    assert found.announced == {"mid": Announcement(5, 0, None, ""), "late": Announcement(15, 0, None, "")}


@pytest.mark.parametrize("kind", HENAN.shape.sessions, ids=lambda kind: kind.id)
def test_henans_kinds_take_their_values_and_clauses_by_path(kind: SessionKind) -> None:
    values, found = HENAN.values.calendar, rules_of_kind(kind, HENAN)
    assert found.window is not None
    days = values.annual_bilateral_working_days if kind.how == "filings" else values.matched_working_days
    assert (found.window.days, found.window.clause) == (days, "N3")
    assert (found.closes is None) == (found.announced is not None)
    if found.announced is not None:
        assert all(each.clause == "N3" for each in found.announced.values())
    if kind.annual:
        assert found.closes == Closing(values.annual_closes_by, -1, HENAN.cited("compliance.close.annual"))
