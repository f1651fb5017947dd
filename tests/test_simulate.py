"""A scenario as results hold it, with nothing settled: its inputs are those of a run, and so is what two differ in."""

from __future__ import annotations

import gridsim
from gridsim.analysis.changes import changes_between
from gridsim.simulate import unsettled


def test_its_inputs_and_energies_are_those_of_a_run(scenario: gridsim.Scenario, mini: gridsim.Result) -> None:
    held = unsettled(scenario)
    assert {name: held.inputs[name] for name in held.inputs} == {name: mini.inputs[name] for name in mini.inputs}
    assert held.manifest["scenario"] == mini.manifest["scenario"]
    cells = mini.exact.cell_settlement
    columns = ["user_id", "month", "period", "metered_kwh", "trial"]
    assert held.exact.cell_settlement[columns].astype(str).equals(cells[~cells["trial"]][columns].astype(str))


def test_two_differ_as_their_runs_do(scenario: gridsim.Scenario, mini: gridsim.Result) -> None:
    more = scenario.with_load("1.07", users=["U3"]).with_overrides({"settlement.tou.upper": "1.06"})
    alike = changes_between(mini, gridsim.run(more))
    found = changes_between(unsettled(scenario), unsettled(more))
    assert [(each.kind, each.name, each.rows, each.items) for each in found] == [
        (each.kind, each.name, each.rows, each.items) for each in alike
    ]
    assert changes_between(mini, unsettled(scenario)) == []
