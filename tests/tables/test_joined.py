"""Rows of two files as one table: codes, faults and numbers of rows as of each file by itself."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from gridsim.columns import Column, Table
from gridsim.tables.joined import joined, rows_of
from gridsim.tables.raw import RawTable
from gridsim.tables.read import read_table
from gridsim.tables.read_table import ReadTable
from gridsim.words import Sentence

TABLE = Table("t", (Column("who", "text"), Column("energy_mwh", "energy")), key=("who",))


def table(file: str, who: list[str], energy: list[str]) -> ReadTable:
    raw = RawTable(TABLE, file, {"who": pa.array(who), "energy_mwh": pa.array(energy)}, len(who))
    return read_table(raw, 2021)[0]


def test_texts_are_numbered_as_they_first_appear_in_both() -> None:
    both = joined(table("one", ["b", "a"], ["1", "2"]), table("two", ["c", "a"], ["3", "4"]))
    assert both.frame["who"].tolist() == ["b", "a", "c", "a"]
    assert both.categories("who") == ["b", "a", "c"]
    assert both.frame["energy_kwh"].tolist() == [1000, 2000, 3000, 4000]
    assert both.frame.equals(table("one", ["b", "a", "c", "a"], ["1", "2", "3", "4"]).frame)


def test_a_row_knows_its_file_and_its_number_there() -> None:
    rest = rows_of(table("two", ["x", "y", "z"], ["1", "?", "3"]), np.array([False, True, True]))
    assert rest.categories("who") == ["y", "z"] and rest.usable("energy_kwh").tolist() == [False, True]
    both = joined(table("one", ["x"], ["7"]), rest)
    assert [both.file_of(row) for row in range(3)] == ["one", "two", "two"]
    assert [both.row_number(row) for row in range(3)] == [1, 2, 3]
    assert both.usable("energy_kwh").tolist() == [True, False, True]
    found = [(fault.file, fault.row, fault.value) for fault in both.faults([0, 2], "who", Sentence("wrong"))]
    assert found == [("one", 1, "x"), ("two", 3, "z")]
