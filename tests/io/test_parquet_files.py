"""Parquet files as raw tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gridsim
from gridsim import ScenarioError, input_files
from gridsim.io import parquet_files
from gridsim.io.parquet_columns import gathered
from tests.io.building import write_as, write_files
from tests.shared import faults_of


def write_history(folder: Path, energies: pa.Array) -> Path:
    """The small scenario with these energies as the history of U1."""
    write_files(folder, {"history.csv": None})
    count = len(energies)
    table = pa.table({"user_id": ["U1"] * count, "year": range(2001, 2001 + count), "energy_mwh": energies})
    pq.write_table(table, folder / "history.parquet")
    return folder


@pytest.mark.parametrize(
    "energies",
    [
        pa.array([1.5, 2.125, 0.001]),
        pa.array([1.5, 2.125, 0.25], pa.float32()),
        pa.array(["1.5", " 2.125", "+1e-3"]),
        pa.array(["1.5", "2.125000000000000000", ".001"], pa.large_string()),
        pa.array([Decimal("1.50000"), Decimal("2.12500"), Decimal("0.00100")], pa.decimal128(20, 5)),
        pa.array([Decimal("1.5"), Decimal("2.125"), Decimal("0.001")], pa.decimal256(60, 10)),
        pa.array([1, 2, 3], pa.uint64()),
        pa.array([1, 2, 3], pa.int8()),
        pa.array(["1.5", "1.5", "2"]).dictionary_encode(),
        pa.array([1.5, 2.5, 1.5]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)
def test_exact_numbers(tmp_path: Path, energies: pa.Array) -> None:
    loaded = gridsim.load(write_history(tmp_path, energies)).tables["history"]["energy_kwh"]
    plain = energies.dictionary_decode() if pa.types.is_dictionary(energies.type) else energies
    assert loaded.tolist() == [int(Decimal(str(cell)) * 1000) for cell in plain.to_pylist()]


@pytest.mark.parametrize(
    ("energies", "messages"),
    [
        (pa.array([1.0, 0.1 + 0.2, None]), {2: "more than 3 decimals", 3: "empty cell"}),
        (
            pa.array([float("nan"), float("-inf"), -1.0]),
            {1: "not a finite number", 2: "not a finite number", 3: "negative"},
        ),
        (pa.array([0.1], pa.float32()), {1: "more than 3 decimals"}),  # no float32 is 0.1
        (pa.array([1, 2**64 - 1], pa.uint64()), {2: "too large"}),
        (
            pa.array([Decimal("0.0001"), Decimal(10**20)], pa.decimal128(38, 4)),
            {1: "more than 3 decimals", 2: "too large"},
        ),
        (pa.array([Decimal("0.0001"), None], pa.decimal128(38, 4)), {1: "more than 3 decimals", 2: "empty cell"}),
        (pa.array([True, None]), {1: "not a number", 2: "empty cell"}),
        (pa.array([[1.0], []]), {1: "not a number", 2: "not a number"}),
        (pa.array([dt.date(2021, 1, 1)]), {1: "not a number"}),
        (pa.nulls(2), {1: "empty cell", 2: "empty cell"}),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_faults_of_numbers(tmp_path: Path, energies: pa.Array, messages: dict[int, str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        gridsim.load(write_history(tmp_path, energies))
    assert {fault.row: fault.message for fault in caught.value.faults} == messages


@pytest.mark.parametrize(
    ("times", "messages"),
    [
        (
            pd.to_datetime(["2020-12-10 10:00", "2020-12-10 11:00"]).tz_localize("UTC"),
            {1: "a time with a zone", 2: "a time with a zone"},
        ),
        (pd.to_datetime(["2020-12-10 10:00:00.000000001", None]), {1: "finer than a microsecond", 2: "empty cell"}),
        ([1, 2], {1: "not an ISO 8601 time", 2: "not an ISO 8601 time"}),
    ],
)
def test_faults_of_times(tmp_path: Path, times: object, messages: dict[int, str]) -> None:
    write_files(tmp_path, {"orders.csv": None})
    orders = pd.DataFrame(
        {
            "session": "AM", "participant_id": ["G1", "U1"], "side": ["sell", "buy"], "product": "total",
            "month": "2021", "price_yuan_per_mwh": 1.5, "energy_mwh": 2, "submitted_at": times,
        }
    )  # fmt: skip
    orders.to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(ScenarioError) as caught:
        gridsim.load(tmp_path)
    assert {fault.row: fault.message for fault in caught.value.faults} == messages


def test_an_index_that_pandas_wrote_is_no_column(tmp_path: Path) -> None:
    write_files(tmp_path, {"retailers.csv": None})
    pd.DataFrame({"retailer_id": ["R1"], "name": ["x"]}, index=[7]).to_parquet(tmp_path / "retailers.parquet")
    assert "__index_level_0__" in pq.read_schema(tmp_path / "retailers.parquet").names
    assert gridsim.load(tmp_path).tables["retailers"]["retailer_id"].tolist() == ["R1"]


def test_decimals_are_made_short_only_where_they_are_numbers() -> None:
    cells = pa.array([Decimal("1.50"), None, Decimal("-3")], pa.decimal128(6, 2))
    table = pa.table({"id": cells, "energy": cells})
    read = gathered(iter([table.slice(0, 1), table.slice(1)]), 3, {"energy"})
    assert read["id"].equals(cells)
    assert read["energy"].type == pa.decimal64(6, 2)
    assert read["energy"].to_pylist() == cells.to_pylist()


def test_a_file_of_more_rows_than_its_size_can_be_meant_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "_ROWS_FREELY", 1)
    monkeypatch.setattr(parquet_files, "_ROWS_OF_A_BYTE", 0)
    folder = write_as(tmp_path, "parquet of types")
    assert {fault.message.partition(" in ")[0] for fault in faults_of(gridsim.load, folder)} >= {"2 rows", "108 rows"}
    monkeypatch.setattr(input_files, "_UNPACKED_FREELY", 10)
    monkeypatch.setattr(input_files, "_UNPACKED_TIMES", 0)
    assert {fault.message for fault in faults_of(gridsim.load, folder)} == {"what is packed in it is too large"}


def test_row_groups_that_are_not_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_as(tmp_path, "parquet of types")
    monkeypatch.setattr(parquet_files, "row_groups", lambda file, columns: iter([file.read(columns=columns).slice(1)]))
    assert all("by its own account" in fault.message for fault in faults_of(gridsim.load, folder))
