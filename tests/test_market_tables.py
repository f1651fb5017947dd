"""The tables of a market: Henan's as the formats page has them, Jiangsu's, and those of any shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridsim.columns import INPUT_TABLES as ANY_INPUTS
from gridsim.market_tables import input_tables, result_tables
from gridsim.result_columns import RESULT_TABLES as ANY_RESULTS
from gridsim.rules.market_prices import market_prices_of
from gridsim.rules.shape import MarketShape
from tests.markets import HENAN, INPUT_TABLES, RESULT_TABLES, market, market_of
from tests.oracle.shape import load_shape
from tests.properties.draws import SeededChooser
from tests.properties.shapes import random_shape


def names(shape: MarketShape, table: str) -> list[str]:
    return [column.name + "?" * column.optional for column in input_tables(shape)[table]]


def test_henan_uses_no_table_of_other_markets() -> None:
    assert set(ANY_INPUTS) - set(INPUT_TABLES) == {"generation", "market_prices", "agency"}
    assert [name for name in ANY_RESULTS if name not in RESULT_TABLES] == ["seller_settlement"]


def test_henans_columns() -> None:
    tariffs = INPUT_TABLES["tariffs"]
    assert [(column.name, column.zh) for column in tariffs][2:5] == [
        ("catalogue_peak", ("峰段目录电价", "高峰目录电价")),
        ("catalogue_flat", ("平段目录电价",)),
        ("catalogue_valley", ("谷段目录电价", "低谷目录电价")),
    ]
    assert tariffs["catalogue_peak"].description == "catalogue tariff at peak"
    assert names(HENAN, "tariffs")[5:] == [
        *("transmission", "funds", "effective_from?", "source?"),
        *("capacity_yuan_per_kva?", "demand_yuan_per_kw?"),
    ]
    assert names(HENAN, "orders")[-2:] == ["submitted_at", "transfer?"]
    assert INPUT_TABLES["users"]["mode"].values == ("conventional", "tou")
    assert INPUT_TABLES["users"]["mode"].values_zh == ("常规电量", "分时段")
    assert ("高峰时段", "peak") in INPUT_TABLES["orders"]["product"].also
    charges = [column.name for column in RESULT_TABLES["cell_settlement"] if column.kind == "money"]
    items = ("overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")
    assert charges == [f"{item}_yuan" for item in items]


def test_jiangsus_columns() -> None:
    shape = market_of(load_shape("jiangsu-2023"))
    assert names(shape, "market_prices") == [
        "month", "floor?", "cap", "benchmark", "agency_price?", "coal_index_last_month?",
    ]  # fmt: skip
    assert names(shape, "generation") == ["generator_id", "month", "energy_mwh", "own_fault?"]
    assert names(shape, "agency") == ["month", "energy_mwh"]
    assert names(shape, "tariffs")[2:6] == ["line_loss", "transmission", "system_operation", "funds"]
    assert "mode?" in names(shape, "users")
    assert "peak_valley_tariff?" in names(shape, "users")
    assert "period?" in names(shape, "meter")
    assert "capacity_mw?" in names(shape, "generators")
    assert "variety?" in names(shape, "bilateral")
    needed = {name for name, table in input_tables(shape).items() if table.required}
    assert needed == {"generators", "users", "tariffs", "generation", "market_prices"}


def test_a_price_that_may_be_absent_may_be_left_out() -> None:
    assert market_prices_of(market("five-periods")) == {"spot": True, "penalty": False}


@given(st.integers(min_value=0, max_value=10**6))
def test_of_any_shape(seed: int) -> None:
    shape = market_of(random_shape(SeededChooser(seed)))
    tables = input_tables(shape)
    for table in (*tables.values(), *result_tables(shape).values()):
        columns = [column.name for column in table]
        assert len(set(columns)) == len(columns)
        assert len({column.exact for column in table}) == len(columns)
        assert set(table.key) <= set(columns)
        assert all(len(column.values) == len(column.values_zh) for column in table)
    for table in tables.values():
        headings = [heading for column in table for heading in column.zh]
        assert len(set(headings)) == len(headings)
    per_rate = sum(len(shape.periods) if item.by_period else 1 for item in shape.tariff)
    assert sum(column.kind == "price" for column in tables["tariffs"]) == per_rate
    other = tables["tariffs"].other_form
    assert other is not None
    assert set(tables["tariffs"].marks) <= {column.name for column in other}
