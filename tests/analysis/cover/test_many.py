"""Several contracts at once, found by scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st

from gridsim.analysis import Contract, optimal_cover
from gridsim.analysis.cover.many import Book, minimise_book
from gridsim.analysis.cover.position_terms import Terms, adjusted_by
from gridsim.units import RATIO_ONE


@pytest.mark.slow
def test_several_contracts_find_no_worse_than_a_grid(scenario):
    contracts = [
        Contract("two months", 362, months=["2021-04", "2021-05"]),
        Contract("April", 370, months=["2021-04"]),
    ]
    months = ["2021-04", "2021-05"]
    for risk in (0, 1):
        load = pd.DataFrame(
            [
                (draw, month, "total", 1000 + (37 * draw * (1 + (month == "2021-05"))) % 900)
                for draw in range(40)
                for month in months
            ],
            columns=["draw", "month", "product", "energy_mwh"],
        )
        cover = optimal_cover(
            scenario, "R1/conventional", load=load, contracts=contracts, months=months, risk=risk, level="0.9"
        )
        assert cover.method == "numerical"
        objective = cover.expected_yuan + risk * cover.cvar_yuan
        for both in range(0, 5000, 250):
            for april in range(0, 2500, 250):
                held = [
                    Contract("two months", 362, months=months, least=both, most=both),
                    Contract("April", 370, months=["2021-04"], least=april, most=april),
                ]
                fixed = optimal_cover(
                    scenario, "R1/conventional", load=load, contracts=held, months=months, risk=risk, level="0.9"
                )
                assert objective <= fixed.expected_yuan + risk * fixed.cvar_yuan


def test_a_contract_may_be_larger_than_all_loads_together(scenario):
    """Of a contract over two months about half falls to each: to cover 6 GWh in one it must be of nearly 12."""
    months = ["2021-05", "2021-06"]
    rows = [(0, "2021-05", "total", 1000), (0, "2021-06", "total", 6000)]
    load = pd.DataFrame(rows, columns=["draw", "month", "product", "energy_mwh"])
    contracts = [Contract("both", 365)]
    cover = optimal_cover(scenario, "R1/conventional", load=load, contracts=contracts, months=months)
    for energy in (0, 7_000, 11_500, 12_000, 15_000):
        held = [Contract("both", 365, least=energy, most=energy)]
        other = optimal_cover(scenario, "R1/conventional", load=load, contracts=held, months=months)
        assert cover.expected_yuan < other.expected_yuan, energy
    # The upper edge of June meets its load: 6000 / 1.05 / (30 / 61).
    assert abs(cover.table["energy_mwh"][0] - 6000 / 1.05 / (30 / 61)) < 0.01


def test_the_best_may_lie_where_a_small_share_meets_its_load():
    """Nearly all load lies in a month of which both contracts deliver little: much of one of them is best."""
    edges = [(10_000, 9_200, 664, 10_000), (10_000, 9_200, 687, 11_000), (10_800, 0, 557, 11_000)]
    terms = [
        Terms(
            *("U/conventional", f"2021-{month:02d}", "total"), upper, lower, 10_000 if lower else 50_000,
            overrun * 1000, charges=230_000, energy=np.ones(1, dtype=np.int64),
            moving=(adjusted_by(np.zeros(1, dtype=np.int64), np.array([ratio - RATIO_ONE])),),
        )
        for month, (upper, lower, overrun, ratio) in enumerate(edges, start=4)
    ]  # fmt: skip
    share = np.array([[0.3584, 0.0497, 0.5919], [0.5794, 0.0256, 0.3950]])
    load, most = np.array([[78.271, 1147.162, 9.194]]), np.array([155_325.0, 232_735.0])
    book = Book(share, np.array([330.0, 316]), np.zeros(2), most, load, terms)
    found = book.cost(minimise_book(book, 1, 0.9))[0][0]
    for energy in ([0, 0], [0, 147], [188, 159], [23_081, 0], [0, 44_811], [20_000, 1_000]):
        assert found <= book.cost(np.array(energy, dtype=float))[0][0] + 1e-6, energy


def test_one_contract_is_found_as_well_by_scipy(scenario):
    options = {"load": st.norm(1, 0.1), "months": ["2021-04"]}
    exact = optimal_cover(scenario, "R1/conventional", price=365, **options)
    numerical = optimal_cover(scenario, "R1/conventional", contracts=[Contract("April", 365)], **options)
    hinges = exact.position().hinges
    found = hinges.cost(np.array([round(numerical.table["energy_mwh"][0] * 1000)]))[0]
    assert 0 <= found - exact.position().optimum.cost <= 10**-6 * exact.position().optimum.cost
