from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim import Bands, InputOverflowError, KernelError, ScenarioError
from gridsim.core.jit import BAD_INPUT, NO_ROOM
from gridsim.settlement import driver
from tests.core.naive import Set, round_half_away
from tests.core.naive import settle as settle_naively

OVERRUN = "overrun_price_yuan_per_mwh"
CONVENTIONAL = Bands(over=[(1.05, 0)], under=[(0.95, 10, 0)])


def legs_of(*rows, columns=("unit_id", "month", "product", "energy_mwh", "price_yuan_per_mwh")) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def cells_of(*rows, columns=("unit_id", "month", "product", "energy_mwh", OVERRUN)) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


# ------------------------------------------------------------------------------------------ worked by hand (notice 991)


@pytest.mark.parametrize(
    ("metered", "in_band", "energy_yuan", "overrun", "shortfall_yuan"),
    [
        (1100, [630, 420], 371_700, 50, [0, 0]),
        (1050, [630, 420], 371_700, 0, [0, 0]),
        (950, [570, 380], 336_300, 0, [0, 0]),
        (900, [540, 360], 318_600, 0, [300, 200]),
    ],
)
def test_conventional(metered, in_band, energy_yuan, overrun, shortfall_yuan):
    legs = legs_of(("U", "2021-04", "total", 600, 350), ("U", "2021-04", "total", 400, 360))
    result = gridsim.settle(legs, cells_of(("U", "2021-04", "total", metered, 600)))
    assert result.legs["in_band_mwh"].tolist() == in_band
    assert result.legs["shortfall_yuan"].tolist() == shortfall_yuan
    position = result.positions.iloc[0]
    assert position["energy_yuan"] == energy_yuan
    assert (position["overrun_mwh"], position["overrun_yuan"]) == (overrun, overrun * 600)
    assert (position["upper_mwh"], position["lower_mwh"]) == (1050, 950)
    assert position["shortfall_yuan"] == sum(shortfall_yuan)


def test_tou():
    contract = {"peak": 400, "flat": 300, "valley": 300}
    legs = legs_of(*(("U", "2021-04", product, energy, 350) for product, energy in contract.items()))
    metered = {"peak": 450, "flat": 270, "valley": 340}
    cells = cells_of(*(("U", "2021-04", product, energy, 600) for product, energy in metered.items()))
    positions = gridsim.settle(legs, cells).positions.set_index("product")
    assert positions["overrun_mwh"].to_dict() == {"peak": 18, "flat": 0, "valley": 16}
    assert positions["shortfall_mwh"].to_dict() == {"peak": 0, "flat": 6, "valley": 0}
    assert positions["shortfall_yuan"]["flat"] == 60
    assert (positions["upper_mwh"]["peak"], positions["lower_mwh"]["flat"]) == (432, 276)


def test_jiangsu_2023_is_data_for_the_same_kernel():
    """Articles 112 and 117: up to 3 % at the contracts' mean price, beyond at the cap, with a fee on either side."""
    legs = legs_of((600, 350), (400, 360), columns=("energy_mwh", "price_yuan_per_mwh"))
    bands = Bands(over=[(1, 0), (1.03, 39.1)], under=[(0.97, 0, 39.1)])
    columns = ("energy_mwh", "overrun_price_1_yuan_per_mwh", "overrun_price_2_yuan_per_mwh")
    over = gridsim.settle(legs, cells_of((1050, 354, 469.2), columns=columns), bands=bands, by=[])
    assert over.cells[["in_band_mwh", "overrun_mwh", "overrun_1_mwh", "overrun_2_mwh"]].values.tolist() == [
        [1000, 50, 30, 20]
    ]
    assert over.cells["overrun_yuan"].tolist() == [30 * 354 + 20 * 469.2]
    assert over.positions["fee_yuan"].tolist() == [20 * 39.1]
    under = gridsim.settle(legs, cells_of((900, 354, 469.2), columns=columns), bands=bands, by=[])
    assert under.positions[["shortfall_mwh", "shortfall_yuan", "fee_yuan"]].values.tolist() == [[70, 0, 70 * 39.1]]


