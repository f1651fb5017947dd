"""A scenario as a notebook shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.market_tables import scenario_tables
from gridsim.show.document import Folded, Heading, grid, some_of
from gridsim.show.numbers import count, energy

if TYPE_CHECKING:
    from gridsim.scenario.content import ScenarioContent
    from gridsim.show.document import Block

__all__ = ["scenario_document"]

_ENERGY = "energy_kwh"


def scenario_document(scenario: ScenarioContent) -> list[Block]:
    """Name, year and rules, the tables with their rows and energies, warnings."""
    rows = []
    tables = scenario_tables(scenario.rules.shape)
    for name, frame in scenario.tables.items():
        if name in scenario.given or name == "meter":
            metered = energy(int(frame[_ENERGY].sum())) if _ENERGY in frame else ""
            rows.append((name, tables[name].zh, count(len(frame)), metered))
    about = f"{scenario.year}, rules {scenario.rules.id}, from {_place(scenario)}"
    parts: list[Block] = [
        Heading(scenario.name, 2, about),
        grid(("table", "表", "rows", "MWh"), rows, texts=2),
    ]
    overrides = scenario.rules.overrides
    if overrides:
        told = [(path, str(value)) for path, value in overrides.items()]
        parts.append(grid(("rule overridden", "value"), told, texts=2))
    if scenario.warnings:
        parts.append(Folded(f"{len(scenario.warnings):,} warnings", some_of(scenario.warnings)))
    return parts


def _place(scenario: ScenarioContent) -> str:
    """Where it was read from; of an example, without the folders of this machine: notebooks are handed on."""
    package = Path(__file__).parents[1]
    path = Path(scenario.source)
    return path.relative_to(package.parent).as_posix() if path.is_relative_to(package) else scenario.source
