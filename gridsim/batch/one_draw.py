"""One draw of a plan as an ordinary scenario: what happened in the worst of them, asked of a result of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gridsim.batch.engine import drawn_meter
from gridsim.batch.plan import expand_plan
from gridsim.batch.worker import scenario_of
from gridsim.errors import ResultError
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.batch.plan import ExpandedPlan, Plan
    from gridsim.scenario import Scenario

__all__ = ["drawn_scenario", "scenario_of_point"]


@helpful
def drawn_scenario(
    plan: str | os.PathLike[str] | Mapping[str, object] | Plan, draw: int, *, point: int = 0
) -> Scenario:
    """One draw of a plan as an ordinary scenario, to be run, explained and reported on like any other.

    ``gridsim.run`` makes of it, to the micro-yuan, what the batch says of that draw. The draw is made anew from seed
    and number; no batch has to have been run.

    Parameters
    ----------
    plan : path, mapping or Plan
        As `gridsim.batch.run` takes it.
    draw : int
        Of the plan's draws, from 0 on; the column ``draw`` of its tables.
    point : int
        Of the sweep.

    Returns
    -------
    Scenario
        With the rules and scales of the point and the drawn energies in `meter` [MWh].

    Raises
    ------
    ScenarioError
        Every fault of the plan, then every fault of the scenario.
    ResultError
        There is no such point or draw.

    Examples
    --------
    >>> batch = gridsim.batch.run(plan)
    >>> worst = batch.runs.query("point == 2")["total_yuan"].argmax()
    >>> result = gridsim.run(gridsim.batch.drawn_scenario(plan, worst, point=2))
    >>> result.statistics.money("item").round(0).head(3)
           amount_yuan  lines  energy_mwh  average_yuan_per_mwh
    item
    energy      69275200.0    139    190842.0                 363.0
    shortfall     728145.0     22     72814.0                  10.0
    overrun      4975372.0     72      8091.0                 615.0
    """
    expanded = expand_plan(plan)
    scenario = scenario_of_point(expanded, point)
    draws = expanded.kept.draws
    if not 0 <= draw < draws or draw != int(draw):
        raise ResultError(Sentence("there is no draw {draw}; there are 0 to {last}", draw=draw, last=draws - 1))
    return drawn_meter(scenario, expanded.shared.load, expanded.seed, int(draw))


def scenario_of_point(expanded: ExpandedPlan, point: int) -> Scenario:
    """The scenario of a point of the sweep, with the load as given.

    Raises
    ------
    ResultError
        There is no such point.
    """
    points = len(expanded.ids)
    if not 0 <= point < points or point != int(point):
        raise ResultError(Sentence("there is no point {point}; there are 0 to {last}", point=point, last=points - 1))
    return scenario_of(expanded.shared, expanded.tasks[expanded.ids[int(point)]])
