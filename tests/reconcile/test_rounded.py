"""A fen that the other side rounds otherwise hides no cause and has none; what units and products are called."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from tests.shared import MINI

MONTH = "2021-05"
NAMES = {"R1/conventional": "合成售电公司/常规电量", "R1/tou": "合成售电公司/分时段"}


@pytest.fixture(scope="module")
def scenario() -> gridsim.Scenario:
    return gridsim.load(MINI)


@pytest.fixture(scope="module")
def result(scenario: gridsim.Scenario) -> gridsim.Result:
    return gridsim.run(scenario)


def statement_of(result: gridsim.Result, fen_less: int = 0) -> pd.DataFrame:
    """What R1 pays in a month by unit, product and item, in fen; the time-of-use lines so much less."""
    lines = result.settled.ledger.query("payer == 'R1' and month == @MONTH and not item.str.startswith('retail')")
    legs = result.legs.set_index("leg_id")["product"].astype(object)
    product = lines["leg_id"].map(legs)
    product = product.where(
        product.notna(), lines["period"].where(lines["unit_id"] == "R1/tou", "total").astype(object)
    )
    keys = {"交易单元": lines["unit_id"].astype(str), "品种": product.astype(str), "科目": lines["item"].astype(str)}
    sums = (
        lines[["energy_mwh", "amount_yuan"]].groupby(list(keys.values())).sum().round(3).reset_index(names=list(keys))
    )
    fen = (sums.pop("amount_yuan") * 100).round().astype(int)
    fen -= fen_less * ((sums["交易单元"] == "R1/tou") & (sums["科目"] == "energy") & (sums["品种"] == "flat"))
    return sums.rename(columns={"energy_mwh": "电量(兆瓦时)"}).assign(月份=MONTH, **{"电费(元)": fen / 100})


def test_a_fen_alone_has_no_cause(result: gridsim.Result) -> None:
    found = result.reconcile(statement_of(result, fen_less=1))
    assert found.lines["status"].value_counts().to_dict().get("within") == 1
    assert len(found.causes) == 0


def test_a_price_is_found_beside_a_fen(scenario: gridsim.Scenario, result: gridsim.Result) -> None:
    theirs = gridsim.run(scenario.with_prices("1.01", where={"unit": "R1/conventional", "contract": "C-101"}))
    found = result.reconcile(statement_of(theirs, fen_less=1))
    assert {*found.causes["kind"]} == {"contract_price"}
    assert {*found.lines["status"]} == {"equal", "within", "explained"}


def test_units_by_the_names_of_who_buys(result: gridsim.Result) -> None:
    by_name = statement_of(result)
    by_name["交易单元"] = by_name["交易单元"].map(NAMES)
    assert {*result.reconcile(by_name).lines["status"]} == {"equal"}


def test_without_units_what_a_buyer_pays_is_a_statement_of_its_own(result: gridsim.Result) -> None:
    found = result.reconcile(statement_of(result).drop(columns="交易单元"))
    assert {*found.lines["status"]} == {"equal"}


@pytest.mark.parametrize("word", ["总量", "total", "合计"])
def test_a_sum_of_products_is_no_line_of_a_unit_that_trades_by_periods(result: gridsim.Result, word: str) -> None:
    lines = statement_of(result)
    own = lines[(lines["交易单元"] == "R1/tou") & (lines["科目"] == "energy")]
    together = own.assign(品种=word, **{name: own[name].sum().round(3) for name in ("电量(兆瓦时)", "电费(元)")})
    found = result.reconcile(pd.concat([own, together.iloc[:1], lines.drop(own.index)]))
    assert {*found.lines["status"]} == {"equal"} and len(found.lines) == len(lines) and len(found.causes) == 0
