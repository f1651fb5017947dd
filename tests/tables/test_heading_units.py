"""Units in headings: every way of writing one, and exactly how many of ours it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.columns import INPUT_TABLES
from gridsim.tables.heading_units import UNITS_SHOWN, parse_unit, unit_of_heading
from gridsim.tables.raw import RawTable
from gridsim.tables.read import read_table

_KNOWN = {
    "kWh": ("energy", "1/1000"),
    "ＫＷＨ": ("energy", "1/1000"),
    "kW·h": ("energy", "1/1000"),
    "千瓦时": ("energy", "1/1000"),
    "度": ("energy", "1/1000"),
    "万千瓦时": ("energy", "10"),
    "万kWh": ("energy", "10"),
    "百万千瓦时": ("energy", "1000"),
    "亿千瓦时": ("energy", "100000"),
    "兆瓦时": ("energy", "1"),
    "MWh": ("energy", "1"),
    "GWh": ("energy", "1000"),
    "元/千瓦时": ("price", "1000"),
    "元／度": ("price", "1000"),
    "分/千瓦时": ("price", "10"),
    "厘/千瓦时": ("price", "1"),
    "元/兆瓦时": ("price", "1"),
    "元/万千瓦时": ("price", "1/10"),
    "yuan/kWh": ("price", "1000"),
    "yuan per MWh": ("price", "1"),
    "CNY/MWh": ("price", "1"),
    "元每千瓦时": ("price", "1000"),
    "元": ("money", "1"),
    "万元": ("money", "10000"),
    "kW": ("power", "1/1000"),
    "兆瓦": ("power", "1"),
    "万千瓦": ("power", "10"),
    "元/千瓦·月": ("power_price", "1000"),
    "单位：万千瓦时": ("energy", "10"),
}
_FRAMES = [
    "{0}({1})",
    "{0}（{1}）",
    "{0} [{1}]",
    "{0}【{1}】",
    "{0}〔{1}〕",
    "{0}/{1}",
    "{0} {1}",
    "{0}：{1}",
    "{0}, {1}",
]


@pytest.mark.parametrize("unit", _KNOWN)
def test_each_unit_in_each_frame(unit: str) -> None:
    quantity, factor = _KNOWN[unit]
    for frame in _FRAMES:
        for name in ("电量", "energy", "峰段目录电价"):
            found = unit_of_heading(frame.format(name, unit))
            assert found is not None, frame.format(name, unit)
            assert (found.name, found.quantity, found.factor) == (name, quantity, Fraction(factor))
    alone = unit_of_heading(unit)
    assert alone is not None and (alone.name, alone.factor) == ("", Fraction(factor))


@pytest.mark.parametrize(
    "heading", ["energy_kwh", "电量kWh", "电量千瓦时", "price_yuan_per_kwh", "catalogue_peak_fen/kWh"]
)
def test_a_unit_set_off_by_nothing_or_by_an_underscore(heading: str) -> None:
    found = unit_of_heading(heading)
    assert found is not None and found.name in ("energy", "电量", "price", "catalogue_peak")


@pytest.mark.parametrize(
    "heading",
    ["月度", "年度", "温度", "部分", "名称", "user_id", "电压(kV)", "month", "part", "电量(估计)", ""],
)
def test_what_names_no_unit(heading: str) -> None:
    assert unit_of_heading(heading) is None


def test_what_is_shown_as_allowed_is_read() -> None:
    for kind, units in UNITS_SHOWN.items():
        for unit in units:
            found = unit_of_heading(unit)
            assert found is not None
            assert found.for_kind(kind) is not None, (kind, unit)


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=5),
    st.sampled_from(["kWh", "万千瓦时", "GWh"]),
    st.sampled_from(["text", "float", "decimal"]),
)
def test_a_table_in_another_unit_is_the_same_table_exactly(kwh: list[int], unit: str, form: str) -> None:
    found = unit_of_heading(unit)
    assert found is not None
    cells = [Decimal(each).scaleb(-3 - found.exponent) for each in kwh]
    array = {
        "text": pa.array([f"{cell:f}" for cell in cells]),
        "float": pa.array([float(cell) for cell in cells]),
        "decimal": pa.array(cells, pa.decimal128(30, 6)),
    }[form]
    agency = INPUT_TABLES["agency"]
    months = pa.array(["2021-01"] * len(kwh))
    raw = RawTable(agency, "agency", {"month": months, "energy_mwh": array}, len(kwh), units={"energy_mwh": found})
    table, faults = read_table(raw, 2021)
    assert not faults
    assert table.frame["energy_kwh"].tolist() == kwh


def test_no_unit_is_finer_than_our_smallest_price() -> None:
    assert parse_unit("元/亿千瓦时") is None
    assert parse_unit("厘/千瓦时") == ("price", 0)
