"""Markets of any shape, from text to the ledger: every table agrees with the oracle, also after saving."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.market_tables import input_tables
from tests.markets import market_of
from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import differences, exact_tables, gridsim_result, portion
from tests.properties.shaped import shaped_scenario

Scenario = dict[str, Any]


@portion(60)
@given(st.integers(0, 2**32 - 1))
def test_every_table_of_any_shape_agrees(seed: int) -> None:
    agrees(seed)


def test_few_shapes_are_refused() -> None:
    assert sum(agrees(seed) is False for seed in range(60)) <= 12


@pytest.mark.parametrize("kind", ["listing", "swap"])
def test_an_order_without_a_price_stands_in_a_session_of_takers_alone(kind: str) -> None:
    for seed in range(200):
        plain = fitting(shaped_scenario(SeededChooser(seed)))
        rows = [n for n, row in enumerate(plain["tables"]["orders"], 1) if row["session"] == kind]
        takes = plain["shape"]["sessions"]["auction"].get("takers")
        if not rows or not takes or "load" in plain["tables"]:
            continue
        plain["tables"]["orders"][rows[0] - 1]["price_yuan_per_mwh"] = ""
        with pytest.raises(gridsim.ScenarioError) as caught:
            gridsim_result(plain)
        fault = next(fault for fault in caught.value.faults if fault.column == "price_yuan_per_mwh")
        assert (fault.file, fault.row) == ("orders", rows[0])
        assert str(fault.allowed) == "a price, or a session of kind auction"
        return
    raise AssertionError("no such market")


def agrees(seed: int) -> bool | None:
    """Settle a random market both ways; False if gridsim refuses it, None if the oracle does or its load is finer."""
    plain = fitting(shaped_scenario(SeededChooser(seed)))
    if "load" in plain["tables"]:  # by half-hours, some of a day alone
        return None
    try:
        expected = settle_market(plain)
    except FaultError:
        return None
    try:
        result = gridsim_result(plain)
    except gridsim.ScenarioError:
        return False
    assert not differences(without_clauses(exact_tables(result)), without_clauses(expected))
    with tempfile.TemporaryDirectory() as folder:
        result.save(Path(folder) / "out", format="parquet")
        again = gridsim.Result.load(Path(folder) / "out")
        assert not differences(without_clauses(exact_tables(again)), without_clauses(expected))
        again.check()
    return True


def without_clauses(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Random shapes name none; gridsim says that they do not."""
    return {name: [{**row, "clause": ""} if "clause" in row else row for row in rows] for name, rows in tables.items()}


def fitting(plain: Scenario) -> Scenario:
    """The scenario with the tables and columns that its market has, and its own checks of contracts."""
    plain["shape"]["checks"] = ["credit"]
    for user in plain["tables"]["users"]:
        user.pop("period_set", None)
    plain.pop("period_sets", None)
    specs = input_tables(market_of(plain["shape"]))
    kept = {}
    for name, rows in plain["tables"].items():
        if name in specs and (rows or specs[name].required or name == "meter"):
            known = {column.name for column in specs[name]}
            kept[name] = [{column: row[column] for column in row if column in known} for row in rows]
    return {**plain, "tables": kept}
