"""One order book, one settlement and one scenario as frames of every kind: equal results, equal faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import gridsim
from gridsim import ScenarioError
from gridsim.analysis import optimal_cover
from gridsim.columns import INPUT_TABLES
from tests.shared import MINI

START = dt.datetime(2021, 1, 4, 9)
ORDERS = {
    "session": ["s2", "s1", "s1", "s1", "s1", "s2", "s1", "s1"],
    "participant_id": ["B1", "B1", "B2", "B3", "S1", "S1", "S2", "S3"],
    "side": ["buy", "buy", "buy", "buy", "sell", "sell", "sell", "sell"],
    "price_yuan_per_mwh": [350.5, 360.0, 355.0, 340.0, 335.0, 350.123, 345.0, 345.0],
    "energy_mwh": [1.0, 400.0, 300.0, 200.0, 300.0, 2.0, 400.0, 500.0],
    "segment": [None, "mid", "mid", "mid", "mid", None, "mid", "mid"],
    "submitted_at": [START + dt.timedelta(minutes=minute) for minute in (0, 1, 2, 3, 4, 5, 7, 6)],
    "heat_priority": [None, None, False, False, False, None, True, False],
}
LEGS = {"unit": ["U", "V", "U"], "energy_mwh": [600, 1, 400], "price_yuan_per_mwh": [350.0, None, 360.0]}
CELLS = {"unit": ["U", "V"], "energy_mwh": [1100, 0], "overrun_price_yuan_per_mwh": [600.0, 600.0]}
BANDS = gridsim.Bands.henan_conventional()


def producer(table: pa.Table) -> object:
    class Producer:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.to_reader(max_chunksize=3).__arrow_c_stream__(requested_schema)

    return Producer()


def records(columns: dict[str, list]) -> list[dict]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def polars_with_nan(columns: dict[str, list]) -> pl.DataFrame:
    return pl.from_arrow(pa.table(columns)).with_columns(pl.col(pl.Float64).fill_null(float("nan")))


KINDS: dict[str, tuple[Callable[[dict[str, list]], object], type]] = {
    "pandas": (pd.DataFrame, pd.DataFrame),
    "pandas objects": (lambda columns: pd.DataFrame(columns, dtype=object), pd.DataFrame),
    "pandas nullable": (lambda columns: pd.DataFrame(columns).convert_dtypes(), pd.DataFrame),
    "pandas of Arrow": (lambda columns: pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype), pd.DataFrame),
    "polars": (lambda columns: pl.from_arrow(pa.table(columns)), pl.DataFrame),
    "polars with NaN": (polars_with_nan, pl.DataFrame),
    "polars lazy": (lambda columns: pl.from_arrow(pa.table(columns)).lazy(), pl.DataFrame),
    "pyarrow": (pa.table, pa.Table),
    "pyarrow batch": (pa.record_batch, pa.Table),
    "pyarrow stream": (lambda columns: pa.table(columns).to_reader(max_chunksize=3), pa.Table),
    "Arrow producer": (lambda columns: producer(pa.table(columns)), pa.Table),
    "records": (records, list),
    "columns": (dict, dict),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def rows(frame: object) -> list[tuple]:
    """Any frame as its rows; what is missing is None."""
    if isinstance(frame, list):
        return [tuple(row.values()) for row in frame]
    if isinstance(frame, dict):
        return list(zip(*frame.values(), strict=True))
    if isinstance(frame, pd.DataFrame):
        return [
            tuple(None if cell is pd.NA or cell != cell else cell for cell in row) for row in frame.to_numpy(object)
        ]
    return [tuple(row.values()) for row in pa.table(frame).to_pylist()]


def names(frame: object) -> list[str]:
    if isinstance(frame, list):
        return list(frame[0])
    return list(frame) if isinstance(frame, (dict, pd.DataFrame)) else pa.table(frame).column_names


@every_kind
def test_the_same_trades(kind):
    make, result = KINDS[kind]
    expected = gridsim.clear(pd.DataFrame(ORDERS))
    trades = gridsim.clear(make(ORDERS))
    assert type(trades) is result
    assert names(trades) == expected.columns.tolist()
    assert rows(trades) == rows(expected)
    assert [row[5:] for row in rows(expected)] == [(347.5, 5, 2), (352.5, 7, 2), (350.0, 7, 3), (350.312, 6, 1)]


@every_kind
@pytest.mark.parametrize("output", ["pandas", "polars", "arrow"])
def test_another_kind_out(kind, output):
    make, _ = KINDS[kind]
    trades = gridsim.clear(make(ORDERS), output=output)
    assert isinstance(trades, {"pandas": pd.DataFrame, "polars": pl.DataFrame, "arrow": pa.Table}[output])
    assert rows(trades) == rows(gridsim.clear(pd.DataFrame(ORDERS)))
    if output == "arrow" and kind != "pandas of Arrow":  # whose texts stay Arrow's own
        assert {str(field.type) for field in trades.schema} == {
            "dictionary<values=large_string, indices=int32, ordered=0>", "double", "int64"
        }  # fmt: skip


@every_kind
def test_the_same_faults(kind):
    make, _ = KINDS[kind]
    faulty = ORDERS | {
        "participant_id": ["B1", None, "B2", " ", "S1", "S1", "S2", "S3"],
        "side": ["buy", "Buy", *ORDERS["side"][2:]],
        "price_yuan_per_mwh": [1.0001, None, -1.0, *ORDERS["price_yuan_per_mwh"][3:]],
        "energy_mwh": [0.0, float("inf"), *ORDERS["energy_mwh"][2:]],
        "submitted_at": [*ORDERS["submitted_at"][:7], None],
    }
    with pytest.raises(ScenarioError) as caught:
        gridsim.clear(make(faulty))
    assert [(fault.row, fault.column, fault.value, fault.message) for fault in caught.value.faults] == [
        (1, "price_yuan_per_mwh", "1.0001", "more than 3 decimals"),
        (1, "energy_mwh", "0", "zero"),
        (2, "participant_id", None, "empty cell"),
        (2, "side", "Buy", "unknown value"),
        (2, "price_yuan_per_mwh", None, "empty cell"),
        (2, "energy_mwh", "inf", "not a finite number"),
        (3, "price_yuan_per_mwh", "-1", "negative"),
        (4, "participant_id", " ", "nothing but spaces"),
        (8, "submitted_at", None, "empty cell"),
    ]


@every_kind
def test_the_same_settlement(kind):
    make, result = KINDS[kind]
    legs = LEGS | {"price_yuan_per_mwh": [350.0, 1.0, 360.0], "note": ["a", None, "c"]}
    expected = gridsim.settle(pd.DataFrame(legs), pd.DataFrame(CELLS), by="unit", bands=BANDS)
    found = gridsim.settle(make(legs), make(CELLS), by="unit", bands=BANDS)
    for mine, theirs in zip(found, expected, strict=True):
        assert type(mine) is result
        assert names(mine) == theirs.columns.tolist()
        assert rows(mine) == rows(theirs)
    turned = gridsim.settle(make(legs), make(CELLS), by="unit", bands=BANDS, output="arrow")
    assert [rows(table) for table in turned] == [rows(frame) for frame in expected]
    with pytest.raises(ScenarioError) as caught:
        gridsim.settle(make(LEGS), make(CELLS), by="unit", bands=BANDS)
    assert [(fault.file, fault.row, fault.column, fault.value, fault.message) for fault in caught.value.faults] == [
        ("legs", 2, "price_yuan_per_mwh", None, "empty cell")
    ]


@pytest.mark.parametrize("kind", ["polars", "pyarrow", "records", "columns"])
def test_legs_of_one_kind_and_cells_of_another(kind):
    make, result = KINDS[kind]
    legs = LEGS | {"price_yuan_per_mwh": [350.0, 1.0, 360.0]}
    found = gridsim.settle(make(legs), pd.DataFrame(CELLS), by="unit", bands=BANDS)
    expected = gridsim.settle(pd.DataFrame(legs), pd.DataFrame(CELLS), by="unit", bands=BANDS)
    assert [type(frame) for frame in found] == [result, result, pd.DataFrame]
    assert [rows(mine) for mine in found] == [rows(theirs) for theirs in expected]


@pytest.mark.parametrize("make", [pl.from_arrow, lambda table: table, lambda table: table.to_reader()])
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (pa.timestamp("s"), None),
        (pa.timestamp("ms"), None),
        (pa.timestamp("ns"), None),
        (pa.string(), None),
        (pa.date32(), None),
        (pa.timestamp("us", "UTC"), "a time with a zone"),
        (pa.timestamp("ns", "Asia/Shanghai"), "a time with a zone"),
        (pa.int64(), "not an ISO 8601 time"),
    ],
)
def test_times_of_other_units_and_zones(make, kind, message):
    table = pa.table(ORDERS)
    times = pa.array([START + dt.timedelta(days=day) for day in (0, 1, 2, 3, 4, 5, 7, 6)]).cast(
        kind if kind != pa.string() else pa.timestamp("s")
    )
    at = table.column_names.index("submitted_at")
    given = table.set_column(at, "submitted_at", times.cast(kind))
    if message is None:
        assert rows(gridsim.clear(make(given), output="pandas")) == rows(gridsim.clear(pd.DataFrame(ORDERS)))
        return
    with pytest.raises(ScenarioError) as caught:
        gridsim.clear(make(given))
    assert {fault.message for fault in caught.value.faults} == {message}
    assert [fault.row for fault in caught.value.faults] == list(range(1, 9))


@pytest.mark.parametrize(
    "amounts",
    [
        pa.array([Decimal("1.5")] * 8),
        pa.array([Decimal("1.50000")] * 8),
        pa.array(["1.5"] * 8),
        pa.array(["1.5"] * 8, pa.string_view()),
        pa.array(["1.5"] * 8).dictionary_encode(),
        pa.array([1.5] * 8, pa.float32()),
    ],
    ids=lambda amounts: str(amounts.type),
)
def test_amounts_of_any_exact_type(amounts):
    table = pa.table(ORDERS)
    table = table.set_column(table.column_names.index("energy_mwh"), "energy_mwh", amounts)
    expected = rows(gridsim.clear(pd.DataFrame(ORDERS | {"energy_mwh": [1.5] * 8})))
    assert rows(gridsim.clear(table)) == expected
    assert rows(gridsim.clear(pl.from_arrow(table))) == expected


def test_two_columns_of_one_name():
    table = pa.table(ORDERS)
    twice = table.append_column("side", table["side"])
    for frame in (twice, twice.to_reader(), producer(twice), twice.to_pandas()):
        with pytest.raises(ScenarioError, match="orders, side: two headings for one column: 'side' twice"):
            gridsim.clear(frame)
    legs = pa.table(LEGS | {"price_yuan_per_mwh": [350.0, 1.0, 360.0]})
    with pytest.raises(ScenarioError, match="legs, unit: two columns of one name"):
        gridsim.settle(legs.append_column("unit", legs["unit"]), pa.table(CELLS), by="unit", bands=BANDS)
    noted = legs.append_column("note", legs["unit"]).append_column("note", legs["unit"])
    assert gridsim.settle(noted, pa.table(CELLS), by="unit", bands=BANDS).legs.column_names.count("note") == 2


def test_ids_keep_their_type():
    trades = gridsim.clear(pa.table(ORDERS | {"participant_id": range(8)}))
    assert trades["seller_id"].to_pylist() == [4, 6, 6, 5]
    kept = gridsim.clear(pl.DataFrame(ORDERS, schema_overrides={"participant_id": pl.Categorical}))
    assert kept["seller_id"].dtype == pl.Categorical
    numbers = gridsim.clear([row | {"participant_id": n} for n, row in enumerate(records(ORDERS))])
    assert [row["buyer_id"] for row in numbers] == [1, 1, 2, 0]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("pandas ")])
def test_the_same_scenario(kind):
    make, _ = KINDS[kind]
    folder = {path.stem: path for path in MINI.glob("*.csv")}
    given = {name: pd.read_csv(path, dtype=object).to_dict("list") for name, path in folder.items()}
    tables = {name: {heading: [None if cell != cell else cell for cell in cells] for heading, cells in table.items()}
              for name, table in given.items() if name in INPUT_TABLES}  # fmt: skip
    expected = gridsim.load(MINI)
    frames = {name: make(table) for name, table in tables.items()}
    found = gridsim.scenario_from_tables(frames, name=expected.name, year=expected.year)
    for name, table in expected.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], table)


def test_a_load_for_a_cover_is_any_frame():
    scenario = gridsim.load(MINI)
    unit = "U5/conventional"
    months = [f"2021-{month:02d}" for month in range(1, 13)]
    draws = {
        "draw": np.repeat([1, 2], 12).tolist(),
        "month": months * 2,
        "product": ["total"] * 24,
        "energy_mwh": [100.0] * 12 + [110.5] * 12,
    }
    expected = optimal_cover(scenario, unit, load=pd.DataFrame(draws), price=350).table
    for kind in ("polars", "pyarrow", "records", "columns"):
        found = optimal_cover(scenario, unit, load=KINDS[kind][0](draws), price=350).table
        pd.testing.assert_frame_equal(found, expected)
