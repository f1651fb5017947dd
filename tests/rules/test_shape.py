"""The lists of a market in one object: Henan's, as the tables, the ledger and the settlement know them."""

from __future__ import annotations

import gridsim.rules
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.ways import ways_of
from tests.markets import INPUT_TABLES

HENAN = gridsim.rules.load("henan-2021").shape
PERIODS = ("peak", "flat", "valley")


def test_henans_lists() -> None:
    assert HENAN.periods == PERIODS
    assert HENAN.product_ids == ("total", *PERIODS)
    assert HENAN.mode_ids == INPUT_TABLES["users"]["mode"].values == ("conventional", "tou")
    charges = ("transmission", "tou_adjustment", "funds", "fallback", "catalogue")
    assert HENAN.items == ("energy", "shortfall", "overrun", *charges, "transfer")
    assert HENAN.accounts == ("GRID", "GOVERNMENT")
    assert [product.periods for product in HENAN.products] == [PERIODS, ("peak",), ("flat",), ("valley",)]


def test_every_period_of_a_mode_has_one_product() -> None:
    for mode in HENAN.modes:
        covered = [period for product in HENAN.products if product.id in mode.products for period in product.periods]
        assert sorted(covered) == sorted(HENAN.periods)
    assert HENAN.mode_of_product.tolist() == [0, 1, 1, 1]
    assert HENAN.product_of_cell.tolist() == [[0, 0, 0], [1, 2, 3]]
    assert [HENAN.products_of(mode).tolist() for mode in range(2)] == [[0], [1, 2, 3]]


def test_bands_and_coefficients_of_a_month() -> None:
    rules = monthly_rules(gridsim.rules.load("henan-2021"), 2021)
    conventional, tou = HENAN.modes
    assert [rules.value(mode.over[0].edge.arguments[0])[3] for mode in (conventional, tou)] == [10500, 10800]
    assert [rules.value(mode.under[0].edge.arguments[0])[3] for mode in (conventional, tou)] == [9500, 9200]
    assert tou.over[0].price.paths() == tuple(f"settlement.tou.overrun_catalogue.{period}" for period in PERIODS)
    assert rules.coefficients()[3].tolist() == [15700, 10000, 5000]
    assert HENAN.stands_for_all("conventional") == PERIODS.index("flat")
    assert HENAN.stands_for_all("tou") is None


def test_what_energy_pays() -> None:
    conventional, tou = HENAN.modes
    assert [charge.item for charge in conventional.charges] == ["transmission", "tou_adjustment", "funds"]
    assert [charge.item for charge in tou.charges] == ["transmission", "funds"]
    assert dict(HENAN.outside)["priority_purchase"][0].payee == "GRID"
    assert [charge.item for charge in dict(HENAN.outside)["left_market"]] == ["fallback", "funds"]


def test_a_regime_has_the_charges_of_the_mode_that_it_names() -> None:
    ways = ways_of(gridsim.rules.load("henan-2021"), 2021)
    assert [way.name for way in ways] == ["conventional", "tou", "transition", "transition"]
    assert ways.ways[3].charges == HENAN.modes[0].charges
    assert ways.regime_of_month.tolist() == [0, 0, 0, *[-1] * 9]
    assert ways_of(gridsim.rules.load("henan-2021"), 2022).regime_of_month.max() == -1
