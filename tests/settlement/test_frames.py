"""None"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim import Bands
from tests.core.naive import Set, round_half_away
from tests.core.naive import settle as settle_naively
from tests.settlement.small import CONVENTIONAL, OVERRUN, cells_of, legs_of


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


@pytest.mark.slow
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
