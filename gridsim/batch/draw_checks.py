"""What must hold of a batch before anything is drawn: its seed and draws, and that the largest draw stays in int64."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.draws.draw import FACTOR_BITS, FACTOR_HALF, FACTOR_ONE
from gridsim.errors import Fault, ScenarioError
from gridsim.scenario.checks import VALUE_CHECKS, check
from gridsim.scenario.vary import reading_of
from gridsim.units import ENERGY_DECIMALS, INT64_MAX, format_fixed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.batch.load_tables import LoadTables
    from gridsim.scenario import Scenario

__all__ = ["LARGEST_DRAW", "LARGEST_SEED", "check_largest_draw", "check_seed"]

LARGEST_SEED = 2**64 - 1
LARGEST_DRAW = 2**31 - 1
"""How many draws a batch has at most."""


def check_largest_draw(scenario: Scenario, tables: LoadTables) -> None:
    """Every draw stays in int64, because the scenario with the largest draw in every cell does.

    A fault that the scenario has without any draw is told as such.
    """
    meter = scenario.tables["meter"]
    given = meter["energy_kwh"].to_numpy()
    factor = tables.largest
    times = f"{factor / FACTOR_ONE:.4g}"
    most = (INT64_MAX - FACTOR_HALF) // factor if factor else INT64_MAX
    row = int(np.argmax(given)) if len(given) else 0
    if len(given) and given[row] > most:
        value, allowed = (format_fixed(int(kwh), ENERGY_DECIMALS) for kwh in (given[row], most))
        message = _at_the_largest(times, Sentence("the energy leaves int64"))
        raise ScenarioError(
            [Fault("meter", row + 1, "energy_mwh", value, message, Sentence("up to {number} MWh", number=allowed))]
        )
    largest = meter.assign(energy_kwh=(given * factor + FACTOR_HALF) >> FACTOR_BITS)
    faults = check(reading_of(replace(scenario, tables={**scenario.tables, "meter": largest})), VALUE_CHECKS)
    if faults or factor < FACTOR_ONE:
        plain = check(reading_of(scenario), VALUE_CHECKS)
        if plain or faults:
            raise ScenarioError(
                plain or [replace(fault, message=_at_the_largest(times, fault.message)) for fault in faults]
            )


def _at_the_largest(times: str, what: Sentence) -> Sentence:
    return Sentence("at the largest draw, {times} times what is given, {what}", times=times, what=what)


def check_seed(seed: int, draws: int) -> None:
    """Seed and draws are within what the generator counts by."""
    bounds = (
        ("seed", seed, LARGEST_SEED, Sentence("{low} to {high}", low=0, high=LARGEST_SEED)),
        ("draws", draws, LARGEST_DRAW, Sentence("up to {number}", number=LARGEST_DRAW)),
    )
    faults = [
        Fault("batch", None, name, str(value), Sentence("out of range"), allowed)
        for name, value, most, allowed in bounds
        if not 0 <= value <= most
    ]
    if faults:
        raise ScenarioError(faults)
