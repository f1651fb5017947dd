"""The same scenario with one thing changed: what-if questions without touching a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault, ScenarioError
from gridsim.scenario.checks import check
from gridsim.scenario.hashing import scenario_hash
from gridsim.scenario.reading import Reading, ReadTable
from gridsim.suggest import nearest
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.scenario.model import Scenario

__all__ = ["with_load", "with_overrides"]


def with_load(scenario: Scenario, multiple: str | float | Decimal, users: Collection[str] | None = None) -> Scenario:
    """Metered energy times `multiple`, each cell rounded half up to the kWh; see `Scenario.with_load`."""
    try:
        ratio = fixed_point(multiple, RATIO_DECIMALS)
    except ValueError as error:
        raise ScenarioError([_fault("multiple", multiple, str(error))]) from None
    if not 0 <= ratio <= 100 * RATIO_ONE:
        raise ScenarioError([_fault("multiple", multiple, "out of range")])
    meter = scenario.tables["meter"]
    varied = np.ones(len(meter), dtype=bool)
    if users is not None:
        known = set(scenario.tables["users"]["user_id"])
        unknown = [_unknown_user(user, known) for user in users if user not in known]
        if unknown:
            raise ScenarioError(unknown)
        varied = meter["user_id"].isin(list(users)).to_numpy()
    energy = meter["energy_kwh"].to_numpy()
    energy = np.where(varied, _times(energy, ratio), energy)
    return _checked(scenario, scenario.rules, {**scenario.tables, "meter": meter.assign(energy_kwh=energy)})


def with_overrides(scenario: Scenario, overrides: Mapping[str, object]) -> Scenario:
    """Other values of the rule set by dotted path; see `Scenario.with_overrides`."""
    return _checked(scenario, scenario.rules.with_overrides(overrides), scenario.tables)


def _times(energy: NDArray[np.int64], ratio: int) -> NDArray[np.int64]:
    """energy × ratio, half up. In two parts, since 10¹⁵ kWh times a ratio leaves int64."""
    whole, rest = np.divmod(energy, RATIO_ONE)
    product: NDArray[np.int64] = whole * ratio + (2 * rest * ratio + RATIO_ONE) // (2 * RATIO_ONE)
    return product


def _checked(scenario: Scenario, rules: RuleSet, tables: Mapping[str, pd.DataFrame]) -> Scenario:
    read = {name: ReadTable(name, name, frame) for name, frame in tables.items() if name in scenario.given}
    read["meter"] = ReadTable("meter", "meter", tables["meter"])  # it may have come from a load curve
    faults = check(Reading(scenario.year, rules, read, scenario.given))
    if faults:
        raise ScenarioError(faults)
    new_hash = scenario_hash(
        tables,
        year=scenario.year,
        rules_hash=rules.hash,
        seed=scenario.seed,
        has_sessions="sessions" in scenario.given,
    )
    return replace(scenario, rules=rules, tables=tables, hash=new_hash)


def _fault(name: str, value: object, message: str) -> Fault:
    return Fault("with_load", None, name, str(value), message, f"0 to 100, at most {RATIO_DECIMALS} decimals")


def _unknown_user(user: str, known: Collection[str]) -> Fault:
    near = nearest(user, known)
    allowed = "a user of the scenario" + (f"; nearest: {near}" if near else "")
    return Fault("with_load", None, "users", user, "not in users", allowed)
