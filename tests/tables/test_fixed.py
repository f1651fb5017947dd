from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim import units
from gridsim.tables import fixed as exact
from gridsim.tables.fixed import FINE, MISSING, NOT_A_NUMBER, NOT_FINITE, TOO_FINE, TOO_LARGE, reason_text, to_fixed


def one_by_one(values: list, decimals: int) -> list[tuple[int, str]]:
    """What `units.fixed_point` says of each."""
    pairs = []
    for value in values:
        try:
            number = units.fixed_point(value, decimals)
        except ValueError as error:
            pairs.append((0, str(error)))
        else:
            pairs.append((number, "") if abs(number) <= units.INT64_MAX else (0, "too large"))
    return pairs


def as_column(series: pd.Series, decimals: int) -> list[tuple[int, str]]:
    values, reasons = to_fixed(series, decimals)
    assert values.dtype == np.int64
    assert reasons.dtype == np.uint8
    return [
        (value, reason_text(reason, decimals)) for value, reason in zip(values.tolist(), reasons.tolist(), strict=True)
    ]


decimal_numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=4)
short_numbers = st.integers(-(10**9), 10**9).map(lambda number: Decimal(number) / 1000)
scales = st.integers(0, 6)


@given(st.lists(st.one_of(decimal_numbers, short_numbers)), scales)
def test_decimals_and_text_as_one_by_one(numbers, decimals):
    expected = one_by_one(numbers, decimals)
    assert as_column(pd.Series(numbers, dtype=object), decimals) == expected
    texts = pd.Series([f"{number:f}" for number in numbers], dtype="str")
    assert as_column(texts, decimals) == expected
    assert as_column(texts.astype("category"), decimals) == expected
    assert as_column(texts.astype(object), decimals) == expected


@given(st.lists(st.one_of(st.floats(allow_nan=False), short_numbers.map(float), decimal_numbers.map(float))), scales)
def test_floats_as_one_by_one(numbers, decimals):
    expected = one_by_one(numbers, decimals)
    assert as_column(pd.Series(numbers, dtype="float64"), decimals) == expected
    assert as_column(pd.Series(numbers, dtype=object), decimals) == expected


@given(st.lists(st.one_of(st.floats(width=32, allow_nan=False), short_numbers.map(np.float32).map(float))), scales)
def test_narrow_floats_by_their_own_shortest_decimal(numbers, decimals):
    column = pd.Series(numbers, dtype="float32")
    assert as_column(column, decimals) == one_by_one([Decimal(str(value)) for value in column.to_numpy()], decimals)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)), scales)
def test_integers_as_one_by_one(numbers, decimals):
    assert as_column(pd.Series(numbers, dtype="int64"), decimals) == one_by_one(numbers, decimals)
    assert as_column(pd.Series(numbers, dtype="Int64"), decimals) == one_by_one(numbers, decimals)


