"""A scenario as a notebook shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.market_tables import scenario_tables
from gridsim.rules.told_values import called_with_path
from gridsim.show.document import Folded, Heading, grid, some_of
from gridsim.show.numbers import count, energy
from gridsim.words import Language, msg, within

if TYPE_CHECKING:
    from gridsim.scenario.content import ScenarioContent
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["scenario_document"]

_ENERGY = "energy_kwh"


def scenario_document(scenario: ScenarioContent, lang: Lang) -> list[Block]:
    """Name, year and rules, the tables with their rows and energies, warnings.

    Parameters
    ----------
    scenario : Scenario
    lang : {"en", "zh"}
        Names of tables stand there in both: calls take the English ones.
    """
    words, rows = Language(lang), []
    tables = scenario_tables(scenario.rules.shape)
    for name, frame in scenario.tables.items():
        if name in scenario.given or name == "meter":
            metered = energy(int(frame[_ENERGY].sum())) if _ENERGY in frame else ""
            rows.append((name, tables[name].zh, count(len(frame)), metered))
    about = words.say(
        "{year}, rules {rules}, from {place}",
        year=scenario.year,
        rules=scenario.rules.id,
        place=_place(scenario),
    )
    heads = ("table", "表", words.say("rows"), words.say(within("column with its unit", "MWh")))
    parts: list[Block] = [Heading(scenario.name, 2, about), grid(heads, rows, texts=2)]
    overrides = scenario.rules.overrides
    if overrides:
        told = [
            (called_with_path(scenario.rules, path).told(lang) if lang == "zh" else path, str(value))
            for path, value in overrides.items()
        ]
        heads_of_rules = (msg("rule overridden"), within("rule set", "value"))
        parts.append(grid(tuple(map(words.say, heads_of_rules)), told, texts=2))
    if scenario.warnings:
        told_warnings = words.say("{count} warnings", count=count(len(scenario.warnings)))
        parts.append(Folded(told_warnings, some_of(scenario.warnings, lang)))
    return parts


def _place(scenario: ScenarioContent) -> str:
    """Where it was read from; of an example, without the folders of this machine: notebooks are handed on."""
    package = Path(__file__).parents[1]
    path = Path(scenario.source)
    return path.relative_to(package.parent).as_posix() if path.is_relative_to(package) else scenario.source
