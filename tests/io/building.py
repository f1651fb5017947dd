"""A small valid scenario as text, to be written whole or with one thing broken, in every format."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from gridsim import Fault
from gridsim.units import decimals_of
from tests.markets import INPUT_TABLES

YEAR = 2021

SETTINGS = """\
name: small
year: 2021
rules: henan-2021
overrides:
  settlement.conventional.upper: 1.06
seed: 7
"""

_METER = "".join(
    f"{user},2021-{month:02d},{period},{10 * number + month}.5\n"
    for number, user in enumerate(("U1", "U2", "U3"), start=1)
    for month in range(1, 13)
    for period in ("peak", "flat", "valley")
)

FILES: dict[str, str] = {
    "scenario.yaml": SETTINGS,
    "generators.csv": "generator_id,name,technology,heat_priority\nG1,东风电厂,coal,true\nG2,Two,wind,\n",
    "retailers.csv": "retailer_id,name\nR1,Retail\n",
    "users.csv": (
        "user_id,name,tariff_class,voltage,peak_valley_tariff,mode,retailer_id,exit_month,priority_purchase\n"
        "U1,First,large,10kV,true,conventional,,,\n"
        "U2,Second,large,10kV,TRUE,tou,R1,,false\n"
        "U3,Third,general,1kV,false,conventional,R1,2021-07,true\n"
    ),
    "history.csv": "user_id,year,energy_mwh\nU1,2019,6000\nU1,2020,7000.125\n",
    "tariffs.csv": (
        "tariff_class,voltage,catalogue_peak,catalogue_flat,catalogue_valley,transmission,funds,effective_from,source\n"
        "large,10kV,900,600,300.5,180,27.125,,made up\n"
        "large,10kV,910,610,310,180,27,2021-07,made up\n"
        "general,1kV,950,650,350,210,27,2020-12,\n"
    ),
    "sessions.csv": (
        "session,kind,announced_on,opens_at,closes_at\n"
        "AB,annual_bilateral,2020-12-01,2020-12-07 09:00,2020-12-08\n"
        "AM,annual_matched,,2020-12-10T09:00,2020-12-10T17:00:00\n"
        "HY,half_year,2021-06-01,2021-06-10,2021-06-10 17:00\n"
        "MF,monthly,2021-01-19,2021-01-25 09:00:00,2021-01-25 17:00:00.5\n"
        "IM,intra_month,2021-03-04,2021-03-08,2021-03-08\n"
    ),
    "bilateral.csv": (
        "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
        "AB,C1,G1,U1,total,2021,120,350,2020-12-07 10:00,2020-12-07 11:00\n"
        "AB,C2,G1,R1,peak,2021-01,30.5,360.125,2020-12-07 10:00,2020-12-08 11:00\n"
        "AB,C2,G1,R1,flat,2021-01,0,355,2020-12-07 10:00,2020-12-08 11:00\n"
        "AB,C3,G2,R1,peak,2021-H2,60,351,2020-12-08,\n"
    ),
    "orders.csv": (
        "session,participant_id,side,product,month,segment,price_yuan_per_mwh,energy_mwh,submitted_at\n"
        "AM,G1,sell,total,2021,,340,100,2020-12-10 10:00\n"
        "AM,U1,buy,total,2021,,345.5,80,2020-12-10 10:01\n"
        "IM,G2,sell,total,2021-03,mid,330,10,2021-03-08 10:00\n"
        "IM,R1,buy,total,2021-03,mid,350,5.001,2021-03-08 10:01\n"
    ),
    "meter.csv": "user_id,month,period,energy_mwh\n" + _METER,
}

LOAD = "user_id,starts_at,energy_mwh\n" + "".join(
    f"{user},2021-01-{day:02d} {hour:02d}:00,{hour + 1}.25\n"
    for user in ("U1", "U2")
    for day in range(1, 32)
    for hour in range(24)
)


def write_files(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The small scenario as a folder; `files` replaces or adds some, and None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FILES, **(files or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def untold(faults: tuple[Fault, ...]) -> list[str]:
    """What of these faults is not told in Chinese."""
    return [str(fault.message) for fault in faults if fault.message.zh == fault.message]


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table of the small scenario, every cell as text."""
    return list(csv.DictReader(io.StringIO(FILES[f"{name}.csv"])))