def test_charges():
    legs = legs_of((100, 300), columns=("energy_mwh", "price_yuan_per_mwh"))
    prices = (OVERRUN, "transmission_price_yuan_per_mwh", "funds_price_yuan_per_mwh", "tou_adjustment_coefficient")
    cells = cells_of(
        (40, 600, 150, 20, 1.57), (40, 600, 150, 20, None), (20, 600, 150, 20, 0.5), columns=("energy_mwh", *prices)
    )
    result = gridsim.settle(legs, cells, bands=CONVENTIONAL, by=[]).cells
    assert result["transmission_yuan"].tolist() == [6000, 6000, 3000]
    assert result["funds_yuan"].tolist() == [800, 800, 400]
    assert result["tou_adjustment_price_yuan_per_mwh"].tolist() == [256.5, 0, -225]
    assert result["tou_adjustment_yuan"].tolist() == [40 * 256.5, 0, -4500]
    plain = gridsim.settle(legs, cells[["energy_mwh", OVERRUN]], bands=CONVENTIONAL, by=[]).cells
    assert [name for name in plain if "transmission" in name or "funds" in name or "adjustment" in name] == []


# ------------------------------------------------------------------------------------------------- against the oracle

energies = st.integers(0, 3000)
prices = st.integers(0, 900_000)
names = st.sampled_from(["U1", "U2", "乙/tou"])
products = st.sampled_from(["total", "peak"])
SETS = {
    "total": Bands(over=[(1.05, 0)], under=[(0.95, 10, 0)]),
    "peak": Bands(over=[(1, 1), ("1.1", 2), (Decimal("1.3"), 3)], under=[(1, 5, 1), (0.5, 0, 2)]),
}
PLAIN_SETS = {
    product: Set(
        [(Fraction(edge, 10_000), fee) for edge, fee in bands.exact_over],
        [(Fraction(edge, 10_000), price, fee) for edge, price, fee in bands.exact_under],
    )
    for product, bands in SETS.items()
}


