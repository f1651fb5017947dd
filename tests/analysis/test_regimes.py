"""Months that settle otherwise stand in the shape, by a value of the rule set or as they are."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gridsim
from gridsim.analysis.regimes import regime_months, without_bands

RULES = gridsim.rules.load("henan-2021")


def test_henans_first_quarter_has_no_bands() -> None:
    (regime,) = regime_months(RULES)
    assert (regime.id, regime.months) == ("transition", ("2021-01", "2021-02", "2021-03"))
    assert regime.clause == RULES.clauses_of("transition.months")
    assert regime.trial_clause == RULES.clauses_of("transition.trial")
    assert without_bands(RULES) == (regime.months, regime.clause)


def test_months_may_be_listed_and_a_regime_may_have_bands() -> None:
    (open_one,) = RULES.shape.regimes
    banded = replace(open_one, id="b", months=("2021-12", "2021-06"), over=RULES.shape.modes[0].over)
    listed = replace(open_one, id="c", months=("2021-11",))
    rules: Any = SimpleNamespace(shape=SimpleNamespace(regimes=(banded, listed)))
    assert [(each.id, each.months) for each in regime_months(rules)] == [
        ("b", ("2021-06", "2021-12")),
        ("c", ("2021-11",)),
    ]
    assert without_bands(rules) == (("2021-11",), "")
    assert without_bands(SimpleNamespace(shape=SimpleNamespace(regimes=()))) == ((), "")  # type: ignore[arg-type]
