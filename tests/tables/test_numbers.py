"""Numbers from the outside as exact integers."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.tables.numbers import convert_numbers, why_no_number
from gridsim.units import fixed_point
from tests.shared import examples
from tests.tables.conversions import ENERGY


@settings(max_examples=examples(200))
@given(st.lists(st.floats(min_value=0, max_value=1e12) | st.integers(0, 10**9).map(lambda k: k / 1000), max_size=10))
def test_floats_count_as_the_decimal_that_names_them(floats: list[float]) -> None:
    cells = convert_numbers(pa.array(floats, pa.float64()), ENERGY, "")
    for position, number in enumerate(floats):
        try:
            expected = fixed_point(number, 3)
        except ValueError:
            assert cells.bad is not None
            assert cells.bad[position]
        else:
            assert cells.values[position] == expected


def test_decimals_beyond_float64_are_read_exactly() -> None:
    cells = convert_numbers(pa.array(["999999999999.999", "999999999999.9991", "999999999999.99900000"]), ENERGY, "")
    assert cells.values.tolist() == [10**15 - 1, 0, 10**15 - 1]
    assert cells.bad is not None
    assert cells.bad.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,234", ("a thousands separator", "write 1234")),
        ("1 234 567.5", ("a thousands separator", "write 1234567.5")),
        ("１，２３４", ("a thousands separator", "write 1234")),
        ("１２．５", ("full-width digits", "write 12.5")),
        ("12,5", ("not a number", None)),
        ("12万", ("not a number", None)),
    ],
)
def test_why_no_number(text: str, reason: tuple[str, str | None]) -> None:
    assert why_no_number(text) == reason
