from __future__ import annotations

import numpy as np
import pytest

from gridsim.core.jit import BAD_INPUT, OK, OVERFLOW
from gridsim.core.settlement import bounds
from gridsim.core.settlement.arrays import OPEN_EDGE, BandTables, Cells, ChargePrices, Legs
from gridsim.core.settlement.bounds import MAX_ENERGY, check_charges, check_positions
from tests.shared import ints


def in_plain_python(check):
    """The check with its kernels as they stand in the source, not compiled."""

    def call(*arguments):
        with pytest.MonkeyPatch.context() as patch:
            for kernel in ("check_each", "check_each_charge"):
                patch.setattr(bounds, kernel, getattr(bounds, f"_{kernel}"))
            return check(*arguments)

    return call


CHECKS = [check_positions, in_plain_python(check_positions)]


def market(**changes):
    """Two positions: one leg and two cells, then one and one; an entry of `changes` replaces an array."""
    arrays = {
        "leg_start": ints([0, 1, 2]),
        "leg_energy": ints([1000, 2000]),
        "leg_price": ints([350_000, 360_000]),
        "cell_start": ints([0, 2, 3]),
        "cell_energy": ints([500, 600, 1900]),
        "over_price": ints([[600_000, 700_000, 800_000]]),
        "of_position": ints([0, 1]),
        "over_edge": ints([[10_500], [10_800]]),
        "over_fee": ints([[0], [0]]),
        "under_edge": ints([[9500], [9200]]),
        "under_price": ints([[10_000], [10_000]]),
        "under_fee": ints([[0], [0]]),
    }
    assert not set(changes) - set(arrays)
    values = list({**arrays, **{name: np.asarray(value, dtype=np.int64) for name, value in changes.items()}}.values())
    return Legs(*values[:3]), Cells(*values[3:6]), BandTables(*values[6:])


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_market_passes(check):
    assert check(0, 2, *market()) == (OK, 0)
    assert check(2, 2, *market()) == (OK, 0)
    assert check(0, 2, *market(under_edge=np.empty((2, 0)), under_price=np.empty((2, 0)), under_fee=np.empty((2, 0))))[
        0
    ] == (OK)
    assert check(0, 2, *market(over_edge=[[OPEN_EDGE], [OPEN_EDGE]])) == (OK, 0)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "changes",
    [
        {"leg_start": [0, 1]},
        {"cell_start": [0, 2, 3, 3]},
        {"leg_price": [1]},
        {"over_price": [[1, 2]]},
        {"over_price": [[1, 2, 3], [1, 2, 3]]},
        {"over_edge": np.empty((2, 0)), "over_fee": np.empty((2, 0)), "over_price": np.empty((0, 3))},
        {"over_fee": [[0]]},
        {"under_edge": [[9500]]},
        {"under_price": [[0]]},
        {"under_fee": [[0, 0], [0, 0]]},
        {"over_edge": [[10_500], [-1]]},
        {
            "over_edge": [[10_500, 10_400], [1, 2]],
            "over_fee": np.zeros((2, 2)),
            "over_price": np.zeros((2, 3)),
        },
        {"under_edge": [[9500], [-1]]},
        {
            "under_edge": [[9500, 9600], [1, 0]],
            "under_fee": np.zeros((2, 2)),
            "under_price": np.zeros((2, 2)),
        },
    ],
)
def test_arrays_that_do_not_fit(check, changes):
    assert check(0, 2, *market(**changes)) == (BAD_INPUT, -1)


@pytest.mark.parametrize("first_last", [(-1, 1), (0, 3), (2, 1)])
def test_a_range_that_is_none(first_last):
    assert check_positions(*first_last, *market()) == (BAD_INPUT, -1)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "changes",
    [
        {"leg_energy": [1000, -1]},
        {"cell_energy": [500, 600, -1]},
        {"of_position": [0, 2]},
        {"of_position": [0, -1]},
        {"leg_start": [0, 2, 1]},
        {"leg_start": [0, 1, 3]},
    ],
)
def test_a_position_that_breaks_the_shape(check, changes):
    assert check(0, 2, *market(**changes)) == (BAD_INPUT, 1)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "changes",
    [
        {"leg_energy": [1000, MAX_ENERGY + 1]},
        {"leg_energy": [1000, 9 * 10**14]},
        {"leg_energy": [1000, 8 * 10**14], "under_edge": [[9500], [12_000]]},
        {"leg_energy": [1000, 8 * 10**14], "over_edge": [[10_500], [12_000]]},
        {"cell_energy": [500, 600, MAX_ENERGY + 1]},
        {"leg_price": [350_000, 5 * 10**15]},
        {"leg_price": [350_000, -5 * 10**15]},
        {"over_price": [[1, 1, 5 * 10**15]]},
        {"over_fee": [[0], [5 * 10**15]]},
        {"under_price": [[0], [5 * 10**15]]},
        {"under_fee": [[0], [5 * 10**15]]},
        {"over_fee": [[0], [3 * 10**15]], "under_fee": [[0], [3 * 10**15]]},
    ],
)
def test_a_position_whose_products_could_leave_int64(check, changes):
    assert check(0, 2, *market(**changes)) == (OVERFLOW, 1)
    assert check(0, 1, *market(**changes))[0] == OK