@pytest.mark.parametrize("decimals", [0, 3])
@pytest.mark.parametrize("number", [2**63 - 1, -(2**63) + 1, 2**63, -(2**63), 10**15, 10**15 + 1])
def test_edges_of_int64(number, decimals):
    text = f"{Decimal(number).scaleb(-decimals):f}"
    expected = [(number, "")] if abs(number) < 2**63 else [(0, "too large")]
    for column in (pd.Series([text]), pd.Series([Decimal(text)]), pd.Series([Decimal(text)], dtype=object)):
        assert as_column(column, decimals) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, None], dtype="Int64"), [(1000, FINE), (0, MISSING)]),
        (pd.Series([2**64 - 1, 3], dtype="uint64"), [(0, TOO_LARGE), (3000, FINE)]),
        (pd.Series([-7], dtype="int8"), [(-7000, FINE)]),
        (pd.Series([1.5, None, np.inf, -0.0]), [(1500, FINE), (0, MISSING), (0, NOT_FINITE), (0, FINE)]),
        (pd.Series([1.5, None], dtype="Float64"), [(1500, FINE), (0, MISSING)]),
        (pd.Series([1.5, None], dtype=pd.ArrowDtype(pa.float32())), [(1500, FINE), (0, MISSING)]),
        (pd.Series([1, None], dtype=pd.ArrowDtype(pa.int16())), [(1000, FINE), (0, MISSING)]),
        (pd.Series([Decimal("1.50"), None], dtype=pd.ArrowDtype(pa.decimal128(9, 4))), [(1500, FINE), (0, MISSING)]),
        (pd.Series([Decimal("1.5"), None]), [(1500, FINE), (0, MISSING)]),
        (pd.Series(["1.5", None], dtype=pd.ArrowDtype(pa.string())), [(1500, FINE), (0, MISSING)]),
        (pd.Series(["2", None], dtype="category"), [(2000, FINE), (0, MISSING)]),
        (pd.Series([True, False]), [(0, NOT_A_NUMBER)] * 2),
        (pd.Series([True, None], dtype="boolean"), [(0, NOT_A_NUMBER), (0, MISSING)]),
        (pd.Series([dt.datetime(2021, 1, 1), None]), [(0, NOT_A_NUMBER), (0, MISSING)]),
        (pd.Series([1 + 2j]), [(0, NOT_A_NUMBER)]),
        (pd.Series([[1], np.int8(1), np.float32(0.1), "1", None], dtype=object),
         [(0, NOT_A_NUMBER), (1000, FINE), (100, FINE), (1000, FINE), (0, MISSING)]),
        (pd.Series([Decimal("1e20"), Decimal("1.0000"), Decimal("Infinity")]),
         [(0, TOO_LARGE), (1000, FINE), (0, NOT_FINITE)]),
    ],
)  # fmt: skip
def test_what_columns_can_hold(column, expected):
    values, reasons = to_fixed(column, 3)
    assert list(zip(values.tolist(), reasons.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("+5", 5000, FINE),
        (" 5 ", 5000, FINE),
        (".5", 500, FINE),
        ("5.", 5000, FINE),
        ("1.50000", 1500, FINE),
        ("1.5e3", 1_500_000, FINE),
        ("1e-3", 1, FINE),
        ("1e-4", 0, TOO_FINE),
        ("0.0001", 0, TOO_FINE),
        ("1e99", 0, TOO_LARGE),
        ("99999999999999999999", 0, TOO_LARGE),
        ("", 0, MISSING),
        ("  ", 0, MISSING),
        ("nan", 0, NOT_FINITE),
        ("-Infinity", 0, NOT_FINITE),
        ("1,234.5", 0, NOT_A_NUMBER),
        ("1_000", 0, NOT_A_NUMBER),
        ("１２", 0, NOT_A_NUMBER),
        ("twelve", 0, NOT_A_NUMBER),
        ("0x10", 0, NOT_A_NUMBER),
        ("1.2.3", 0, NOT_A_NUMBER),
    ],
)
def test_text(text, value, reason):
    values, reasons = to_fixed(pd.Series(["1", text, None]), 3)
    assert values.tolist() == [1000, value, 0]
    assert reasons.tolist() == [FINE, reason, MISSING]


@pytest.mark.parametrize("dtype", [object, "str", "float64", "int64", "category"])
def test_columns_without_rows(dtype):
    values, reasons = to_fixed(pd.Series([], dtype=dtype), 3)
    assert len(values) == len(reasons) == 0


@pytest.mark.parametrize("kind", [pa.string(), pa.decimal128(13, 3), pa.int32(), pa.float64()])
def test_columns_in_several_pieces(kind):
    piece = pd.Series(pa.array([1, 2], pa.int32()).cast(kind), dtype=pd.ArrowDtype(kind))
    column = pd.concat([piece, piece, piece.iloc[1:]])
    assert to_fixed(column, 3)[0].tolist() == [1000, 2000, 1000, 2000, 2000]
    assert to_fixed(column.iloc[1:], 3)[0].tolist() == [2000, 1000, 2000, 2000]


def test_an_unforeseen_reason_is_not_swallowed(monkeypatch):
    def refuse(*_):
        raise ValueError("written in red")

    monkeypatch.setattr(exact, "fixed_point", refuse)
    with pytest.raises(ValueError, match="written in red"):
        to_fixed(pd.Series([" 5"]), 3)


def test_reasons_in_words():
    assert [reason_text(reason, 3) for reason in range(6)] == [
        "", "empty cell", "not a number", "not a finite number", "more than 3 decimals", "too large",
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [0.25, 0.0005, float("nan"), float("inf"), 1e16, -3.5])
def test_a_long_column_of_floats_is_read_like_a_short_one(odd):
    floats = np.full(exact.MANY, 1.125)
    floats[7] = odd
    values, reasons = to_fixed(pd.Series(floats), 3)
    short_values, short_reasons = to_fixed(pd.Series(floats[:10]), 3)
    assert values[:10].tolist() == short_values.tolist()
    assert reasons[:10].tolist() == short_reasons.tolist()
    assert (values[10:] == 1125).all()
    assert not reasons[10:].any()
