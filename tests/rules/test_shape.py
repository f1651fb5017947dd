"""The lists of a market in one object: Henan's, as the tables, the ledger and the settlement know them."""

from __future__ import annotations

import gridsim.rules
from gridsim.columns import ITEMS, PERIODS, PRODUCTS
from gridsim.settlement.names import GOVERNMENT, GRID
from tests.markets import INPUT_TABLES

HENAN = gridsim.rules.load("henan-2021").shape


def test_henans_lists() -> None:
    assert HENAN.periods == PERIODS
    assert HENAN.product_ids == PRODUCTS
    assert HENAN.mode_ids == INPUT_TABLES["users"]["mode"].values == ("conventional", "tou")
    assert HENAN.items == ITEMS
    assert HENAN.accounts == (GRID, GOVERNMENT)
    assert [product.periods for product in HENAN.products] == [PERIODS, ("peak",), ("flat",), ("valley",)]


def test_every_period_of_a_mode_has_one_product() -> None:
    for mode in HENAN.modes:
        covered = [period for product in HENAN.products if product.id in mode.products for period in product.periods]
        assert sorted(covered) == sorted(HENAN.periods)
    assert HENAN.mode_of_product.tolist() == [0, 1, 1, 1]
    assert HENAN.product_of_cell.tolist() == [[0, 0, 0], [1, 2, 3]]
    assert [HENAN.products_of(mode).tolist() for mode in range(2)] == [[0], [1, 2, 3]]


def test_bands_and_coefficients_of_a_month() -> None:
    values = gridsim.rules.load("henan-2021").at("2021-04")
    conventional, tou = HENAN.bands(values)
    assert (conventional.upper, conventional.lower, tou.upper, tou.lower) == (10500, 9500, 10800, 9200)
    assert conventional.overrun_catalogue == PERIODS
    assert tou.overrun_catalogue == ("peak", "flat", "flat")
    assert conventional.shortfall_price == 10_000
    assert (conventional.transmission_by_coefficient, conventional.exempts_off_tariff) == (False, True)
    assert (tou.transmission_by_coefficient, tou.exempts_off_tariff) == (True, False)
    assert HENAN.coefficients(values) == (15700, 10000, 5000)


def test_what_energy_pays() -> None:
    conventional, tou = HENAN.modes
    assert conventional.charges == ("transmission", "tou_adjustment", "funds")
    assert tou.charges == ("transmission", "funds")
    assert dict(HENAN.outside)["priority_purchase"][0].payee == GRID
    assert [charge.item for charge in dict(HENAN.outside)["left_market"]] == ["fallback", "funds"]
