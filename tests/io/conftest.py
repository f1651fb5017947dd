"""The small scenario of `building`, loaded for tests that only look at it."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.scenario import Scenario
from tests.io.building import write_files


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return gridsim.load(write_files(tmp_path_factory.mktemp("small")))
