"""Questions to the positions of a batch: the rows that were kept, and an error that says what was not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gridsim.batch import Batch, run
from gridsim.errors import ResultError
from tests.batch.conftest import small_plan


@pytest.fixture(scope="module")
def risky() -> Batch:
    plan = small_plan(draws=20, sweep={"load.scale": ["0.95", "1.05"]}, metrics=["positions"], payer="buyer")
    return run(plan, workers=1)


def test_by_month_product_unit_buyer(risky: Batch) -> None:
    at_first = risky.statistics.where(point=0)
    positions, sums = (table.query("point == 0") for table in (risky.exact.positions, risky.exact.position_sums))
    by_position = at_first.deviation(
        ("unit", "month", "product"), aggregate=("q90", "overrun", "shortfall_probability")
    )
    kept = positions.set_index(["unit_id", "month", "product"])
    assert by_position.exact["q90_micro_yuan"].tolist() == kept["deviation_q90_micro_yuan"].tolist()
    assert by_position.exact["overrun_kwh"].tolist() == kept["overrun_mean_kwh"].tolist()
    assert by_position["shortfall_probability"].tolist() == (kept["shortfall_draws"] / 20).tolist()
    market = sums[sums[["unit_id", "user_id", "retailer_id", "product"]].isna().all(axis=1)].dropna(subset="month")
    by_month = at_first.deviation("month", aggregate=("q90", "cvar95"))
    assert by_month.exact["q90_micro_yuan"].tolist() == market["deviation_q90_micro_yuan"].tolist()
    worst = at_first.deviation("month", aggregate="q90", top=1)
    assert worst["q90_yuan"].tolist() == [by_month["q90_yuan"].max()]
    assert list(at_first.cost("retailer").index) == ["R1"] and list(at_first.cost("user").index) == ["U4", "U5"]
    assert list(at_first.cost("buyer").index) == ["U4", "U5", "R1"]
    of_one = at_first.cost("month", {"retailer": "R1"}, "mean")
    added = positions[positions["retailer_id"] == "R1"].groupby("month", observed=True)["cost_mean_micro_yuan"].sum()
    assert (abs(of_one.exact["mean_micro_yuan"] - added) <= 3).all()  # each mean was rounded
    # A user with one unit is its unit; the year of the market is what a batch without positions says of it.
    assert (
        at_first.cost("user", {"user": "U4"}).to_numpy().tolist()
        == at_first.cost("unit", {"unit": "U4/tou"}).to_numpy().tolist()
    )


def test_what_the_buyer_pays_stands_beside_the_whole(risky: Batch) -> None:
    whole = risky.statistics.cost(("point", "retailer"), aggregate="mean")["mean_yuan"]
    bought = risky.statistics.cost(("point", "retailer"), {"payer": "buyer"}, "mean")["mean_yuan"]
    assert (bought < whole).all() and (bought > 0).all()
    assert risky.statistics.where(payer="buyer").cost("month", {"point": 1}, "mean").shape == (12, 1)


def test_values_of_its_dimensions(risky: Batch) -> None:
    assert risky.statistics.values("month") == [f"2021-{month:02d}" for month in range(1, 13)]
    assert risky.statistics.values("product") == ["peak", "flat", "valley", "total"]
    assert risky.statistics.values("retailer") == ["R1"] and "R1/tou" in risky.statistics.values("unit")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda s: s.deviation("month", {"point": 0}, "q99"),
            "kept no q99; kept: q05, q25, q50, q75, q90, q95, cvar95",
        ),
        (lambda s: s.deviation("month"), "group by point"),
        (lambda s: s.deviation("unit", {"month": ["2021-05", "2021-06"]}), "group by month too"),
        (lambda s: s.deviation("month", {"point": 0}, "overrun_probability"), "kept of positions alone"),
        (lambda s: s.deviation("moth"), "nearest: month"),
        (lambda s: s.deviation("month", {"retailer": "R7"}), "there are: R1"),
        (lambda s: s.deviation("month", {"point": 0}, "average"), "no aggregate 'average'"),
        (lambda s: s.deviation("month", {"payer": "buyer"}), "no dimension 'payer'"),
    ],
)
def test_a_wrong_question_says_what_may_be_asked(risky: Batch, ask: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        ask(risky.statistics)


def test_a_batch_without_positions_says_what_it_needs(batch: Batch) -> None:
    with pytest.raises(ResultError, match="needs the metric positions"):
        batch.statistics.deviation("month")
    with pytest.raises(ResultError, match="no dimension 'month'"):
        batch.statistics.cost("month")


def test_other_libraries_have_positions_too(risky: Batch) -> None:
    pytest.importorskip("xarray")
    grid = risky.to_xarray()
    kept = risky.positions.query("unit_id == 'R1/tou' and month == '2021-08' and product == 'peak'")
    found = grid["deviation_q90_yuan"].sel(unit_id="R1/tou", month="2021-08", product="peak")
    assert found.to_numpy().tolist() == kept["deviation_q90_yuan"].tolist()
    sums = risky.to_arrow("position_sums")
    assert sums.num_rows == len(risky.position_sums) and sums["month"].null_count > 0
