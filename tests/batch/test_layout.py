"""Points that trade alike share their layout, and the numbers stay those of single runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gridsim
from gridsim.batch import packed, run
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import Block, drawn_meter, prepare, scaled, settle_block
from gridsim.batch.layout import lay_out
from gridsim.batch.market import trade_market, trade_point
from gridsim.batch.prepared import prepare_units
from gridsim.batch.reads import read_by_trading
from gridsim.batch.worker import HeldOnce
from gridsim.errors import ScenarioError
from gridsim.rules.schema import RuleValues
from gridsim.scenario import Scenario
from gridsim.scenario.checks import CHECKS, VALUE_CHECKS
from gridsim.scenario.vary import draft_of
from tests.batch.conftest import LOAD, SCENARIOS, small_plan
from tests.batch.test_engine import load_of
from tests.shared import scenario_in


@pytest.fixture(scope="module")
def mini() -> Scenario:
    return scenario_in()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The markets that are traded; where kernels are compiled first, one more is, so that is done before."""
    from gridsim.batch import market

    run(small_plan(draws=1), workers=1)
    markets: list[Any] = []

    def remember(scenario: Scenario) -> Any:
        markets.append(trade_market(scenario))
        return markets[-1]

    monkeypatch.setattr(market, "trade_market", remember)
    return markets


def test_trading_and_layouts_read_no_rule_that_they_may_not(mini: Scenario) -> None:
    read = {path.partition(".")[0] for path in read_by_trading(mini.rules)}

    class Watched:
        def __init__(self, values: RuleValues) -> None:
            self.values = values

        def __getattr__(self, group: str) -> Any:
            assert group in read, f"a layout depends on {group}"
            return getattr(self.values, group)

    class Rules:
        values = Watched(mini.rules.values)
        shape = mini.rules.shape  # lists alone, no value of any month

        def at(self, month: str) -> Any:
            raise AssertionError(f"a layout asks for the rules of {month}")

    not_of_trading = {"settlement", "tariff", "fallback", "transition", "compliance", "retail", "billing"}
    assert set(vars(mini.rules.values)) - read == not_of_trading
    watched, plain = (trade_market(replace(mini, rules=rules)) for rules in (Rules(), mini.rules))  # type: ignore[arg-type]
    count = len(plain.unit_ids)
    laid_out, expected = (lay_out(traded, 0, count, has_period=False) for traded in (watched, plain))
    for name in ("leg_energy", "cell_kind", "contract", "cell_factor", "position_start"):
        assert np.array_equal(getattr(laid_out, name), getattr(expected, name))


def test_settlement_values_trade_once_and_settle_as_single_runs(mini: Scenario, made: list[Any]) -> None:
    sweep = {
        "settlement.tou.upper": ["1.02", "1.05"],
        "settlement.shortfall_price": [0, 25],
        "fallback.multiple": ["1.5"],
        "tariff.coefficient.peak": ["1.6"],
        "transition.months": [[], ["2021-01"]],
    }
    batch = run(small_plan(sweep=sweep, draws=1), workers=2)
    assert len(batch.points) == 8 and len(made) == 1
    load = LoadModel.model_validate(LOAD)
    for point, row in batch.points.iterrows():
        overrides = {name: row[name] for name in sweep}
        overrides["transition.months"] = [] if row["transition.months"] == "[]" else ["2021-01"]
        ledger = gridsim.run(drawn_meter(mini.with_overrides(overrides), load, 11, 0)).exact.ledger
        ledger = ledger[~ledger["trial"]]
        (total,) = batch.exact.runs.loc[batch.exact.runs["point"] == point, "total_micro_yuan"]
        assert total == ledger["amount_micro_yuan"].sum()
    assert batch.exact.runs["total_micro_yuan"].nunique() == 8


def test_a_point_with_other_hours_than_those_that_were_summed_is_refused(mini: Scenario) -> None:
    hours = {"periods.peak": [[9, 12], [18, 22]], "periods.flat": [[8, 9], [12, 18], [22, 24]]}
    rules = mini.rules.with_overrides(hours)
    assert prepare(mini, LoadModel(), rules=rules).cells == 216
    with pytest.raises(ScenarioError, match="hours were summed"):
        prepare(replace(mini, given=mini.given | {"load"}), LoadModel(), rules=rules)


