"""What a deviation costs, and the cap: by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridsim.retail.contracts import NOT_NOMINATED, Nominations, RetailContract
from gridsim.retail.deviation import WHOLE_MONTH, Charge, Metered, capped, charges_of_user


def contract(**terms: Any) -> RetailContract:
    told: dict[str, Any] = {
        "row": 1, "user": 0, "first": 0, "last": 11, "kind": "fixed", "prices": (1_000, 1_000), "reference": None,
        "share": None, "floor": None, "cap": None, "fee": None, "deviation": "own", "free": 0, "rate": None,
        "deviation_price": 7, "side": "both", "capped": False,
    }  # fmt: skip
    return RetailContract(**(told | terms))


def charges(
    terms: dict[str, Any], of_month: int, of_period: list[int], cells: list[Metered], deviates: Any = None
) -> list[Charge]:
    nominations = Nominations(np.array([[of_month]]), np.array([[of_period]]))
    sides = deviates or [(False, False)] * 3
    return list(charges_of_user(contract(**terms), nominations, 0, cells, [1_000, 3_000].__getitem__, sides))


NONE = [NOT_NOMINATED, NOT_NOMINATED]
CELLS = [Metered(0, 110, 1_000), Metered(1, 30, 3_000)]


@pytest.mark.parametrize(
    ("terms", "nominated", "energy", "price"),
    [
        ({}, 100, 40, 7),
        ({"free": 1_000}, 100, 30, 7),
        ({"free": 1_000}, 200, 40, 7),
        ({"side": "under"}, 100, 0, 7),
        ({"side": "unit"}, 100, 0, 7),
        ({"deviation_price": None, "rate": 5_000}, 100, 40, 715),  # half of (110 × 1,000 + 30 × 3,000) / 140 = 1,429
    ],
)
def test_of_a_month(terms: dict[str, Any], nominated: int, energy: int, price: int) -> None:
    (found,) = charges(terms, nominated, NONE, CELLS)
    assert (found.period, found.energy, found.price) == (WHOLE_MONTH, energy, price)
    assert found.amount == energy * price


def test_of_periods_with_one_that_has_no_cell() -> None:
    first, second = charges({"deviation_price": None, "rate": 10_000}, NOT_NOMINATED, [100, 50], CELLS[:1])
    assert (first.period, first.over, first.price) == (0, 10, 1_000)
    assert (second.period, second.under, second.price) == (1, 50, 3_000)
    assert second.added_price == 0


def test_only_in_the_direction_of_the_unit() -> None:
    sides = [(True, False), (False, True), (True, True)]
    over, under = charges({"side": "unit"}, NOT_NOMINATED, [100, 10], CELLS, sides)
    assert (over.energy, under.energy) == (10, 0)


def test_a_negative_price_makes_no_charge() -> None:
    cells = [Metered(0, 10, -5_000)]
    (found,) = charges({"deviation_price": None, "rate": 10_000}, 5, NONE, cells)
    assert found.amount == 0


def test_the_cap_leaves_others_alone() -> None:
    one = Charge(contract(capped=True), WHOLE_MONTH, 0, 10, 5, 0, 100)
    other = Charge(contract(), WHOLE_MONTH, 0, 10, 3, 0, 100)
    assert [each.amount for each in capped([one, other, one], 10_000)] == [500, 300, 500]
    assert [each.amount for each in capped([one, other, one], 401)] == [51, 300, 50]
    assert [each.amount for each in capped([one, other, one], 0)] == [0, 300, 0]
