"""Between integers and decimals: exact both ways, the nearest float for show."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.columns import Column
from gridsim.io.decimals import exact_table, floats_of_table, outside_table
from gridsim.tables.decimals import DIGITS, SHORT_DIGITS, decimals_of_integers, integers_of_decimals

INT64 = st.integers(-(2**63), 2**63 - 1)
ENERGY = (Column("energy_mwh", "energy"),)


@given(st.lists(INT64), st.integers(0, 6))
def test_there_and_back(values: list[int], decimals: int) -> None:
    column = decimals_of_integers(np.array(values, dtype=np.int64), decimals)
    assert integers_of_decimals(column, decimals).tolist() == values
    assert integers_of_decimals(pa.chunked_array([column, column.slice(1)]), decimals).tolist() == values + values[1:]
    texts = column.cast(pa.string())
    assert integers_of_decimals(texts, decimals).tolist() == values


@given(st.lists(INT64, min_size=1))
def test_floats_are_the_nearest(values: list[int]) -> None:
    exact = pa.table({"energy_kwh": np.array(values, dtype=np.int64)})
    shown = floats_of_table(exact, ENERGY)["energy_mwh"].to_pylist()
    assert shown == [float(Fraction(value, 1000)) for value in values]


def test_what_is_finer_missing_or_too_large_is_refused() -> None:
    for texts in (["1.0001"], [None], ["9223372036854775.808"], ["x"]):
        with pytest.raises(pa.ArrowInvalid):
            integers_of_decimals(pa.array(texts, type=pa.string()), 3)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(KeyError, match="energy_mwh"):
        exact_table(pa.table({"x": [1]}), ENERGY)


def test_outside_leaves_out_what_is_not_there() -> None:
    assert outside_table(pa.table({"x": [1]}), ENERGY).column_names == []


def test_an_empty_cell_changes_no_type() -> None:
    """Row groups of one file have one type, be there an empty cell in some of them."""
    full, lacking = (pa.table({"energy_kwh": pa.array(cells, pa.int64())}) for cells in ([1, 2], [1, None]))
    for digits in (DIGITS, SHORT_DIGITS):
        assert len({outside_table(each, ENERGY, digits).schema for each in (full, lacking)}) == 1
