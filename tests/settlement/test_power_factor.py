"""The power factor and what it adjusts a bill by: the points of rulebook part 13, in whole numbers of any size."""

from __future__ import annotations

from fractions import Fraction

import pytest

import gridsim
from gridsim.settlement.power_factor import adjustment, adjustment_ratio, power_factor, steps_of

BILLING = gridsim.rules.load("henan-2021").values.billing
STANDARDS = ("0.90", "0.85", "0.80")


@pytest.mark.parametrize(
    ("factor", "percents"),
    [
        ("0.60", ("25", "15", "10")),
        ("0.65", ("15", "10", "7.5")),
        ("0.32", ("81", "71", "61")),
        ("0.95", ("-0.75", "-1.10", "-1.30")),
        ("1.00", ("-0.75", "-1.10", "-1.30")),
        ("0.90", ("0", "-0.5", "-1.0")),
        ("0.91", ("-0.15", "-0.65", "-1.15")),
    ],
)
def test_the_points_of_the_table(factor: str, percents: tuple[str, ...]) -> None:
    found = [adjustment_ratio(int(Fraction(factor) * 100), steps_of(standard, BILLING)) for standard in STANDARDS]
    assert [Fraction(ratio, 100) for ratio in found] == [Fraction(percent) for percent in percents]


def test_the_worked_bill() -> None:
    base, steps = (184_000 + 80_000) * 10**6, steps_of("0.90", BILLING)
    assert adjustment(base, adjustment_ratio(70, steps)) == 26_400 * 10**6
    assert adjustment(base, adjustment_ratio(95, steps)) == -1_980 * 10**6
    assert adjustment(-5, 1_000) == -1  # half away from zero
    assert adjustment(5, 1_000) == 1


@pytest.mark.parametrize(
    ("active", "reactive", "factor"),
    [
        (0, 5, None),
        (1, 0, 100),
        (3, 4, 60),
        (1, 10**15, 0),
        (10**15, 1, 100),
        (10**15, 10**15, 71),  # int64 holds no square of these
        (199, 40_000 - 199, 0),
    ],
)
def test_the_factor_is_the_largest_hundredth_that_fits(active: int, reactive: int, factor: int | None) -> None:
    assert power_factor(active, reactive) == factor


def test_a_factor_on_the_edge_of_a_hundredth_is_rounded_up() -> None:
    """A factor of 0.845 exactly: A = 169, A² + R² = 200²."""
    reactive_squared = 200**2 - 169**2
    scale = 10**6
    reactive = int((reactive_squared * scale**2) ** 0.5)
    while (reactive + 1) ** 2 <= reactive_squared * scale**2:
        reactive += 1
    while reactive**2 > reactive_squared * scale**2:
        reactive -= 1
    assert power_factor(169 * scale, reactive) == 85
    assert power_factor(169 * scale, reactive + 1) == 84


def test_another_table_is_another_value() -> None:
    rules = gridsim.rules.load("henan-2021", {"billing.surcharge_near": "0.006", "billing.discount_to_090": "0.93"})
    steps = steps_of("0.90", rules.values.billing)
    assert adjustment_ratio(89, steps) == 60
    assert adjustment_ratio(99, steps) == -45
