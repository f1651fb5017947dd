"""A comparison as a text."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from gridsim.result import ExactTables
from tests.shared import fresh


def test_the_text_reads_each_ledger_once(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long ledger is made or read part by part each time that it is asked."""
    read: list[str] = []
    parts = ExactTables.parts

    def counted(tables: ExactTables, name: str, *arguments: Any, **more: Any) -> Any:
        read.append(name)
        return parts(tables, name, *arguments, **more)

    comparison = pair[0].compare(pair[1])
    overview = comparison.overview()
    monkeypatch.setattr(ExactTables, "parts", counted)
    comparison.text()
    assert read.count("ledger") == 2
    for by, table in overview.items():
        alone = comparison.parties() if by == "party" else comparison.money(by)
        pd.testing.assert_frame_equal(table.exact, alone.exact)


def test_nothing_changed() -> None:
    text = fresh().compare(fresh()).text()
    assert "No rule and no input changed" in text and "to the micro-yuan" in text
    assert "均无变动" in fresh().compare(fresh()).text("zh")
