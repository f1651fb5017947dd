"""Corrections of earlier months, from the table to bills and statements, in a market that can be added up by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.batch.manifest import _left_out
from gridsim.io import scenario_from_tables
from gridsim.report.statements import write_statements
from gridsim.result import Result
from gridsim.rules.shape import unit_id
from gridsim.words import LANGS
from tests.settlement.test_billing import market, rows
from tests.shared import SCENARIOS

NAMES = ("month", "item", "unit_id", "user_id", "amount_yuan", "corrects_month")


def corrections(*each: tuple[str, ...]) -> pd.DataFrame:
    return rows(*(dict(zip(NAMES, one, strict=True)) for one in each))


ROWS = corrections(
    ("2021-05", "合同电费", "U1/conventional", "", "-1234.56", "2021-03"),
    ("2021-05", "transmission", "R/conventional", "U3", "100.5", "2020-12"),
    ("2021-05", "overrun", "R/conventional", "U3", "0.000001", "2021-02"),
    ("2021-05", "funds", "R/conventional", "", "3", "2021-02"),
    ("2021-05", "power_factor", "", "U1", "-2", "2021-04"),
    ("2021-05", "退补电费", "", "U4", "50", "2021-04"),
    ("2021-05", "catalogue", "", "U4", "0", "2021-01"),
)


@pytest.fixture(scope="module")
def result() -> Result:
    return gridsim.run(scenario(corrections=ROWS))


def scenario(**tables: pd.DataFrame) -> gridsim.Scenario:
    return scenario_from_tables(market(**tables), name="corrected", year=2021, rules="henan-2021")


def lines(result: Result) -> pd.DataFrame:
    ledger = result.exact.ledger
    return ledger[ledger["item"] == "correction"]


def test_each_row_is_a_line_that_pays_the_account_of_its_item(result: Result) -> None:
    names = ["payer", "payee", "unit_id", "user_id", "amount_micro_yuan", "corrects_month", "corrects_item"]
    assert [tuple(row) for row in lines(result)[names].astype(object).fillna("").itertuples(index=False)] == [
        ("U1", "MARKET", "U1/conventional", "", -1_234_560_000, "2021-03", "energy"),
        ("U3", "GRID", "R/conventional", "U3", 100_500_000, "2020-12", "transmission"),
        ("R", "GRID", "R/conventional", "U3", 1, "2021-02", "overrun"),
        ("R", "GOVERNMENT", "R/conventional", "", 3_000_000, "2021-02", "funds"),
        ("U1", "GRID", "", "U1", -2_000_000, "2021-04", "power_factor"),
        ("U4", "MARKET", "", "U4", 50_000_000, "2021-04", "correction"),
    ]
    assert lines(result)["price_micro_yuan_per_kwh"].isna().all() and not lines(result)["energy_kwh"].any()
    assert set(lines(result)["clause"]) == {"rulebook 16"} and not lines(result)["trial"].any()
    assert int(result.statistics.accounts(()).exact["net_micro_yuan"].sum()) == 0
    result.check()


def test_nothing_else_moves(result: Result) -> None:
    before = gridsim.run(scenario())
    ledger = result.exact.ledger[: len(before.exact.ledger)]
    pd.testing.assert_frame_equal(ledger.astype(object), before.exact.ledger.astype(object))
    pd.testing.assert_frame_equal(result.exact.positions, before.exact.positions)
    (change,) = before.compare(result).changes
    assert (change.name, change.items) == ("corrections", {"correction"})
    prices = (each.statistics.prices("unit").exact.to_numpy().tolist() for each in (before, result))
    assert next(prices) == next(prices)


@pytest.mark.parametrize("lang", LANGS)
def test_an_explanation_tells_the_month_that_is_corrected(result: Result, lang: Any) -> None:
    for subject, own in (("U1/conventional", 1), ("R/conventional", 3), ("U1", 2), ("U3", 1), ("U4", 1)):
        explained = result.explain(subject, "2021-05", lang=lang)
        (step,) = (step for step in explained.steps if "corrected_micro_yuan" in step.values)
        assert len(step.transfers) == own, subject
        assert step.values["corrected_micro_yuan"] == sum(line.amount_micro_yuan for line in step.transfers)
        month = str(step.transfers[0].corrects_month)
        assert (month if lang == "en" else f"{month[:4]}年{int(month[5:])}月") in str(explained)


def test_a_month_that_has_nothing_else_is_explained_too() -> None:
    rows_of_august = corrections(
        ("2021-08", "overrun", "U2/tou", "", "5", "2021-05"), ("2021-08", "funds", "", "U4", "7", "2021-05")
    )
    result = gridsim.run(scenario(corrections=rows_of_august))
    for subject, told in (("U2/tou", "no position"), ("U2", "metered nothing"), ("U4", "metered nothing")):
        explained = result.explain(subject, "2021-08")
        (step,) = (step for step in explained.steps if "corrected_micro_yuan" in step.values)
        assert len(step.transfers) == 1 and told in str(explained)
    with pytest.raises(gridsim.ResultError, match="no position"):
        result.explain("U2/tou", "2021-09")


def test_a_line_that_is_not_what_the_table_says_is_an_error(result: Result) -> None:
    for column, value in (("amount_micro_yuan", 5), ("corrects_month", "2021-01"), ("payee", "GRID")):
        ledger = result.exact.arrow("ledger")
        values = ledger.column(column).to_pylist()
        values[ledger.column("item").to_pylist().index("correction")] = value
        forged = {name: result.exact.arrow(name) for name in result.manifest["counts"]["results"]}
        forged["ledger"] = ledger.set_column(ledger.column_names.index(column), column, [values])
        other = Result(forged, result.inputs, result.manifest, result.rules)
        with pytest.raises(gridsim.ResultError):
            other.explain("U1/conventional", "2021-05")
        with pytest.raises(gridsim.ResultError):
            other.check()


@pytest.mark.slow
def test_a_result_is_stored_with_them_and_read_back(result: Result, tmp_path: Path) -> None:
    for format in ("csv", "parquet"):
        result.save(tmp_path / format, format=format)
        again = Result.load(tmp_path / format)
        again.check()
        pd.testing.assert_frame_equal(again.exact.ledger.astype(object), result.exact.ledger.astype(object))


def test_margins_hold_what_the_retailer_pays_of_them(result: Result) -> None:
    margins = result.margins().exact
    ledger = result.exact.ledger
    paid = ledger.loc[ledger["payer"] == "R", "amount_micro_yuan"].sum()
    received = ledger.loc[ledger["payee"] == "R", "amount_micro_yuan"].sum()
    assert int(margins["margin_micro_yuan"].sum()) == received - paid
    assert int(margins["other_micro_yuan"].sum()) == 3_000_001


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_statements_and_bills_have_them_in_their_totals(result: Result, lang: Any, tmp_path: Path) -> None:
    def sheet(**asked: Any) -> list[list[Any]]:
        path = write_statements(result, tmp_path / "s.xlsx", lang=lang, **asked).path
        return CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()

    of_unit, of_user = sheet(units=["R/conventional"]), sheet(users=["U1"])
    ledger = result.exact.ledger
    of_r = ledger[(ledger["unit_id"] == "R/conventional") & (ledger["item"] != "power_factor")]
    of_u1 = ledger[ledger["payer"] == "U1"]
    for shown, paid, month in ((of_unit, of_r, "2020-12"), (of_user, of_u1, "2021-04")):
        (total,) = (row[2] for row in shown if row[0] in ("Total [yuan]", "合计金额（元）"))
        assert total == round(int(paid["amount_micro_yuan"].sum()) / 10**6, 2)
        assert any(str(cell).startswith(month) for row in shown for cell in row)
    told = [str(cell) for row in of_user for cell in row]
    assert not any(name in told for name in ("U3", "U4", "R"))


def test_in_a_market_with_an_account_between_buyers_and_sellers() -> None:
    jiangsu = gridsim.load(SCENARIOS / "jiangsu-2023-mini")
    rules = jiangsu.rules.shape
    assert rules.fees is not None
    unit = unit_id(str(jiangsu.tables["users"]["retailer_id"].dropna().iloc[0]), rules.mode_ids[0])
    table = pd.DataFrame(
        {"month": ["2023-05"] * 3, "item": ["energy", "overrun", rules.fees.item], "unit_id": [unit] * 3}
        | {"amount_yuan": ["1", "-2", "3"], "corrects_month": ["2023-04", "2022-12", "2023-01"]}
    )
    result = gridsim.run(jiangsu.with_table("corrections", table))
    found = lines(result)
    assert found["payee"].tolist() == ["MARKET", "MARKET", rules.fees.payee]
    assert int(result.statistics.accounts(()).exact["net_micro_yuan"].sum()) == 0
    result.check()


def test_a_batch_says_that_it_leaves_them_out() -> None:
    assert any("corrections of earlier months" in str(note) for note in _left_out(scenario(corrections=ROWS)))
    assert not any("corrections" in str(note) for note in _left_out(scenario()))
