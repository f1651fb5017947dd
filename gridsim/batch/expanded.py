"""A plan with its scenario, its points and what every task of it needs: all that is known before any work is done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.plan import Detail, Plan, plan_from_dict, read_plan
from gridsim.batch.points import code_hash, expand, point_id, shared_key
from gridsim.batch.tables import Kept
from gridsim.batch.task import PointTask, Shared
from gridsim.io import load as load_scenario

if TYPE_CHECKING:
    from gridsim.batch.points import Expansion
    from gridsim.scenario import Scenario

__all__ = ["ExpandedPlan", "expand_plan"]


@dataclass(frozen=True, eq=False)
class ExpandedPlan:
    """Everything about a batch before it is run.

    Attributes
    ----------
    plan : Plan
    scenario : Scenario
    expansion : Expansion
        The points.
    ids : tuple of str
        Of the points; alike ones share one.
    kept : Kept
    seed : int
    shared : Shared
        What is the same for all tasks.
    """

    plan: Plan
    scenario: Scenario
    expansion: Expansion
    ids: tuple[str, ...]
    kept: Kept
    seed: int
    shared: Shared

    @property
    def tasks(self) -> dict[str, PointTask]:
        """Each different point by its id, as a worker needs it."""
        return {
            one: PointTask(one, point.base, point.overrides, point.scales)
            for one, point in zip(self.ids, self.expansion.points, strict=True)
        }


def expand_plan(plan: str | os.PathLike[str] | Mapping[str, object] | Plan, detail: Detail = "unit") -> ExpandedPlan:
    """Read a plan and its scenario, and expand its sweep.

    Raises
    ------
    ScenarioError
        Every fault of the plan, then every fault of the scenario.
    """
    if isinstance(plan, Mapping):
        plan = plan_from_dict(plan)
    elif not isinstance(plan, Plan):
        plan = read_plan(plan)
    scenario = load_scenario(plan.scenario)
    seed = plan.seed if plan.seed is not None else scenario.seed or 0
    expansion = expand(plan.sweep, scenario, seed, base_dir=str(plan.scenario), file=Path(plan.source).name)
    kept = Kept(plan.metrics, detail, plan.quantiles, plan.tail, plan.draws)
    model = plan.load or LoadModel()
    key = shared_key(scenario, model, seed, kept)
    ids = tuple(point_id(key, point, expansion.bases[point.base]) for point in expansion.points)
    shared = Shared(
        key=key,
        code=code_hash(),
        scenario=scenario,
        bases=expansion.bases,
        load=model,
        points=len(set(ids)),
        seed=seed,
        draws=plan.draws,
        quantiles=plan.quantiles,
        tail=plan.tail,
        by_unit=kept.by_unit,
        every_draw=kept.every_draw,
    )
    return ExpandedPlan(plan, scenario, expansion, ids, kept, seed, shared)
