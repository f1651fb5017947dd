"""The hash of a scenario: another for everything that a run may depend on, the same for the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.scenario.hashing import scenario_hash


def hash_of(scenario: gridsim.Scenario, tables: dict[str, pd.DataFrame] | None = None, **other: Any) -> str:
    given = {"year": scenario.year, "rules_hash": "ab", "seed": 7, "has_sessions": True}
    return scenario_hash(tables or dict(scenario.tables), scenario.rules.shape, **given | other)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"year": 2022}, {"rules_hash": "ba"}, {"seed": None}, {"has_sessions": False}])
def test_what_is_no_table(scenario: gridsim.Scenario, other: dict[str, Any]) -> None:
    assert hash_of(scenario, **other) != hash_of(scenario)


def changed(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[gridsim.Scenario], Any]:
    return lambda scenario: {**scenario.tables, name: change(scenario.tables[name].copy())}


def one_more(frame: pd.DataFrame) -> pd.DataFrame:
    frame.loc[0, "energy_kwh"] += 1
    return frame


def renamed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(user_id=frame["user_id"].cat.rename_categories(lambda name: f"{name}x"))


def later(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(submitted_at=frame["submitted_at"] + pd.Timedelta(microseconds=1))


@pytest.mark.parametrize(
    "change",
    [
        changed("meter", one_more),
        changed("meter", lambda frame: frame.iloc[::-1]),
        changed("orders", lambda frame: frame.iloc[1:]),
        changed("orders", later),
        changed("users", renamed),
        changed("generators", lambda frame: frame.assign(heat_priority=~frame["heat_priority"])),
    ],
)
def test_a_changed_table(scenario: gridsim.Scenario, change: Callable[[gridsim.Scenario], Any]) -> None:
    assert hash_of(scenario, change(scenario)) != hash_of(scenario)


def test_the_order_of_columns_is_how_a_file_says_it(scenario: gridsim.Scenario) -> None:
    turned = {name: frame[frame.columns[::-1]] for name, frame in reversed(scenario.tables.items())}
    assert hash_of(scenario, turned) == hash_of(scenario)


def test_no_two_lists_of_texts_look_alike(scenario: gridsim.Scenario) -> None:
    """Where one id ends and the next begins is a part of what is said."""
    found = set()
    for ids in (("ab", "c"), ("a", "bc")):
        retailers = pd.DataFrame({column: pd.Categorical(ids) for column in ("retailer_id", "name")})
        found.add(hash_of(scenario, {**scenario.tables, "retailers": retailers}))
    assert len(found) == 2
