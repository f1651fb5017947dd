"""Text files in UTF-8 or GB18030, and what is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import FILES, write_files
from tests.shared import faults_of


@pytest.mark.parametrize(
    ("file", "content", "row", "value", "message"),
    [
        ("users.csv.gz", b"", None, None, "two files for table users: users.csv and users.csv.gz"),
        ("tables.xlsx", b"PK no", None, None, "not an Excel workbook, or a broken one"),
        ("tables.xlsx", b"", None, None, "empty file"),
        ("Table.xls", b"x", None, None, "a workbook of another form (.xls)"),
        ("history.parquet", b"", None, None, "empty file"),
        ("history.parquet", b"PAR1 no", None, None, "not a Parquet file, or a broken one"),
        ("history.csv.gz", b"no", None, None, "not a gzip file, or a broken one"),
        ("history.csv", FILES["history.csv"].encode("utf-16"), None, "UTF-16", "wrong encoding"),
        ("history.csv", b"user_id\0\0", None, None, "not a text file: it has zero bytes"),
        ("retailers.csv", b"retailer_id,name\nR0,x\nR1,caf\xe9,\n", 2, "bytes E9 2C 0A", "wrong encoding"),
        (  # a BOM says UTF-8: the name in GB18030 behind it is no guess to make
            "retailers.csv",
            b"\xef\xbb\xbf" + "retailer_id,name\nR1,名\n".encode("gb18030"),
            1,
            "bytes C3 FB 0A",
            "wrong encoding",
        ),
    ],
)
def test_fault_of_bytes(
    tmp_path: Path, file: str, content: bytes, row: int | None, value: str | None, message: str
) -> None:
    without = {"history.csv": None} if file.startswith("history") else {}
    (fault,) = faults_of(gridsim.load, write_files(tmp_path, {**without, file: content}))
    assert (fault.file, fault.row, fault.value) == ("users.csv" if "users" in file else file, row, value)
    assert fault.message.startswith(message)
    assert fault.allowed


@pytest.mark.parametrize(
    ("name", "encoding", "read_as"),
    [
        ("郑", "gb18030", "郑"),  # bytes that are a Hebrew accent in UTF-8
        ("郑州", "gb18030", "郑州"),
        ("é", "utf-8", "é"),  # bytes that are 茅 in GB18030
        ("茅", "gb18030", "é"),  # the price of that
        ("茅", "utf-8", "茅"),
        ("é", "utf-8-sig", "é"),
        ("Ω×", "utf-8", "Ω×"),
    ],
)
def test_bytes_that_are_both_utf8_and_gb18030(tmp_path: Path, name: str, encoding: str, read_as: str) -> None:
    scenario = gridsim.load(write_files(tmp_path, {"retailers.csv": f"retailer_id,name\nR1,{name}\n".encode(encoding)}))
    assert scenario.tables["retailers"]["name"].tolist() == [read_as]
    is_both = (name, encoding) in {("郑", "gb18030"), ("é", "utf-8"), ("茅", "gb18030"), ("Ω×", "utf-8")}
    assert [f"read as {'GB18030' if name == '郑' else 'UTF-8'}" in warning for warning in scenario.warnings] == [
        True
    ] * is_both
