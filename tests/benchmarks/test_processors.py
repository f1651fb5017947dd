"""Figures of several kinds of processor, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import page, processors, results

AMD = "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx512f\n"
RECORD = {"subject": "one book", "orders": 10**6, "seconds": {"gridsim": [2.0] * 3, "numpy": [14.0] * 3}}
FASTER = "one book, N = 10⁶: faster than numpy"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "reached.json"
    file.write_text(json.dumps({"other": {"commit": "1234567", "figures": {FASTER: 3.0}}}))
    monkeypatch.setattr(processors, "KEPT", file)
    monkeypatch.setattr(processors, "this_processor", lambda: "mine")
    return file


def test_a_processor_is_told_by_maker_family_and_model(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(AMD + "\n" + AMD)
    assert processors.this_processor(cpuinfo) == "AMD, family 25, model 17, AVX-512"
    cpuinfo.write_text(AMD.replace("AuthenticAMD", "GenuineIntel").replace("avx512f", "avx2"))
    assert processors.this_processor(cpuinfo) == "Intel, family 25, model 17"
    assert processors.this_processor(tmp_path / "none")


def test_a_run_takes_the_place_of_its_own_processor_alone(kept: Path) -> None:
    processors.keep([RECORD])
    found = processors.read()
    assert found["other"] == {"commit": "1234567", "figures": {FASTER: 3.0}}
    assert found["mine"]["figures"] == {FASTER: 7.0}
    head, rows = processors.table(found, "mine")
    assert head[2].startswith("mine (at ") and head[3] == "other (at 1234567; not measured since)"
    assert next(row for row in rows if row[0] == FASTER) == [FASTER, "≥ 3.5", "7 yes", "3 no"]
    assert len(rows) == len(results.ALL_GOALS)


def test_the_page_shows_the_figures_that_are_kept() -> None:
    shown = page.PAGE.read_text(encoding="utf-8")
    head, rows = processors.table(processors.read(), "")
    assert all(f"| {row[0]} | {row[1]} |" in shown for row in rows)
    assert all(name.split(" (at ")[0] in shown for name in head[2:])