@given(
    st.lists(st.tuples(names, products, energies, prices), max_size=8),
    st.lists(st.tuples(names, products, energies, prices, prices, prices, st.integers(0, 20_000)), max_size=8),
)
def test_frames_agree_with_the_rulebook_row_by_row(legs, cells):
    leg_frame = pd.DataFrame(
        {
            "unit_id": [row[0] for row in legs],
            "product": pd.Categorical([row[1] for row in legs], categories=["peak", "total"]),
            "energy_mwh": [row[2] / 1000 for row in legs],
            "price_yuan_per_mwh": [str(Decimal(row[3]).scaleb(-3)) for row in legs],
        },
        index=np.arange(len(legs))[::-1] * 2,
    )
    cell_frame = pd.DataFrame(
        {
            "product": [row[1] for row in cells],
            "unit_id": pd.Categorical([row[0] for row in cells]),
            "energy_mwh": [Decimal(row[2]).scaleb(-3) for row in cells],
            "overrun_price_1_yuan_per_mwh": [row[3] / 1000 for row in cells],
            "overrun_price_2_yuan_per_mwh": [row[4] / 1000 for row in cells],
            "overrun_price_3_yuan_per_mwh": [row[5] / 1000 for row in cells],
            "transmission_price_yuan_per_mwh": [row[5] / 1000 for row in cells],
            "tou_adjustment_coefficient": [row[6] / 10_000 for row in cells],
        }
    )
    result = gridsim.settle(leg_frame, cell_frame, bands=SETS, by=("unit_id", "product"), exact=True)
    keys = list(dict.fromkeys([*((row[0], row[1]) for row in legs), *((row[0], row[1]) for row in cells)]))
    assert list(result.positions[["unit_id", "product"]].itertuples(index=False, name=None)) == keys
    assert result.legs.index.tolist() == leg_frame.index.tolist()
    for key, position in zip(keys, result.positions.itertuples(), strict=True):
        my_legs = [i for i, row in enumerate(legs) if row[:2] == key]
        my_cells = [i for i, row in enumerate(cells) if row[:2] == key]
        bands = PLAIN_SETS[key[1]]
        expected = settle_naively(
            [legs[i][2:4] for i in my_legs],
            [(cells[i][2], list(cells[i][3 : 3 + len(bands.over)])) for i in my_cells],
            bands,
        )
        for name in ("contract", "metered", "upper", "lower", "in_band", "overrun", "shortfall"):
            assert getattr(position, f"{name}_kwh") == getattr(expected, name), name
        assert position.average_price_micro_yuan_per_kwh == expected.average_price
        for name in ("energy", "overrun", "shortfall", "fee"):
            assert getattr(position, f"{name}_micro_yuan") == getattr(expected, f"{name}_money"), name
        leg = result.legs.iloc[my_legs]
        assert leg["in_band_kwh"].tolist() == expected.leg_in_band
        assert leg["energy_micro_yuan"].tolist() == expected.leg_energy_money
        assert leg["shortfall_kwh"].tolist() == [sum(each) for each in zip(*expected.leg_shortfall, strict=True)]
        assert leg["shortfall_micro_yuan"].tolist() == expected.leg_shortfall_money
        for number, shares in enumerate(expected.leg_shortfall, start=1):
            assert leg[f"shortfall_{number}_kwh"].tolist() == shares
        cell = result.cells.iloc[my_cells]
        assert cell["in_band_kwh"].tolist() == expected.cell_in_band
        for number, shares in enumerate(expected.cell_over, start=1):
            assert cell[f"overrun_{number}_kwh"].tolist() == shares
        assert cell["overrun_micro_yuan"].tolist() == expected.cell_over_money
        adjustment = [
            round_half_away((expected.average_price + cells[i][5]) * (Fraction(cells[i][6], 10_000) - 1))
            for i in my_cells
        ]
        assert cell["tou_adjustment_price_micro_yuan_per_kwh"].tolist() == adjustment
        assert cell["transmission_micro_yuan"].tolist() == [
            share * cells[i][5] for share, i in zip(expected.cell_in_band, my_cells, strict=True)
        ]


def test_floats_are_the_exact_numbers_scaled():
    legs = legs_of(("U", "2021-04", "total", 1.001, 350.123))
    cells = cells_of(("U", "2021-04", "total", 0.777, 600), ("U", "2021-04", "total", 0.333, 600.5))
    shown, exact = gridsim.settle(legs, cells), gridsim.settle(legs, cells, exact=True)
    scales = {"_micro_yuan_per_kwh": ("_yuan_per_mwh", 10**3), "_micro_yuan": ("_yuan", 10**6), "_kwh": ("_mwh", 10**3)}
    compared = 0
    for floats, integers in zip(shown, exact, strict=True):
        assert floats.shape == integers.shape
        for name in integers:
            inside = next((suffix for suffix in scales if name.endswith(suffix)), None)
            if inside is not None:
                outside, scale = scales[inside]
                assert integers[name].dtype == np.int64
                shown_as = floats[name.removesuffix(inside) + outside]
                assert shown_as.tolist() == [int(value) / scale for value in integers[name]]
                compared += 1
    assert compared == 12 + 4 + 3


def test_floats_beyond_2_to_53_are_the_nearest_too():
    """4121393258553217346 micro-yuan: rounded to a float first, and then divided, it comes out a step beside."""
    energy, price = 4_121_393_258_553_217_346 // 10**6, 10**6  # [kWh], [micro-yuan/kWh]
    for kwh in range(energy, energy + 40):
        legs = pd.DataFrame({"energy_mwh": [f"{kwh}e-3"], "price_yuan_per_mwh": ["1000.001"]})
        cells = pd.DataFrame({"energy_mwh": [f"{kwh}e-3"], OVERRUN: ["1"]})
        (shown,) = gridsim.settle(legs, cells, by=[], bands=CONVENTIONAL).positions["energy_yuan"]
        assert shown == kwh * (price + 1) / 10**6  # Python's division of integers rounds once


