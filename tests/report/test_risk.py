"""What a report tells of a batch of the same scenario: the most dangerous month, and positions."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.batch import Batch
from gridsim.report.html import write_report
from gridsim.report.page.own_risk import own_risk_of
from gridsim.report.page.party import party_of
from gridsim.report.page.risk import point_of, risk_of
from gridsim.report.page.words import PageWords
from tests.shared import MINI, fresh, scenario_in

LOAD = {"own": {"distribution": "lognormal", "sigma": 0.1}}


def batch_of(**changed: object) -> Batch:
    plan = {"scenario": str(MINI), "seed": 7, "draws": 20, "load": LOAD, "metrics": ["positions"]}
    return gridsim.batch.run({**plan, **changed}, workers=1)


@pytest.fixture(scope="module")
def batch() -> Batch:
    return batch_of(quantiles=[0.5, 0.9])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_section_says_what_the_batch_does(batch: Batch, lang: str, tmp_path: Path) -> None:
    words = PageWords(lang, fresh().rules.shape)  # type: ignore[arg-type]
    section = risk_of(batch, point_of(batch, fresh(), None), words)
    months = batch.statistics.deviation("month", aggregate=("q90", "mean")).exact
    worst = months["q90_micro_yuan"].idxmax()
    most = f"{months.at[worst, 'q90_micro_yuan'] / 10**6:,.2f}"
    assert words.month(str(worst)) in section.lead and most in section.lead
    assert [row[1] for row in section.months.grid.rows][list(months.index).index(worst)] == most
    first = section.positions.grid.rows[0]
    asked = batch.statistics.deviation(("unit", "month", "product"), aggregate=("q90", "overrun_probability"), top=1)
    assert first[3] == f"{asked.exact['q90_micro_yuan'].iloc[0] / 10**6:,.2f}"
    assert first[7] == f"{asked['overrun_probability'].iloc[0]:.1%}".replace("%", " %")
    page = write_report(fresh(), tmp_path / "report.html", lang=lang, batch=batch)  # type: ignore[arg-type]
    text = page.read_text(encoding="utf-8")
    assert 'id="risk"' in text and section.lead in text and 'data-figure="risk"' in text


def test_a_level_is_told_with_all_its_digits() -> None:
    kept, words = batch_of(quantiles=[0.5, 0.975]), PageWords("en", fresh().rules.shape)
    section = risk_of(kept, {}, words)
    assert "in 97.5 % of them" in section.lead
    page = own_risk_of(kept, {}, party_of(fresh(), "R1"), words)
    assert page.level == "97.5 %"


def test_a_report_without_a_batch_has_no_such_section(tmp_path: Path) -> None:
    assert 'id="risk"' not in write_report(fresh(), tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "point", "told"),
    [
        ({"metrics": ["items"]}, None, "kept no positions"),
        ({"sweep": {"load.scale": [0.9, 1.1]}}, None, "has 2 points: name the one"),
        ({"sweep": {"load.scale": [0.9, 1.1]}}, 2, "no point 2; it has 0 to 1"),
    ],
)
def test_a_batch_that_does_not_tell_is_refused_and_nothing_is_written(
    changed: dict[str, object], point: int | None, told: str, tmp_path: Path
) -> None:
    with pytest.raises(gridsim.ResultError, match=told):
        write_report(fresh(), tmp_path / "report.html", batch=batch_of(**changed), point=point)
    assert not list(tmp_path.iterdir())


def test_a_batch_of_another_scenario_is_refused(batch: Batch) -> None:
    with pytest.raises(gridsim.ResultError, match="of another scenario"):
        point_of(batch, gridsim.run(scenario_in().with_load("1.1")), None)


def test_of_a_sweep_one_point_is_shown() -> None:
    swept = batch_of(sweep={"load.scale": [0.9, 1.1]})
    words = PageWords("en", fresh().rules.shape)
    leads = [risk_of(swept, point_of(swept, fresh(), point), words).lead for point in (0, 1)]
    assert leads[0] != leads[1] and "Over 20 draws" in leads[0]
