"""Columns put together row group by row group."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gridsim
from gridsim import ScenarioError
from tests.io.building import write_files


def test_months_as_dates_and_many_row_groups(tmp_path: Path) -> None:
    write_files(tmp_path, {"meter.csv": None})
    days = [dt.date(2021, month, 1) for month in range(1, 13)] * 9
    users = [user for user in ("U1", "U2", "U3") for _ in range(36)]
    periods = [period for _ in range(3) for period in ("peak", "flat", "valley") for _ in range(12)]
    table = pa.table({"user_id": users, "month": days, "period": periods, "energy_mwh": range(108)})
    pq.write_table(table, tmp_path / "meter.parquet", row_group_size=10)
    meter = gridsim.load(tmp_path).tables["meter"]
    assert meter["month"].tolist() == [f"2021-{month:02d}" for month in range(1, 13)] * 9
    assert meter["user_id"].tolist() == users
    assert meter["energy_kwh"].tolist() == [1000 * number for number in range(108)]


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("digits", [18, 19])
def test_gaps_and_faults_of_decimals_in_any_row_groups(tmp_path: Path, size: int, digits: int) -> None:
    write_files(tmp_path, {"history.csv": None})
    numbers = [Decimal("1.5"), None, Decimal("0.0001"), Decimal("-2"), Decimal("7")]
    energies = pa.array(numbers, pa.decimal128(digits, 4))
    table = pa.table({"user_id": ["U1"] * 5, "year": range(2001, 2006), "energy_mwh": energies})
    pq.write_table(table, tmp_path / "history.parquet", row_group_size=size)
    with pytest.raises(ScenarioError) as caught:
        gridsim.load(tmp_path)
    messages = {fault.row: (fault.message, fault.value) for fault in caught.value.faults}
    assert messages == {
        2: ("empty cell", None),
        3: ("more than 3 decimals", "0.0001"),
        4: ("negative", "-2"),
    }


def test_exact_decimals_in_many_row_groups(tmp_path: Path) -> None:
    write_files(tmp_path, {"history.csv": None})
    energies = pa.array([Decimal(number) / 1000 for number in range(1, 8)], pa.decimal128(18, 3))
    table = pa.table({"user_id": ["U1"] * 7, "year": range(2001, 2008), "energy_mwh": energies})
    pq.write_table(table, tmp_path / "history.parquet", row_group_size=3)
    assert gridsim.load(tmp_path).tables["history"]["energy_kwh"].tolist() == list(range(1, 8))


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_texts_and_gaps_over_row_groups(tmp_path: Path, size: int) -> None:
    write_files(tmp_path, {"retailers.csv": None})
    names = ["x", None, "y", "x", "z", "y", None]
    ids = ["R1", "b", "a", "d", "c", "f", "e"]
    pq.write_table(pa.table({"retailer_id": ids, "name": names}), tmp_path / "retailers.parquet", row_group_size=size)
    retailers = gridsim.load(tmp_path).tables["retailers"]
    assert retailers["retailer_id"].tolist() == ids
    assert retailers["retailer_id"].cat.categories.tolist() == ids
    assert retailers["name"].astype(object).where(retailers["name"].notna(), None).tolist() == names
    assert retailers["name"].cat.categories.tolist() == ["x", "y", "z"]
