"""A scenario as a notebook shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim import notebook
from gridsim.columns import INPUT_TABLES
from gridsim.units import ENERGY_DECIMALS, format_fixed

if TYPE_CHECKING:
    from gridsim.scenario.model import Scenario

__all__ = ["scenario_html"]

_ENERGY = "energy_kwh"


def scenario_html(scenario: Scenario) -> str:
    """Name, year and rules, the tables with their rows and energies, warnings."""
    rows = []
    for name, frame in scenario.tables.items():
        if name in scenario.given or name == "meter":
            spec = INPUT_TABLES[name]
            energy = (
                format_fixed(int(frame[_ENERGY].sum()), ENERGY_DECIMALS, thousands=True) if _ENERGY in frame else ""
            )
            rows.append((name, spec.zh, f"{len(frame):,}", energy))
    parts = [
        notebook.heading(scenario.name, f"{scenario.year}, rules {scenario.rules.id}, from {_place(scenario)}"),
        notebook.table(("table", "表", "rows", "MWh"), rows, numbers=(2, 3)),
    ]
    overrides = scenario.rules.overrides
    if overrides:
        parts.append(notebook.table(("rule overridden", "value"), [(path, value) for path, value in overrides.items()]))
    if scenario.warnings:
        told = notebook.table(("warning",), [(warning,) for warning in scenario.warnings])
        parts.append(notebook.details(f"{len(scenario.warnings):,} warnings", told))
    return f"<div>{''.join(parts)}</div>"


def _place(scenario: Scenario) -> str:
    """Where it was read from; of an example, without the folders of this machine: notebooks are handed on."""
    package = Path(__file__).parents[1]
    path = Path(scenario.source)
    return path.relative_to(package.parent).as_posix() if path.is_relative_to(package) else scenario.source
