"""What gridsim 0.1 documented goes on working: each dotted path as an override, in a file that extends, and swept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gridsim
import gridsim.batch
from gridsim.batch.plan import expand_plan
from gridsim.rules import load
from tests.properties.rule_overrides import SINGLE
from tests.rules.test_catalogue import ONCE, STORED
from tests.shared import MINI, scenario_in

VALUES: dict[str, Any] = {
    path: said["value"] for path, said in json.loads(STORED.read_text("utf-8"))["values"].items()
} | ONCE
"""The paths of the manifest that 0.1 wrote, readings among them, each with the value that it had."""

OTHERS: dict[str, Any] = {path: next(each for each in legal if str(each) != str(VALUES[path]))
                          for path, legal in SINGLE.items() if path in VALUES}  # fmt: skip
OTHERS |= {
    "tariff.coefficient.flat": "1.05",
    "settlement.conventional.upper": "1.1",
    "settlement.conventional.lower": "0.9",
    "settlement.tou.upper": "1.1",
    "settlement.tou.lower": "0.9",
    "settlement.conventional.overrun_catalogue.valley": "flat",
    "settlement.tou.overrun_catalogue.valley": "valley",
}
"""Another legal value of each value that can be changed by itself."""

TOGETHER = {"periods": {"periods.peak": [[9, 13]], "periods.flat": [[13, 24]], "periods.valley": [[0, 9]]}}
"""Values that only change together: a quarter-hour belongs to one period."""


def test_every_value_of_0_1_is_tried() -> None:
    open_to_change = {entry.path for entry in load("henan-2021").entries if entry.also is None}
    tried = {*OTHERS, *(path for group in TOGETHER.values() for path in group)}
    assert open_to_change & set(VALUES) - tried <= {"calendar.holidays", "calendar.working_weekends"} | {
        path for path in VALUES if ".overrun_catalogue." in path
    }
    assert set(VALUES) <= {entry.path for entry in load("henan-2021").entries}


@pytest.mark.parametrize("path", VALUES)
def test_its_own_value_changes_nothing(path: str, tmp_path: Path) -> None:
    before = load("henan-2021", overrides=ONCE)
    assert load("henan-2021", overrides={**ONCE, path: VALUES[path]}).values == before.values
    given = {"id": "own", "extends": "henan-2021", "values": {**ONCE, path: VALUES[path]}}
    (tmp_path / "own.yaml").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    assert load("own.yaml", base_dir=tmp_path).hash == before.hash


@pytest.mark.parametrize(("path", "value"), OTHERS.items())
def test_another_value_is_taken_everywhere(path: str, value: Any, tmp_path: Path) -> None:
    """As an override, in a file that extends, and swept: the same rules."""
    overridden = load("henan-2021", overrides={path: value})
    assert overridden.hash != load("henan-2021", overrides={path: VALUES[path]}).hash
    given = {"id": "own", "extends": "henan-2021", "values": {path: value}}
    (tmp_path / "own.yaml").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    assert load("own.yaml", base_dir=tmp_path).hash == overridden.hash
    expanded = expand_plan({"scenario": str(MINI), "sweep": {path: [VALUES[path], value]}})
    (first, second) = expanded.expansion.points
    base = expanded.expansion.bases[second.base]
    assert base.with_overrides(dict(second.overrides)).hash == overridden.hash
    assert base.with_overrides(dict(first.overrides)).hash != overridden.hash


@pytest.mark.slow
@pytest.mark.parametrize(("path", "value"), OTHERS.items())
def test_another_value_runs_alone_and_in_a_batch(path: str, value: Any) -> None:
    alone = gridsim.run(scenario_in().with_overrides({path: value}))
    batch = gridsim.batch.run({"scenario": str(MINI), "sweep": {path: [value]}})
    money = alone.settled.ledger.groupby("item")["amount_yuan"].sum()
    assert batch.runs["total_yuan"].iloc[0] == pytest.approx(_paid_by_buyers(alone), rel=1e-12)
    assert not money.empty


def _paid_by_buyers(result: gridsim.Result) -> float:
    ledger = result.exact.ledger
    lines = ledger[~ledger["trial"].astype(bool)]
    buyers = set(scenario_in().tables["users"]["user_id"]) | set(scenario_in().tables["retailers"]["retailer_id"])
    paid = lines.loc[lines["payer"].isin(buyers), "amount_micro_yuan"].sum()
    received = lines.loc[lines["payee"].isin(buyers), "amount_micro_yuan"].sum()
    return float(paid - received) / 10**6


def test_hours_of_0_1_change_together() -> None:
    for values in TOGETHER.values():
        changed = load("henan-2021", overrides=values)
        assert changed.hash != load("henan-2021").hash
        expanded = expand_plan({"scenario": str(MINI), "sweep": {"rules": ["henan-2021", values]}})
        assert len(expanded.expansion.points) == 2


def test_plan_keys_of_0_1() -> None:
    """Every key that a plan of 0.1 could have, and each design."""
    plan = {
        "scenario": str(MINI), "seed": 7, "draws": 2,
        "load": {"common": {"distribution": "lognormal", "sigma": "0.03"},
                 "own": {"distribution": "lognormal", "sigma": "0.1", "correlation": "industry"}},
        "sweep": {"settlement.tou.upper": ["1.05"], "contracts.scale": ["0.9"], "load.scale": ["1.1"],
                  "prices.scale": ["1"], "rules": ["henan-2021", {"settlement.shortfall_price": 20}]},
        "metrics": ["cost_by_unit", "items", "deviation"], "quantiles": ["0.05", "0.5"], "tail": "0.95",
    }  # fmt: skip
    assert len(expand_plan(plan).expansion.points) == 2
    for design in ("sobol", "latin_hypercube", "saltelli", "morris"):
        sweep = {
            "design": design,
            "n": 2,
            "settlement.conventional.upper": ["1.02", "1.1"],
            "load.scale": ["0.9", "1.1"],
        }
        assert len(expand_plan({"scenario": str(MINI), "sweep": sweep}).expansion.points) >= 2
