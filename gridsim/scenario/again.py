"""The verbs that made a scenario of another one, called again from their record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from gridsim.errors import Fault, ScenarioError
from gridsim.scenario.replaced import with_table
from gridsim.scenario.vary import with_contracts, with_load, with_overrides, with_prices
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.scenario.changes import Change
    from gridsim.scenario.content import ScenarioContent
    from gridsim.tables.any_frame import FrameLike

__all__ = ["with_changes"]

_Scenario = TypeVar("_Scenario", bound="ScenarioContent")


def with_changes(scenario: _Scenario, changes: Iterable[Change], tables: Mapping[str, FrameLike]) -> _Scenario:
    """The verbs of another scenario called again; see `Scenario.with_changes`."""
    for change in changes:
        given, where = change.given, change.given.get("where", {})
        if change.verb == "with_overrides":
            scenario = with_overrides(scenario, given["overrides"])
        elif change.verb == "with_load":
            scenario = with_load(scenario, given["scale"], None, where)
        elif change.verb == "with_contracts":
            scenario = with_contracts(scenario, given["scale"], where, given["basis"])
        elif change.verb == "with_prices":
            scenario = with_prices(scenario, given["scale"], where, given["basis"])
        else:
            scenario = _table_again(scenario, change, tables)
    return scenario


def _table_again(scenario: _Scenario, change: Change, tables: Mapping[str, FrameLike]) -> _Scenario:
    name = change.given["table"]
    if name not in tables:
        message, allowed = Sentence("its rows stand in no record"), Sentence("the frame, in tables")
        raise ScenarioError([Fault(change.verb, None, name, None, message, allowed)])
    made = with_table(scenario, name, tables[name])
    if made.changes[-1].given != change.given:
        message, allowed = Sentence("these are other rows"), Sentence("the rows that were given then")
        raise ScenarioError([Fault(change.verb, None, name, None, message, allowed)])
    return made
