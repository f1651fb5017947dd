"""What could leave int64 is refused, and a kernel that refuses checked inputs is a defect."""

from __future__ import annotations

import dataclasses

import pytest

import gridsim
from gridsim import InputOverflowError, KernelError
from gridsim.core.jit import BAD_INPUT, NO_ROOM
from gridsim.settlement import driver
from tests.settlement.small import CONVENTIONAL, OVERRUN, cells_of, legs_of
from tests.shared import scenario_in


def test_what_could_leave_int64_is_refused_and_the_position_named():
    big = 10**12  # MWh
    legs = legs_of(("U", "m", "total", 1, 1), ("V", "m", "total", big, 1))
    cells = cells_of(("U", "m", "total", 1, 1))
    with pytest.raises(InputOverflowError, match="unit_id V, month m, product total"):
        gridsim.settle(legs, cells)
    with pytest.raises(InputOverflowError, match="position of all rows"):
        gridsim.settle(legs[["energy_mwh", "price_yuan_per_mwh"]], cells, bands=CONVENTIONAL, by=[])
    charged = cells_of(("V", "m", "total", 0, 1), ("U", "m", "total", 10**6, 1)).assign(
        transmission_price_yuan_per_mwh=10**9
    )
    legs = legs_of(("V", "m", "total", 1, 1), ("U", "m", "total", 10**6, 1))
    with pytest.raises(InputOverflowError, match="unit_id U"):
        gridsim.settle(legs, charged)


@pytest.mark.parametrize("broken", ["check_positions", "settle_positions"])
def test_a_kernel_that_refuses_checked_inputs_is_a_defect(monkeypatch, broken):
    refusal = NO_ROOM if broken == "settle_positions" else (BAD_INPUT, -1)
    monkeypatch.setattr(driver, broken, lambda *_: refusal)
    legs = legs_of((1, 2), columns=("energy_mwh", "price_yuan_per_mwh"))
    with pytest.raises(KernelError):
        gridsim.settle(legs, cells_of((1, 2), columns=("energy_mwh", OVERRUN)), by=[], bands=CONVENTIONAL)


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
