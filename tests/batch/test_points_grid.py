"""The table of a sweep's points: parameters by name, costs as statistics have them, what was not computed."""

from __future__ import annotations

from gridsim.batch import Batch
from gridsim.batch.parameter_words import ParameterWords
from gridsim.batch.points_grid import points_grid


def test_points_stand_by_name_with_their_costs(batch: Batch) -> None:
    table = points_grid(batch, ParameterWords("zh", batch.market), [0, 1], of=4)
    assert table.headings[:3] == ("参数点", "分时段偏差上限", "用电量倍数")
    assert "settlement.tou.upper" in table.note and "前 2 个" in table.note
    cost = batch.statistics.cost("point", aggregate=("mean",)).loc[1].iloc[0]
    assert table.rows[1][:4] == ("1", "1.02", "1.05", f"{cost:,.2f}")


def test_a_point_that_was_not_computed_says_why(batch: Batch, monkeypatch) -> None:
    points = batch.points
    points.loc[1, "status"], points.loc[2, "status"] = "open", "failed"
    points.loc[2, "error"] = "too hot"
    monkeypatch.setattr(type(batch), "points", property(lambda _: points))
    rows = points_grid(batch, ParameterWords("zh", batch.market), [0, 1, 2], of=3).rows
    assert rows[1][3:] == (ParameterWords("zh", batch.market).say("open"), "", "", "")
    assert rows[2][3] == "too hot"
