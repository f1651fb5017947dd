"""Batches: a scenario drawn many times and swept over rules and scales, from a laptop to a cluster.

``gridsim.batch.run("plan.yaml", out="out/")`` runs a plan, ``gridsim.batch.load("out/")`` reads what it left.
Imported lazily: the names below load their module when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.lazy import lazy_names

if TYPE_CHECKING:
    from gridsim.batch.batch import Batch, load
    from gridsim.batch.drawn_load import LoadModel
    from gridsim.batch.one_draw import drawn_scenario
    from gridsim.batch.plan import Plan, plan_from_dict, read_plan
    from gridsim.batch.reproducing import reproduce
    from gridsim.batch.runner import run
    from gridsim.batch.whose import attribution

__all__ = [
    "Batch",
    "LoadModel",
    "Plan",
    "attribution",
    "drawn_scenario",
    "load",
    "plan_from_dict",
    "read_plan",
    "reproduce",
    "run",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Batch": "batch",
        "LoadModel": "drawn_load",
        "Plan": "plan",
        "attribution": "whose",
        "drawn_scenario": "one_draw",
        "load": "batch",
        "plan_from_dict": "plan",
        "read_plan": "plan",
        "reproduce": "reproducing",
        "run": "runner",
    },
)
