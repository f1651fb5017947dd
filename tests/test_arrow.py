"""Rows and values out of Arrow tables."""

from __future__ import annotations

import pyarrow as pa
import pytest

from gridsim.arrow import distinct, rows_at, rows_where


@pytest.mark.parametrize("encoded", [True, False])
def test_rows_of_a_table(encoded):
    names = pa.chunked_array([["a", "b"], ["a", None]])
    table = pa.table({"name": names.dictionary_encode() if encoded else names, "value": [1, 2, 3, 4]})
    assert rows_where(table, {"name": "a"}) == [
        {"number": 1, "name": "a", "value": 1},
        {"number": 3, "name": "a", "value": 3},
    ]
    assert [row["number"] for row in rows_where(table, {"name": None})] == [4]
    assert [row["number"] for row in rows_where(table, {"name": ["b", None], "value": {2, 3, 4}})] == [2, 4]
    assert rows_where(table, {"name": "z"}) == []
    assert rows_where(table, {"absent": "z"}) == []
    assert len(rows_where(table, {"absent": None})) == len(rows_where(table, {})) == 4
    assert rows_at(table, [4, 2])[2] == {"number": 2, "name": "b", "value": 2}
    assert rows_where(table, {"value": 2}, ("value",)) == [{"number": 2, "value": 2}]
    assert distinct(table.column("name")) == ["a", "b"]
