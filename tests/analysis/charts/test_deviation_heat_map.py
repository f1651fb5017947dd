"""The heat map holds the positions, and its cells hold the table."""

from __future__ import annotations

import numpy as np
import pytest

import gridsim
from gridsim.analysis.charts.deviation_heat_map import deviation_heat_map
from gridsim.analysis.charts.marks import BarMark, CellMark, TextMark
from gridsim.names import buyer_of
from gridsim.scenario.party_names import party_names
from tests.analysis.charts.drawn import marks_of, positions, results
from tests.shared import fresh


@results
def test_heat_map_holds_the_positions(of: str) -> None:
    chart = fresh(of).plot.deviation_heat_map(top=5)
    rows = positions(of).assign(money=lambda t: t["overrun_micro_yuan"] + t["shortfall_micro_yuan"])
    by_unit = rows.groupby("unit_id", observed=True)["money"].sum().sort_values(ascending=False)
    assert list(dict.fromkeys(chart.exact["unit"])) == list(by_unit.index[:5])
    for row in chart.exact.itertuples():
        mine = rows[(rows["unit_id"] == row.unit) & (rows["month"] == row.month)]
        assert row.contract_kwh == mine["contract_kwh"].sum()
        assert row.metered_kwh == mine["metered_kwh"].sum()
        assert row.deviation_micro_yuan == mine["money"].sum()
    if len(by_unit) > 5:
        assert f"5 of {len(by_unit)} units" in chart.caption


def test_the_heat_is_metered_over_contracted() -> None:
    chart = fresh().plot.deviation_heat_map()
    (heat,), (signs,) = marks_of(chart, CellMark), marks_of(chart, TextMark)
    said = {(int(y), int(x)): text for x, y, text in zip(signs.x, signs.y, signs.texts, strict=True)}
    units = list(dict.fromkeys(chart.exact["unit"]))
    months = sorted(set(chart.exact["month"]))
    names = party_names(fresh().inputs)
    for row in chart.exact.itertuples():
        place = units.index(row.unit), months.index(row.month)
        assert heat.values[place] == 100 * (row.metered_kwh - row.contract_kwh) / row.contract_kwh
        assert said.get(place, "") == "▲" * bool(row.overrun_kwh) + "▼" * bool(row.shortfall_kwh)
        assert heat.hover[place[0]][place[1]].startswith(f"{names[buyer_of(row.unit)]}/")


def test_what_has_no_contract_is_hatched() -> None:
    table = fresh().plot.deviation_heat_map().exact.copy()
    table.loc[0, ["contract_kwh", "overrun_kwh", "shortfall_kwh"]] = 0
    chart = deviation_heat_map(table, lang="zh")
    (hatched,) = marks_of(chart, BarMark)
    assert hatched.is_hatched and len(hatched.at) == 1
    assert "斜线" in chart.caption
    assert np.isnan(marks_of(chart, CellMark)[0].values).sum() == 1


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(gridsim.ResultError, match="there are: R1"):
        fresh().plot.deviation_heat_map(where={"retailer": "R2"})


def test_units_are_called_in_chinese() -> None:
    texts = "\n".join(fresh().plot.deviation_heat_map(lang="zh").drawing.texts())
    assert "合成售电公司/分时段" in texts and "tou" not in texts and "R1" not in texts
    assert "合成售电公司/分时段" in fresh().plot.cost_waterfall("R1/tou", lang="zh").title
