"""Tables of columns: the same content as CSV and as Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from gridsim.templates.writing import Codes, TableWriter, compact, write_columns, write_rows

COLUMNS = {
    "session": Codes(np.array([0, 0]), ["AB"]),
    "contract_id": ["C1", "C2"],
    "generator_id": Codes(np.array([1, 0]), ["G1", "G2"]),
    "buyer_id": ["U1", "U1"],
    "product": Codes(np.array([0, 1]), ["total", "peak"]),
    "month": Codes(np.array([0, -1]), ["2021"]),
    "energy_kwh": np.array([12_345, 999_999_999_999]),
    "price_micro_yuan_per_kwh": np.array([350_500, 0]),
    "filed_at": np.array(["2020-12-07T09:00:00", "2020-12-08T10:00:01"], dtype="datetime64[s]"),
    "confirmed_at": np.array(["2020-12-07T17:00:00", "NaT"], dtype="datetime64[s]"),
}


def test_csv_is_plain_and_opens_in_excel(tmp_path: Path) -> None:
    write_columns(tmp_path, "bilateral", COLUMNS, parquet=False)
    assert (tmp_path / "bilateral.csv").read_bytes().decode() == (
        "\ufeffsession,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
        "AB,C1,G2,U1,total,2021,12.345,350.500,2020-12-07T09:00:00,2020-12-07T17:00:00\n"
        "AB,C2,G1,U1,peak,,999999999.999,0.000,2020-12-08T10:00:01,\n"
    )


def test_parquet_holds_exact_decimals(tmp_path: Path) -> None:
    with TableWriter(tmp_path, "bilateral", parquet=True) as writer:
        writer.write(COLUMNS)
        writer.write(COLUMNS)
    table = pyarrow.parquet.read_table(tmp_path / "bilateral.parquet")
    assert table["energy_mwh"].cast("string").to_pylist() == ["12.345", "999999999.999"] * 2
    assert table["month"].to_pylist() == ["2021", None] * 2
    assert table["confirmed_at"].null_count == 2
    assert table["generator_id"].to_pylist() == ["G2", "G1"] * 2


def test_rows_of_text_stand_as_they_are(tmp_path: Path) -> None:
    write_rows(tmp_path, "retailers", [("R1", "合成售电公司"), ("R2", "a, b")])
    assert (tmp_path / "retailers.csv").read_text(encoding="utf-8") == (
        '\ufeffretailer_id,name\nR1,合成售电公司\nR2,"a, b"\n'
    )


def test_compact_keeps_each_text_once(tmp_path: Path) -> None:
    codes = compact(np.array([3, 0, 3, 1]), ["a", "b", "unused", "a"])
    assert list(codes.texts) == ["a", "b"]
    assert [codes.texts[code] for code in codes.codes] == ["a", "a", "a", "b"]


def test_a_text_that_csv_would_have_to_quote_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="structural characters"):
        write_columns(tmp_path, "retailers", {"retailer_id": ["R1"], "name": ["a, b"]}, parquet=False)
