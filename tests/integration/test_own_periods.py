"""Periods of one's own from end to end: run, saved, read again, held against its inputs, changed, compared."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.errors import ResultError
from tests.io.building import FILES
from tests.io.own_periods import write_own


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Scenario:
    return gridsim.load(write_own(tmp_path_factory.mktemp("own")))


@pytest.fixture(scope="module")
def result(scenario: gridsim.Scenario) -> gridsim.Result:
    return gridsim.run(scenario)


def forged(result: gridsim.Result, manifest: Any = None, cell: dict[str, Any] | None = None) -> gridsim.Result:
    """The same result with another manifest, or another cell of U2 at its peak while the tariff is at its valley."""
    tables = {name: result.exact.arrow(name) for name in result.manifest["counts"]["results"]}
    if cell:
        rows = tables["cell_settlement"].to_pylist()
        row = next(row for row in rows if (row["period"], row["tariff_period"]) == ("peak", "valley"))
        assert row["user_id"] == "U2"
        row.update(cell)
        fields = [
            pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
            for field in tables["cell_settlement"].schema
        ]
        tables["cell_settlement"] = pa.Table.from_pylist(rows, pa.schema(fields))
    return gridsim.Result(tables, dict(result.inputs), manifest or result.manifest, result.rules)


def test_saved_and_read_again(result: gridsim.Result, tmp_path: Path) -> None:
    result.save(tmp_path)
    again = gridsim.Result.load(tmp_path)
    assert again.manifest["scenario"] == result.manifest["scenario"]
    assert again.inputs["users"].column("period_set").to_pylist() == [None, "early", None]
    pd.testing.assert_frame_equal(again.cell_settlement, result.cell_settlement)
    again.check()


def test_as_the_rulebook_says(result: gridsim.Result) -> None:
    cells = result.cell_settlement
    mine = cells[(cells["user_id"] == "U2") & ~cells["trial"]]
    assert len(mine) == 7
    others = cells[cells["user_id"] != "U2"]
    assert (others["period"] == others["tariff_period"]).all()
    lines = result.ledger
    lines = lines[(lines["user_id"] == "U2") & (lines["item"] == "transmission") & lines["trial"]]
    # T&D goes by the tariff period: 180 yuan/MWh times 1.57, 1 and 0.5. All is peak: nothing else is contracted.
    told = set(zip(lines["period"], lines["tariff_period"], lines["price_yuan_per_mwh"], strict=True))
    assert told == {("peak", "peak", 282.6), ("peak", "flat", 180.0), ("peak", "valley", 90.0)}


def test_curve_balance_takes_its_own_hours(result: gridsim.Result) -> None:
    """January: peak 30.5 MWh alone; a third of its own day is peak, of that of the rule set too."""
    rows = result.compliance
    rows = rows[(rows["check"] == "curve_balance") & (rows["subject"] == "R1/tou")]
    assert rows.set_index("measure")["value"]["hour_shares"] == "0.666667"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ({"tariff_period": "flat"}, "duplicate row: row 5 has the same"),
        ({"tariff_period": "peak", "period": "valley"}, "a pair of periods that share no quarter-hour of the month"),
        ({"metered_kwh": 1}, "positions"),
    ],
)
def test_a_forged_cell_is_told(result: gridsim.Result, cell: dict[str, Any], told: str) -> None:
    with pytest.raises(ResultError, match=told):
        forged(result, cell=cell).check()


def test_forged_hours_are_told(result: gridsim.Result) -> None:
    manifest = copy.deepcopy(dict(result.manifest))
    manifest["scenario"]["period_sets"]["early"][0]["use"]["peak"] = ["06:00-13:00"]
    with pytest.raises(ResultError, match="the periods do not make up the day: 13:00-14:00 is in no period"):
        forged(result, manifest=manifest).check()
    manifest["scenario"]["period_sets"]["early"][0]["use"]["flat"] = ["13:00-22:00"]
    with pytest.raises(ResultError, match="hash"):
        forged(result, manifest=manifest).check()


def test_what_if(scenario: gridsim.Scenario) -> None:
    double = scenario.with_load(2)
    assert double.period_sets == scenario.period_sets
    assert double.hash != scenario.hash
    assert scenario.with_load(1).hash == scenario.hash
    band = scenario.with_overrides({"settlement.tou.upper": "1.1"})
    assert len(gridsim.run(band).cell_settlement) == len(gridsim.run(scenario).cell_settlement)


def test_compared_with_the_periods_of_the_rule_set(result: gridsim.Result, tmp_path: Path) -> None:
    plain = gridsim.run(gridsim.load(write_own(tmp_path, {"period_sets.yaml": None, "users.csv": FILES["users.csv"]})))
    told = plain.compare(result).text()
    assert "period_set" in told
    assert plain.cell_settlement["metered_mwh"].sum() == result.cell_settlement["metered_mwh"].sum()
