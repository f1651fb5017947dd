"""Rules of the calendar of a kind of session: what is sound, and each fault by its place."""

from __future__ import annotations

from typing import Any

import pytest

from gridsim.rules.shape_calendar import check_calendar

SOUND: dict[str, Any] = {
    "window": {"at_least": 2, "cites": "window.any"},
    "closes": {"by": "12-31", "year": "before", "clause": "39"},
    "announced": {"in": "month_before", "before_day": 20, "months": [1, 12]},
    "delivers": {"what": "month"},
}
FAULTS: tuple[tuple[dict[str, Any], tuple[str | int, ...]], ...] = (
    ({"windows": {}}, ("windows",)),
    ({"window": 2}, ("window",)),
    ({"window": {}}, ("window",)),
    ({"window": {"exactly": 1, "at_least": 1}}, ("window",)),
    ({"window": {"exactly": 0}}, ("window", "exactly")),
    ({"window": {"exactly": {"value": "calendar.no"}}}, ("window", "exactly")),
    ({"closes": {}}, ("closes", "by")),
    ({"closes": {"by": "31-12"}}, ("closes", "by")),
    ({"closes": {"by": "12-31", "year": "after"}}, ("closes", "year")),
    ({"announced": {"in": "year", "before_day": 1}}, ("announced", "in")),
    ({"announced": {"before_day": 30}}, ("announced", "before_day")),
    ({"announced": {"before_day": 3, "months": [13]}}, ("announced", "months", 0)),
    ({"announced": {"by_segment": {"early": {"before_day": 3}}}}, ("announced", "by_segment", "early")),
    ({"announced": {"by_segment": {"mid": 3}}}, ("announced", "by_segment", "mid")),
    ({"announced": {"by_segment": {"late": {}}}}, ("announced", "by_segment", "late", "before_day")),
    ({"delivers": {"what": "year"}}, ("delivers", "what")),
)


def places(rules: dict[str, Any]) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = []

    def tell(place: Any, *_: object) -> None:
        found.append(tuple(place))

    def value_of(path: str, units: tuple[str, ...], *place: str | int) -> None:
        if not path.endswith("yes"):
            tell(place)

    check_calendar(rules, (), tell, value_of)
    return found


def test_sound_rules_are_told_of_nothing() -> None:
    assert places({}) == places(SOUND) == []
    by_value = {"window": {"exactly": {"value": "yes"}}, "closes": {"by": {"value": "yes"}}}
    assert places(by_value | {"announced": {"before_day": {"value": "yes"}, "months": {"value": "yes"}}}) == []


@pytest.mark.parametrize(("rules", "place"), FAULTS, ids=[".".join(map(str, place)) for _, place in FAULTS])
def test_a_fault_is_told_at_its_place(rules: dict[str, Any], place: tuple[str | int, ...]) -> None:
    assert places(rules) == [place]
