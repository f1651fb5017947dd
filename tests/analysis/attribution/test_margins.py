"""A retailer's margins add up to its account, item by item."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.attribution.methods import METHODS, Method
from tests.analysis.attribution.worked import DEALS, RETAIL, worked
from tests.shared import SCENARIOS, fresh

JIANGSU = SCENARIOS / "jiangsu-2023-mini"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("of", ["henan", "jiangsu"])
def test_margins_of_a_month_are_the_retailers_account(method: Method, of: str) -> None:
    result = fresh() if of == "henan" else fresh(JIANGSU)
    net = result.statistics.accounts(("party", "month")).exact["net_micro_yuan"]
    margins = result.margins(method).exact
    assert len(margins)
    for (retailer, month), rows in margins.groupby(["retailer_id", "month"], observed=True):
        assert rows["margin_micro_yuan"].sum() == net[retailer, month]
        assert rows["user_id"].isna().tolist() == [False] * (len(rows) - 1) + [True]
    lines = result.exact.ledger.query("not trial and payer in @retailers", local_dict={"retailers": _retailers(result)})
    paid = lines.groupby("item", observed=True)["amount_micro_yuan"].sum()
    for item, column in (
        ("energy", "energy"),
        ("overrun", "overrun"),
        ("shortfall", "shortfall"),
        ("deviation_fee", "fee"),
    ):
        assert margins[f"{column}_micro_yuan"].sum() == paid.get(item, 0)


def test_energy_is_shared_by_energy_in_band_and_nobodys_row_is_last() -> None:
    margins = gridsim.run(worked()).margins().exact
    assert margins["energy_micro_yuan"].tolist() == [199_920_000_000, 171_360_000_000, 57_120_000_000, 0]
    assert margins["margin_micro_yuan"].sum() == -428_400_000_000 - 97_680_000_000


def test_the_worked_month_with_its_retail_contracts_and_deals() -> None:
    bears = {"retail.overrun_delivery": "retailer_bears"}
    scenario = worked(
        contracts=(), overrides=bears, retail_contracts=RETAIL, deals=DEALS, generators=[{"generator_id": "G1"}]
    )
    margins = gridsim.run(scenario).margins("shapley")
    figures = {
        "retail_energy_yuan": [246_400, 206_400, 69_280, 0],
        "retail_delivery_yuan": [0, 0, 0, 0],
        "retail_deviation_yuan": [24_830.214876, 8_185.785124, 3_464, 0],
        "energy_yuan": [199_920, 171_360, 57_120, 0],
        "overrun_yuan": [94_424, 32_560, -29_304, 0],
        "margin_yuan": [-23_113.785124, 10_665.785124, 44_928, 0],
    }
    for column, expected in figures.items():
        assert margins[column].tolist() == expected
    assert (
        margins.exact["margin_micro_yuan"].sum() == 522_080_000_000 + 36_480_000_000 - 428_400_000_000 - 97_680_000_000
    )


def test_what_belongs_to_no_user_stands_in_a_row_without_one() -> None:
    result = gridsim.run(worked({"U1": {"flat": 900}}, {"U1": 1000}, contracts=((800, 400),)))
    margins = result.margins("shapley")
    # Upper edge 840; on plan 160 beyond it, in fact 60: at most the whole is the buyer's own.
    assert margins["overrun_yuan"].tolist() == [0, 60 * 600]
    assert pd.isna(margins["user_id"].iloc[1])
    returned = fresh(JIANGSU).margins()
    assert (returned.loc[returned["user_id"].isna(), "other_yuan"] < 0).all()


def _retailers(result: gridsim.Result) -> list[str]:
    names: list[str] = result.inputs["retailers"].column("retailer_id").to_pylist()
    return names
