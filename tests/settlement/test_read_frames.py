"""Frames that are settled: what is read from them, and every fault of them."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim import Bands, ScenarioError
from tests.settlement.small import CONVENTIONAL, OVERRUN, cells_of, legs_of


def test_one_key_may_be_a_plain_text_and_empty_frames_settle():
    legs = legs_of(("U", 1, 2), columns=("unit_id", "energy_mwh", "price_yuan_per_mwh"))
    cells = cells_of(columns=("unit_id", "energy_mwh", OVERRUN))
    assert gridsim.settle(legs, cells, by="unit_id", bands=CONVENTIONAL).positions["shortfall_mwh"].tolist() == [0.95]
    nothing = gridsim.settle(legs.iloc[:0], cells, by="unit_id", bands=CONVENTIONAL)
    assert [len(frame) for frame in nothing] == [0, 0, 0]
    assert gridsim.settle(legs.iloc[:0], cells, by=[], bands=CONVENTIONAL).positions.empty


def faults_of(*arguments, **options) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        gridsim.settle(*arguments, **options)
    return [str(fault) for fault in caught.value.faults]


def test_all_faults_at_once():
    legs = legs_of(("U", "m", "total", -1, "350,5"), ("U", None, "night", 1.0005, float("inf")))
    cells = cells_of(
        (7, "m", "total", 1, None),
        columns=("unit_id", "month", "product", "energy_mwh", OVERRUN),
    )
    energy, price = (f"a number of {unit}, 0 or above, at most 3 decimals" for unit in ("MWh", "yuan/MWh"))
    assert faults_of(legs, cells) == [
        f"legs, row 1, energy_mwh: negative (value: '-1'); allowed: {energy}",
        f"legs, row 1, price_yuan_per_mwh: not a number (value: '350,5'); allowed: {price}",
        f"legs, row 2, energy_mwh: more than 3 decimals (value: '1.0005'); allowed: {energy}",
        f"legs, row 2, price_yuan_per_mwh: not a finite number (value: 'inf'); allowed: {price}",
        "legs, row 2, month: empty cell; allowed: a value in every row",
        "legs, row 2, product: no bands for it (value: 'night'); allowed: flat, peak, total, valley",
        "cells, unit_id: holds numbers here and string in the legs, so that none would meet; allowed: one kind in both",
        f"cells, row 1, {OVERRUN}: empty cell; allowed: {price}",
    ]


def test_columns_that_are_missing_or_misspelt():
    legs = legs_of((1, 2, 3), columns=("unit", "energy_mhw", "price_yuan_per_mwh"))
    cells = cells_of((1, 2, 3, 4), columns=("unit_id", "energy_mwh", OVERRUN, "transmision_price_yuan_per_mwh"))
    assert faults_of(legs, cells, by="unit_id", bands=CONVENTIONAL) == [
        "legs, unit_id: missing column; allowed: nearest: unit",
        "legs, energy_mwh: missing column; allowed: nearest: energy_mhw",
        "cells, transmision_price_yuan_per_mwh: unknown column; allowed: nearest: transmission_price_yuan_per_mwh",
    ]
    twice = pd.concat([legs, legs[["unit"]]], axis=1).rename(columns={"energy_mhw": "energy_mwh"})
    assert faults_of(twice, cells.iloc[:, :3], by="unit", bands=CONVENTIONAL)[0] == (
        "legs, unit: two columns of one name; allowed: one"
    )


def test_bands_by_product_need_the_product_as_a_key_and_no_number_is_one():
    legs = legs_of(("U", 1, 2), columns=("unit_id", "energy_mwh", "price_yuan_per_mwh"))
    cells = cells_of(("U", 1, 2), columns=("unit_id", "energy_mwh", OVERRUN))
    assert faults_of(legs, cells, by=["unit_id", "energy_mwh"]) == [
        "by: a number cannot tell positions apart (value: 'energy_mwh'); allowed: columns of keys",
        "by: bands by product need the product (value: 'unit_id, energy_mwh'); allowed: with product",
    ]


def test_an_adjustment_needs_its_base_and_each_band_a_price():
    legs = legs_of((1, 2), columns=("energy_mwh", "price_yuan_per_mwh"))
    cells = cells_of((1, 2, 3), columns=("energy_mwh", "overrun_price_1_yuan_per_mwh", "tou_adjustment_coefficient"))
    assert faults_of(legs, cells, by=[], bands=Bands([(1, 0), (2, 0)])) == [
        "cells, overrun_price_2_yuan_per_mwh: missing column",
        "cells, transmission_price_yuan_per_mwh: missing column, which tou_adjustment_coefficient needs",
    ]


def test_one_overrun_price_serves_all_bands():
    legs = legs_of((100, 2), columns=("energy_mwh", "price_yuan_per_mwh"))
    cells = cells_of((150, 3), columns=("energy_mwh", OVERRUN))
    result = gridsim.settle(legs, cells, by=[], bands=Bands([(1, 0), (1.2, 0)]))
    assert result.cells[["overrun_1_mwh", "overrun_2_mwh", "overrun_yuan"]].values.tolist() == [[20, 30, 150]]


def test_something_else_than_a_frame():
    with pytest.raises(TypeError, match=r"cells must be a frame .* not int"):
        gridsim.settle(legs_of(), 7)


def test_a_column_in_another_unit_is_no_hint_to_rename_it() -> None:
    legs = pd.DataFrame({"energy (kWh)": [600], "price_yuan_per_mwh": [350]})
    cells = pd.DataFrame({"energy_mwh": [1], "overrun_price_yuan_per_mwh": [600]})
    with pytest.raises(gridsim.ScenarioError, match=r"energy_mwh; energy \(kWh\) is in another unit: 1 kWh = 0.001"):
        gridsim.settle(legs, cells, by=[], bands=gridsim.Bands.henan_conventional())
