"""Scenarios whose headings name other units: the same scenario to the hash, by every door, and a note of each."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

import gridsim
from gridsim.io import scenario_from_tables
from tests.io.building import FILES, write_as

_KWH, _YUAN = Decimal(1000), Decimal("0.001")


def _changed(file: str, column: str, heading: str, factor: Decimal) -> str:
    """The file with a column in another unit."""
    head, *rows = FILES[file].splitlines()
    names = head.split(",")
    place = names.index(column)
    names[place] = heading
    lines = [",".join(names)]
    for row in rows:
        cells = row.split(",")
        cells[place] = f"{Decimal(cells[place]) * factor:f}"
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


FILES_IN_OTHER_UNITS = {
    **FILES,
    "meter.csv": _changed("meter.csv", "energy_mwh", "电量(kWh)", _KWH),
    "history.csv": _changed("history.csv", "energy_mwh", "电量（万千瓦时）", Decimal("0.1")),
    "orders.csv": _changed("orders.csv", "price_yuan_per_mwh", "电价(元/千瓦时)", _YUAN),
}
STEMS = ("history", "orders", "meter")
NOTES = [
    "{}: 电量（万千瓦时） is read as energy_mwh: 1 万千瓦时 = 10 MWh",
    "{}: 电价(元/千瓦时) is read as price_yuan_per_mwh: 1 元/千瓦时 = 1,000 yuan/MWh",
    "{}: 电量(kWh) is read as energy_mwh: 1 kWh = 0.001 MWh",
]


def _write(folder: Path, form: str) -> Path:
    """The scenario in other units, in a format."""
    folder.mkdir()
    (folder / "scenario.yaml").write_text(FILES["scenario.yaml"], encoding="utf-8")
    tables = {name.removesuffix(".csv"): text for name, text in FILES_IN_OTHER_UNITS.items() if name.endswith(".csv")}
    if form == "xlsx":
        with xlsxwriter.Workbook(folder / "tables.xlsx", {"strings_to_numbers": True}) as book:
            for name, text in tables.items():
                sheet = book.add_worksheet(name)
                for row, line in enumerate(text.splitlines()):
                    sheet.write_row(row, 0, line.split(","))
        return folder
    for name, text in tables.items():
        if form == "csv":
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        else:
            head, *rows = [line.split(",") for line in text.splitlines()]
            frame = pd.DataFrame(rows, columns=head).replace("", None)
            frame.to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_each_form_reads_other_units(tmp_path: Path, form: str) -> None:
    ours, other = gridsim.load(write_as(tmp_path / "ours", "csv")), gridsim.load(_write(tmp_path / "other", form))
    assert other.hash == ours.hash
    file = {"csv": "{}.csv", "parquet": "{}.parquet", "xlsx": "tables.xlsx:{}"}[form]
    notes = [note.format(file.format(stem)) for note, stem in zip(NOTES, STEMS, strict=True)]
    assert [warning for warning in other.warnings if "is read as" in warning] == notes


@pytest.mark.slow
def test_the_manifest_tells_of_them(tmp_path: Path) -> None:
    gridsim.run(_write(tmp_path / "in", "csv")).save(tmp_path / "out")
    warnings = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["warnings"]
    assert {note.format(f"{stem}.csv") for note, stem in zip(NOTES, STEMS, strict=True)} <= set(warnings)


def test_frames_too() -> None:
    frames = {
        name.removesuffix(".csv"): pd.DataFrame([row.split(",") for row in rows], columns=head.split(","))
        for name, text in FILES_IN_OTHER_UNITS.items()
        if name.endswith(".csv")
        for head, *rows in [text.splitlines()]
    }
    scenario = scenario_from_tables(frames, name="small", year=2021, overrides={"settlement.conventional.upper": 1.06})
    assert [note.format(stem) for note, stem in zip(NOTES, STEMS, strict=True)] == [
        warning for warning in scenario.warnings if "is read as" in warning
    ]
    assert "按 电量(兆瓦时) 读取：1 kWh = 0.001 兆瓦时" in scenario.warnings[2].zh
