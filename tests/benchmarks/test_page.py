"""The pages of performance: each race stands on the page of its kind, and the pages lead to each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import model, page, page_settlement, processors, results

MACHINE: dict[str, Any] = {
    "subject": "machine",
    "machine": {"processor": "P", "processors": 2, "system": "S", "python": "3", "numpy": "2", "numba": "0"},
    "limits": {"copy_bandwidth": 1.0, "first_touch": 1.0, "scatter": 1.0, "sort_throughput": 1.0},
}
RECORDS: list[Any] = [
    MACHINE,
    {"subject": "one book", "orders": 1000, "seconds": {"gridsim": [1.0], "numpy": [2.0]}},
    {"subject": "settlement", "orders": 1000, "unit": "position", "seconds": {"gridsim": [1.0], "C++": [2.0]}},
    {"subject": "startup", "seconds": {"python": [1.0]}, "first_compile": 9.0},
]  # synthetic


def test_a_run_writes_a_page_for_each_kind_of_race(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAGE", "CLEARING", "SETTLEMENT", "MODEL"):
        monkeypatch.setattr(page, name, tmp_path / getattr(page, name).name)
    page.MODEL.write_text("<!-- measured -->\n<!-- end of measured -->", encoding="utf-8")
    monkeypatch.setattr(results, "read", lambda scale: RECORDS)
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(processors, "keep", lambda records: None)
    monkeypatch.setattr(page, "_plot", lambda records: None)
    monkeypatch.setattr(model, "measured", lambda records: "")
    page.write("full")
    whole, clearing, settlement = (
        path.read_text(encoding="utf-8") for path in (page.PAGE, page.CLEARING, page.SETTLEMENT)
    )
    assert "## One book" in clearing and "## Growth" not in clearing and page.CONTENDERS in clearing
    assert "## Settlement: 3 legs" in settlement and page_settlement.CONTENDERS in settlement
    assert "## Start-up" in whole and "## One book" not in whole
    for text in (whole, clearing, settlement):
        assert text.startswith("# Performance") and text.endswith("\n") and not text.endswith("\n\n")
        assert "\n\n\n" not in text
    assert "(performance-clearing.md)" in whole and "(performance-settlement.md)" in whole


@pytest.mark.parametrize("path", [page.PAGE, page.CLEARING, page.SETTLEMENT], ids=lambda path: path.name)
def test_the_pages_that_stand_have_the_heads_that_are_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = page.HEAD if path == page.PAGE else page.RACES
    assert head.partition("\n\n")[2].rpartition("{made} Do not edit.\n\n")[2].split("\n")[0] in text
