"""What changed in the input tables."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from tests.analysis.edited import Tables, cell, drop, run_with, tables_of


def test_every_kind_of_table_change_at_once() -> None:
    def edit(tables: Tables) -> None:
        cell("meter", "energy_mwh", "4100", user_id="U1", month="2021-04", period="peak")(tables)
        drop("orders", 1)(tables)
        meter = tables["meter"]
        new = meter[meter["user_id"] == "U4"].assign(user_id="U7")
        tables["meter"] = pd.concat([meter, new])
        users = tables["users"]
        added = users[users["user_id"] == "U4"].assign(user_id="U7", retailer_id="R1")
        tables["users"] = pd.concat([users, added])

    before, after = run_with(lambda tables: None), run_with(edit)
    comparison = before.compare(after)
    inputs = comparison.inputs
    assert inputs.loc["users", ["added", "removed", "changed"]].tolist() == [1, 0, 0]
    assert inputs.loc["orders", ["added", "removed", "changed"]].tolist() == [0, 1, 0]
    new = int((tables_of()["meter"]["user_id"] == "U4").sum())
    assert inputs.loc["meter", ["added", "removed", "changed", "columns"]].tolist() == [new, 0, 1, "energy_mwh"]
    metered = pd.to_numeric(tables_of()["meter"]["energy_mwh"]).sum()
    assert inputs.loc["meter", "energy_mwh_before"] == metered
    rows = comparison.details("meter")
    assert rows["how"].tolist() == ["changed"] + ["added"] * new
    first = rows.iloc[0]
    assert (first["user_id"], first["month"], first["period"]) == ("U1", "2021-04", "peak")
    assert first["energy_kwh_after"] == 4_100_000 and first["energy_kwh_before"] < 4_100_000
    assert rows.iloc[1]["energy_kwh_before"] is None and rows.iloc[1]["user_id"] == "U7"
    assert comparison.concerned("R1/conventional") == ["orders", "meter"] or comparison.concerned("R1/tou")
    assert comparison.concerned("U5/conventional") == []
    with pytest.raises(
        gridsim.ResultError, match=r"details: no changed table 'order' here; allowed: users, orders, meter"
    ):
        comparison.details("order")
    assert "Several things changed at once" in comparison.text()
    assert {change.name for change in comparison.causes("fallback")} == {"users", "meter", "meter.energy_mwh"}
    with pytest.raises(gridsim.ResultError, match=r"item: no item 'fund'.*nearest: funds"):
        comparison.causes("fund")
