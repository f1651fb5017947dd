"""The points of a sweep: each the scenario with other rules or scales."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gridsim.batch.design import sample
from gridsim.batch.plan_faults import PlanReport
from gridsim.batch.sweep import RULES, SCALES, Sweep, SweepValue, exact_text
from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet
from gridsim.rules import load as load_rules
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.scenario import Scenario

__all__ = ["OWN_RULES", "Expansion", "Point", "expand", "label_of"]

OWN_RULES = ""
"""The name of the scenario's own rule set among the bases."""


@dataclass(frozen=True)
class Point:
    """One point of a sweep.

    Attributes
    ----------
    number : int
        From 0, in the order of the sweep: the last axis runs fastest.
    parameters : mapping of str to value
        What the sweep sets here, plain: decimals are text.
    base : str
        Which rule set it starts from: a name of `Expansion.bases`.
    overrides : mapping of str to object
        Of that rule set, plain, by dotted path.
    scales : tuple of str
        On contracts, load and prices.
    """

    number: int
    parameters: Mapping[str, SweepValue]
    base: str
    overrides: Mapping[str, object]
    scales: tuple[str, str, str]


class Expansion(NamedTuple):
    """All points of a sweep, and the rule sets that they start from.

    Attributes
    ----------
    points : tuple of Point
    bases : dict of str to RuleSet
        By name; the empty name is the scenario's own. The scenario's overrides hold in each of them.
    """

    points: tuple[Point, ...]
    bases: dict[str, RuleSet]


def expand(sweep: Sweep, scenario: Scenario, seed: int, *, base_dir: str, file: str) -> Expansion:
    """The points of a sweep over a scenario.

    Parameters
    ----------
    sweep : Sweep
    scenario : Scenario
        Its rule set and overrides are what a point changes.
    seed : int
        Of a design.
    base_dir : str
        The scenario's folder, where a rule file may lie.
    file : str
        The plan, for the faults.

    Returns
    -------
    Expansion
        Whether a point's values agree with each other is found when it is run: one that fails touches no other.

    Raises
    ------
    ScenarioError
        A rule set that is not there, or a value that a sweep cannot change in this scenario.
    """
    bases = _bases(sweep, scenario, base_dir, file)
    points = tuple(_point(number, parameters) for number, parameters in enumerate(_combinations(sweep, seed)))
    return Expansion(points, bases)


def label_of(value: SweepValue) -> str:
    """A swept value as one text: ``1.05``, ``henan-2021``, ``settlement.shortfall_price=20``."""
    if isinstance(value, Mapping):
        return ", ".join(f"{path}={label_of(inner)}" for path, inner in value.items()) or "as given"  # type: ignore[arg-type]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(label_of(inner) for inner in value) + "]"
    return str(value)


def _combinations(sweep: Sweep, seed: int) -> list[dict[str, SweepValue]]:
    if sweep.design is not None:
        return [
            {
                bounds.name: exact_text(int(value), bounds.decimals) if bounds.decimals else int(value)
                for bounds, value in zip(sweep.ranges, row, strict=True)
            }
            for row in sample(sweep, seed)
        ]
    names = [axis.name for axis in sweep.axes]
    return [
        dict(zip(names, values, strict=True)) for values in itertools.product(*(axis.values for axis in sweep.axes))
    ]


def _bases(sweep: Sweep, scenario: Scenario, base_dir: str, file: str) -> dict[str, RuleSet]:
    """The rule sets that a sweep starts from; the scenario's overrides hold in each of them."""
    bases = {OWN_RULES: scenario.rules}
    report = PlanReport(file)
    for axis in sweep.axes:
        if axis.name != RULES:
            continue
        for value in axis.values:
            if isinstance(value, str) and value not in bases:
                try:
                    bases[value] = load_rules(value, scenario.rules.overrides, base_dir=base_dir, file=file)
                except ScenarioError as error:
                    report.faults.extend(error.faults)
    if "load" in scenario.given:
        report.faults.extend(
            Fault(
                file,
                None,
                f"sweep.{name}",
                None,
                Sentence("hours were summed to periods when the scenario was loaded"),
                Sentence("a scenario with meter, or another rule set in scenario.yaml"),
            )
            for name in sweep.names
            if name.startswith("periods.")
        )
    if report.faults:
        raise ScenarioError(report.faults)
    return bases


def _point(number: int, parameters: dict[str, SweepValue]) -> Point:
    overrides: dict[str, object] = {
        name: value for name, value in parameters.items() if name not in SCALES and name != RULES
    }
    choice = parameters.get(RULES, OWN_RULES)
    if isinstance(choice, Mapping):
        overrides = {**choice, **overrides}
    contracts, load, prices = (str(parameters.get(name, "1")) for name in SCALES)
    base = choice if isinstance(choice, str) else OWN_RULES
    return Point(number, parameters, base, overrides, (contracts, load, prices))
