"""Cover in a market whose bands have fees and whose first over band costs what the contracts do: tried contract by
contract, each of them settled as a run settles.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.analysis import Contract, optimal_cover
from gridsim.errors import ScenarioError
from gridsim.units import round_half_up
from tests.shared import SCENARIOS

MINI = SCENARIOS / "jiangsu-2023-mini"
MONTH, LOADS = "2023-01", (900, 1050, 1102)  # MWh of the month, made up; the bands' edges lie between them


@cache
def without_contracts(load_mwh: int) -> gridsim.Scenario:
    """The small scenario with one user's load of one month, and nothing traded."""
    scenario = gridsim.load(MINI)
    for name in ("orders", "bilateral"):
        columns = pd.read_csv(MINI / f"{name}.csv", nrows=0, encoding="utf-8-sig").columns
        scenario = scenario.with_table(name, pd.DataFrame(columns=columns))
    meter = pd.DataFrame({"user_id": ["U"], "month": [MONTH], "energy_mwh": [load_mwh]})
    return scenario.with_table("meter", meter)


def paid(load_mwh: int, contract_kwh: int, price: int) -> int:
    """What a run says of a month under one contract [micro-yuan]; what fees bring back is no part of it."""
    scenario = without_contracts(load_mwh)
    deals = pd.DataFrame(
        {
            "contract": ["C"],
            "buyer_id": ["U"],
            "seller_id": ["G1"],
            "product": ["total"],
            "month": [MONTH],
            "energy_mwh": [f"{contract_kwh / 1000:.3f}"],
            "price_yuan_per_mwh": [price],
        }
    )
    if contract_kwh:
        scenario = scenario.with_table("deals", deals)
    lines = gridsim.run(scenario).exact.ledger
    mine = lines[(lines["payer"] == "U") & (lines["month"] == MONTH)]
    return int(mine["amount_micro_yuan"].sum())


def ask(price: int) -> gridsim.analysis.cover.result.PositionCover:
    draws = pd.DataFrame(
        {"draw": range(len(LOADS)), "month": MONTH, "product": "total", "energy_mwh": list(map(str, LOADS))}
    )
    return optimal_cover(gridsim.load(MINI), "U/market", load=draws, price=price, months=[MONTH]).position()


@pytest.mark.slow
@pytest.mark.parametrize(("price", "every"), [(428, 1), (480, 4)])
def test_every_contract_costs_what_a_run_says_and_none_is_better(price: int, every: int) -> None:
    cover = ask(price)
    edges = [kwh * 10_000 // ratio for kwh in (load * 1000 for load in LOADS) for ratio in (10_000, 10_300, 9_700)]
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    tried = sorted({0, 1, 33_333, *near, *range(860_000, 1_180_000, 80_000)})[::every]
    grid = sorted({*tried, cover.optimum.contract, cover.optimum.up_to})
    told = cover.hinges.cost(np.array(grid, dtype=np.int64)).tolist()
    settled = [sum(paid(load, contract, price) for load in LOADS) for contract in grid]
    assert told == settled
    assert min(settled) == cover.optimum.cost == settled[grid.index(cover.optimum.contract)]


def test_the_terms_are_those_of_the_text() -> None:
    """Worked by hand in the text of the set: benchmark 391, cap 469.2, fee 39.1."""
    terms = ask(428).terms
    on_metered = terms.charges
    assert terms.over_prices(428_000) == [428_000 + on_metered, 469_200 + 39_100 + on_metered]
    assert (terms.upper, terms.more_over[0][0], terms.lower) == (10_000, 10_300, 9_700)
    assert terms.shortfall_price == 39_100
    assert round_half_up(terms.in_band_price(428_000) - on_metered, 1) == 428_000


def test_contracts_that_compete_are_refused_with_the_reasons() -> None:
    with pytest.raises(ScenarioError) as caught:
        optimal_cover(gridsim.load(MINI), "U/market", load=[1], contracts=[Contract("a", 420)], months=[MONTH])
    told = [str(fault.message) for fault in caught.value.faults]
    assert told == [
        "total has several bands on one side",
        "the prices of total above the contract rest on it",
        "contracts of total are filled one after the other",
    ]
