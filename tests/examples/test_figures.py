"""Every statistic and every chart over the example rule sets, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gridsim.scenario.party_names import party_names
from tests.examples.shown import NAMES, result_of
from tests.shared import IS_FULL

names = pytest.mark.parametrize("name", NAMES)
FULL_ONLY = pytest.mark.skipif(not IS_FULL, reason="pictures of the other language: GRIDSIM_FULL=1")

OF_LEDGER = ("item", "unit", "month", "period", "product", "user", "generator", "clause")
OF_POSITIONS = ("unit", "month", "product", "mode", "buyer")


def exact_sum(table: Any, column: str) -> int:
    """In micro-units: the cells have the decimals that the result has."""
    return round(sum(round(value * 10**6) for value in table[column]))


@names
def test_statistics(name: str) -> None:
    """By whatever dimension, the parts are the whole."""
    result = result_of(name)
    statistics = result.statistics
    money = int(result.exact.ledger["amount_micro_yuan"].sum())
    for by in OF_LEDGER:
        assert exact_sum(statistics.money(by), "amount_yuan") == money, by
    for by in (*OF_POSITIONS, "period", "user"):
        table = statistics.energy(by)
        assert exact_sum(table, "overrun_mwh") == result.exact.positions["overrun_kwh"].sum() * 1000, by
    for by in OF_POSITIONS:
        deviation = statistics.deviation(by)
        assert exact_sum(deviation, "shortfall_mwh") == result.exact.positions["shortfall_kwh"].sum() * 1000, by
        assert len(statistics.prices(by)) >= len(deviation)  # and what users outside pay
    items = [f"{item}_yuan" for item in dict.fromkeys(result.ledger["item"])]
    assert set(items) <= set(statistics.breakdown("month").columns)
    assert exact_sum(statistics.accounts(), "net_yuan") == 0
    assert set(statistics.overview()) == {"item", "unit", "month", "party"}
    assert statistics.shares("item")["share"].sum() == pytest.approx(1)
    assert list(statistics.ranking("unit")["rank"]) == sorted(statistics.ranking("unit")["rank"])
    assert statistics.concentration("product")["sellers"].ge(1).all()
    assert set(statistics.market_prices("kind").reset_index()["kind"]) <= {
        kind.id for kind in result.rules.shape.sessions
    }
    for session, product, delivery in dict.fromkeys(
        zip(*(result.trades[column] for column in ("session", "product", "month")), strict=True)
    ):
        if session[0] != "Y":
            curve = statistics.curve(session, product, delivery)
            assert len(curve.supply) and len(curve.demand)


@names
@pytest.mark.parametrize(
    ("backend", "lang"),
    [
        ("plotly", "en"),
        ("plotly", "zh"),
        pytest.param("matplotlib", "zh", marks=pytest.mark.slow),
        pytest.param("matplotlib", "en", marks=[pytest.mark.slow, FULL_ONLY]),
    ],
)
def test_charts(name: str, backend: Any, lang: Any, tmp_path: Path) -> None:
    result = result_of(name)
    plot, asked = result.plot, {"backend": backend, "lang": lang}
    book = next(trade for trade in result.trades.itertuples() if trade.session[0] != "Y")
    unit = result.positions["unit_id"].iloc[0]
    charts = [
        plot.supply_demand(book.session, book.product, book.month, **asked),
        plot.contract_and_metered(**asked),
        plot.contract_and_metered(unit, **asked),
        plot.cost_waterfall(**asked),
        plot.cost_waterfall(unit, **asked),
        plot.money_flows(**asked),
        plot.deviation_heat_map(**asked),
        plot.market_prices(**asked),
        plot.cost_distribution(np.arange(10**12, 10**12 + 10**9, 10**7), **asked),
    ]
    suffix = ".png" if backend == "matplotlib" else ".html"
    for number, chart in enumerate(charts):
        assert chart.title
        title = chart.title
        for name in party_names(result.inputs).values():
            title = title.replace(name, "")
        assert any("\u4e00" <= sign <= "\u9fff" for sign in title) == (lang == "zh"), chart.title
        assert chart.save(tmp_path / f"{number}{suffix}").stat().st_size > 1000