def test_what_trading_depends_on_is_traded_anew(made: list[Any]) -> None:
    sweep = {
        "matching.mechanism": ["high_low", "uniform"],
        "prices.scale": ["1", "1.1"],
        "settlement.tou.upper": ["1.05"],
    }
    assert len(run(small_plan(sweep=sweep, draws=1), workers=1).points) == len(made) == 4


def test_a_large_scenario_holds_one_layout_and_takes_points_in_its_order(
    made: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gridsim.batch import worker

    plan = small_plan(sweep={"settlement.tou.upper": ["1.02", "1.05"], "contracts.scale": ["0.9", "1", "1.1"]})
    small = run(plan, tmp_path / "small")
    assert len(made) == 3
    monkeypatch.setattr(worker, "_SMALL_CELLS", 0)
    large = run(plan, tmp_path / "large", workers=1)
    assert len(made) == 6  # three more, though points of one scale stand apart in the plan
    assert large.exact.runs.equals(small.exact.runs)


def test_rule_sets_that_differ_in_settlement_alone_trade_once(made: list[Any], tmp_path: Path) -> None:
    scenario = tmp_path / "mini"
    shutil.copytree(SCENARIOS / "henan-2021-mini", scenario)
    for name, value in (("milder", "settlement.shortfall_price: 20"), ("uniform", "matching.mechanism: uniform")):
        words = "title: {en: Another, zh: 另}"
        text = f"id: {name}\nextends: henan-2021\n{words}\nvalues: {{{value}}}\n"
        (scenario / f"{name}.yaml").write_text(text, encoding="utf-8")
    sweep = {"rules": ["henan-2021", "milder.yaml", {"settlement.shortfall_price": 5}]}
    assert len(run(small_plan(scenario=str(scenario), sweep=sweep), workers=1).points) == 3 and len(made) == 1
    sweep = {"rules": ["henan-2021", "uniform.yaml"]}
    assert len(run(small_plan(scenario=str(scenario), sweep=sweep), workers=1).points) == 2 and len(made) == 3


@pytest.mark.parametrize("load", ["industry", "all"])
def test_runs_of_units_settle_as_the_whole_does(load: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker makes ready for its share is that part of the market, however it is cut."""
    scenario = gridsim.load(SCENARIOS / "henan-2021")
    point = trade_point(scenario, load_of(load))
    count = len(point.market.unit_ids)
    whole = prepare_units(point, 0, count)
    assert np.array_equal(whole.work, point.work)
    expected = settle_block(whole, Block(0, count, 0, 3), 5)
    inside = int(np.count_nonzero(~whole.is_outside))
    bounds = [0, 1, inside // 2, inside - 1, inside + 1, count - 1, count]  # one that has units on both sides
    assert bounds == sorted(set(bounds))
    items = np.zeros_like(expected.items)
    energies = np.zeros_like(expected.energies)
    for first, last in pairwise(bounds):
        part = prepare_units(point, first, last)
        assert part.unit_ids.tolist() == whole.unit_ids[first:last].tolist()
        found = settle_block(part, Block(first, last, 0, 3), 5)
        for name in ("cost", "metered", "overrun", "shortfall"):
            assert np.array_equal(getattr(found, name), getattr(expected, name)[first:last])
        items += found.items
        energies += found.energies
    assert np.array_equal(items, expected.items) and np.array_equal(energies, expected.energies)
    monkeypatch.setattr(packed, "_MARKS", 1)  # groups are found position by position
    assert prepare_units(point, 0, count).digest == whole.digest


def test_units_are_made_ready_by_runs_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.batch import prepared, worker

    plan = small_plan(scenario=str(SCENARIOS / "henan-2021"), draws=60, sweep=None)
    expected = run(plan, workers=2)
    ready: list[tuple[int, int]] = []

    def remember(traded: Any, first: int, last: int, *, has_period: bool) -> Any:
        ready.append((first, last))
        return lay_out(traded, first, last, has_period=has_period)

    monkeypatch.setattr(prepared, "lay_out", remember)
    monkeypatch.setattr(worker, "_AT_ONCE", 2000)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 20_000)  # so that large units are cut by draws
    found = run(plan, workers=1)
    for name in ("runs", "items", "units"):
        assert getattr(found.exact, name).equals(getattr(expected.exact, name))
    assert len(ready) > 5
    assert all(last == first for (_, last), (first, _) in pairwise(ready))


def test_of_things_that_are_held_the_oldest_goes() -> None:
    held: HeldOnce[str] = HeldOnce()
    made: list[str] = []

    def get(owner: str, name: str) -> str:
        return held.get(owner, name, lambda: made.append(name) or name.upper(), 2)  # type: ignore[func-returns-value]

    assert [get("a", name) for name in "xyxzx"] == list("XYXZX") and made == list("xyz")
    assert get("a", "y") == "Y" and made == list("xyzy")
    held.forget("b")
    held.forget("a")
    assert get("a", "y") == "Y" and made == list("xyzyy")
    for name in ("aaa", "bb", "c"):
        held.get("a", name, lambda name=name: name, 3, len)  # type: ignore[misc]
    assert len(held) == 2  # the last two are as long as three
    with pytest.raises(ZeroDivisionError):
        held.get("a", "w", lambda: str(1 / 0), 2)
    assert get("a", "w") == "W"


def test_other_checks_look_at_no_value_that_is_varied(mini: Scenario) -> None:
    """What `varied`, `with_scales` and their like leave out of the checks cannot fail: it sees none of it."""
    blind = {
        name: frame.drop(columns=["energy_kwh", "price_micro_yuan_per_kwh"], errors="ignore")
        for name, frame in mini.tables.items()
    }
    reading = replace(draft_of(replace(mini, tables=blind)), rules=None)
    others = [check for check in CHECKS if check not in VALUE_CHECKS]
    assert len(others) == len(CHECKS) - len(VALUE_CHECKS)
    assert [fault for check in others for fault in check(reading)] == []


@pytest.mark.parametrize("name", ["henan-2021-mini", "henan-2021"])
def test_nothing_contracted_is_all_overrun(name: str, tmp_path: Path) -> None:
    scenario = scaled(gridsim.load(SCENARIOS / name), contract_scale=0)
    result = gridsim.run(scenario)
    positions, ledger = result.exact.positions, result.exact.ledger
    assert (positions["contract_kwh"] == 0).all() and (positions["overrun_kwh"] == positions["metered_kwh"]).all()
    assert not ledger["item"].isin(["energy", "shortfall", "transmission"]).any()
    trades = result.exact.trades
    assert (trades["energy_kwh"] == 0).all() and trades["sell_row"].isna().all()  # filings stand, no order trades
    result.save(tmp_path, format="parquet")
    again = gridsim.Result.load(tmp_path)
    assert again.exact.ledger["amount_micro_yuan"].sum() == ledger["amount_micro_yuan"].sum()
    unit, month = positions["unit_id"].iloc[0], positions["month"].iloc[0]
    assert str(again.explain(unit, month))


def test_an_order_left_without_energy_stands_and_never_trades(mini: Scenario) -> None:
    tiny = scaled(mini, contract_scale="0.0001")
    left = tiny.tables["orders"]["energy_kwh"]
    assert (left >= 0).all() and (left < mini.tables["orders"]["energy_kwh"]).all()
    before, after = (gridsim.run(scenario).exact for scenario in (mini, tiny))
    assert (after.rejected == before.rejected).all().all()  # what was superseded still is
    assert (after.trades.loc[after.trades["sell_row"].notna(), "energy_kwh"] > 0).all()


def test_a_sweep_over_no_contracts_at_all() -> None:
    batch = run(small_plan(sweep={"contracts.scale": [0, "0.5", 1]}, draws=2))
    assert batch.points["status"].tolist() == ["done"] * 3
    nothing = batch.exact.runs.query("point == 0")
    assert (nothing["contract_kwh"] == 0).all() and (nothing["overrun_kwh"] == nothing["metered_kwh"]).all()
    assert prepare(gridsim.load(SCENARIOS / "henan-2021-mini"), LoadModel(), contract_scale=0).contract_kwh.sum() == 0
