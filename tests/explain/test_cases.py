"""The cases that a reader asks about: edges, no contracts, no energy, the first quarter, users outside the market."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.explain import Grid
from tests.cases.usual import MONTH, generated, market, metered
from tests.explain.reading import all_unit_months, check_calculations, step_called, texts
from tests.oracle.scenarios_by_hand import ordered
from tests.properties.harness import gridsim_result


def _said(explanation):
    return "\n".join(text for step in explanation.steps for text in texts(step))


@pytest.mark.parametrize(
    ("unit", "month", "product", "said"),
    [
        ("R1/conventional", "2021-04", None, "above the upper edge: overrun"),
        ("R1/conventional", "2021-05", None, "lies between the edges: no deviation"),
        ("R1/conventional", "2021-06", None, "below the lower edge: shortfall"),
        ("U5/conventional", "2021-04", None, "exactly the upper edge: that is no deviation"),
        ("U5/conventional", "2021-06", None, "exactly the lower edge: that is no deviation"),
        ("U5/conventional", "2021-08", None, "all up to the lower edge is shortfall"),
        ("U5/conventional", "2021-08", None, "they have left the market: U5 (合成钢厂) from 2021-08"),
        ("U4/tou", "2021-02", "valley", "Without contract energy everything is overrun"),
        ("R1/tou", "2021-05", "valley", "valley overrun pays the flat catalogue tariff"),
        ("R1/conventional", "2021-04", None, "flat catalogue tariff in every period: U2"),
    ],
)
def test_the_case_is_said(mini, unit, month, product, said):
    assert said in _said(mini.explain(unit, month, product))


def test_steps_are_data(mini):
    explanation = mini.explain("R1/conventional", "2021-04")
    assert [step.number for step in explanation.steps] == list(range(1, 13))
    assert dict(step_called(explanation, "The band and the deviation").values) == {
        "upper_kwh": 4_305_001,
        "lower_kwh": 3_895_001,
        "in_band_kwh": 4_305_001,
        "overrun_kwh": 94_999,
        "shortfall_kwh": 0,
    }
    legs = step_called(explanation, "In-band energy by contract, and its money")
    assert legs.values["average_price_micro_yuan_per_kwh"] == 364_854
    assert [(line.payee, line.energy_kwh) for line in legs.transfers] == [
        ("G1", 3_150_001),
        ("G3", 630_000),
        ("G2", 315_000),
        ("G1", 210_000),
    ]
    assert step_called(explanation, "Who pays whom").values["amount_micro_yuan"] == 2_606_882_016_681


def test_first_quarter_has_the_older_method_and_the_trial_beside_it(mini):
    explanation = mini.explain("R1/tou", "2021-03")
    assert [section.trial for section in explanation.sections] == [*[False] * 4, *[True] * 4, False]
    assert "233,988.00 ÷ 651.000 = 359.4285714… → 359.429 (half up) yuan/MWh" in _said(explanation)
    for section in explanation.sections:
        for step in section.steps:
            assert step.title.startswith("Trial: ") == section.trial
            assert all(line.trial == section.trial for line in step.transfers)
    main, trial = explanation.sections[0], explanation.sections[4]
    assert not any("upper edge" in step.formula for step in main.steps)
    assert any("upper edge" in step.formula for step in trial.steps)
    assert "TRIAL SETTLEMENT" in str(explanation)
    assert "【模拟试结算】" in str(mini.explain("R1/tou", "2021-03", lang="zh"))


def test_one_product_alone_names_the_others(mini):
    explanation = mini.explain("R1/tou", "2021-03", "peak")
    assert "the unit's month also has: flat, valley" in str(explanation)
    assert "Where the flat legs come from is shown with the product flat." in _said(explanation)
    assert {line.period for step in explanation.steps for line in step.transfers} == {None, "peak"}


def test_all_products_end_in_one_account(mini):
    explanation = mini.explain("R1/tou", "2021-04")
    ledger = mini.exact.ledger
    ours = (ledger["unit_id"] == "R1/tou") & (ledger["month"] == "2021-04")
    total = explanation.sections[-2].steps[-1].values["amount_micro_yuan"]
    assert total == ledger.loc[ours, "amount_micro_yuan"].sum()


def test_a_user_that_left(mini):
    explanation = mini.explain("U5", "2021-08")
    assert "left the market in 2021-08" in str(explanation)
    assert "settled in its unit U5/conventional" in str(explanation)
    assert "peak: (885.000 − 30.000) × 1.2 = 1,026.000" in _said(explanation)
    assert {line.item for step in explanation.steps for line in step.transfers} == {"fallback", "funds"}


def test_a_user_on_priority_purchase(mini):
    explanation = mini.explain("U6", "2021-02", lang="zh")
    assert "优先购电用户" in str(explanation)
    assert {line.item for step in explanation.steps for line in step.transfers} == {"catalogue"}


def test_assumptions_name_the_steps_that_lean_on_them(run_mini):
    explanation = run_mini("  settlement.conventional.upper: 1.0333").explain("R1/conventional", "2021-04")
    ground = [point.head for point in explanation.steps[-1].lines[1:]]
    assert any("instead of 1.05" in text and text.endswith("[N5.1; step 3]") for text in ground)
    assert any("average in-band energy price" in text and "step 9" in text for text in ground)
    assert not any("In the months of transition the" in text for text in ground)


def test_a_table_shows_the_outcome_first(mini):
    lead = mini.explain("R1/tou", "2021-04").lead
    assert isinstance(lead[-1], Grid)
    assert [row[0] for row in lead[-1].rows] == ["peak", "flat", "valley"]


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A market as bare as the formats allow: no names, no sessions, no history; a contract cancelled to zero."""
    folder = tmp_path_factory.mktemp("bare")
    tables = {
        "generators": "generator_id\nG\n",
        "retailers": "retailer_id\n",
        "users": "user_id,tariff_class,voltage,peak_valley_tariff,mode\nU,c,v,true,conventional\nW,c,v,false,tou\n",
        "tariffs": "tariff_class,voltage,catalogue_peak,catalogue_flat,catalogue_valley,transmission,funds\n"
        "c,v,900,600,300,150.001,30\n",
        "bilateral": "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,"
        "filed_at,confirmed_at\n"
        "S,K,G,U,total,2021-05,0,400,2020-12-01,2020-12-02\nS,K2,G,W,peak,2021,1,400,2020-12-01,2020-12-02\n",
        "orders": "session,participant_id,side,product,month,price_yuan_per_mwh,energy_mwh,submitted_at\n"
        "M,G,sell,flat,2021-H2,300,10,2021-01-01\nM,W,buy,flat,2021-H2,300.001,7,2021-01-01\n",
        "meter": "user_id,month,period,energy_mwh\nU,2021-05,peak,1.5\nU,2021-05,valley,0\nW,2021-05,valley,2\n"
        "W,2021-08,flat,9.999\nW,2021-05,peak,0.085\nU,2021-01,flat,0\nW,2021-02,flat,3\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "scenario.yaml").write_text("name: bare\nyear: 2021\nrules: henan-2021\n", "utf-8")
    return gridsim.run(gridsim.load(folder))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_bare_market_is_explained_too(bare, lang):
    keys = all_unit_months(bare)
    arrived = [line.line for key in keys for step in bare.explain(*key, lang=lang).steps for line in step.transfers]
    assert sorted(arrived) == list(bare.ledger["line"])
    assert sum(check_calculations(_said(bare.explain(*key, lang=lang))) for key in keys) > 20


def test_contracts_of_zero_energy(bare):
    said = _said(bare.explain("U/conventional", "2021-05"))
    assert "The contract energies are all zero: C = 0.000." in said
    assert "Without contract energy both edges are zero: all that is metered is overrun." in said
    said = _said(bare.explain("U/conventional", "2021-01"))
    assert "Neither contracts nor metered energy: nothing to settle." in said
    assert "Without contract energy everything is overrun: in band = 0.000, overrun = A = 0.000." in said


def test_tou_mode_exempts_no_user_off_the_peak_valley_tariff(bare):
    said = _said(bare.explain("W/tou", "2021-05"))
    assert "Off the peak-valley tariff, but in time of use mode settled as all others: W." in said
    assert "T1: 150.001 × 1.57 = 235.50157 → 235.502 (half up)" in said


def test_what_is_free_of_a_fee_by_a_value_of_the_rule_set_is_said():
    """Worked: 2 % of G1's 600 MWh are free; of its own deviation of 20 MWh it pays for 8."""
    orders = [
        ordered("G1", "sell", "10", "400", "09:00", month=MONTH),
        ordered("U", "buy", "10", "405", "09:00", month=MONTH),
    ]
    generation = [{**row, "own_fault": "true"} for row in generated(G1="580", G2="392")]
    scenario = market(generation=generation, meter=metered(U="980"), orders=orders)
    plain = {"name": "by hand", "year": 2023, "rules": {}, "market": "jiangsu-2023", "tables": scenario["tables"]}
    result = gridsim_result(plain)
    step = step_called(result.explain("G1", MONTH), "Deviation fee")
    assert next(texts(step)).startswith("free of it: 0.02 of the contracts, 12.2")  # 610 by now
    assert step.rests_on == (
        "sellers.free_share", "sellers.fee_share", "sellers.contracts", "sellers.own_fault_fees",
    )  # fmt: skip
    contracts = step_called(result.explain("U/market", MONTH), "Contracts of the month")
    assert contracts.rests_on[0] == "sessions.k"  # the others: tests/explain/test_origin_grounds.py


def test_a_market_that_exempts_unfilled_orders_is_explained_without_any_orders():
    scenario = market(meter=metered(U="1050"))
    assert "orders" not in scenario["tables"]
    plain = {"name": "by hand", "year": 2023, "rules": {}, "market": "jiangsu-2023", "tables": scenario["tables"]}
    step = step_called(gridsim_result(plain).explain("U/market", MONTH), "Deviation fee")
    assert [(line.energy_kwh, line.amount_micro_yuan) for line in step.transfers] == [(20_000, 782_000_000)]
