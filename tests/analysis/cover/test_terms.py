"""Terms of a position: the prices that a run charges, and its cost at every energy."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.analysis.cover import terms as cover_terms
from gridsim.errors import ResultError, ScenarioError
from gridsim.rules.expression import Expression
from gridsim.settlement.monthly import monthly_rules
from gridsim.units import round_half_up
from tests.analysis.cover.costs import TOU_PRICES, hinges_of, positions, total

PRICE = Expression("number", arguments=(700_000,))


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


def test_what_of_a_market_no_hinge_tells_is_a_fault(scenario, monkeypatch):
    def with_fees(*arguments):
        rules = monthly_rules(*arguments)
        on_contracts, on_peak = Expression("contract_mean"), Expression("mean_of_product", arguments=("peak",))
        ways = [
            replace(
                way,
                over=tuple(replace(band, fee=on_contracts) for band in way.over),
                charges=tuple(replace(charge, price=on_peak) for charge in way.charges),
            )
            for way in rules.ways
        ]
        return replace(rules, ways=replace(rules.ways, ways=tuple(ways)))

    monkeypatch.setattr(cover_terms, "monthly_rules", with_fees)
    for name in ("price_tables", "priced_cells"):  # it is refused before a price is asked for
        monkeypatch.setattr(cover_terms, name, lambda *_: SimpleNamespace(place=np.zeros(10_000, np.int64)))
    with pytest.raises(ScenarioError) as caught:
        optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES)
    assert ("tou", "the prices of missing energy, or fees, rest on its own contracts") in _told(caught)
    assert ("tou", "its prices rest on the price of another product") in _told(caught)


def _told(caught):
    return [(fault.value, str(fault.message)) for fault in caught.value.faults]


def test_further_bands_and_charges_on_metered_energy_are_counted(scenario, monkeypatch):
    plain = optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES).positions

    def with_more(*arguments):
        rules = monthly_rules(*arguments)
        ways = []
        for way in rules.ways:
            over = tuple(
                replace(way.over[0], edge=edge and Expression("number", arguments=(ratio,), is_ratio=True), price=price)
                for edge, ratio, price in ((way.over[0].edge, 11_000, way.over[0].price), (True, 12_000, PRICE))
            )
            charges = tuple(
                replace(charge, base="metered") if charge.item == "funds" else charge for charge in way.charges
            )
            ways.append(replace(way, over=over if way.over[0].edge else way.over, charges=charges))
        return replace(rules, ways=replace(rules.ways, ways=tuple(ways)))

    monkeypatch.setattr(cover_terms, "monthly_rules", with_more)
    changed = optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES).positions
    for position, before in zip(changed, plain, strict=True):
        found = position.terms
        on_metered = found.overrun_price - before.terms.overrun_price
        assert on_metered > 0
        assert (found.charges, found.upper) == (before.terms.charges, 11_000)
        assert found.more_over == ((12_000, 700_000 + on_metered),)
        with pytest.raises(ResultError, match="several bands"):
            position.quantile_form()