def table_names() -> list[str]:
    return [name for name in INPUT_TABLES if f"{name}.csv" in FILES]


def frames() -> dict[str, pd.DataFrame]:
    """The tables of the small scenario as DataFrames of text."""
    return {name: pd.DataFrame(rows_of(name)) for name in table_names()}


def chinese(name: str) -> str:
    """A table of the small scenario with Chinese headings."""
    heading, _, body = FILES[f"{name}.csv"].partition("\n")
    return ",".join(INPUT_TABLES[name][column].zh[0] for column in heading.split(",")) + "\n" + body


def write_as(folder: Path, form: str) -> Path:
    """The small scenario in one of many formats."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(SETTINGS, encoding="utf-8")
    if form == "xlsx":
        _write_workbook(folder / "tables.xlsx")
        return folder
    for name in table_names():
        text = FILES[f"{name}.csv"]
        if form == "csv":
            (folder / f"{name}.csv").write_bytes(text.encode("utf-8"))
        elif form == "csv with BOM, quotes and CRLF":
            lines = [",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()]
            (folder / f"{name}.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
        elif form == "csv in GB18030 with Chinese headings":
            (folder / f"{name}.csv").write_bytes(chinese(name).encode("gb18030"))
        elif form == "csv.gz with columns turned round and blank lines":
            turned = [",".join(reversed(line.split(","))) for line in text.splitlines()]
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress("\n\n".join(turned).encode("utf-8")))
        elif form == "parquet of texts":
            columns = {
                key: pa.array([row[key] or None for row in rows_of(name)], pa.string()) for key in rows_of(name)[0]
            }
            pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        elif form == "parquet of types":
            pq.write_table(_typed(name), folder / f"{name}.parquet")
        else:
            raise AssertionError(form)
    return folder


FORMS = (
    "csv",
    "csv with BOM, quotes and CRLF",
    "csv in GB18030 with Chinese headings",
    "csv.gz with columns turned round and blank lines",
    "parquet of texts",
    "parquet of types",
    "xlsx",
)


def _typed(name: str) -> pa.Table:
    """A table with the types that a program would give it: floats, decimals, categories, timestamps, booleans."""
    columns = {}
    for column in INPUT_TABLES[name]:
        cells = [row.get(column.name) or None for row in rows_of(name)]
        array = pa.array(cells, pa.string())
        if column.kind == "energy":
            array = array.cast(pa.float64())
        elif column.kind == "price":
            array = array.cast(pa.decimal128(12, 5))
        elif decimals_of(column.kind) == 0:
            array = array.cast(pa.int32())
        elif column.kind == "bool":
            array = pa.array([None if cell is None else cell.lower() == "true" for cell in cells])
        elif column.kind == "date":
            array = array.cast(pa.date32())
        elif column.kind == "time" and column.name != "closes_at":  # one of those is a date alone
            array = array.cast(pa.timestamp("ns"))
        elif column.kind in ("ref", "enum"):
            array = array.dictionary_encode()
        columns[column.name] = array
    return pa.table(columns)


def _write_workbook(path: Path) -> None:
    """All tables as sheets: numbers as numbers, months and days as date cells."""
    with xlsxwriter.Workbook(path) as book:
        formats = {
            "month": book.add_format({"num_format": "yyyy-mm"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for name in table_names():
            sheet = book.add_worksheet(name)
            table = _typed(name)
            for place, column in enumerate(INPUT_TABLES[name]):
                sheet.write(0, place, column.zh[0] if place % 2 else column.name)
                for row, cell in enumerate(table.column(column.name).to_pylist(), start=1):
                    if cell is None:
                        continue
                    if column.kind == "month":
                        sheet.write_datetime(row, place, pd.Timestamp(cell).to_pydatetime(), formats["month"])
                    elif column.kind in ("time", "date") and not isinstance(cell, str):
                        sheet.write_datetime(row, place, pd.Timestamp(cell).to_pydatetime(), formats["time"])
                    else:
                        sheet.write(row, place, cell)
