"""Terms of a position: the prices that a run charges, and its cost at every energy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.units import round_half_up
from tests.analysis.cover.costs import TOU_PRICES, hinges_of, positions, total


@given(positions)
def test_cost_is_that_of_the_rulebook_at_every_energy(case):
    weight = list(range(1, len(case["energy"]) + 1))
    energies = np.arange(0, 200)
    assert hinges_of(case, weight).cost(energies).tolist() == [total(case, weight, int(c)) for c in energies]


def test_terms_are_the_prices_that_a_run_charges(scenario):
    result = gridsim.run(scenario)
    cells = result.exact.cell_settlement
    cover = optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES)
    ledger = result.exact.ledger
    for position in cover.positions:
        terms = position.terms
        mine = ledger[(ledger["unit_id"] == "U4/tou") & (ledger["month"] == terms.month) & ~ledger["trial"]]
        mine = mine[mine["period"] == terms.product].set_index("item")["price_micro_yuan_per_kwh"]
        assert terms.charges == mine["transmission"] + mine["funds"]
        if "overrun" in mine:
            assert terms.overrun_price == mine["overrun"]
        of_cell = (cells["unit_id"] == "U4/tou") & (cells["month"] == terms.month) & (cells["period"] == terms.product)
        assert terms.metered == cells.loc[of_cell & ~cells["trial"], "metered_kwh"].sum()


def test_a_retailer_alone_does_not_count_what_its_users_pay(scenario):
    options = {"load": st.norm(1, 0.1), "price": 365, "months": ["2021-04"]}
    unit = optimal_cover(scenario, "R1/conventional", **options)
    buyer = optimal_cover(scenario, "R1/conventional", **options, payer="buyer")
    assert buyer.position().hinges.in_band_price == 365_000
    assert unit.position().hinges.in_band_price > 365_000
    assert buyer.table["energy_mwh"][0] > unit.table["energy_mwh"][0]  # its users' charges don't make it hesitate


@pytest.mark.parametrize("base", ["average_energy_price", "catalogue_difference"])
def test_the_adjustment_rests_on_what_the_rules_say(scenario, base):
    scenario = scenario.with_overrides({"settlement.tou_adjustment_base": base})
    exact = gridsim.run(scenario).exact
    lines = exact.ledger[(exact.ledger["unit_id"] == "R1/conventional") & (exact.ledger["month"] == "2021-04")]
    charged = set(lines.loc[lines["item"] == "tou_adjustment", "price_micro_yuan_per_kwh"]) - {0}
    energy = lines[lines["item"] == "energy"]
    average = round_half_up(int(energy["amount_micro_yuan"].sum()), int(energy["energy_kwh"].sum()))
    cover = optimal_cover(scenario, "R1/conventional", load=st.norm(1, 0.1), price=365, months=["2021-04"])
    terms = cover.position().terms
    (moving,) = terms.moving
    assert set(moving.price(average).tolist()) - {0} == charged
    assert (terms.in_band_price(2_000) - terms.in_band_price(1_000) == 1_000) == (base == "catalogue_difference")
    assert (terms.adjustment[1] == 0) == (base == "catalogue_difference")
