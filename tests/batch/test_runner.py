"""A batch is the same scenarios run one by one, to the micro-yuan, whoever runs it and however it is cut."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.batch import Batch, run
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import ENERGIES, drawn_meter, scaled
from gridsim.errors import GridsimError, ResultError, ScenarioError
from tests.batch.conftest import LOAD, SCENARIOS, small_plan
from tests.markets import HENAN

TABLES = ("runs", "items", "units", "unit_draws")


def same(left: Batch, right: Batch) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(left.exact, name), getattr(right.exact, name))


def outside_units(ledger: pd.DataFrame) -> pd.Series:
    """The unit of each line; of users outside the market, the user."""
    unit = ledger["unit_id"].fillna("")
    return unit.where(unit != "", ledger["user_id"])


def test_a_batch_is_the_same_scenarios_run_one_by_one() -> None:
    sweep = {
        "settlement.tou.upper": ["1.02", "1.08"],
        "contracts.scale": ["0.9"],
        "prices.scale": ["1.1"],
        "basis": "orders",
        "load.scale": ["1.05"],
        "rules": ["henan-2021", {"settlement.shortfall_price": 20, "matching.mechanism": "uniform"}],
    }
    batch = run(small_plan(sweep=sweep, draws=2), detail="full")
    scenario = gridsim.load(SCENARIOS / "henan-2021-mini")
    load = LoadModel.model_validate(LOAD)
    runs = batch.exact.runs.set_index(["point", "draw"]).sort_index()
    items = batch.exact.items.set_index(["point", "draw", "item"])["amount_micro_yuan"].sort_index()
    units = batch.exact.unit_draws.set_index(["point", "draw", "unit_id"])["cost_micro_yuan"].sort_index()
    assert len(runs) == 8
    for point in batch.points["point"]:
        overrides: dict[str, object] = {"settlement.tou.upper": "1.02" if point < 2 else "1.08"}
        if point % 2:
            overrides |= {"settlement.shortfall_price": 20, "matching.mechanism": "uniform"}
        varied = scaled(scenario.with_overrides(overrides), contract_scale="0.9", load_scale="1.05", price_scale="1.1")
        for draw in range(2):
            exact = gridsim.run(drawn_meter(varied, load, 11, draw)).exact
            ledger = exact.ledger[~exact.ledger["trial"]]
            positions = exact.positions[~exact.positions["trial"]]
            by_item = ledger.groupby("item")["amount_micro_yuan"].sum()
            always = HENAN.items[: HENAN.items.index("transfer")]  # which nobody has here, so it has no row
            assert items.loc[point, draw].to_dict() == {item: by_item.get(item, 0) for item in always}
            assert runs.loc[(point, draw), "total_micro_yuan"] == by_item.sum()
            for name in ENERGIES:
                assert runs.loc[(point, draw), f"{name}_kwh"] == positions[f"{name}_kwh"].sum(), name
            by_unit = ledger.groupby(outside_units(ledger))["amount_micro_yuan"].sum()
            assert units.loc[point, draw].loc[by_unit.index].to_dict() == by_unit.to_dict()
            assert units.loc[point, draw].sum() == by_unit.sum()


def test_draws_are_paired_across_points(batch: Batch) -> None:
    metered = batch.exact.runs.query("`load.scale` == 0.95").pivot(index="draw", columns="point", values="metered_kwh")
    assert metered[0].equals(metered[2].rename(0)) and metered[0].nunique() == 3


def test_units_are_statistics_of_their_draws(batch: Batch) -> None:
    units = batch.exact.units.set_index(["point", "unit_id"]).sort_index()
    draws = batch.exact.unit_draws.groupby(["point", "unit_id"])["cost_micro_yuan"]
    assert len(units) == len(draws)
    assert (units["cost_min_micro_yuan"] == draws.min()).all()
    assert (units["cost_max_micro_yuan"] == draws.max()).all()
    assert (units["cost_q50_micro_yuan"] == draws.median()).all()  # three draws: the middle one
    assert (units["cost_mean_micro_yuan"] - draws.mean()).abs().max() <= 0.5
    runs = batch.exact.runs.groupby("point")
    assert (units.groupby("point")["contract_kwh"].sum() == runs["contract_kwh"].first()).all()
    inside = units[~units["outside"]]
    for name in ("metered", "overrun", "shortfall"):
        drift = inside.groupby("point")[f"{name}_mean_kwh"].sum() - runs[f"{name}_kwh"].mean()
        assert drift.abs().max() <= len(inside) / 2  # each mean is rounded to the kWh
    assert units["exact"].all()


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_and_blocks_decide_nothing(
    stored: Path, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gridsim.batch import tasks, worker

    monkeypatch.setattr(tasks, "CELLS_PER_TASK", 150)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 40)
    same(run(small_plan(), tmp_path / "out", workers=workers, detail="full"), Batch(stored))


def test_an_executor_of_ones_own(stored: Path) -> None:
    with ThreadPoolExecutor(2) as executor:
        same(run(small_plan(), executor=executor, detail="full"), Batch(stored))
        assert executor.submit(int, "7").result() == 7  # it was left open


def test_counted_classes_are_close_to_all_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.batch import reduced, tasks, worker

    plan = small_plan(sweep=None, draws=200)
    exact = run(plan).exact.units.set_index("unit_id")
    monkeypatch.setattr(tasks, "CELLS_PER_TASK", 5000)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 500)
    monkeypatch.setattr(reduced, "_MOST_HELD", 0)
    counted = run(plan).exact.units.set_index("unit_id")
    assert not counted["exact"].all()
    for name in exact.columns.drop(["exact", "point"]):
        if name.startswith(("cost_q", "cost_cvar")):
            assert ((counted[name] - exact[name]).abs() <= exact[name] / 2000).all(), name
        elif name != "cost_std_micro_yuan":
            assert (counted[name] == exact[name]).all(), name


def test_a_bad_point_is_reported_and_stops_no_other(tmp_path: Path) -> None:
    events: list[Any] = []
    sweep = {"settlement.tou.upper": ["0.5", "1.08"], "load.scale": ["1"]}
    batch = run(small_plan(sweep=sweep), tmp_path, progress=events.append)
    assert batch.points["status"].tolist() == ["failed", "done"]
    assert "upper band edge lies below" in batch.points["error"][0]
    assert batch.failures["point"].tolist() == [0]
    assert batch.runs["point"].unique().tolist() == [1]
    (failed,) = [event for event in events if event["event"] == "point" and event["status"] == "failed"]
    assert failed["point"] == 0 and "lies below" in failed["error"]
    assert events[-1]["failed"] == 1
    assert gridsim.batch.load(tmp_path).failures["point"].tolist() == [0]


def test_a_fault_of_the_program_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.batch import reduced

    real = reduced.settle_block

    def broken(prepared: Any, block: Any, seed: int, **how: Any) -> Any:
        if prepared.contract_kwh.sum() > 100_000_000:
            raise ZeroDivisionError("oops")
        return real(prepared, block, seed, **how)

    monkeypatch.setattr(reduced, "settle_block", broken)
    batch = run(small_plan(sweep={"contracts.scale": ["0.1", "10"]}))
    assert batch.points["status"].tolist() == ["done", "failed"]
    assert "ZeroDivisionError: oops" in batch.points["error"][1]


def test_detail_and_metrics_decide_the_tables() -> None:
    summary = run(small_plan(sweep=None), detail="summary")
    assert len(summary.runs) == 3 and len(summary.items) == 24
    with pytest.raises(ResultError, match="detail unit or full"):
        _ = summary.units
    lean = run(small_plan(sweep=None, metrics=["cost_by_unit"]))
    assert list(lean.runs.columns) == ["point", "draw", "total_yuan"]
    assert "cost_mean_yuan" in lean.units and "contract_mwh" not in lean.units
    with pytest.raises(ResultError, match="metric items"):
        _ = lean.items
    with pytest.raises(ResultError, match="no table 'nothing'"):
        lean.arrow("nothing")
    with pytest.raises(ValueError, match="workers must be 1 or more, not 0"):
        run(small_plan(), workers=0)
    with pytest.raises(ValueError, match="detail must be"):
        run(small_plan(sweep=None), detail="all")  # type: ignore[arg-type]


def test_a_plan_as_a_mapping_without_draws() -> None:
    batch = run({"scenario": str(SCENARIOS / "henan-2021-mini"), "metrics": ["items"]})
    result = gridsim.run(gridsim.load(SCENARIOS / "henan-2021-mini")).exact.ledger
    by_item = result[~result["trial"]].groupby("item")["amount_micro_yuan"].sum()
    assert batch.exact.items.set_index("item")["amount_micro_yuan"].loc[by_item.index].to_dict() == by_item.to_dict()


def test_faults_of_plan_and_scenario_come_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ScenarioError, match="no such folder"):
        run(small_plan(scenario=str(tmp_path / "none")), out)
    with pytest.raises(ScenarioError, match="no such rule set"):
        run(small_plan(sweep={"rules": ["henan-2020"]}), out)
    assert not out.exists()


def test_an_executor_that_is_none() -> None:
    with pytest.raises(GridsimError, match="must be a concurrent"):
        run(small_plan(sweep=None), executor="cluster")


def test_the_seed_of_the_scenario_is_the_default(tmp_path: Path) -> None:
    plan = small_plan(seed=None, sweep=None, scenario=str(SCENARIOS / "henan-2021"), draws=1)
    assert run(plan).manifest["seed"] == 17


def test_events_tell_how_far_it_is() -> None:
    events: list[Any] = []
    started = time.monotonic()
    run(small_plan(), progress=events.append)
    assert [event["event"] for event in events if event["event"] not in ("task", "point")] == ["start", "end"]
    assert events[0]["points"] == 4 and events[0]["cells"] == 4 * 3 * 216 and events[0]["done"] == 0
    tasks = [event for event in events if event["event"] == "task"]
    assert tasks[-1]["points_done"] == 4 and tasks[-1]["cells_done"] == events[0]["cells"]
    assert [event["points_done"] for event in tasks] == sorted(event["points_done"] for event in tasks)
    assert events[-1]["done"] == 4 and 0 < events[-1]["seconds"] <= round(time.monotonic() - started, 3)


def test_modules_do_not_hide_functions() -> None:
    import gridsim.batch.command
    import gridsim.batch.runner

    assert callable(gridsim.batch.run) and callable(gridsim.batch.load)
    assert "run" in dir(gridsim.batch)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = gridsim.batch.nothing
