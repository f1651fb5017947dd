from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import gridsim
from gridsim import Bands, ScenarioError
from gridsim.core.settlement.arrays import NO_EDGE, OPEN_EDGE
from gridsim.settlement.bands import band_tables


def test_numbers_are_read_exactly_and_compared_so():
    bands = Bands(over=[(1.05, 0), ["1.1", Decimal("0.5")]], under=[(0.95, 10, 0.001)])
    assert bands.exact_over == ((10_500, 0), (11_000, 500))
    assert bands.exact_under == ((9500, 10_000, 1),)
    same = Bands(over=(("1.0500", 0), (1.1, "0.5")), under=((Decimal("0.95"), 10.0, 0.001),))
    assert bands == same
    assert hash(bands) == hash(same)
    assert bands != Bands(over=[(1.05, 0)])
    assert Bands([(None, 0)]).exact_over == ((OPEN_EDGE, 0),)
    assert Bands([(10, 0), (100, 0)], [(10, 1, 0)]).exact_over == ((100_000, 0), (1_000_000, 0))


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        ([], (), ["over: no over band"]),
        ("1.05", (), ["over: not a sequence"]),
        (1.05, 5, ["over: not a sequence", "under: not a sequence"]),
        ([1.05], (), ["row 1, over: not 2 values"]),
        ([(1.05, 0), (1.1, 0, 0)], ["abc"], ["row 2, over: not 2 values", "row 1, under: not 3 values"]),
        ([("a", -1)], [(None, 1, 0.0001)],
         ["over.edge: not a number", "over.fee: negative", "under.edge: not a number", "under.fee: more than 3 dec"]),
        ([(1.00001, float("nan"))], (), ["over.edge: more than 4 decimals", "over.fee: not a finite number"]),
        ([("1e15", 0)], (), ["over.edge: too large"]),
        ([(1, 0), (None, 0)], (), ["row 2, over.edge: not a number"]),
        ([(105, 0)], [(98, 0, 0), ("92.5", 0, 0)],
         ["over.edge: probably a percentage: 105 % is 1.05", "under.edge: probably a percentage: 98 % is 0.98",
          "row 2, under.edge: probably a percentage: 92.5 % is 0.925"]),
        ([(100, 0)], [(100, 0, 0)], ["under.edge: probably a percentage: 100 % is 1"]),
        ([(10.01, 0), (1000, 0), (1000.5, 0)], (), ["10.01 % is 0.1001", "row 2, over.edge: probably a percentage"]),
        ([(None, 0), (2, 0)], (), ["row 2, over.edge: a band that is never reached"]),
        ([(1.1, 0), (1.1, 0)], [(0.9, 0, 0), (0.9, 0, 0)],
         ["row 2, over.edge: not ascending", "row 2, under.edge: not descending"]),
        ([(1, 0)], [(1.1, 0, 0), (0, 0, 0)], ["under.edge: zero", "under.edge: above the first over edge"]),
    ],
)  # fmt: skip
def test_every_fault_is_listed(over, under, expected):
    with pytest.raises(ScenarioError) as caught:
        Bands(over, under)
    faults = [str(fault) for fault in caught.value.faults]
    assert len(faults) == len(expected)
    assert all(part in fault for part, fault in zip(expected, faults, strict=True)), faults


def test_bands_of_a_rule_set():
    assert Bands.henan_conventional() == Bands([(1.05, 0)], [(0.95, 10, 0)])
    assert Bands.henan_tou() == Bands([(1.08, 0)], [(0.92, 10, 0)])
    rules = gridsim.rules.load("henan-2021", overrides={"settlement.tou.upper": 1.2, "settlement.tou.lower": 0})
    assert Bands.from_rules(rules, "tou", "2021-05") == Bands([(1.2, 0)])
    assert Bands.from_rules(rules, "conventional") == Bands.henan_conventional()


def test_tables_are_filled_up_with_bands_that_do_not_exist():
    of_position = np.array([1, 0], dtype=np.int64)
    tables = band_tables([Bands([(1, 3), (1.1, 4)]), Bands([(None, 0)], [(0.9, 5, 6)])], of_position)
    assert tables.of_position is of_position
    assert tables.over_edge.tolist() == [[10_000, 11_000], [OPEN_EDGE, OPEN_EDGE]]
    assert tables.over_fee.tolist() == [[3000, 4000], [0, 0]]
    assert tables.under_edge.tolist() == [[NO_EDGE], [9000]]
    assert tables.under_price.tolist() == [[0], [5000]]
    assert tables.under_fee.tolist() == [[0], [6000]]
