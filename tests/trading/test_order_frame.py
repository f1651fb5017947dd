"""Orders as a frame: times, amounts, headings, and every fault of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.errors import ScenarioError
from tests.trading.orders import EXPECTED, NEEDED, faults_of, floats, in_blocks, trades_of, worked


@pytest.mark.parametrize("kind", ["float64", "str", "object", "category", "decimal", "arrow"])
def test_amounts_of_any_exact_type(kind):
    def amounts(column: pd.Series) -> pd.Series:
        decimals = [Decimal(int(value)) for value in column]
        if kind == "decimal":
            return pd.Series(decimals, dtype=object)
        if kind == "arrow":
            return pd.Series(decimals, dtype=pd.ArrowDtype(pa.decimal128(12, 3)))
        return column.astype("float64" if kind == "float64" else "str").astype(kind)

    frame = worked()
    frame[NEEDED[2:]] = frame[NEEDED[2:]].apply(amounts)
    assert trades_of(gridsim.clear(frame)) == EXPECTED


@pytest.mark.parametrize(
    "times",
    [
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)]),
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)], dtype=object),
        pd.Series([dt.date(2021, 1, 2), dt.date(2021, 1, 1)]),
        pd.Series(["2021-01-01 09:00:00.5", "2021-01-01T09:00"]),
        pd.Series(["2021-01-02", "2021-01-01T09:00:59"], dtype="category"),
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)], dtype=pd.ArrowDtype(pa.timestamp("ms"))),
        pd.Series(["2021-01-01 09:01", "2021-01-01 09:00"], dtype=pd.ArrowDtype(pa.string())),
    ],
    ids=lambda times: str(times.dtype),
)
def test_times_of_any_type(times):
    frame = pd.DataFrame([("S1", "sell", 1, 5), ("S2", "sell", 1, 5)], columns=NEEDED).assign(submitted_at=times)
    buyer = frame.iloc[:1].assign(participant_id="B1", side="buy")
    orders = pd.concat([frame, buyer], ignore_index=True)
    assert trades_of(gridsim.clear(orders)) == [("S2", "B1", 5.0, 1.0)]


def test_ids_keep_their_type():
    assert gridsim.clear(worked(participant_id=range(6)))["seller_id"].tolist() == [3, 4, 4]
    kept = gridsim.clear(worked(participant_id=pd.Categorical(["b", "b", "b", "a", "a", "a"])))
    assert kept["buyer_id"].dtype == "category"


def test_chinese_headings():
    headings = {"participant_id": "市场主体", "side": "买卖方向", "price_yuan_per_mwh": "电价", "energy_mwh": "电量"}
    assert trades_of(gridsim.clear(worked().rename(columns=headings))) == EXPECTED


def test_every_fault_at_once():
    frame = pd.DataFrame(
        {
            "participant_id": ["a", None, " ", "d"],
            "side": ["buy", "Sell", None, "sell"],
            "price_yuan_per_mwh": [1.0001, -1, np.inf, np.nan],
            "energy_mwh": ["0", "-2", "1,000", "5"],
            "product": ["totl", "peak", "total", None],
            "month": ["2021-13", 2021, "2021-H2", None],
            "segment": ["mid", "", "latee", None],
            "session": ["x", "y", None, ""],
            "submitted_at": ["2021-01-01", "1/1/2021", "2021-02-30", None],
            "heat_priority": [True, None, "False", "maybe"],
        }
    )
    assert faults_of(frame) == [
        (1, "product", "totl", "unknown value"),
        (1, "month", "2021-13", "not a delivery"),
        (1, "price_yuan_per_mwh", "1.0001", "more than 3 decimals"),
        (1, "energy_mwh", "0", "zero"),
        (2, "participant_id", None, "empty cell"),
        (2, "side", "Sell", "unknown value"),
        (2, "price_yuan_per_mwh", "-1", "negative"),
        (2, "energy_mwh", "-2", "negative"),
        (2, "submitted_at", "1/1/2021", "not an ISO 8601 time"),
        (3, "session", None, "empty cell"),
        (3, "participant_id", " ", "nothing but spaces"),
        (3, "side", None, "empty cell"),
        (3, "segment", "latee", "unknown value"),
        (3, "price_yuan_per_mwh", "inf", "not a finite number"),
        (3, "energy_mwh", "1,000", "a thousands separator"),
        (3, "submitted_at", "2021-02-30", "no such day or hour"),
        (4, "session", None, "empty cell"),
        (4, "product", None, "empty cell"),
        (4, "month", None, "empty cell"),
        (4, "price_yuan_per_mwh", None, "empty cell"),
        (4, "submitted_at", None, "empty cell"),
        (4, "heat_priority", "maybe", "neither true nor false"),
    ]


def test_a_transfer_of_nobody_knows_whom():
    frame = worked().iloc[:3].assign(transfer=[False, True, None])
    assert faults_of(frame) == [(2, "transfer", "true", "a transfer, but no column is_generator")]
    assert faults_of(frame.assign(transfer="never", is_generator=[True, "perhaps", None])) == [
        (1, "transfer", "never", "neither true nor false"),
        (2, "transfer", "never", "neither true nor false"),
        (2, "is_generator", "perhaps", "neither true nor false"),
        (3, "transfer", "never", "neither true nor false"),
    ]


def test_columns_by_name():
    frame = worked().rename(columns={"side": "sied"}).drop(columns="energy_mwh").assign(note="", heat_prioity=7)
    frame = pd.concat([frame, frame[["participant_id"]]], axis=1)
    with pytest.raises(ScenarioError) as caught:
        gridsim.clear(frame)
    text = str(caught.value)
    assert (
        "orders, sied: unknown column; allowed: nearest: side, which is missing; the columns of orders: session,"
        in text
    )
    assert "orders, heat_prioity: unknown column; allowed: nearest: heat_priority; the columns" in text
    assert "orders, note: unknown column; allowed: the columns" in text
    assert "orders, energy_mwh: missing column" in text
    assert "orders, participant_id: two headings for one column" in text
    assert "orders, row 1, heat_priority: neither true nor false (value: '7')" in text, (
        "a misspelt column is read as well"
    )


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (pd.Timestamp("2021-01-01", tz="Asia/Shanghai"), "a time with a zone"),
        (
            pd.Series([pd.Timestamp("2021-01-01")] * 6, dtype=pd.ArrowDtype(pa.timestamp("us", "UTC"))),
            "a time with a zone",
        ),
        (20210101, "not an ISO 8601 time"),
        ("2021-01-01T09:00:00+08:00", "a time with a zone"),
        ("noon", "not an ISO 8601 time"),
    ],
)
def test_times_that_are_none(times, message):
    faults = faults_of(worked(submitted_at=times))
    assert [(row, column, text) for row, column, _, text in faults] == [
        (n, "submitted_at", message) for n in range(1, 7)
    ]


def test_blank_texts_of_every_width_are_empty_cells():
    blanks = [" " * width for width in range(1, 7)]
    frame = worked(participant_id=pd.Categorical(blanks))
    assert [(row, column, text) for row, column, _, text in faults_of(frame)] == [
        (n, "participant_id", "nothing but spaces") for n in range(1, 7)
    ]


def test_a_float_of_sixteen_digits_is_more_than_a_cell_may_hold():
    frame = floats()
    frame.loc[0, "energy_mwh"] = 2e12
    with in_blocks():
        assert faults_of(frame) == [(1, "energy_mwh", "2000000000000", "too large")]
