"""Plans that scale contracts as traded, of units or of all, or as ordered: each point is the what-if of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.batch.designs import sample
from gridsim.batch.plan import expand_plan, plan_from_dict
from tests.shared import MINI, faults_of


def plan(**sweep: Any) -> dict[str, Any]:
    return {"scenario": str(MINI), "sweep": sweep}


def test_each_point_has_the_money_of_the_what_if(tmp_path: Path) -> None:
    sweep = {"contracts.scale": {"R1/tou": ["0.9", 1], "U4/tou": ["1.02"]}, "prices.scale": {"R1/tou": [1, "1.1"]}}
    batch = gridsim.batch.run(plan(**sweep), tmp_path / "batch", workers=1)
    names = ("contracts.scale[R1/tou]", "contracts.scale[U4/tou]", "prices.scale[R1/tou]")
    assert tuple(batch.parameters) == names
    cost = batch.statistics.cost("point")
    assert len(cost) == 4
    scenario = gridsim.load(MINI)
    for number, row in batch.points.iterrows():
        scales = [str(row[name]) for name in names]
        varied = scenario.with_contracts(scales[0], where={"unit": "R1/tou"})
        varied = varied.with_contracts(scales[1], where={"unit": "U4/tou"})
        varied = varied.with_prices(scales[2], where={"unit": "R1/tou"})
        money = gridsim.run(varied).statistics.breakdown(()).exact["total_micro_yuan"]
        assert cost.exact.loc[number].iloc[0] == money.iloc[0]


@pytest.mark.parametrize("basis", ["legs", "orders"])
def test_a_list_has_the_money_of_the_what_if_on_its_basis(basis: Any, tmp_path: Path) -> None:
    told = {} if basis == "legs" else {"basis": basis}  # as traded, if nobody says
    scales = {"contracts.scale": ["0.9", "1"], "prices.scale": ["1.1"], **told}
    batch = gridsim.batch.run(plan(**scales), tmp_path / "batch", workers=1)
    assert batch.manifest["sweep"].get("basis", "legs") == basis
    scenario, cost = gridsim.load(MINI), batch.statistics.cost("point").exact
    for number, row in batch.points.iterrows():
        varied = scenario.with_contracts(str(row["contracts.scale"]), basis=basis).with_prices("1.1", basis=basis)
        money = gridsim.run(varied).statistics.breakdown(()).exact["total_micro_yuan"]
        assert cost.loc[number].iloc[0] == money.iloc[0]


def test_points_that_differ_in_nothing_else_have_ids_of_their_own() -> None:
    ids = expand_plan(plan(**{"contracts.scale": {"R1/tou": ["0.9", 1, "1.1"]}})).ids
    assert len(set(ids)) == 3
    assert len(set(expand_plan(plan()).ids)) == 1


def test_a_design_samples_the_range_of_a_unit() -> None:
    read = plan_from_dict(plan(design="sobol", n=4, **{"contracts.scale": {"R1/tou": ["0.9", "1.1"]}}))
    assert read.sweep.names == ("contracts.scale[R1/tou]",)
    values = sample(read.sweep, 1)
    assert ((values >= 9_000) & (values <= 11_000)).all()


@pytest.mark.parametrize(
    ("sweep", "column", "words"),
    [
        ({"contracts.scale": {"R1/tuo": [1]}}, "sweep.contracts.scale", "nearest: R1/tou"),
        ({"contracts.scale": {}}, "sweep.contracts.scale", "no settlement unit"),
        ({"contracts.scale": [1], "basis": "order"}, "sweep.basis", "legs, orders"),
        ({"load.scale": [1], "basis": "orders"}, "sweep.basis", "contracts.scale, prices.scale"),
        ({"contracts.scale": {"R1/tou": [1]}, "basis": "orders"}, "sweep.contracts.scale", "or basis: legs"),
        ({"contracts.scale": {"R1/tou": ["x"]}}, "sweep.contracts.scale.R1/tou[0]", "0 to 100"),
        ({"load.scale": {"R1/tou": [1]}}, "sweep.load.scale", "not a list of values"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(sweep: dict[str, Any], column: str, words: str) -> None:
    (fault,) = faults_of(expand_plan, plan(**sweep))
    assert fault.column == column
    assert words in f"{fault.message} {fault.allowed}"
