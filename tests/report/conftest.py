"""Results and workbooks that several tests of statements look at."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.report.statements import write_statements


@pytest.fixture(scope="session")
def bills(mini: gridsim.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All statements of the mini scenario, in Chinese."""
    path = tmp_path_factory.mktemp("bills") / "结算单.xlsx"
    assert write_statements(mini, path).sheets == 65
    return path