def test_the_largest_sums_pass():
    legs, cells, bands = market(leg_energy=[1000, 851 * 10**12], leg_price=[1, 1])
    assert check_positions(0, 2, legs, cells, bands) == (OK, 0)
    legs, cells, bands = market(cell_energy=[500, 600, MAX_ENERGY], leg_price=[9, 9], over_price=[[9, 9, 9]])
    assert check_positions(0, 2, legs, cells, bands) == (OK, 0)


@pytest.mark.parametrize("check", CHECKS)
def test_each_position_is_judged_by_itself(check):
    """A dear position and a large one: what both extremes would come to, no position does."""
    large, dear = 10**14, 10**13
    fits = market(leg_energy=[1, large], cell_energy=[1, 1, large], leg_price=[dear, 1], over_price=[[dear, dear, 1]])
    assert check(0, 2, *fits) == (OK, 0)
    together = market(leg_energy=[1, large], cell_energy=[1, 1, large], leg_price=[dear, dear])
    assert check(0, 2, *together) == (OVERFLOW, 1)
    long = market(cell_start=[0, 3, 3], cell_energy=[0, 0, MAX_ENERGY], leg_price=[1, 1], over_price=[[1, 1, 1]])
    assert check(0, 2, *long) == (OK, 0)


@pytest.mark.parametrize("check", CHECKS)
def test_the_first_of_many_positions_that_breaks_a_bound(check):
    count = 1100
    legs = Legs(np.arange(count + 1), np.full(count, 1000), np.full(count, 350_000))
    cells = Cells(np.arange(count + 1), np.full(count, 900), np.full((1, count), 600_000))
    bands = market()[2]._replace(of_position=np.zeros(count, dtype=np.int64))
    assert check(0, count, legs, cells, bands) == (OK, 0)
    for broken, status in ((1099, BAD_INPUT), (700, OVERFLOW), (511, BAD_INPUT)):
        cells.energy[broken] = -1 if status == BAD_INPUT else MAX_ENERGY + 1
        assert check(0, count, legs, cells, bands) == (status, broken)


def charges(**changes):
    arrays = {
        "cell_start": ints([0, 1, 2]),
        "average_price": ints([350_000, 350_000]),
        "in_band": ints([500, 600]),
        "price": ints([[180_000, 180_000], [20_000, 20_000]]),
        "adjustment_base": ints([150_000, 150_000]),
        "adjustment_ratio": ints([15_700, 10_000]),
    }
    assert not set(changes) - set(arrays)
    values = list({**arrays, **{name: np.asarray(value, dtype=np.int64) for name, value in changes.items()}}.values())
    return *values[:3], ChargePrices(*values[3:])


@pytest.mark.parametrize("check", [check_charges, in_plain_python(check_charges)])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (OK, 0)),
        ({"price": np.empty((0, 2))}, (OK, 0)),
        ({"price": [[1]]}, (BAD_INPUT, -1)),
        ({"adjustment_base": [1]}, (BAD_INPUT, -1)),
        ({"adjustment_ratio": [1]}, (BAD_INPUT, -1)),
        ({"average_price": [1]}, (BAD_INPUT, -1)),
        ({"adjustment_ratio": [1, -1]}, (BAD_INPUT, 1)),
        ({"price": [[1, 10**17], [1, 1]]}, (OVERFLOW, 1)),
        ({"price": [[1, 1], [1, -(10**17)]]}, (OVERFLOW, 1)),
        ({"adjustment_base": [1, 10**17], "adjustment_ratio": [1, 20_000]}, (OVERFLOW, 1)),
        ({"adjustment_ratio": [1, 10**14]}, (OVERFLOW, 1)),
        ({"average_price": [1, -(10**16)], "adjustment_ratio": [1, 4 * 10**6]}, (OVERFLOW, 1)),
    ],
)
def test_charges(check, changes, expected):
    assert check(0, 2, *charges(**changes)) == expected


@pytest.mark.parametrize("check", [check_charges, in_plain_python(check_charges)])
def test_charges_are_judged_one_by_one(check):
    dear = 10**17
    assert check(0, 2, *charges(in_band=[1, 600], price=[[dear, 1], [1, 1]])) == (OK, 0)
    assert check(0, 2, *charges(in_band=[1, 600], price=[[1, dear], [1, 1]])) == (OVERFLOW, 1)
    assert check(0, 2, *charges(average_price=[-dear, 0], adjustment_ratio=[10_000, 20_000])) == (OK, 0)


@pytest.mark.parametrize("first_last", [(-1, 1), (0, 3), (2, 1)])
def test_charges_of_a_range_that_is_none(first_last):
    assert check_charges(*first_last, *charges()) == (BAD_INPUT, -1)
