from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.errors import InputOverflowError
from tests.shared import ints

JIANGSU = gridsim.Bands(over=[(1, 0), (1.03, 39.1)], under=[(0.97, 0, 39.1)])
HENAN = gridsim.Bands(over=[(1.05, 0)], under=[(0.95, 10, 0)])


def portfolio(positions: int = 40) -> dict[str, Any]:
    random = np.random.default_rng(4)
    legs, cells = random.integers(0, 6, positions), random.integers(0, 12, positions)
    return {
        "leg_start": np.cumsum([0, *legs]),
        "leg_energy": random.integers(0, 1000, legs.sum()),
        "leg_price": random.integers(300_000, 400_000, legs.sum()),
        "cell_start": np.cumsum([0, *cells]),
        "cell_energy": random.integers(0, 700, cells.sum()),
        "over_price": random.integers(500_000, 900_000, cells.sum()),
    }


def flat(settled: Any) -> list[Any]:
    return [array.tolist() for part in settled[:3] for array in part]  # nothing is charged


@pytest.mark.parametrize("bands", [HENAN, JIANGSU])
def test_the_same_as_from_frames(bands):
    given = portfolio()
    legs, cells = np.diff(given["leg_start"]), np.diff(given["cell_start"])
    frames = (
        pd.DataFrame(
            {
                "unit": np.repeat(np.arange(len(legs)), legs),
                "energy_mwh": given["leg_energy"] / 1000,
                "price_yuan_per_mwh": given["leg_price"] / 1000,
            }
        ),
        pd.DataFrame(
            {
                "unit": np.repeat(np.arange(len(cells)), cells),
                "energy_mwh": given["cell_energy"] / 1000,
                "overrun_price_yuan_per_mwh": given["over_price"] / 1000,
            }
        ),
    )
    expected = gridsim.settle(*frames, by="unit", bands=bands, exact=True)
    settled = gridsim.settle_arrays(**given, bands=bands)
    assert settled.legs.in_band.tolist() == expected.legs["in_band_kwh"].tolist()
    assert settled.legs.energy_money.tolist() == expected.legs["energy_micro_yuan"].tolist()
    assert settled.legs.shortfall.sum(axis=0).tolist() == expected.legs["shortfall_kwh"].tolist()
    assert settled.cells.in_band.tolist() == expected.cells["in_band_kwh"].tolist()
    assert settled.cells.over_money.tolist() == expected.cells["overrun_micro_yuan"].tolist()
    has_any = (legs > 0) | (cells > 0)  # a frame knows no position without rows
    fees = dict(zip(expected.positions["unit"], expected.positions["fee_micro_yuan"], strict=True))
    assert settled.positions.fee_money[has_any].tolist() == [fees[unit] for unit in np.flatnonzero(has_any)]


def test_a_price_for_each_over_band_and_a_set_for_each_position():
    given = portfolio(3)
    by_band = given | {"over_price": np.stack([given["over_price"], given["over_price"] + 7])}
    which = ints([0, 1, 0])
    both = gridsim.settle_arrays(**by_band, bands=[JIANGSU, HENAN], set_of_position=which)
    for position, bands in enumerate((JIANGSU, HENAN, JIANGSU)):
        alone = gridsim.settle_arrays(**(given if bands is HENAN else by_band), bands=bands)
        for name in ("upper", "overrun_money", "fee_money", "shortfall_money"):
            assert getattr(both.positions, name)[position] == getattr(alone.positions, name)[position], name


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_threads_and_memory_used_again_change_nothing(threads, monkeypatch):
    monkeypatch.setattr("gridsim.settlement.ranges._PIECE", 10)
    given = portfolio()
    expected = flat(gridsim.settle_arrays(**given, bands=JIANGSU))
    out = gridsim.settle_arrays(**given, bands=JIANGSU)
    for array in (*out.positions, *out.legs, *out.cells):
        array.fill(-1)
    again = gridsim.settle_arrays(**given, bands=JIANGSU, threads=threads, out=out)
    assert again is out
    assert flat(again) == expected


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"leg_energy": [1, 2]}, TypeError, "leg_energy must be an array of int64, not list"),
        ({"over_price": [5]}, TypeError, "over_price must be an array of int64, not list"),
        ({"cell_energy": np.zeros(1)}, TypeError, "cell_energy must be an array of int64, not float64"),
        ({"leg_price": ints([1])}, ValueError, r"leg_price must have shape \(2,\), not \(1,\)"),
        ({"over_price": ints([1, 2])}, ValueError, r"over_price must have shape \(1, 1\), not \(1, 2\)"),
        ({"cell_start": ints([0, 2])}, ValueError, r"position \[0\]: runs of legs and cells must ascend"),
        ({"leg_energy": ints([5, -1])}, ValueError, r"position \[0\]: .* energies must not be negative"),
        ({"leg_energy": ints([2**55, 1])}, InputOverflowError, r"too large to settle .* in position \[0\]"),
        ({"set_of_position": ints([1])}, ValueError, r"its set must be one of the 1 given"),
        ({"bands": [HENAN, HENAN]}, ValueError, "with 2 sets of bands, set_of_position must say which"),
    ],
)
def test_what_is_refused(wrong, error, message):
    given = {
        "leg_start": ints([0, 2]),
        "leg_energy": ints([600, 400]),
        "leg_price": ints([350_000, 360_000]),
        "cell_start": ints([0, 1]),
        "cell_energy": ints([1100]),
        "over_price": ints([600_000]),
        "bands": HENAN,
    }
    with pytest.raises(error, match=message):
        gridsim.settle_arrays(**given | wrong)


def test_memory_of_other_positions_is_refused():
    out = gridsim.settle_arrays(**portfolio(3), bands=HENAN)
    with pytest.raises(ValueError, match="out is for other positions, legs, cells or bands than these"):
        gridsim.settle_arrays(**portfolio(4), bands=HENAN, out=out)
