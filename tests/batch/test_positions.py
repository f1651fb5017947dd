"""Risk by position: every figure is that of plain settlements of the draws, however a batch is cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.batch import Batch, run, spread_tally, tasks, worker
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import drawn_meter
from gridsim.batch.spread import RELATIVE_ERROR
from gridsim.errors import ResultError, ScenarioError
from gridsim.scenario import Scenario
from tests.batch.conftest import LOAD, OF_NO_RETAIL, small_plan
from tests.markets import HENAN
from tests.properties.harness import text_frames
from tests.properties.scenarios import enlarged, seeded_scenario
from tests.retail.worked import write_worked
from tests.shared import IS_FULL, SCENARIOS

DRAWS, SEED = 7, 11
LEVELS, TAIL = (("q25", 2500), ("q90", 9000)), 7500  # a tail of 1.75 draws
FIGURES = ("deviation", "cost", "buyer")
KINDS = tuple(
    (who, by_month, by_product)
    for who in ("unit", "party", "")
    for by_month in (True, False)
    for by_product in (True, False)
)


class Position(NamedTuple):
    """A position in one draw, as its run has it."""

    unit: str
    party: str
    month: str
    product: str
    deviation: int
    cost: int
    buyer: int
    overrun: int
    shortfall: int


def settled(scenario: Scenario, draw: int) -> list[Position]:
    """One draw, settled by an ordinary run, without the trial and without the accounts of the market."""
    result = gridsim.run(drawn_meter(scenario, LoadModel.model_validate(LOAD), SEED, draw), threads=1)
    by = ("unit", "month", "product")
    deviation = result.statistics.deviation(by).exact
    breakdown = result.statistics.breakdown(by).exact
    paid = breakdown["total_micro_yuan"].to_dict()
    of_buyers = [f"{item}_micro_yuan" for item in ("energy", "shortfall", "overrun", "deviation_fee", "transfer")]
    by_buyer = breakdown[[name for name in of_buyers if name in breakdown]].sum(axis=1).to_dict()
    first = HENAN.product_ids[0]
    found = []
    for (unit, month, product), row in deviation.iterrows():
        cost = int(paid.get((unit, month, product), 0))  # of nothing there is no line
        money = int(row["deviation_micro_yuan"])
        energies = int(row["overrun_kwh"]), int(row["shortfall_kwh"])
        buyer = int(by_buyer.get((unit, month, product), 0))
        found.append(Position(unit, unit.rpartition("/")[0], month, product, money, cost, buyer, *energies))
    outside = result.statistics.breakdown(("user", "month"), {"unit": ""}).exact["total_micro_yuan"]
    metered = result.exact.cell_settlement
    metered = metered[~metered["trial"] & (metered["unit_id"].fillna("") == "")]
    for user, month in metered[["user_id", "month"]].drop_duplicates().itertuples(index=False):
        cost = int(outside.get((user, month), 0))
        found.append(Position(user, f"{user} outside", month, first, 0, cost, 0, 0, 0))
    return found


def expected(scenario: Scenario) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """By kind, who, month and product: every statistic, from the runs of the draws, in plain integers."""
    draws = [settled(scenario, draw) for draw in range(DRAWS)]
    units: dict[str, set[str]] = {}
    for row in draws[0]:
        units.setdefault(row.party, set()).add(row.unit)
    costs: dict[tuple[str, str, str, str], dict[str, list[int]]] = {}
    for draw, rows in enumerate(draws):
        for row in rows:
            for kind, by_month, by_product in KINDS:
                if kind == "party" and len(units[row.party]) < 2:
                    continue
                who = {"unit": row.unit, "party": row.party, "": ""}[kind]
                key = (kind, who, row.month if by_month else "", row.product if by_product else "")
                found = costs.setdefault(key, {name: [0] * DRAWS for name in Position._fields[4:]})
                for name in found:
                    found[name][draw] += getattr(row, name)
    return {key: statistics(found) for key, found in costs.items()}


def statistics(found: dict[str, list[int]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for figure in ("deviation", "cost", "buyer"):
        values = sorted(found[figure])
        mean = half_up(Fraction(sum(values), DRAWS))
        squares = Fraction(sum((value - mean) ** 2 for value in values), DRAWS - 1)
        told |= {f"{figure}_mean_micro_yuan": mean, f"{figure}_min_micro_yuan": values[0]}
        told |= {f"{figure}_max_micro_yuan": values[-1], f"{figure}_squares": squares}
        for name, level in LEVELS:
            told[f"{figure}_{name}_micro_yuan"] = values[-(-level * DRAWS // 10**4) - 1]
        worst = Fraction(values[-1] + Fraction(3, 4) * values[-2], Fraction(7, 4))  # (1 − 0.75) × 7 draws
        told[f"{figure}_cvar75_micro_yuan"] = half_up(worst)
    for name in ("overrun", "shortfall"):
        told[f"{name}_mean_kwh"] = half_up(Fraction(sum(found[name]), DRAWS))
        told[f"{name}_draws"] = sum(value > 0 for value in found[name])
    return told


def half_up(value: Fraction) -> int:
    rounded = int(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def rows_of(batch: Batch) -> Iterator[tuple[tuple[str, str, str, str], dict[str, Any]]]:
    """The rows of both tables by kind, who, month and product; empty cells as empty texts."""
    for table in (batch.exact.positions, batch.exact.position_sums):
        texts = table.columns[[str(kind) in ("category", "str", "object") for kind in table.dtypes]]
        table = table.astype(dict.fromkeys(texts, object)).where(table.notna(), "")
        for row in table.to_dict("records"):
            party = row["user_id"] or row["retailer_id"]
            kind = "unit" if row["unit_id"] else "party" if party else ""
            assert not (party and row["unit_id"]) or party == row["unit_id"].rpartition("/")[0]
            yield (kind, row["unit_id"] or party, row["month"], row["product"]), row


def require_same(batch: Batch, scenario: Scenario) -> None:
    wanted, found = expected(scenario), dict(rows_of(batch))
    assert set(found) == set(wanted)
    for key, row in found.items():
        told = wanted[key]
        for name, value in told.items():
            if name.endswith("_squares"):
                deviation = row[name.replace("_squares", "_std_micro_yuan")]
                assert max(2 * deviation - 1, 0) ** 2 <= 4 * value < (2 * deviation + 1) ** 2, key  # rounded half up
            elif name in row:
                assert row[name] == value, (key, name)
        assert row["exact"]


def plan_of(folder: Path, **changes: Any) -> Any:
    given = {
        "draws": DRAWS,
        "sweep": None,
        "quantiles": ["0.25", "0.9"],
        "tail": "0.75",
        "metrics": ["positions"],
        "payer": "buyer",
    }
    return small_plan(scenario=str(folder), **{**given, **changes})


@pytest.fixture(scope="module")
def mini() -> Batch:
    return run(plan_of(SCENARIOS / "henan-2021-mini"), workers=1)


def same(left: Batch, right: Batch) -> None:
    for name in ("positions", "position_sums"):
        pd.testing.assert_frame_equal(getattr(left.exact, name), getattr(right.exact, name))


def test_every_figure_is_that_of_single_settlements(mini: Batch) -> None:
    require_same(mini, gridsim.load(SCENARIOS / "henan-2021-mini"))
    assert mini.exact.positions["outside"].any() and (mini.exact.positions["overrun_draws"] % DRAWS > 0).any()
    assert mini.exact.position_sums["retailer_id"].notna().any()  # a retailer with two units is summed


@pytest.mark.parametrize("name", ["jiangsu-2023-mini", "worked month"])
def test_markets_with_fees_and_with_retail_contracts(tmp_path: Path, name: str) -> None:
    folder = write_worked(tmp_path) if name == "worked month" else SCENARIOS / name
    require_same(run(plan_of(folder), workers=1), gridsim.load(folder))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24 if IS_FULL else 4))
def test_random_plans(tmp_path: Path, seed: int) -> None:
    drawn = seeded_scenario(3000 + seed)
    if seed % 2:
        drawn = enlarged(drawn, 6, 6)
    frames = text_frames(drawn)
    scenario = gridsim.scenario_from_tables(frames, name="random", year=drawn["year"], overrides=drawn["rules"])
    for name, frame in frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8-sig")
    rules = json.dumps(drawn["rules"], default=str)
    settings = f"name: random\nyear: {drawn['year']}\nrules: henan-2021\noverrides: {rules}\n"
    (tmp_path / "scenario.yaml").write_text(settings, "utf-8-sig")
    require_same(run(plan_of(tmp_path), workers=1), scenario)


@pytest.mark.parametrize(("per_task", "per_block"), [(10**9, 3_000), (9_000, 2_000), (20_000, 5_000)])
def test_however_it_is_cut(monkeypatch: pytest.MonkeyPatch, per_task: int, per_block: int) -> None:
    """Parties that are cut by draws, within a task and over several, and threads that take them in any order."""
    plan = plan_of(SCENARIOS / "henan-2021-mini", draws=90)
    whole = run(plan, workers=1)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", per_block)
    monkeypatch.setattr(tasks, "CELLS_PER_TASK", per_task)
    same(run(plan, workers=1), whole)
    with ThreadPoolExecutor(4) as pool:
        same(run(plan, executor=pool), whole)


def test_many_draws_are_counted_by_classes_within_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(SCENARIOS / "henan-2021-mini", draws=90)
    exact = run(plan, workers=1)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 5_000)
    monkeypatch.setattr(spread_tally, "EXACT_DRAWS", 89)
    counted = run(plan, workers=1)
    is_cut = False
    for name in ("positions", "position_sums"):
        one, other = getattr(exact.exact, name), getattr(counted.exact, name)
        is_cut |= bool((~other["exact"]).any())
        rough = [f"{figure}_{of}_micro_yuan" for figure in FIGURES for of in ("q25", "q90", "cvar75")]
        spreads = [f"{figure}_std_micro_yuan" for figure in FIGURES]
        pd.testing.assert_frame_equal(
            one.drop(columns=[*rough, *spreads, "exact"]), other.drop(columns=[*rough, *spreads, "exact"])
        )
        for column in rough:
            off = np.abs(one[column] - other[column])
            assert (off <= RELATIVE_ERROR * np.abs(one[column]) + 1).all(), column
            assert (off[other["exact"]] == 0).all()
    assert is_cut


def test_totals_are_those_of_the_other_tables() -> None:
    plan = plan_of(SCENARIOS / "henan-2021-mini", metrics=OF_NO_RETAIL, draws=20)
    batch = run(plan, detail="full", workers=1)
    sums = batch.exact.position_sums
    year = sums[sums[["month", "product"]].isna().all(axis=1)]
    units = batch.exact.units.set_index("unit_id")
    by_unit = year[year["unit_id"].notna()].set_index("unit_id")
    assert set(by_unit.index) == set(units.index)
    for name in ("mean", "std", "min", "q25", "q90", "max", "cvar75"):
        column = f"cost_{name}_micro_yuan"
        assert by_unit.loc[units.index, column].tolist() == units[column].tolist(), name
    (market,) = year[year[["unit_id", "user_id", "retailer_id"]].isna().all(axis=1)].to_dict("records")
    total = batch.statistics.cost("point", aggregate=("mean", "std", "q90", "cvar75")).exact.iloc[0]
    assert [market[f"cost_{name}_micro_yuan"] for name in ("mean", "std", "q90", "cvar75")] == total.tolist()


def test_a_plan_asks_for_it() -> None:
    assert plan_of(SCENARIOS / "henan-2021-mini", quantiles=None).quantiles == (500, 2500, 5000, 7500, 9000, 9500)
    assert "positions" not in small_plan().metrics
    with pytest.raises(ScenarioError, match="too many for the metric positions"):
        plan_of(SCENARIOS / "henan-2021-mini", draws=10**6 + 1)
    with pytest.raises(ScenarioError, match="without the metric positions"):
        small_plan(payer="buyer")
    with pytest.raises(ResultError, match="metric positions"):
        run(plan_of(SCENARIOS / "henan-2021-mini"), detail="summary").positions  # noqa: B018, asked for
