"""What people type: each text has one meaning, or none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from gridsim.columns import Column, Table
from gridsim.market_tables import input_tables
from gridsim.rules import available
from gridsim.rules import load as load_rules
from gridsim.tables.raw import RawTable
from gridsim.tables.read import read_table
from gridsim.tables.read_table import ReadTable
from gridsim.tables.typed import Words, bool_of, delivery_of, time_of

HENAN = input_tables(load_rules("henan-2021").shape)
MONTH, DELIVERY = HENAN["meter"]["month"], HENAN["orders"]["month"]

DELIVERIES = {
    "2021-04": [
        "2021年4月",
        "2021年04月",
        "2021年4月份",
        "2021/4",
        "2021/04",
        "2021.4",
        "202104",
        "4月",
        "四月",
        "2021-04-01",
    ],
    "2021-12": ["2021年十二月", "十二月", "2021/12/1", "２０２１－１２", "2021 年 12 月", "2021-12-01 00:00:00"],
    "2021": ["2021年", "2021年度", "2021年全年", "全年", "年度"],
    "2021-H2": ["2021年下半年", "下半年", "2021H2", "2021-h2", "2021年7-12月", "2021年7月至12月"],
    "2021-Q2": ["2021年第二季度", "2021年2季度", "二季度", "2021Q2", "2021年4-6月"],
    "2021-04/2021-05": ["2021年4-5月", "4月至5月"],
}
NO_DELIVERY = [
    "4",
    "44287",
    "20214",
    "202113",
    "13月",
    "Apr-21",
    "2021-04-02",
    "2021/4/2",
    "21年4月",
    "5-4月",
    "2021-",
    "",
    "月",
]


@pytest.mark.parametrize("meant", DELIVERIES)
def test_months_of_a_year(meant: str) -> None:
    assert {text: delivery_of(text, 2021) for text in DELIVERIES[meant]} == dict.fromkeys(DELIVERIES[meant], meant)


@pytest.mark.parametrize("text", NO_DELIVERY)
def test_what_may_mean_something_else_means_nothing(text: str) -> None:
    assert delivery_of(text, 2021) is None


def test_without_a_year_only_what_names_one() -> None:
    assert [delivery_of(text, None) for text in ("4月", "全年", "2022年4月")] == [None, None, "2022-04"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021/4/1 8:00", "2021-04-01 08:00"),
        ("2021年4月1日8时30分", "2021-04-01 08:30"),
        ("2021年4月1日 8点", "2021-04-01 08:00"),
        ("2021.4.1 08:00:05", "2021-04-01 08:00:05"),
        ("2021-4-1", "2021-04-01"),
        ("２０２１／４／１", "2021-04-01"),
        ("1/4/2021", None),
        ("4月1日", None),
        ("2021-04-0110:00", None),
    ],
)
def test_times(text: str, iso: str | None) -> None:
    assert time_of(text) == iso


def test_yes_and_no() -> None:
    assert {text: bool_of(text) for text in ("是", " 否 ", "TRUE", "真", "１", "maybe", "")} == {
        "是": True, " 否 ": False, "TRUE": True, "真": True, "１": True, "maybe": None, "": None,
    }  # fmt: skip


def _read(column: Column, cells: list[str]) -> tuple[ReadTable, list[str]]:
    raw = RawTable(Table("t", (column,), of_year=True), "t", {column.name: pa.array(cells)}, len(cells))
    read, faults = read_table(raw, 2021)
    return read, [f"{fault.message}; {fault.allowed}" for fault in faults]


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        (
            "meter",
            "period",
            {"峰": "peak", "峰段": "peak", "平": "flat", "谷": "valley", "低谷": "valley"},
        ),
        ("users", "mode", {"常规": "conventional", "常规电量": "conventional", "分时段": "tou", "分时": "tou"}),
        ("orders", "product", {"常规电量": "total", "不分时段": "total", "峰段": "peak"}),
        ("orders", "side", {"买": "buy", "购": "buy", "卖": "sell", "售电": "sell", "buy": "buy"}),
        ("orders", "segment", {"中旬": "mid", "下旬": "late"}),
        ("sessions", "kind", {"年度双边": "annual_bilateral", "年度集中撮合": "annual_matched", "月度": "monthly"}),
        ("users", "peak_valley_tariff", {"是": "true", "否": "false"}),
        ("orders", "month", {"2021年1月": "2021-01", "全年": "2021", "下半年": "2021-H2"}),
        ("meter", "month", {"2021/1": "2021-01", "12月": "2021-12"}),
    ],
)
def test_cells_in_chinese(table: str, column: str, words: dict[str, str]) -> None:
    read, faults = _read(HENAN[table][column], list(words))
    assert not faults
    assert [read.shown(row, column) for row in range(len(words))] == list(words.values())


def test_a_time_of_typed_texts() -> None:
    read, faults = _read(HENAN["sessions"]["closes_at"], ["2021年1月5日", "2021/1/5 8:00"])
    assert not faults
    assert read.frame["closes_at"].tolist() == [dt.datetime(2021, 1, 5, 23, 59, 59), dt.datetime(2021, 1, 5, 8)]


def test_a_word_that_may_mean_two_values_is_a_fault() -> None:
    column = Column("kind", "enum", values=("a", "b"), values_zh=("甲", "乙"), also=(("某", "a"), ("某", "b")))
    _, (fault,) = _read(column, ["某"])
    assert fault == "a word that may mean a, b; a, b"
    assert list(Words(column)) == ["甲", "乙", "某"]


@pytest.mark.parametrize("text", ["尖", "尖峰", "尖峰时段", "分时段", "sharp"])
def test_no_hint_leads_from_one_period_to_another(text: str) -> None:
    _, (fault,) = _read(HENAN["meter"]["period"], [text])
    assert fault == "unknown value; peak, flat, valley"


def test_a_slip_is_told() -> None:
    _, faults = _read(HENAN["users"]["mode"], ["conventionel", "常规电力"])
    assert [fault.partition("nearest: ")[2] for fault in faults] == ["conventional", "conventional"]


@pytest.mark.parametrize("rules", available())
def test_no_word_of_a_shipped_rule_set_means_two_values(rules: str) -> None:
    columns = [column for table in input_tables(load_rules(rules).shape).values() for column in table]
    for column in (column for column in columns if column.kind == "enum"):
        assert np.array([len(Words(column).values(word)) == 1 for word in Words(column)]).all(), column.name
