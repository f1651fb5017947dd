"""Faults as text for people."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim import Fault
from gridsim.errors import ResultError, kinds_of
from gridsim.io.report_faults import fault_report, faults_file, write_faults
from gridsim.words import Sentence, verbatim
from tests.io.building import FILES, write_files
from tests.shared import faults_of


def _faults(*rows: tuple[int, str, str]) -> list[Fault]:
    wrong = {"number": Sentence("not a number"), "value": Sentence("unknown value")}
    return [Fault("meter.csv", row, "period", value, wrong[kind], verbatim("peak")) for row, kind, value in rows]


def test_one_cause_is_told_once_with_three_different_examples() -> None:
    faults = _faults(*((row, "value", "abcde"[row % 5]) for row in range(1, 101)), (7, "number", "x"))
    assert fault_report(faults, "small").splitlines() == [
        "small: 101 faults of 2 kinds",
        "",
        "meter.csv",
        "  row 1, period: unknown value (value: b)",
        "      allowed: peak",
        "  row 2, period: unknown value (value: c)",
        "  row 3, period: unknown value (value: d)",
        "  and 97 more like these: unknown value",
        "  row 7, period: not a number (value: x)",
        "      allowed: peak",
        "",
        "Rows that are only counted here: gridsim check SCENARIO --out FILE.csv lists each.",
    ]


def test_an_error_in_python_tells_as_little() -> None:
    text = str(
        gridsim.ScenarioError(
            _faults(*((row, "value", "abcde"[row % 5]) for row in range(1, 101))), [verbatim("a note")]
        )
    )
    assert text.splitlines() == [
        "100 faults in the input:",
        "  meter.csv, row 1, period: unknown value (value: 'b'); allowed: peak",
        "  meter.csv, row 2, period: unknown value (value: 'c'); allowed: peak",
        "  meter.csv, row 3, period: unknown value (value: 'd'); allowed: peak",
        "  meter.csv: and 97 more like these: unknown value",
        "a note",
    ]


def test_rows_that_were_only_counted_belong_to_their_kind() -> None:
    rest = Sentence("and {count:,} more rows like these: {what}", count=500, what=Sentence("unknown value"))
    faults = [
        *_faults(*((row, "value", "a") for row in range(1, 6))),
        Fault("meter.csv", None, "period", None, rest, count=500),
    ]
    lines = fault_report(faults, "small", "zh").splitlines()
    assert lines[0] == "small：505 处错误，同属一类"
    assert lines[3:6] == [
        "  第 1 行，period（时段）：无法识别的值（所填：a）",
        "      应为：peak",
        "  另有 504 处同样的错误：无法识别的值",
    ]


def test_faults_that_name_other_rows_are_of_one_kind() -> None:
    faults = [
        Fault("users.csv", row, "user_id", "U", Sentence("duplicate id: row {row} has the same", row=row - 1))
        for row in range(2, 12)
    ]
    (kind,) = kinds_of(faults)
    assert (kind.count, [fault.row for fault in kind.examples(3)]) == (10, [2])


def test_unknown_headings_are_of_one_kind() -> None:
    faults = [
        Fault("users.csv", None, name, None, Sentence("unknown column"), verbatim("user_id")) for name in "abcdef"
    ]
    assert len(kinds_of(faults)) == 1
    assert fault_report(faults, "small").splitlines()[3:] == [
        "  a: unknown column",
        "      allowed: user_id",
        "  b: unknown column",
        "  c: unknown column",
        "  and 3 more like these: unknown column",
        "",
        "Rows that are only counted here: gridsim check SCENARIO --out FILE.csv lists each.",
    ]


def test_report_names_each_file_once(tmp_path: Path) -> None:
    generators = FILES["generators.csv"].replace("G1,", "G1 ,")
    broken = {"generators.csv": generators, "retailers.csv": "retailer_id\nR1\nR1\n"}
    faults = faults_of(gridsim.load, write_files(tmp_path, broken))
    assert fault_report(faults, "small") == (
        "small: 2 faults\n"
        "\n"
        "generators.csv\n"
        "  row 1, generator_id: a space at its beginning or end (value: 'G1 ')\n"
        "      allowed: text; write G1\n"
        "\n"
        "retailers.csv\n"
        "  row 2, retailer_id: duplicate id: row 1 has the same (value: R1)\n"
        "      allowed: one row for each retailer_id"
    )


@pytest.mark.parametrize(
    ("file", "heading"),
    [
        ("meter.csv", "电量(兆瓦时)"),
        ("nominations.csv", "申报电量(兆瓦时)"),
        ("tables.xlsx:用电申报", "申报电量(兆瓦时)"),
        ("export of a meter.xlsx:Sheet1", "电量(兆瓦时)"),
    ],
)
def test_a_column_is_called_in_chinese_as_its_table_calls_it(file: str, heading: str) -> None:
    told = fault_report([Fault(file, 1, "energy_mwh", "x", Sentence("not a number"))], "small", "zh")
    assert f"第 1 行，energy_mwh（{heading}）：不是数字" in told


def test_a_table_of_faults_tells_columns_as_a_sheet_does(tmp_path: Path) -> None:
    wrong = Fault(
        "users.csv", 3, "tariff_class, voltage", "a, b", Sentence("unknown value"), verbatim("c"), cell="C4, D4"
    )
    write_faults([wrong], tmp_path / "faults.csv", "zh")
    assert "tariff_class（用电类别）、voltage（电压等级）" in (tmp_path / "faults.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["faults.xlsx", "faults"])
def test_a_table_of_faults_is_csv_and_called_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ResultError, match="csv at its end"):
        faults_file(tmp_path / name)
    assert faults_file(tmp_path / "faults.CSV") == tmp_path / "faults.CSV"
