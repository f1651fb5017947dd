"""The manifest of a batch: what was asked for, of what, by which program, and whether all of it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.batch.code_version import code_hash, code_versions
from gridsim.batch.parts import FORMAT
from gridsim.batch.points import label_of
from gridsim.batch.sweep import exact_text

if TYPE_CHECKING:
    from gridsim.batch.plan import Plan
    from gridsim.batch.sweep import Sweep
    from gridsim.batch.tables import Kept
    from gridsim.scenario import Scenario

__all__ = ["batch_manifest"]


def batch_manifest(
    plan: Plan,
    scenario: Scenario,
    kept: Kept,
    seed: int,
    *,
    is_finished: bool,
    points: int,
    failed: int,
    damage: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything about a batch that is not in its tables. There is no time of day in it."""
    return {
        "format": FORMAT,
        "finished": is_finished,
        "plan": plan.source,
        "scenario": {
            "name": scenario.name,
            "year": scenario.year,
            "hash": scenario.hash,
            "source": scenario.source,
            "meter_cells": len(scenario.tables["meter"]),
        },
        "rules": scenario.rules.id,
        "rules_hash": scenario.rules.hash,
        "seed": seed,
        "draws": kept.draws,
        "load": plan.load.model_dump(mode="json") if plan.load is not None else None,
        "sweep": _sweep(plan.sweep),
        "metrics": list(kept.metrics),
        "detail": kept.detail,
        "quantiles": [exact_text(level, 4) for level in kept.quantiles],
        "tail": exact_text(kept.tail, 4),
        "points": points,
        "failed": failed,
        "damage": damage,
        "code": code_hash(),
        "versions": code_versions(),
        "warnings": list(scenario.warnings),
    }


def _sweep(sweep: Sweep) -> dict[str, Any]:
    if sweep.design is None:
        return {"axes": {axis.name: [label_of(value) for value in axis.values] for axis in sweep.axes}}
    return {
        "design": sweep.design,
        "n": sweep.n,
        "levels": sweep.levels,
        "second_order": sweep.second_order,
        "ranges": {
            bounds.name: [exact_text(bounds.low, bounds.decimals), exact_text(bounds.high, bounds.decimals)]
            for bounds in sweep.ranges
        },
    }
