"""Attribution, netting and margins in the grammar of statistics: the sums of their tables, group by group."""

from __future__ import annotations

import pytest

import gridsim
from tests.settlement.test_corrections import ROWS, scenario
from tests.shared import MINI


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return gridsim.run(MINI)


@pytest.mark.parametrize("by", ["user", "month", "unit", "item", ("unit", "side"), ("retailer", "tariff_class"), ()])
def test_whose_deviation_it_was_adds_up_however_it_is_grouped(result: gridsim.Result, by: object) -> None:
    table = result.attribution().exact
    grouped = result.statistics.attribution(by)  # type: ignore[arg-type]
    assert int(grouped.exact["amount_micro_yuan"].sum()) == int(table["amount_micro_yuan"].sum())
    assert int(grouped.exact["parts"].sum()) == len(table)
    assert ("share_mwh" in grouped) == (by == "item")


def test_it_is_narrowed_ranked_and_asked_by_method_and_ledger(result: gridsim.Result) -> None:
    table = result.attribution("pro_rata").exact
    of_month = table[(table["month"] == "2021-06") & (table["item"] == "shortfall") & (table["unit_id"] == "R1/tou")]
    statistics = result.statistics.where(month="2021-06", unit="R1/tou")
    found = statistics.attribution("user", {"item": "shortfall"}, method="pro_rata").exact
    by_user = of_month.assign(user_id=of_month["user_id"].astype(object).fillna("")).groupby("user_id")
    assert found["amount_micro_yuan"].to_dict() == by_user["amount_micro_yuan"].sum().to_dict()
    assert found["share_kwh"].to_dict() == by_user["share_kwh"].sum().to_dict()
    top = result.statistics.attribution(("item", "user"), top=1)
    assert top["share_mwh"].isna().tolist() == [False, True]
    trial = result.statistics.attribution("unit", trial=True).exact["amount_micro_yuan"].sum()
    assert int(trial) == int(result.attribution(ledger="trial").exact["amount_micro_yuan"].sum()) != 0
    with pytest.raises(gridsim.ResultError, match="dimension"):
        result.statistics.attribution("period")


def test_netting_and_margins(result: gridsim.Result) -> None:
    netting, margins = result.netting().exact, result.margins().exact
    saved = result.statistics.netting("product").exact
    assert int(saved["saved_micro_yuan"].sum()) == int(netting["saved_micro_yuan"].sum())
    assert int(saved["positions"].sum()) == len(netting)
    by_user = result.statistics.margins(("retailer", "user")).exact
    for column in ("margin_micro_yuan", "overrun_micro_yuan", "other_micro_yuan"):
        assert int(by_user[column].sum()) == int(margins[column].sum())
    assert "" in by_user.index.get_level_values("user")


def test_corrections_by_what_and_which_month_they_correct() -> None:
    statistics = gridsim.run(scenario(corrections=ROWS)).statistics
    found = statistics.money(("corrects_item", "corrects_month"), {"item": "correction"}).exact["amount_micro_yuan"]
    assert found.to_dict() == {
        ("energy", "2021-03"): -1_234_560_000,
        ("overrun", "2021-02"): 1,
        ("transmission", "2020-12"): 100_500_000,
        ("funds", "2021-02"): 3_000_000,
        ("power_factor", "2021-04"): -2_000_000,
        ("correction", "2021-04"): 50_000_000,
    }
    assert statistics.values("corrects_month") == ["2020-12", "2021-01", "2021-02", "2021-03", "2021-04"]
    of_user = statistics.money("user", {"corrects_month": ["2020-12", "2021-02"]}).exact["amount_micro_yuan"]
    assert of_user["U3"] == 100_500_001
