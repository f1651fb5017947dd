"""The small scenario as a Chinese analyst types it: the same scenario to the hash, in every form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

import gridsim
from gridsim.columns import Column
from gridsim.io import scenario_from_tables
from gridsim.tables.typed import Words
from tests.io.building import FILES, SETTINGS, write_as
from tests.markets import INPUT_TABLES

Typing = Callable[[Column, str], str]


def _last_word(column: Column, cell: str) -> str:
    """Another word than gridsim's own, where there is one."""
    return [word for word in Words(column) if Words(column).values(word) == [cell]][-1]


def _first_word(column: Column, cell: str) -> str:
    return column.values_zh[column.values.index(cell)]


def _typed(month: str, day: str, clock: str, word: Typing) -> Typing:
    """How one analyst types the cells of each kind."""

    def typed(column: Column, cell: str) -> str:
        if not cell:
            return cell
        if column.kind == "enum":
            return word(column, cell)
        if column.kind == "bool":
            return "是" if cell.lower() == "true" else "否"
        if column.kind in ("month", "delivery"):
            if match := re.fullmatch(r"(\d{4})-(\d\d)", cell):
                return month.format(year=match[1], month=int(match[2]))
            return cell.replace("-H2", "年下半年") if cell.endswith("H2") else f"{cell}年全年"
        if column.kind in ("date", "time") and (
            match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(:.*)?)?", cell)
        ):
            if match[6] not in (None, ":00"):
                return cell  # seconds and their parts are left as they are
            date = day.format(year=match[1], month=int(match[2]), day=int(match[3]))
            return date if match[4] is None else date + clock.format(hour=int(match[4]), minute=match[5])
        return cell

    return typed


TYPINGS: dict[str, Typing] = {
    "in words": _typed("{year}年{month}月", "{year}年{month}月{day}日", "{hour}时{minute}分", _first_word),
    "with slashes": _typed("{year}/{month}", "{year}/{month}/{day}", " {hour}:{minute}", _last_word),
    "with points": _typed("{year}.{month:02d}", "{year}.{month}.{day}", " {hour}:{minute}", _first_word),
}


def _tables(typing: Typing) -> dict[str, list[list[str]]]:
    found = {}
    for file, text in FILES.items():
        name = file.removesuffix(".csv")
        if name not in INPUT_TABLES:
            continue
        head, *rows = [line.split(",") for line in text.splitlines()]
        columns = [INPUT_TABLES[name][heading] for heading in head]
        typed = [[typing(column, cell) for column, cell in zip(columns, row, strict=True)] for row in rows]
        found[name] = [[*(column.zh[-1] for column in columns), "备注"], *([*row, "甲"] for row in typed)]
    return found


def _write(folder: Path, tables: dict[str, list[list[str]]], form: str) -> None:
    folder.mkdir()
    (folder / "scenario.yaml").write_text(SETTINGS, encoding="utf-8")
    if form == "xlsx":
        with xlsxwriter.Workbook(folder / "tables.xlsx") as book:
            for name, rows in tables.items():
                sheet = book.add_worksheet(INPUT_TABLES[name].zh)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return
    for name, (head, *rows) in tables.items():
        if form == "parquet":
            pd.DataFrame(rows, columns=head).replace("", None).to_parquet(folder / f"{name}.parquet")
        else:
            text = "\n".join(",".join(row) for row in [head, *rows])
            (folder / f"{name}.csv").write_bytes((text + "\n").encode(form))


@pytest.fixture(scope="module")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> str:
    return gridsim.load(write_as(tmp_path_factory.mktemp("plain"), "csv")).hash


@pytest.mark.parametrize("typing", TYPINGS)
@pytest.mark.parametrize("form", ["utf-8", "gb18030", "xlsx", "parquet"])
def test_what_is_typed_is_read(tmp_path: Path, hashed: str, form: str, typing: str) -> None:
    _write(tmp_path / "typed", _tables(TYPINGS[typing]), form)
    assert gridsim.load(tmp_path / "typed").hash == hashed


def test_frames_are_read_alike(hashed: str) -> None:
    frames = {name: pd.DataFrame(rows, columns=head) for name, (head, *rows) in _tables(TYPINGS["in words"]).items()}
    overrides = {"settlement.conventional.upper": 1.06}
    assert scenario_from_tables(frames, name="small", year=2021, seed=7, overrides=overrides).hash == hashed
