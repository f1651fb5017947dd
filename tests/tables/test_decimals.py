"""Integers as Arrow's decimals and back: exact to the last digit of int64, and refused beyond."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridsim.tables.decimals import DIGITS, SHORT_DIGITS, TooLongError, decimals_of_integers, integers_of_decimals
from tests.shared import ints

LEAST, MOST = -(2**63), 2**63 - 1
SHORTS = st.integers(1 - 10**18, 10**18 - 1)


@given(st.lists(st.integers(LEAST, MOST)), st.integers(0, 6), st.integers(0, 3))
@example([LEAST, MOST, -1, 0, 1], 3, 0)
def test_there_and_back(values: list[int], decimals: int, first: int) -> None:
    column = decimals_of_integers(ints(values), decimals)
    column.validate(full=True)
    assert column.to_pylist() == [Decimal(value).scaleb(-decimals) for value in values]
    assert integers_of_decimals(column[first:], decimals).tolist() == values[first:]
    assert (
        integers_of_decimals(pa.chunked_array([column[:first], column[first:]], column.type), decimals).tolist()
        == values
    )


@given(st.lists(SHORTS), st.integers(0, 6), st.integers(0, 3))
def test_short_ones_hold_the_same(values: list[int], decimals: int, first: int) -> None:
    column = decimals_of_integers(ints(values), decimals, SHORT_DIGITS)
    column.validate(full=True)
    assert column.type == pa.decimal64(SHORT_DIGITS, decimals)
    assert integers_of_decimals(column[first:], decimals).tolist() == values[first:]
    assert integers_of_decimals(column.cast(pa.string()), decimals).tolist() == values


@pytest.mark.parametrize("value", [10**18, -(10**18)])
def test_too_long_for_short_ones(value: int) -> None:
    with pytest.raises(TooLongError, match="18"):
        decimals_of_integers(ints([0, value]), 3, SHORT_DIGITS)
    assert integers_of_decimals(decimals_of_integers(ints([value]), 3), 3).tolist() == [value]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([Decimal("1.0005")], pa.decimal128(DIGITS, 4)),  # finer than three decimals
        pa.array([Decimal("9999999999999999.999")], pa.decimal128(DIGITS, 3)),  # beyond int64
        pa.array([Decimal("1.000"), None], pa.decimal128(DIGITS, 3)),
        pa.array([Decimal("1.000"), None], pa.decimal64(SHORT_DIGITS, 3)),
        pa.array(["one"]),
    ],
)
def test_what_is_no_such_integer_is_refused(column: pa.Array) -> None:
    with pytest.raises(pa.ArrowInvalid):
        integers_of_decimals(column, 3)
