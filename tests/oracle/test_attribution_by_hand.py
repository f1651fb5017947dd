"""The oracle of attribution against the worked month of rulebook 14."""

from __future__ import annotations

from fractions import Fraction

import pytest

from .attribution import Member, Part, attributed, edge_of, netting_of, plans_of, weights_of

MEMBERS = [Member(560_000, 360_000), Member(480_000, 400_000), Member(160_000, 240_000)]
SHORT = [Member(300_000, 360_000), Member(390_000, 400_000), Member(190_000, 240_000)]
OVER = Part("over", 1_050_000, 150_000, 97_680_000_000)
UNDER = Part("under", 950_000, 70_000, 700_000_000)


@pytest.mark.parametrize(
    ("method", "weights", "money"),
    [
        ("pro_rata", (560, 480, 160), (45_584_000_000, 39_072_000_000, 13_024_000_000)),
        ("own_deviation", (200, 80, 0), (69_771_428_571, 27_908_571_429, 0)),
        ("marginal", (150, 80, 0), (63_704_347_826, 33_975_652_174, 0)),
        ("shapley", (145, 50, -45), (94_424_000_000, 32_560_000_000, -29_304_000_000)),
    ],
)
def test_the_worked_overrun(method: str, weights: tuple[int, ...], money: tuple[int, ...]) -> None:
    assert weights_of(method, MEMBERS, OVER) == [1000 * weight for weight in weights]
    assert attributed(method, MEMBERS, OVER, OVER.money) == (0, list(money))


@pytest.mark.parametrize(
    ("method", "weights", "money"),
    [
        ("own_deviation", (60, 10, 50), (350_000_000, 58_333_333, 291_666_667)),
        ("shapley", (Fraction(220, 6), Fraction(40, 6), Fraction(160, 6)), (366_666_667, 66_666_667, 266_666_666)),
    ],
)
def test_the_worked_shortfall(method: str, weights: tuple[Fraction, ...], money: tuple[int, ...]) -> None:
    assert weights_of(method, SHORT, UNDER) == [1000 * weight for weight in weights]
    assert attributed(method, SHORT, UNDER, UNDER.money) == (0, list(money))


def test_the_buyers_own_part() -> None:
    on_plan = [Member(m.plan, m.plan) for m in MEMBERS]
    part = Part("over", 840_000, 160_000, 96_000_000_000)
    assert attributed("shapley", on_plan, part, part.money) == (96_000_000_000, [0, 0, 0])


def test_netting_of_the_worked_month() -> None:
    assert netting_of(MEMBERS, Fraction("1.05"), Fraction("0.95"), 150_000, 0) == (92_000, 68_000)
    assert edge_of(0, None) == 0
    assert edge_of(1, None) is None


def test_plans_from_nominations_history_and_others() -> None:
    assert plans_of(1000, [400, None, None, None], [[], [300, 100], [100], []]) == (
        [400, 267, 133, 200],
        ["nomination", "history", "history", "mean_of_others"],
    )
    assert plans_of(1, [None, None], [[], []]) == ([1, 0], ["equal", "equal"])
    assert plans_of(100, [150, None], [[], [7]]) == ([150, 0], ["nomination", "history"])