def test_given_columns_and_rows_stay_as_they_are():
    legs = legs_of(("B", "m", "total", 1, 2), ("A", "m", "total", 3, 4)).assign(seller_id=["S1", "S2"])
    cells = cells_of(("A", "m", "total", 3, 4), ("B", "m", "total", 1, 2)).assign(user_id=["a", "b"])
    before = legs.copy(), cells.copy()
    result = gridsim.settle(legs, cells)
    assert result.positions["unit_id"].tolist() == ["B", "A"]
    pd.testing.assert_frame_equal(result.legs[legs.columns], legs)
    pd.testing.assert_frame_equal(result.cells[cells.columns], cells)
    pd.testing.assert_frame_equal(legs, before[0])
    pd.testing.assert_frame_equal(cells, before[1])
    again = gridsim.settle(result.legs, result.cells)
    pd.testing.assert_frame_equal(again.cells, result.cells)


def test_one_key_may_be_a_plain_text_and_empty_frames_settle():
    legs = legs_of(("U", 1, 2), columns=("unit_id", "energy_mwh", "price_yuan_per_mwh"))
    cells = cells_of(columns=("unit_id", "energy_mwh", OVERRUN))
    assert gridsim.settle(legs, cells, by="unit_id", bands=CONVENTIONAL).positions["shortfall_mwh"].tolist() == [0.95]
    nothing = gridsim.settle(legs.iloc[:0], cells, by="unit_id", bands=CONVENTIONAL)
    assert [len(frame) for frame in nothing] == [0, 0, 0]
    assert gridsim.settle(legs.iloc[:0], cells, by=[], bands=CONVENTIONAL).positions.empty


# ------------------------------------------------------------------------------------------------------------- faults


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


def test_what_could_leave_int64_is_refused_and_the_position_named():
    big = 10**12  # MWh
    legs = legs_of(("U", "m", "total", 1, 1), ("V", "m", "total", big, 1))
    cells = cells_of(("U", "m", "total", 1, 1))
    with pytest.raises(InputOverflowError, match="unit_id V, month m, product total"):
        gridsim.settle(legs, cells)
    with pytest.raises(InputOverflowError, match="position of all rows"):
        gridsim.settle(legs[["energy_mwh", "price_yuan_per_mwh"]], cells, bands=CONVENTIONAL, by=[])
    charged = cells_of(("V", "m", "total", 0, 1), ("U", "m", "total", 10**6, 1)).assign(
        transmission_price_yuan_per_mwh=10**9
    )
    legs = legs_of(("V", "m", "total", 1, 1), ("U", "m", "total", 10**6, 1))
    with pytest.raises(InputOverflowError, match="unit_id U"):
        gridsim.settle(legs, charged)


@pytest.mark.parametrize("broken", ["check_positions", "settle_positions"])
def test_a_kernel_that_refuses_checked_inputs_is_a_defect(monkeypatch, broken):
    refusal = NO_ROOM if broken == "settle_positions" else (BAD_INPUT, -1)
    monkeypatch.setattr(driver, broken, lambda *_: refusal)
    legs = legs_of((1, 2), columns=("energy_mwh", "price_yuan_per_mwh"))
    with pytest.raises(KernelError):
        gridsim.settle(legs, cells_of((1, 2), columns=("energy_mwh", OVERRUN)), by=[], bands=CONVENTIONAL)


def test_something_else_than_a_frame():
    with pytest.raises(TypeError, match="cells must be a pandas DataFrame, not list"):
        gridsim.settle(legs_of(), [])
