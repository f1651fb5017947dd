"""A page for a boss, as it is asked for: nothing in it of anybody else, and nothing needed but ``import gridsim``."""

from __future__ import annotations

from pathlib import Path

import gridsim


def test_a_page_for_my_boss(tmp_path: Path) -> None:
    result = gridsim.run(gridsim.example("henan-2021-mini"))
    page = gridsim.write_report(result, tmp_path / "R1.html", party="R1").read_text(encoding="utf-8")

    for answer in ("What happened", "Why", "What is at risk", "What would have been better"):
        assert f"<h3>{answer}</h3>" in page
    assert "合成售电公司" in page and "合成热电厂" not in page  # a seller of it, which goes by a number


def test_the_same_with_what_may_happen_and_what_changed(tmp_path: Path) -> None:
    scenario = gridsim.load(gridsim.example("henan-2021-mini"))
    load = {"own": {"distribution": "lognormal", "sigma": 0.1}}
    draws = {"scenario": gridsim.example("henan-2021-mini"), "draws": 20, "load": load, "metrics": ["positions"]}
    beside = {"batch": gridsim.batch.run(draws), "against": gridsim.run(scenario.with_load("0.98"))}
    page = gridsim.write_report(gridsim.run(scenario), tmp_path / "R1.html", party="R1", lang="zh", **beside)
    assert "最危险的月份" in page.read_text(encoding="utf-8")
