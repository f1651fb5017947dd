"""The points of a sweep: each the scenario with other rules or scales; of lists all combinations, of ranges a design.

Sobol and Latin hypercube samples are scipy's; the samples that Sobol indices and Morris' effects need are SALib's.
Sampled values are rounded to the decimals that their value may have, and what was run is what is analysed.

Each has an id: the hash of all that its result depends on, which is the address of its rows. Results of two programs,
or of two versions of a library that takes part in the arithmetic, are never mixed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gridsim.batch.designs import sample
from gridsim.batch.extended import faults_of_extensions
from gridsim.batch.sweep import (
    CONTRACTS,
    PRICES,
    RULES,
    SCALES,
    Sweep,
    SweepValue,
    exact_text,
    is_scale,
    scale_of_unit,
)
from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet
from gridsim.rules import load as load_rules
from gridsim.scenario.changes import LEGS
from gridsim.scenario.vary import contract_change
from gridsim.scenario.where import CONTRACT_KEYS, read_where
from gridsim.words import Sentence, verbatim

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.scenario.changes import Basis, Change

__all__ = ["OWN_RULES", "Expansion", "Point", "expand", "label_of"]

_VERBS = {CONTRACTS: "with_contracts", PRICES: "with_prices"}
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
        On contracts and prices as they are ordered, and on load: contracts, load, prices.
    changes : tuple of Change
        Of contracts as traded, of a unit or of all.
    """

    number: int
    parameters: Mapping[str, SweepValue]
    base: str
    overrides: Mapping[str, object]
    scales: tuple[str, str, str]
    changes: tuple[Change, ...] = ()


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
    points = tuple(
        _point(number, parameters, sweep.basis) for number, parameters in enumerate(_combinations(sweep, seed))
    )
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
    faults = list(faults_of_extensions(scenario.rules.shape, "", file))
    for axis in sweep.axes:
        if axis.name != RULES:
            continue
        for value in axis.values:
            if isinstance(value, str) and value not in bases:
                try:
                    bases[value] = load_rules(value, scenario.rules.overrides, base_dir=base_dir, file=file)
                except ScenarioError as error:
                    faults.extend(error.faults)
                else:
                    faults.extend(_other_lists(scenario.rules.shape, bases[value].shape, value, file))
                    faults.extend(faults_of_extensions(bases[value].shape, value, file))
    if "load" in scenario.given:
        faults.extend(
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
    faults.extend(_unknown_units(sweep, scenario, file))
    if faults:
        raise ScenarioError(faults)
    return bases


def _unknown_units(sweep: Sweep, scenario: Scenario, file: str) -> Iterator[Fault]:
    """Units whose contracts are to be scaled and that the scenario does not have, with the nearest that it has."""
    for name in sweep.names:
        of = scale_of_unit(name)
        if of is not None:
            _, faults = read_where(scenario, file, {"unit": of.unit}, CONTRACT_KEYS)
            yield from (replace(fault, column=f"sweep.{of.scale}") for fault in faults)


def _other_lists(own: MarketShape, other: MarketShape, name: str, file: str) -> list[Fault]:
    """What of the market of another rule set the tables of the scenario are not made for."""

    def lists(shape: MarketShape) -> dict[str, object]:
        return {
            "periods": shape.periods,
            "products": shape.products,
            "modes": [(mode.id, mode.products) for mode in shape.modes],
            "tariff": shape.tariff,
        }

    wanted = lists(own)
    return [
        Fault(file, None, f"sweep.{RULES}", name, Sentence("its market has other {what}", what=verbatim(what)), _ALIKE)
        for what, found in lists(other).items()
        if found != wanted[what]
    ]


_ALIKE = Sentence("a rule set whose periods, products, modes and tariffs are those of the scenario")


def _point(number: int, parameters: dict[str, SweepValue], basis: Basis) -> Point:
    overrides: dict[str, object] = {
        name: value for name, value in parameters.items() if not is_scale(name) and name != RULES
    }
    choice = parameters.get(RULES, OWN_RULES)
    if isinstance(choice, Mapping):
        overrides = {**choice, **overrides}
    scales = {name: str(parameters.get(name, "1")) for name in SCALES}
    as_traded = [name for name in _VERBS if basis == LEGS and Decimal(scales[name]) != 1]
    contracts, load, prices = ("1" if name in as_traded else scale for name, scale in scales.items())
    base = choice if isinstance(choice, str) else OWN_RULES
    changes = tuple(
        contract_change(_VERBS[of.scale], str(value), {"unit": [of.unit]})
        for name, value in parameters.items()
        if (of := scale_of_unit(name)) is not None
    )
    changes += tuple(contract_change(_VERBS[name], scales[name], {}) for name in as_traded)
    return Point(number, parameters, base, overrides, (contracts, load, prices), changes)
