"""Workbooks and pages that several tests of reports look at, and the browser that opens the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from tests.report.page import Opened, evil
from tests.shared import fresh


@pytest.fixture(scope="session")
def bills(mini: gridsim.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All statements of the mini scenario, in Chinese."""
    path = tmp_path_factory.mktemp("bills") / "结算单.xlsx"
    assert write_statements(mini, path).sheets == 65
    return path


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    wicked = evil(folder / "scenario")
    return {
        "en": write_report(fresh(), folder / "en.html"),
        "zh": write_report(fresh(), folder / "zh.html", lang="zh", units=1),
        "evil": write_report(wicked, folder / "evil.html", units=1),  # U5 deviates most
    }


@pytest.fixture
def opened(process: Any) -> Iterator[Opened]:
    context = process.new_context(viewport={"width": 1200, "height": 900})
    yield Opened(context.new_page())
    context.close()
