"""Which months settle by a regime, and what its users pay then."""

from __future__ import annotations

import gridsim
from gridsim.rules.regimes import NO_REGIME, charges_of_month, regime_of_months


def test_months_and_charges() -> None:
    rules = gridsim.rules.load("henan-2021")
    assert regime_of_months(rules, 2021) == [0, 0, 0, *[NO_REGIME] * 9]
    assert regime_of_months(rules, 2022) == [NO_REGIME] * 12
    by_mode = {mode.id: mode.charges for mode in rules.shape.modes}
    assert charges_of_month(rules, "tou", NO_REGIME) == by_mode["tou"]
    assert charges_of_month(rules, "tou", 0) == by_mode["conventional"]
