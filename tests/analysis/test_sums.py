"""Exact sums by groups of any dimensions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import gridsim
from gridsim.analysis.sources import LEDGER
from tests.analysis.plain import grouped, plain_ledger
from tests.markets import RESULT_TABLES
from tests.shared import PROVINCE, fresh, loaded


def test_a_sum_that_could_leave_int64_is_refused() -> None:
    result = fresh()
    legs = result.exact.arrow("legs")
    huge = pa.array(np.full(len(legs), 10**12))
    dear = legs.set_column(legs.column_names.index("price_micro_yuan_per_kwh"), "price_micro_yuan_per_kwh", huge)
    tables = {name: result.exact.arrow(name) for name in RESULT_TABLES} | {"legs": dear}
    statistics = gridsim.Result(tables, result.inputs, result.manifest).statistics
    with pytest.raises(gridsim.InputOverflowError, match=r"contract_micro_yuan: the sum .* could leave int64"):
        statistics.prices()
    assert len(statistics.money()) == 8


def test_more_dimensions_than_a_number_holds_are_refused() -> None:
    """All dimensions of the ledger have 2·10²¹ possible groups in the province: their numbers wrapped."""
    statistics = loaded(PROVINCE).statistics
    every = tuple(LEDGER.dimensions)
    with pytest.raises(gridsim.ResultError, match=r"groupby: unit, buyer, .* too many possible groups"):
        statistics.money(every)
    enough = tuple(name for name in every if name not in ("buyer", "retailer", "mode", "payer_group", "payee_group"))
    table = statistics.money(enough).reset_index()
    ledger = plain_ledger("province from Parquet")
    by_payer = grouped(ledger[~ledger["trial"]], ("payer",), ["amount_micro_yuan"])
    found = table.groupby("payer")["amount_yuan"].sum()
    assert {payer: round(amount * 10**6) for payer, amount in found.items()} == {
        payer: amount for (payer,), (amount,) in by_payer.items()
    }


def test_nothing_chosen_is_nothing() -> None:
    statistics = fresh().statistics
    where = {"unit": "U4/tou", "item": "catalogue"}
    assert len(statistics.money("month", where)) == 0
    assert statistics.money((), where).exact["amount_micro_yuan"].tolist() == [0]
    assert len(statistics.breakdown("unit", where)) == 0
    assert len(statistics.ranking("unit", where)) == 0
    assert len(statistics.shares("unit", where)) == 0
    assert len(statistics.market_prices(where={"session": "I-2021-06-late", "generator": "G3"})) == 0
    assert len(statistics.concentration(where={"session": "I-2021-06-late", "generator": "G3"})) == 0
    assert len(statistics.energy("unit", {"month": []})) == 0
