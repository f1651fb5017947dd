"""How much to contract: exact answers against every whole kWh tried, numerical ones against a grid."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from hypothesis import given
from hypothesis import strategies as some

import gridsim
from gridsim.analysis import Contract, optimal_cover
from gridsim.analysis.cover.many import Book, minimise_book
from gridsim.analysis.cover.one import Hinges, minimise, tail_weights
from gridsim.analysis.cover.terms import Terms
from gridsim.units import round_half_up
from tests.shared import scenario_in

TOU_PRICES = {"peak": 500, "flat": 360, "valley": 200}


@pytest.fixture(scope="module")
def scenario():
    return scenario_in()


def plain_cost(load: int, contract: int, v: int, o: int, s: int, upper: int, lower: int) -> int:
    """Rulebook part 5, one leg and one cell."""
    top, bottom = round_half_up(contract * upper, 10**4), round_half_up(contract * lower, 10**4)
    in_band = min(load, top)
    return in_band * v + (load - in_band) * o + max(0, bottom - load) * s


positions = some.fixed_dictionaries(
    {
        "energy": some.lists(some.integers(0, 60), min_size=1, max_size=8).map(sorted),
        "v": some.integers(0, 900),
        "o": some.integers(0, 900),
        "s": some.integers(0, 50) | some.integers(0, 900),
        "upper": some.integers(10_000, 13_000) | some.integers(1, 40_000),
        "lower": some.integers(7_000, 10_000) | some.integers(0, 40_000),
    }
)


def hinges_of(case: dict, weight: list) -> Hinges:
    return Hinges(
        np.array(case["energy"], dtype=np.int64),
        np.array(weight, dtype=object),
        case["v"],
        case["o"],
        case["s"],
        case["upper"],
        case["lower"],
    )


def total(case: dict, weight: list, contract: int) -> int:
    prices = [case[name] for name in ("v", "o", "s", "upper", "lower")]
    return sum(w * plain_cost(a, contract, *prices) for a, w in zip(case["energy"], weight, strict=True))


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
def test_cost_is_that_of_the_rulebook_at_every_energy(case):
    weight = list(range(1, len(case["energy"]) + 1))
    energies = np.arange(0, 200)
    assert hinges_of(case, weight).cost(energies).tolist() == [total(case, weight, int(c)) for c in energies]


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


@given(some.integers(1, 30), some.integers(0, 9_999), some.integers(0, 50_000))
def test_weights_are_expectation_and_mean_of_the_worst(count, level, risk):
    weight = tail_weights(count, level, risk)
    costs = [Fraction(k * k) for k in range(count)]  # ascending, as the weights want them
    tail = Fraction(10**4 - level, 10**4) * count
    left, worst = tail, Fraction(0)
    for cost in reversed(costs):
        part = min(left, Fraction(1))
        worst += part * cost
        left -= part
    expected = sum(costs, Fraction(0)) / count + Fraction(risk, 10**4) * worst / tail
    scale = 1 + Fraction(risk, 10**4)  # the weights of one draw and of all its CVaR
    assert (
        Fraction(int(weight @ np.array([int(c) for c in costs], dtype=object)), int(weight.sum())) * scale == expected
    )


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


def test_a_retailer_alone_does_not_count_what_its_users_pay(scenario):
    options = {"load": st.norm(1, 0.1), "price": 365, "months": ["2021-04"]}
    unit = optimal_cover(scenario, "R1/conventional", **options)
    buyer = optimal_cover(scenario, "R1/conventional", **options, payer="buyer")
    assert buyer.position().hinges.in_band_price == 365_000
    assert unit.position().hinges.in_band_price > 365_000
    assert buyer.table["energy_mwh"][0] > unit.table["energy_mwh"][0]  # its users' charges don't make it hesitate


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
            adjustment_base=np.zeros(1, dtype=np.int64), adjustment_ratio=np.array([ratio]),
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


def test_history_is_the_energy_of_past_years_over_this_year(scenario):
    cover = optimal_cover(scenario, "R1/tou", load="history", price=TOU_PRICES, months=["2021-06"])
    assert cover.load == "history of the years 2019, 2020"
    meter, history = scenario.tables["meter"], scenario.tables["history"]
    this_year = meter.loc[meter["user_id"] == "U3", "energy_kwh"].sum()
    june = meter[(meter["user_id"] == "U3") & (meter["month"] == "2021-06") & (meter["period"] == "peak")]
    past = history[history["user_id"] == "U3"].set_index("year")["energy_kwh"]
    expected = sorted(
        round_half_up(int(june["energy_kwh"].iloc[0]) * int(past[year]), int(this_year)) for year in past.index
    )
    assert cover.position(product="peak").hinges.energy.tolist() == expected


def test_a_year_that_is_not_past_is_no_history(scenario):
    tables = {
        path.stem: pd.read_csv(path, dtype=str, encoding="utf-8-sig")
        for path in Path("scenarios/henan-2021-mini").glob("*.csv")
    }
    this_year = pd.DataFrame({"user_id": ["U1", "U2"], "year": "2021", "energy_mwh": "1"})
    tables["history"] = pd.concat([tables["history"], this_year])
    later = gridsim.scenario_from_tables(tables, name="later", year=2021)
    found, expected = (optimal_cover(of, "R1/conventional", load="history", price=365) for of in (later, scenario))
    assert found.load == expected.load
    pd.testing.assert_frame_equal(found.table, expected.table)


def test_curve_and_break_points_agree_with_the_optimum(scenario):
    cover = optimal_cover(scenario, "R1/conventional", load=[0.9, 1, 1.2], price=365, months=["2021-04"])
    position = cover.position()
    curve, points = position.curve(), position.break_points()
    assert curve["cost_yuan"].min() == round(cover.expected_yuan, 6)  # a mean of three draws, to the micro-yuan
    assert len(points) <= 1 + 2 * 3
    assert position.optimum.contract / 1000 in set(points["contract_mwh"])
    assert "P(load > 1.05 C)" in position.quantile_form()
    assert "P(用电量 > 1.05 C)" in position.quantile_form("zh")


def test_every_fault_of_a_question_is_told_at_once(scenario):
    with pytest.raises(gridsim.ScenarioError) as error:
        optimal_cover(scenario, "R1/conventionel", load=[1], price=300, months=["2021-01", "x"], payer="me")
    text = str(error.value)
    for part in ("nearest: R1/conventional", "a month of transition", "not a month", "not a payer"):
        assert part in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"load": [1]}, "one of the two"),
        ({"load": [1], "price": "3e"}, "not a number"),
        ({"load": [1], "price": 300.0001}, "more than 3 decimals"),
        ({"load": [1], "price": {"peak": 3}}, "not a product of the unit"),
        ({"load": [1], "price": 300, "level": 1}, "out of range"),
        ({"load": [1], "price": 300, "risk": -1}, "out of range"),
        ({"load": [1, -1], "price": 300}, "row 2"),
        ({"load": [], "price": 300}, "not a load distribution"),
        ({"load": "historie", "price": 300}, "not a load distribution"),
        ({"load": st.norm(0, 1), "price": 300}, "not a multiple"),
        ({"load": pd.DataFrame({"draw": [1]}), "price": 300}, "no such column"),
        ({"load": [1], "contracts": []}, "no contract"),
        ({"load": [1], "contracts": [Contract("a", 3, product="peak")]}, "not sized"),
        ({"load": [1], "contracts": [Contract("a", 3, least=5, most=4)]}, "below least"),
        ({"load": [1], "contracts": [Contract("a", 3, months=["2021-01"])]}, "not sized"),
        ({"load": [1], "contracts": [Contract("a", 3), Contract("a", 4)]}, "not unique"),
    ],
)
def test_faults_tell_what_is_allowed(scenario, options, told):
    with pytest.raises(gridsim.ScenarioError) as error:
        optimal_cover(scenario, "R1/conventional", **options)
    assert told in str(error.value)
    assert all(fault.allowed for fault in error.value.faults)


def test_a_position_that_is_not_there_lists_those_that_are(scenario):
    cover = optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES, months=["2021-05"])
    with pytest.raises(gridsim.ResultError, match="2021-05 flat"):
        cover.position(product="total")
    with pytest.raises(gridsim.ResultError, match="several"):
        cover.position(month="2021-05")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("backend", ["plotly", "matplotlib"])
def test_the_cost_curve_is_drawn_from_its_table(scenario, backend, lang):
    cover = optimal_cover(scenario, "R1/conventional", load=[0.9, 1, 1.2], price=365, months=["2021-04"], risk="0.5")
    position = cover.position()
    chart = position.plot(backend=backend, lang=lang)
    pd.testing.assert_frame_equal(chart.table, position.curve())
    pd.testing.assert_frame_equal(chart.tables["break_points"], position.break_points())
    least = chart.exact.loc[chart.exact["cost_micro_yuan"].idxmin(), "contract_kwh"]
    assert position.optimum.contract <= least <= position.optimum.up_to
    drawn = chart.figure.data[0].x if backend == "plotly" else chart.figure.axes[0].lines[0].get_xdata()
    assert len(drawn) == len(chart.table)
