"""What the scenario checks would have caught is refused before a kernel runs, should it get that far."""

from __future__ import annotations

import dataclasses

import pytest

import gridsim
from tests.shared import scenario_in


def with_metered_energy(energy_kwh: int) -> gridsim.Scenario:
    """The mini scenario with one unchecked cell."""
    scenario = scenario_in()
    meter = scenario.tables["meter"].copy()
    meter.loc[0, "energy_kwh"] = energy_kwh
    return dataclasses.replace(scenario, tables={**scenario.tables, "meter": meter})


def test_products_that_leave_int64_are_refused() -> None:
    with pytest.raises(gridsim.InputOverflowError, match="products that leave int64"):
        gridsim.run(with_metered_energy(10**15))


def test_a_negative_energy_is_a_defect_of_the_checks() -> None:
    with pytest.raises(gridsim.KernelError, match="refused checked inputs"):
        gridsim.run(with_metered_energy(-1))
