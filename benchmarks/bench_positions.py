"""Risk by position: a batch that keeps it beside the same batch without it, and with what buyers pay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gridsim.batch
from benchmarks.conftest import Arena
from benchmarks.pairs import MismatchError
from benchmarks.province_batch import LOAD
from gridsim.batch import Batch
from gridsim.templates import write_template

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = 0
"""In place of a number of users: `scenarios/henan-2021`."""
SIZES = (SHIPPED, 10_000, 100_000)
METRICS = ["cost_by_unit", "items", "deviation"]


@pytest.mark.parametrize("users", SIZES)
def test_positions(arena: Arena, tmp_path: Path, users: int) -> None:
    if users == SIZES[-1] and arena.scale != "full":
        pytest.skip("a hundred thousand users: make bench-full")
    if users != SHIPPED and arena.scale == "tiny":
        pytest.skip("takes the shipped province where nothing is timed")
    folder, draws = ROOT / "scenarios" / "henan-2021", 1000 if arena.scale != "tiny" else 3
    if users != SHIPPED:
        folder = tmp_path / "province"
        write_template(folder, "province", users=users, seed=1)
    plain = {"scenario": str(folder), "draws": draws, "load": LOAD.model_dump(mode="json", exclude_none=True)}
    plans: dict[str, dict[str, Any]] = {
        "without": {**plain, "metrics": METRICS},
        "positions": {**plain, "metrics": [*METRICS, "positions"]},
        "positions and payer": {**plain, "metrics": [*METRICS, "positions"], "payer": "buyer"},
    }
    require_same({name: run({**plan, "draws": min(draws, 20)}) for name, plan in plans.items()})

    def contender(plan: dict[str, Any]) -> Callable[[], object]:
        return lambda: run(plan)

    contenders = {name: contender(plan) for name, plan in plans.items()}
    arena.race("batch, positions", contenders, orders=users, draws=draws)


def run(plan: dict[str, Any]) -> Batch:
    return gridsim.batch.run({**plan, "seed": 991}, workers=2)


def require_same(found: dict[str, Batch]) -> None:
    """What all of them keep, to the micro-yuan; and the market's year by its positions against the runs' totals."""
    without, *others = found.values()
    for other in others:
        for name in ("runs", "items"):
            if not getattr(without.exact, name).equals(getattr(other.exact, name)):
                raise MismatchError(f"a batch with positions and one without differ in {name}")
        sums, total = other.exact.position_sums, without.exact.runs["total_micro_yuan"]
        of_all = sums[["unit_id", "user_id", "retailer_id", "month", "product"]].isna().all(axis=1)
        (year,) = sums[of_all].to_dict("records")
        if (year["cost_min_micro_yuan"], year["cost_max_micro_yuan"]) != (total.min(), total.max()):
            raise MismatchError("positions do not add up to what is paid in all")
