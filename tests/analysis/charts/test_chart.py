"""What every chart offers: its tables, its figure in two backends and languages, its files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.charts import tornado
from tests.analysis.charts.drawn import every_chart
from tests.shared import fresh


@pytest.mark.parametrize(
    ("backend", "lang"),
    [
        ("plotly", "en"),
        ("plotly", "zh"),
        pytest.param("matplotlib", "en", marks=pytest.mark.slow),
        pytest.param("matplotlib", "zh", marks=pytest.mark.slow),
    ],
)
def test_every_chart_in_both_backends_and_languages(backend: str, lang: str, tmp_path: Any) -> None:
    for chart in every_chart(backend, lang):
        assert chart.title and chart.name
        said = chart.title.replace("合成售电公司", "")  # a name is what it is in both languages
        is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in said)
        assert is_chinese == (lang == "zh"), chart.title
        values = ["low_value", "high_value"]  # of parameters, which may be any numbers
        assert chart.exact.drop(columns=values, errors="ignore").select_dtypes("float").empty, chart.name
        bundle = chart._repr_mimebundle_()
        assert ("image/png" in bundle) == (backend == "matplotlib")
        assert ("application/vnd.plotly.v1+json" in bundle) == (backend == "plotly")
    suffixes = (".png", ".svg", ".pdf") if backend == "matplotlib" else (".html",)
    for suffix in suffixes:
        assert chart.save(tmp_path / f"chart{suffix}").stat().st_size > 1000


def test_the_table_is_the_exact_one_in_the_units_of_the_result_tables() -> None:
    chart = fresh().plot.contract_and_metered()
    assert list(chart.table.columns)[:3] == ["month", "product", "contract_mwh"]
    assert chart.table["contract_mwh"].tolist() == (chart.exact["contract_kwh"] / 1000).tolist()


def test_what_is_wrong_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = fresh().plot
    for words, call in (
        ("backend must be one of plotly, matplotlib", lambda: plot.cost_waterfall(backend="ggplot")),
        ("lang must be one of en, zh", lambda: plot.cost_waterfall(lang="fr")),
        ("nearest: R1/tou", lambda: plot.cost_waterfall("R1/to")),
        ("backend='matplotlib'", lambda: plot.cost_waterfall().save(tmp_path / "a.png")),
        ("nearest: AM-2021", lambda: plot.supply_demand("AM-2022")),
    ):
        with pytest.raises(gridsim.ResultError, match=words):
            call()
    monkeypatch.setattr("gridsim.analysis.charts.chart.find_spec", lambda _: None)
    with pytest.raises(gridsim.GridsimError, match=r"pip install 'gridsim\[report\]'"):
        plot.cost_waterfall()


def test_names_are_shown_as_they_are() -> None:
    evil = "<b>a</b> & $x^2$"
    table = pd.DataFrame({"parameter": [evil], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})
    on_screen = tornado(table, base_micro_yuan=0, lang="en").figure
    assert on_screen.layout.yaxis.ticktext[0] == "&lt;b&gt;a&lt;/b&gt; &amp; &#36;x^2&#36;"
    on_paper = tornado(table, base_micro_yuan=0, backend="matplotlib", lang="en").figure
    label = on_paper.axes[0].get_yticklabels()[0]
    assert label.get_text() == evil
    assert not label.get_parse_math()
