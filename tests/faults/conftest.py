"""Two results of the mini scenario and the folders that they were saved to; a batch, and what all of its rows are."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import gridsim
from gridsim.batch import Batch
from tests.faults.breaking import four_points, rows_of
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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a batch of four points. Only for looking at."""
    return four_points(tmp_path_factory.mktemp("finished") / "out")


@pytest.fixture(scope="session")
def whole(finished: Path) -> dict[str, bytes]:
    """The rows of each of its tables."""
    return rows_of(Batch(finished))
