"""What changed between two runs is found, and nothing else is suspected."""

from __future__ import annotations

import copy
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.changes import changes_between
from tests.analysis.edited import INPUTS, edited
from tests.markets import HENAN
from tests.retail.worked import WORKED, write_worked
from tests.shared import fresh, sampled, scenario_in

RULES: dict[str, Any] = {
    "settlement.conventional.upper": "1.03",
    "settlement.conventional.lower": "0.97",
    "settlement.tou.upper": "1.02",
    "settlement.tou.lower": "0.99",
    "settlement.shortfall_price": "20",
    "settlement.conventional.overrun_catalogue.valley": "flat",
    "settlement.tou.overrun_catalogue.valley": "valley",
    "tariff.coefficient.peak": "1.6",
    "tariff.coefficient.valley": "0.45",
    "fallback.multiple": "1.5",
    "matching.k": "0.25",
    "matching.mechanism": "uniform",
    "matching.ties": "pro_rata",
    "matching.heat_priority": False,
    "decomposition.method": "equal",
    "transition.months": [],
    "compliance.annual_cover": "0.5",
    "compliance.direct_access_energy": "100",
}


@cache
def under_rule(path: str) -> gridsim.Result:
    return gridsim.run(scenario_in().with_overrides({path: RULES[path]}))


def moved(before: gridsim.Result, after: gridsim.Result) -> set[str]:
    """The items of which any line of the ledgers differs."""
    columns = ["month", "item", "payer", "payee", "unit_id", "user_id", "period", "clause"]

    def lines(result: gridsim.Result) -> pd.Series:
        ledger = result.exact.ledger
        ledger = ledger[~ledger["trial"]].astype(dict.fromkeys(columns, "str")).fillna("")
        return ledger.groupby(columns)[["energy_kwh", "amount_micro_yuan"]].sum().stack()

    one, other = lines(before), lines(after)
    index = one.index.union(other.index)
    unlike = one.reindex(index, fill_value=0) != other.reindex(index, fill_value=0)
    return set(index[unlike.to_numpy()].get_level_values("item"))


@pytest.mark.parametrize("path", sampled(RULES, 4))
def test_one_rule_is_found_and_excludes_no_item_that_it_moved(path: str) -> None:
    before, after = fresh(), under_rule(path)
    (change,) = changes_between(before, after)
    assert (change.kind, change.name) == ("rule", path)
    assert change.clause == before.rules.entry(path).clause
    assert moved(before, after) <= change.items
    comparison = before.compare(after)
    assert list(comparison.rules.index) == [path] and not len(comparison.inputs)
    text = comparison.text()
    named = before.rules.called(path)
    assert f"rule {named}" in text and change.clause in text
    assert named == path or f"({path};" in text  # behind it the clause, perhaps on the next line of its cell
    if comparison.money("unit").exact["difference"].any():
        assert "Only this changed, so it alone is the cause" in text


@pytest.mark.parametrize("what", sampled(INPUTS, 4))
def test_one_input_is_found_and_excludes_no_item_that_it_moved(what: str) -> None:
    kind = INPUTS[what][0]
    before, after = edited(None), edited(what)
    (change,) = changes_between(before, after)
    assert (change.kind, change.name) == (kind, what.split(" ", maxsplit=1)[0])
    assert moved(before, after) <= change.items
    comparison = before.compare(after)
    assert not len(comparison.rules)
    units = {unit for unit, row in comparison.money("unit").exact.iterrows() if row["difference"]}
    if change.table is not None and change.table.table in ("meter", "tariffs"):
        # These reach no unit but their own: meters and tariffs decide no trade.
        assert units <= {*change.table.units, ""}
    assert comparison.text("zh") and comparison._repr_html_()


@pytest.mark.slow
def test_the_cases_move_what_they_are_meant_to() -> None:
    """Were nothing moved, nothing would be tested above."""
    before = fresh()
    of_rules = {path: moved(before, under_rule(path)) for path in RULES}
    still = {path for path, items in of_rules.items() if not items}
    assert still <= {
        "compliance.annual_cover",
        "compliance.direct_access_energy",
        "matching.ties",
        "matching.mechanism",
    }
    of_inputs = {what: moved(before, edited(what)) for what in INPUTS}
    assert set().union(*of_inputs.values()) == set(HENAN.items)
    for what in (
        "users.name",
        "history.energy_mwh",
        "tariffs.source",
        "sessions.announced_on",
        "generators.technology",
    ):
        assert not of_inputs[what]


