"""Corrections of earlier months, from the table to bills and statements, in a market that can be added up by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.batch.manifest import _left_out
from gridsim.io import scenario_from_tables
from gridsim.result import Result
from gridsim.words import LANGS
from tests.settlement.test_billing import market, rows

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


def test_a_batch_says_that_it_leaves_them_out() -> None:
    assert any("corrections of earlier months" in str(note) for note in _left_out(scenario(corrections=ROWS)))
    assert not any("corrections" in str(note) for note in _left_out(scenario()))
