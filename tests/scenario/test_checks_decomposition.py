"""A typical curve without weight in a delivery is a fault of the input, not of the kernel."""

from __future__ import annotations

import pytest

import gridsim
from tests.shared import scenario_in


def overrides(*weights: int) -> dict[str, object]:
    return {"decomposition.method": "typical_curve", "decomposition.typical_curve": list(weights)}


def test_each_row_of_such_a_delivery_is_named() -> None:
    mini = scenario_in()
    half_year = [name for name in ("bilateral", "orders") if (mini.tables[name]["month"] == "2021-H2").any()]
    with pytest.raises(gridsim.ScenarioError) as caught:
        mini.with_overrides(overrides(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0))
    named = {(fault.file, fault.row) for fault in caught.value.faults}
    assert named == {
        (name, row + 1)
        for name in half_year
        for row in (mini.tables[name]["month"] == "2021-H2").to_numpy().nonzero()[0]
    }
    assert all("typical_curve" in fault.message and fault.value == "2021-H2" for fault in caught.value.faults)


def test_weight_in_one_month_is_enough() -> None:
    gridsim.run(scenario_in().with_overrides(overrides(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
