"""One contract: no other whole kWh costs less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.stats as st
from hypothesis import given
from hypothesis import strategies as some

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.analysis.cover.one import Hinges, minimise
from tests.analysis.cover.costs import TOU_PRICES, banded_cost, hinges_of, positions, total


@given(positions, some.data())
def test_no_other_whole_kwh_costs_less(case, data):
    weight = data.draw(some.lists(some.integers(1, 5), min_size=len(case["energy"]), max_size=len(case["energy"])))
    least = data.draw(some.integers(0, 20))
    most = least + data.draw(some.integers(0, 150))
    hinges = hinges_of(case, weight)
    optimum = minimise(hinges, least, most)
    tried = {contract: total(case, weight, contract) for contract in range(least, most + 1)}
    best = min(tried.values())
    assert optimum.cost == best
    assert optimum.contract == min(contract for contract, cost in tried.items() if cost == best)
    run = range(optimum.contract, optimum.up_to + 1)
    assert all(tried[contract] == best for contract in run)
    assert optimum.up_to == most or tried[optimum.up_to + 1] != best


@given(positions)
def test_what_leaves_int64_is_reckoned_in_pythons_integers(case):
    weight, contracts = [1] * len(case["energy"]), np.arange(0, 100)
    small, large = hinges_of(case, weight), hinges_of(case, [2**70 * each for each in weight])
    assert small.cost(contracts).dtype == np.int64 and large.cost(contracts).dtype == object
    assert large.cost(contracts).tolist() == [2**70 * cost for cost in small.cost(contracts).tolist()]
    assert minimise(large, 0, 99).contract == minimise(small, 0, 99).contract
    assert minimise(large, 0, 99).cost == 2**70 * minimise(small, 0, 99).cost


def test_large_energies_find_the_least_between_break_points():
    """Energies beyond 10⁴ kWh, where steps of rounding repeat: every kWh near the optimum is tried."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        energy = np.sort(rng.integers(30_000, 70_000, 5))
        case = {"energy": energy.tolist(), "v": 590, "o": 600 + int(rng.integers(60)), "s": 10}
        case |= {"upper": int(rng.integers(10_000, 11_000)), "lower": int(rng.integers(9_000, 10_000))}
        hinges = hinges_of(case, [1] * 5)
        costs = hinges.cost(np.arange(0, 90_000))
        optimum = minimise(hinges)
        assert (optimum.contract, optimum.cost) == (int(np.argmin(costs)), min(costs))


def test_without_bands_it_is_the_newsvendor_quantile():
    loads = np.arange(1, 101) * 1000
    hinges = Hinges(loads, np.ones(100, dtype=object), 400, 430, 10, 10**4, 10**4)
    # (o − v) / (o − v + s) = 30 / 40: the 75th of 100 draws; to the 76th it costs the same
    optimum = minimise(hinges)
    assert (optimum.contract, optimum.up_to) == (75_000, 76_000)


def test_a_contract_dearer_than_overrun_is_not_bought():
    optimum = minimise(Hinges(np.array([500, 900]), np.ones(2, dtype=object), 700, 600, 10, 10_500, 9_500))
    assert optimum.contract == 0


def test_the_exact_answer_is_what_settlement_charges(scenario):
    """A user that buys directly by periods: one cell a position, so terms are the settlement's own prices."""
    loads = [0.9, 1.0, 1.1, 1.25]
    cover = optimal_cover(scenario, "U4/tou", load=loads, price=TOU_PRICES, months=["2021-05", "2021-08"])
    legs = cover.table[["month", "product", "energy_mwh", "price_yuan_per_mwh"]]
    for number, multiple in enumerate(loads):
        cells = []
        for position in cover.positions:
            terms = position.terms
            cells.append(
                {
                    "month": terms.month,
                    "product": terms.product,
                    "energy_mwh": round(float(terms.metered) * multiple) / 1000,
                    "overrun_price_yuan_per_mwh": terms.overrun_price / 1000,
                    "transmission_price_yuan_per_mwh": terms.charges / 1000,
                }
            )
        settled = gridsim.settle(legs, pd.DataFrame(cells), by=["month", "product"], exact=True)
        money = settled.positions[["energy_micro_yuan", "overrun_micro_yuan", "shortfall_micro_yuan"]].to_numpy().sum()
        assert cover.costs[number] == (money + settled.cells["transmission_micro_yuan"].sum()) / 10**6


def test_risk_asks_for_more_contract_and_pays_for_it(scenario):
    load = st.norm(1, 0.1)
    plain = optimal_cover(scenario, "R1/conventional", load=load, price=365, months=["2021-04"])
    careful = optimal_cover(scenario, "R1/conventional", load=load, price=365, months=["2021-04"], risk=2)
    assert plain.method == careful.method == "exact"
    assert careful.table["energy_mwh"][0] > plain.table["energy_mwh"][0]
    assert careful.cvar_yuan < plain.cvar_yuan
    assert careful.expected_yuan > plain.expected_yuan
    objective = [cover.expected_yuan + 2 * cover.cvar_yuan for cover in (plain, careful)]
    assert objective[1] < objective[0]


@given(
    positions,
    some.lists(some.integers(0, 900), min_size=4, max_size=4),
    some.lists(some.integers(0, 9_000), min_size=4, max_size=4),
)
def test_several_bands_on_a_side_are_sized_as_well(case, prices, gaps):
    over = [(case["upper"], case["o"])]
    under = [(case["lower"], case["s"])]
    for price, gap in zip(prices[:2], gaps[:2], strict=True):
        over.append((over[-1][0] + gap, price))
    for price, gap in zip(prices[2:], gaps[2:], strict=True):
        under.append((max(under[-1][0] - gap, 0), price))
    hinges = Hinges(
        np.array(case["energy"], dtype=np.int64), np.ones(len(case["energy"]), dtype=object),
        case["v"], *[over[0][1], under[0][1], over[0][0], under[0][0]], tuple(over[1:]), tuple(under[1:]),
    )  # fmt: skip
    energies = np.arange(0, 200)
    expected = [sum(banded_cost(load, int(c), case["v"], over, under) for load in case["energy"]) for c in energies]
    assert hinges.cost(energies).tolist() == expected
    optimum = minimise(hinges, most=199)
    assert optimum.cost == min(expected)
    assert optimum.contract == expected.index(min(expected))
