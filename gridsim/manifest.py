"""The manifest of a run: what it was made from, under which assumptions, and how much came out."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gridsim.extensions import needed
from gridsim.names import CHECKS
from gridsim.rules.assumptions import WITHIN_MONTHS
from gridsim.rules.extended_shape import used_extensions
from gridsim.scenario.changes import changes_as_data, changes_of_data, plain
from gridsim.scenario.month_parts import parts_of_months
from gridsim.version import __version__
from gridsim.words import Sentence, as_data, of_data

if TYPE_CHECKING:
    from gridsim.io.table_sets import Tables
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.scenario.changes import Change

__all__ = ["changes_of", "manifest_of", "versions_now", "warnings_of"]

_LIBRARIES = ("numpy", "numba", "pandas", "pyarrow")


def manifest_of(scenario: Scenario, tables: Tables, warnings: Sequence[Sentence] = ()) -> dict[str, Any]:
    """Everything about a run that is not in its tables.

    There is no time of day in it: the same scenario gives the same manifest.

    Parameters
    ----------
    scenario : Scenario
    tables : Tables
        The result tables.
    warnings : sequence of Sentence
        Of the run, beside those of the scenario.
    """
    rules = scenario.rules
    warned = (*scenario.warnings, *warnings)
    not_checked = [check for check in CHECKS if check not in rules.shape.checks]
    return {
        "scenario": {
            "name": scenario.name,
            "year": scenario.year,
            "hash": scenario.hash,
            "seed": scenario.seed,
            **({"period_sets": scenario.period_sets.to_data()} if len(scenario.period_sets) else {}),
            **(_what_if(scenario) if scenario.changes else {}),
            **({} if scenario.settled_months is None else {"settled_months": list(scenario.settled_months)}),
            **({"forecast_months": list(scenario.forecast_months)} if scenario.forecast_months else {}),
        },
        "rules": rules.to_dict(),
        "rules_hash": rules.hash,
        **_extensions(rules.shape),
        "overrides": {path: plain(value) for path, value in rules.overrides.items()},
        "assumptions": [
            {
                "path": taken.path,
                "value": taken.value,
                "clause": taken.clause,
                "why": taken.why,
                "en": taken.en,
                "zh": taken.zh,
            }
            for taken in rules.assumptions(scenario.months, _there_are(scenario))
        ],
        **({"not_checked": not_checked} if not_checked else {}),
        "warnings": list(warned),
        "sentences": {str(warning): as_data(warning) for warning in warned},
        "counts": {
            # A load table was summed to meter; that is what the run had.
            "inputs": {
                name: len(frame) for name, frame in scenario.tables.items() if name in scenario.given or name == "meter"
            },
            "results": {name: tables.length(name) for name in tables},
        },
        "versions": versions_now(),
    }


def _there_are(scenario: Scenario) -> frozenset[str]:
    """The tables that there are, and whether tariffs begin within months: some choices matter there alone."""
    return scenario.given if parts_of_months(scenario) is None else scenario.given | {WITHIN_MONTHS}


def _what_if(scenario: Scenario) -> dict[str, Any]:
    """What made the scenario of another one: its hash, and the verbs (`Scenario.with_changes` calls them again)."""
    return {"what_if": {"from": scenario.changed_from, "changes": changes_as_data(scenario.changes)}}


def changes_of(manifest: Mapping[str, Any]) -> tuple[Change, ...]:
    """What made the scenario of a manifest of another one, in order."""
    return changes_of_data(manifest["scenario"].get("what_if", {}).get("changes", ()))


def versions_now() -> dict[str, str]:
    """gridsim with its git revision, Python, and the libraries that take part in a run."""
    return {"gridsim": __version__, "python": platform.python_version(), **_versions()}


def _extensions(shape: MarketShape) -> dict[str, Any]:
    """The extensions that a market uses, and where each comes from; nothing where it uses none."""
    used = [needed(kind, name) for kind, name in used_extensions(shape)]
    if not used:
        return {}
    return {"extensions": [{"kind": each.kind, "name": each.name, "origin": each.origin} for each in used]}


@cache
def _versions() -> dict[str, str]:
    """Of the libraries: a few milliseconds to read, a tenth of a small run."""
    return {name: version(name) for name in _LIBRARIES}


def warnings_of(manifest: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """The warnings of a manifest; in English alone where it does not tell the sentences beside them.

    Parameters
    ----------
    manifest : mapping
        As `manifest_of` made it, or as it was read.
    """
    told = manifest.get("sentences")
    sentences = told if isinstance(told, Mapping) else {}
    return tuple(of_data(sentences.get(warning), warning) for warning in manifest["warnings"])