def test_another_version_is_a_change() -> None:
    manifest = copy.deepcopy(dict(fresh().manifest))
    manifest["versions"]["gridsim"] = "9.9"
    other = gridsim.Result({name: fresh().exact.arrow(name) for name in TABLES}, fresh().inputs, manifest)
    (change,) = changes_between(fresh(), other)
    assert (change.kind, change.after) == ("program", "9.9")
    assert "9.9" in fresh().compare(other).text() and "to the micro-yuan" in fresh().compare(other).text()


TABLES = ("trades", "legs", "positions", "leg_settlement", "cell_settlement", "ledger", "rejected", "compliance")


def test_a_retail_contract_moves_what_rests_on_its_price(tmp_path: Path) -> None:
    before = gridsim.run(gridsim.load(write_worked(tmp_path / "a")))
    dearer = {"retail_contracts.csv": WORKED["retail_contracts.csv"].replace("fixed,440", "fixed,441")}
    after = gridsim.run(gridsim.load(write_worked(tmp_path / "b", dearer)))
    (change,) = changes_between(before, after)
    assert (change.kind, change.name, change.rows) == ("column", "retail_contracts.price", 1)
    assert moved(before, after) <= change.items
    assert "tou_adjustment" in change.items
    assert "transmission" not in change.items
    nominated = {"nominations.csv": WORKED["nominations.csv"].replace("U3,2021-05,240", "U3,2021-05,250")}
    after = gridsim.run(gridsim.load(write_worked(tmp_path / "c", nominated)))
    (change,) = changes_between(before, after)
    assert change.name == "nominations.energy_mwh"
    assert moved(before, after) == {"retail_deviation"}
    assert "tou_adjustment" not in change.items


def test_what_held_before_it_was_a_value_is_no_change() -> None:
    result = copy.copy(fresh())
    data = result.rules.to_dict()
    data["values"] = {path: each for path, each in data["values"].items() if path != "retail.own_deviation"}
    result.__dict__["rules"] = gridsim.RuleSet.from_dict(data)
    assert not result.rules.has("retail.own_deviation")
    assert changes_between(result, fresh()) == changes_between(fresh(), result) == []
    (change,) = changes_between(
        result, gridsim.run(scenario_in().with_overrides({"retail.own_deviation": "forbidden"}))
    )
    assert (change.name, change.after) == ("retail.own_deviation", "forbidden")


SECOND = """\
id: second
extends: rules.yaml
shape:
  modes:
    steps:
      en: another name
      under:
        - {edge: {value: under.first}, price: {times: [0.03, contract_mean]}, clause: "9"}
        - {edge: {value: under.second}, price: {times: [0.5, contract_mean]}}
        - {edge: {value: under.third}, price: {times: [0.2, contract_mean]}, fee: {times: [0.05, {market: cap}]}}
  checks: none
"""


def test_lists_of_a_market_that_are_others_are_changes_by_their_place(tmp_path: Path) -> None:
    """Names and clauses are not: they move no money."""
    shutil.copytree(Path("docs/rules/examples/shares"), tmp_path / "one")
    before = gridsim.run(gridsim.load(tmp_path / "one"))
    (tmp_path / "one" / "second.yaml").write_text(SECOND, "utf-8")
    head = tmp_path / "one" / "scenario.yaml"
    head.write_text(head.read_text("utf-8").replace("rules: rules.yaml", "rules: second.yaml"), "utf-8")
    comparison = before.compare(gridsim.run(gridsim.load(tmp_path / "one")))
    assert [(change.name, change.before, change.after) for change in comparison.changes] == [
        ("shape.modes.steps.under[1].price", "{times: [under.share, contract_mean]}", "{times: [0.5, contract_mean]}"),
        ("shape.checks", "[credit]", "none"),
    ]
    price, checks = comparison.changes
    assert price.items == {"shortfall", "deviation_fee", "fee_return"} and not checks.items
    moved = comparison.money("item")["difference_amount_yuan"]
    assert set(moved.index[moved != 0]) == {"shortfall"}
    assert comparison.causes("shortfall") == [price]
    assert "it alone is the cause" in comparison.text()
