"""The worked month of rulebook 14, to the micro-yuan; what a result refuses; the tables as they are said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.result_columns import ASKED_TABLES
from tests.analysis.attribution.worked import CELLS, NOMINATED, SHORT, worked
from tests.integration.test_stored_by_0_1 import STORED
from tests.shared import fresh


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return gridsim.run(worked())


def amounts(table: Any) -> dict[str | None, int]:
    """Money by user [micro-yuan]."""
    exact = table.exact
    return {
        None if pd.isna(user) else user: int(money)
        for user, money in zip(exact["user_id"], exact["amount_micro_yuan"], strict=True)
    }


@pytest.mark.parametrize(
    ("method", "weights", "money"),
    [
        ("pro_rata", (560, 480, 160), (45_584_000_000, 39_072_000_000, 13_024_000_000)),
        ("own_deviation", (200, 80, 0), (69_771_428_571, 27_908_571_429, 0)),
        ("marginal", (150, 80, 0), (63_704_347_826, 33_975_652_174, 0)),
        ("shapley", (145, 50, -45), (94_424_000_000, 32_560_000_000, -29_304_000_000)),
    ],
)
def test_the_worked_overrun(result: gridsim.Result, method: Any, weights: Any, money: Any) -> None:
    table = result.attribution(method)
    assert tuple(table["weight"]) == weights
    assert amounts(table) == dict(zip(CELLS, money, strict=True))
    assert table["plan_mwh"].tolist() == list(NOMINATED.values())
    assert set(table["plan_from"]) == {"nomination"}
    assert set(zip(table["item"], table["side"], strict=True)) == {("overrun", "over")}
    assert table["standard_error_yuan"].isna().all()


@pytest.mark.parametrize(
    ("method", "money"),
    [
        ("own_deviation", (350_000_000, 58_333_333, 291_666_667)),
        ("shapley", (366_666_667, 66_666_667, 266_666_666)),
    ],
)
def test_the_worked_shortfall(method: Any, money: tuple[int, ...]) -> None:
    table = gridsim.run(worked(SHORT)).attribution(method)
    assert amounts(table) == dict(zip(SHORT, money, strict=True))
    assert set(zip(table["item"], table["side"], strict=True)) == {("shortfall", "under")}


def test_the_buyers_own_part() -> None:
    on_plan = {user: {"flat": plan} for user, plan in NOMINATED.items()}
    table = gridsim.run(worked(on_plan, contracts=((800, 400),))).attribution()
    assert amounts(table) == {"U1": 0, "U2": 0, "U3": 0, None: 96_000_000_000}
    own = table.exact.iloc[-1]
    assert own["share_kwh"] == 160_000
    assert own[["metered_kwh", "plan_kwh", "plan_from", "weight_kwh"]].isna().all()


def test_plans_are_the_same_from_history_that_has_the_same_shares() -> None:
    history = [{"user_id": user, "year": 2020, "energy_mwh": 3 * plan} for user, plan in NOMINATED.items()]
    table = gridsim.run(worked(nominated=None, history=history)).attribution("shapley")
    assert amounts(table) == {"U1": 94_424_000_000, "U2": 32_560_000_000, "U3": -29_304_000_000}
    assert set(table["plan_from"]) == {"history"}


def test_many_users_are_weighed_by_drawn_orders_and_add_up() -> None:
    cells = {f"U{number:02}": {"flat": 40 + 7 * (number % 5)} for number in range(30)}
    nominated = {user: 20 + number for number, user in enumerate(cells)}
    scenario = worked(cells, nominated, seed=4)
    result = gridsim.run(scenario)
    table = result.attribution("shapley")
    assert table.exact["amount_micro_yuan"].sum() == result.exact.positions["overrun_micro_yuan"].sum()
    users = table[table["user_id"].notna()]
    is_off_plan = users["metered_mwh"] != users["plan_mwh"]
    assert ((users["standard_error_yuan"] > 0) == is_off_plan).all()
    assert (users["standard_error_yuan"] < 0.06 * users["amount_yuan"].abs().max()).all()
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(gridsim.run(scenario).attribution("shapley")))
    other = gridsim.run(worked(cells, nominated, seed=5)).attribution("shapley")
    assert other["amount_yuan"].tolist() != table["amount_yuan"].tolist()


def test_tables_have_the_columns_of_the_text(result: gridsim.Result) -> None:
    for name, table in (
        ("attribution", result.attribution()), ("netting", result.netting()), ("margins", result.margins()),
    ):  # fmt: skip
        assert list(table.columns) == [column.name for column in ASKED_TABLES[name]]
        assert list(table.exact.columns) == [column.exact for column in ASKED_TABLES[name]]
    assert len(result.attribution(units=["R/conventional"], months=["2021-05"])) == 3
    assert len(result.attribution(months=["2021-06"])) == len(result.attribution(ledger="trial")) == 0


def test_what_is_refused_is_named(result: gridsim.Result) -> None:
    with pytest.raises(gridsim.ResultError, match="method must be one of own_deviation, pro_rata, marginal, shapley"):
        result.attribution("shapely")  # type: ignore[arg-type]
    with pytest.raises(gridsim.ResultError, match="ledger must be one of real, trial, not 'both'"):
        result.attribution(ledger="both")  # type: ignore[arg-type]
    with pytest.raises(
        gridsim.ResultError, match="no settlement unit 'R/tou' in this result; there are: R/conventional"
    ):
        result.attribution(units=["R/tou"])
    with pytest.raises(gridsim.ResultError, match="no month '2022-05' in this result"):
        result.netting(months=["2022-05"])


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_stored_result_says_the_same(result: gridsim.Result, tmp_path: Path, form: Any) -> None:
    result.save(tmp_path, format=form)
    again = gridsim.Result.load(tmp_path)
    for one, other in (
        (result.attribution("shapley"), again.attribution("shapley")), (result.netting(), again.netting()),
        (result.margins(), again.margins()),
    ):  # fmt: skip
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_a_result_without_bands_says_so() -> None:
    old = gridsim.Result.load(STORED / "result")
    with pytest.raises(gridsim.ResultError, match="holds no table position_bands"):
        old.attribution()


def test_the_trial_is_asked_for_by_its_name() -> None:
    mini = fresh()
    for ledger in ("real", "trial"):
        rows = mini.exact.positions[mini.exact.positions["trial"] == (ledger == "trial")]
        money = rows["overrun_micro_yuan"].sum() + rows["shortfall_micro_yuan"].sum()
        assert mini.attribution(ledger=ledger).exact["amount_micro_yuan"].sum() == money  # type: ignore[arg-type]
