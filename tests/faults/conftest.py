"""Two results of the mini scenario, and the folders that they were saved to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import gridsim
from tests.faults.saving import print_of
from tests.shared import scenario_in


class Saved(NamedTuple):
    """A result, its folder, and what tells it from others."""

    result: gridsim.Result
    folder: Path
    print: str


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Saved, Saved]:
    scenario = scenario_in()
    made = []
    for name, one in (("old", scenario), ("new", scenario.with_overrides({"settlement.tou.upper": "1.1"}))):
        folder = tmp_path_factory.mktemp("saved") / name
        gridsim.run(one).save(folder)
        result = gridsim.Result.load(folder)
        made.append(Saved(result, folder, print_of(result)))
    old, new = made
    assert old.print != new.print
    return old, new


@pytest.fixture
def old(saved: tuple[Saved, Saved]) -> Saved:
    return saved[0]


@pytest.fixture
def new(saved: tuple[Saved, Saved]) -> Saved:
    return saved[1]
