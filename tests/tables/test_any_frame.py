from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import narwhals
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from gridsim.tables.any_frame import take_frame

TABLE = pa.table(
    {
        "text": ["x", None, "y"],
        "whole": [2**60 + 1, None, 3],
        "float": [1.5, float("nan"), None],
        "flag": [True, None, False],
        "day": [dt.date(2021, 1, 1), None, dt.date(1, 1, 1)],
        "time": pa.array([0, None, 1], pa.timestamp("ns", "UTC")),
        "decimal": [Decimal("1.234"), None, Decimal("0.001")],
        "code": pa.array(["a", None, "b"]).dictionary_encode(),
        "nothing": pa.nulls(3),
    }
)


class Producer:
    """Another library's frame: nothing but a stream, which can be had once."""

    def __init__(self, table: pa.Table) -> None:
        self._reader = table.to_reader(max_chunksize=2)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._reader.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "given",
    [
        TABLE,
        TABLE.combine_chunks().to_batches()[0],
        TABLE.to_reader(max_chunksize=1),
        Producer(TABLE),
        pl.from_arrow(TABLE),
        pl.from_arrow(TABLE).lazy(),
        narwhals.from_native(TABLE),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_given_by_way_of_arrow(given):
    taken = take_frame(given, "table")
    assert taken.frame.columns.tolist() == TABLE.column_names
    assert taken.frame.isna().to_numpy()[1].all(), "null and NaN are missing alike"
    assert taken.frame["whole"].tolist()[0] == 2**60 + 1, "no number passes through a float"
    assert taken.kind == ("polars" if isinstance(given, (pl.DataFrame, pl.LazyFrame)) else "arrow")
    more = taken.give_with({"new": np.arange(3), "flag": np.zeros(3)})
    back = pa.table(more)
    assert back.column_names == [*TABLE.column_names, "new"]
    assert back["new"].to_pylist() == [0, 1, 2]
    assert back["flag"].to_pylist() == [0, 0, 0], "in the place of the one that was there"
    assert back["time"].type == TABLE["time"].type
    assert isinstance(more, pl.DataFrame if taken.kind == "polars" else pa.Table)


def test_dictionaries_that_pandas_cannot_have():
    codes = pa.array([0, 1, 2, None, 3], pa.uint32())
    values = pa.array(["a", "b", "a", None])
    table = pa.table({"code": pa.DictionaryArray.from_arrays(codes, values)})
    assert take_frame(table, "table").frame["code"].astype(object).fillna("-").tolist() == ["a", "b", "a", "-", "-"]
    chunks = pa.chunked_array([pa.array([text, "c"]).dictionary_encode() for text in "ab"])
    assert take_frame(pa.table({"code": chunks}), "table").frame["code"].tolist() == ["a", "c", "b", "c"]


def test_two_columns_of_one_name_are_two_columns():
    table = pa.table([pa.array([1]), pa.array(["x"])], names=["a", "a"])
    taken = take_frame(table, "table")
    assert taken.frame.columns.tolist() == ["a", "a"]
    assert taken.give(taken.frame).to_pydict() == table.to_pydict()


class Named(NamedTuple):
    a: int
    b: object


@dataclass
class Data:
    a: int
    b: object


@pytest.mark.parametrize(
    "records",
    [
        [{"a": 2**60 + 1, "b": None}, {"a": 2, "b": "x"}],
        ({"a": 2**60 + 1}, {"a": 2, "b": "x"}),
        [Named(2**60 + 1, None), Named(2, "x")],
        [Data(2**60 + 1, None), {"b": "x", "a": 2}],
    ],
)
def test_records(records):
    taken = take_frame(records, "table")
    assert taken.give(taken.frame) == [{"a": 2**60 + 1, "b": None}, {"a": 2, "b": "x"}]
    assert take_frame(records, "table", "arrow").give_with({"c": np.ones(2)}).to_pydict() == {
        "a": [2**60 + 1, 2],
        "b": [None, "x"],
        "c": [1.0, 1.0],
    }


def test_columns():
    columns = {
        "list": [2**60 + 1, None],
        "array": np.arange(2),
        "series": pd.Series([1.5, 2.5], index=[7, 8]),
        "arrow": pa.array(["x", None]),
        "polars": pl.Series(["x", None]),
        "generator": (text for text in "ab"),
    }
    taken = take_frame(columns, "table")
    assert taken.give(taken.frame) == {
        "list": [2**60 + 1, None],
        "array": [0, 1],
        "series": [1.5, 2.5],
        "arrow": ["x", None],
        "polars": ["x", None],
        "generator": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        (7, TypeError, "table must be a frame .* not int"),
        ("abc", TypeError, "table must be a frame .* not str"),
        (pl.Series([1]), TypeError, "table must be a frame .* not Series"),
        ([{"a": 1}, 7], TypeError, "table, row 2: a record must be .* not int"),
        ([Data], TypeError, "table, row 1: a record must be .* not type"),
        ({"a": "abc"}, TypeError, "table, a: a column must be a sequence, not str"),
        ({"a": 7}, TypeError, "table, a: a column must be a sequence, not int"),
        ({"a": [1], "b": [1, 2]}, ValueError, "one length, not a 1, b 2"),
        ({"a": np.ones((2, 2))}, ValueError, "1-dimensional"),
    ],
)
def test_what_is_no_frame(given, error, told):
    with pytest.raises(error, match=told):
        take_frame(given, "table")


def test_objects_of_several_types_are_texts_to_arrow():
    frame = pd.DataFrame({"note": [1, "x", None, pd.NaT]})
    assert take_frame(frame, "table", "arrow").give_with({})["note"].to_pylist() == ["1", "x", None, None]
    assert take_frame(frame, "table", "polars").give_with({})["note"].to_list() == ["1", "x", None, None]


def test_neither_pandas_nor_arrow_loads_narwhals():
    code = (
        "import sys, pandas as pd, pyarrow as pa; from gridsim.tables.any_frame import take_frame\n"
        "for given in (pd.DataFrame({'a': [1]}), pa.table({'a': [1]}), [{'a': 1}], {'a': [1]}):\n"
        "    taken = take_frame(given, 'x'); taken.give(taken.frame)\n"
        "print({'narwhals', 'polars'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert told.stdout == "set()\n"
