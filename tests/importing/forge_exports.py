"""Exports as meter systems write them, made from a load that is known: every layout, heading and unit that we have met.

It shares no code with `gridsim.importing`: what is written here is the other side of what is read there.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

DAY = 24 * 60
UNITS = {"kWh": 3, "千瓦时": 3, "度": 3, "MWh": 0, "兆瓦时": 0, "万千瓦时": -1}
"""Units and the power of ten that makes MWh into them."""


@dataclass(frozen=True)
class Known:
    """A load: energy by user and day, an amount for each interval [MWh].

    Attributes
    ----------
    energy : dict of (user, day) to tuple of Decimal
    length : int
        Of an interval [minutes].
    """

    energy: dict[tuple[str, dt.date], tuple[Decimal, ...]]
    length: int

    def intervals(self) -> dict[tuple[str, dt.datetime], Decimal]:
        """Energy by user and start."""
        found = {}
        for (user, day), amounts in self.energy.items():
            midnight = dt.datetime.combine(day, dt.time())
            for number, amount in enumerate(amounts):
                found[user, midnight + dt.timedelta(minutes=number * self.length)] = amount
        return found


@dataclass(frozen=True)
class Style:
    """How an export looks."""

    shape: str = "wide"  # wide, instants, two_columns
    heads: str = "clock"  # clock, short, compact, number, P, 时段, range, cell
    stamped: str = "ends"
    unit: str = "kWh"
    unit_in: str = "heading"  # heading, title, nowhere
    dates: str = "iso"  # iso, slash, chinese, compact, cell, serial
    ids: str = "text"  # text, number
    titles: int = 0
    sums: bool = False
    names: bool = False  # a column 户名, and one of numbers of rows
    pages: int = 0  # so many rows, then the headings again
    two_rows: bool = False
    blank_rows: bool = False
    form: str = "csv"  # csv, gb18030, tsv, xlsx
    words: dict[str, str] = field(default_factory=lambda: {"user": "户号", "date": "日期", "time": "时间"})


def rows_of(known: Known, style: Style) -> list[list[Any]]:
    """The cells of an export: texts, numbers, dates, and None where nothing stands."""
    count = DAY // known.length
    wide = style.shape == "wide"
    energy = f"电量({style.unit})" if style.unit_in == "heading" else "电量"
    key_heads = [*(["序号"] if style.names else []), style.words["user"], *(["户名"] if style.names else [])]
    if wide:
        heads = [*key_heads, style.words["date"], *(_slot_head(n, known.length, style) for n in range(count))]
    elif style.shape == "instants":
        heads = [*key_heads, "数据时间", energy]
    else:
        heads = [*key_heads, style.words["date"], style.words["time"], energy]
    if wide and style.sums:
        heads.append("合计")
    top: list[list[Any]] = [["某售电公司分时电量明细"], ["制表日期：见文件名"]][: style.titles]
    if style.unit_in == "title":
        top.append([f"单位：{style.unit}"])
    if wide and (style.two_rows or style.unit_in == "heading"):
        keys = len(key_heads) + 1
        total = ["合计"] if style.sums else []
        top.append([*heads[:keys], energy, *[None] * (count - 1), *total])
        top.append([*[None] * keys, *heads[keys : keys + count], *[None for _ in total]])
    else:
        top.append(heads)
    body: list[list[Any]] = []
    number = 0
    for (user, day), amounts in known.energy.items():
        shown = [amount.scaleb(UNITS[style.unit]) for amount in amounts]
        key = [_id(user, style), *([f"{user}厂"] if style.names else [])]
        if wide:
            number += 1
            row = [*([number] if style.names else []), *key, _date(day, style), *map(_number, shown)]
            body.append([*row, *([_number(sum(shown, Decimal(0)))] if style.sums else [])])
            continue
        for place, amount in enumerate(shown):
            number += 1
            at = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=known.length * place)
            at += dt.timedelta(minutes=known.length if style.stamped == "ends" else 0)
            row = [*([number] if style.names else []), *key]
            if style.shape == "instants":
                body.append([*row, _instant(at, style), _number(amount)])
            else:
                clock = known.length * (place + (style.stamped == "ends"))
                body.append([*row, _date(day, style), f"{clock // 60:02d}:{clock % 60:02d}", _number(amount)])
    if style.sums:
        body.append(_sum_row(known, style, len(key_heads), wide=wide, width=len(heads)))
    if style.blank_rows:
        body.insert(1, [None] * len(heads))
    if style.pages:
        for place in range(style.pages, len(body), style.pages + 1):
            body.insert(place, list(heads))
    return [*top, *body]


def _sum_row(known: Known, style: Style, keys: int, *, wide: bool, width: int) -> list[Any]:
    scale = UNITS[style.unit]
    every = list(known.energy.values())
    if not wide:
        total = sum((amount for amounts in every for amount in amounts), Decimal(0)).scaleb(scale)
        return ["合计", *[None] * (width - 2), _number(total)]
    columns = [sum(amounts, Decimal(0)).scaleb(scale) for amounts in zip(*every, strict=True)]
    return ["合计", *[None] * keys, *map(_number, columns), _number(sum(columns, Decimal(0)))]


def _slot_head(number: int, length: int, style: Style) -> Any:
    minute = length * (number + (style.stamped == "ends"))
    hour, rest = divmod(minute, 60)
    if style.heads == "cell" and style.form == "xlsx" and minute < DAY:
        return dt.time(hour, rest)
    start, end = length * number, length * (number + 1)
    return {
        "clock": f"{hour:02d}:{rest:02d}",
        "cell": f"{hour:02d}:{rest:02d}",
        "short": f"{hour}:{rest:02d}",
        "compact": f"{hour:02d}{rest:02d}",
        "number": number + 1,
        "P": f"P{number + 1}",
        "时段": f"时段{number + 1}",
        "range": f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}",
    }[style.heads]


def _id(user: str, style: Style) -> Any:
    return float(user) if style.ids == "number" and style.form == "xlsx" else user


def _date(day: dt.date, style: Style) -> Any:
    if style.form == "xlsx" and style.dates == "cell":
        return dt.datetime.combine(day, dt.time())
    if style.dates == "serial":
        return (day - dt.date(1899, 12, 30)).days
    return {
        "slash": f"{day.year}/{day.month}/{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "compact": f"{day:%Y%m%d}",
    }.get(style.dates, f"{day:%Y-%m-%d}")


def _instant(at: dt.datetime, style: Style) -> Any:
    if style.form == "xlsx" and style.dates == "cell":
        return at
    if style.dates == "serial":
        return (at - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    day = _date(at.date(), style)
    return f"{day}{at:%H%M}" if style.dates == "compact" else f"{day} {at.hour}:{at:%M}"


def _number(amount: Decimal) -> Any:
    return amount


def write(path: Path, sheets: dict[str, list[list[Any]]], form: str) -> Path:
    """Write cells as a file; only a workbook has more than one sheet."""
    if form == "xlsx":
        path = path.with_suffix(".xlsx")
        with xlsxwriter.Workbook(path) as book:
            day, time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "hh:mm"})
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        if isinstance(cell, dt.datetime):
                            sheet.write_datetime(number, place, cell, day)
                        elif isinstance(cell, dt.time):
                            sheet.write_datetime(number, place, cell, time)
                        elif isinstance(cell, Decimal | int | float):
                            sheet.write_number(number, place, float(cell))
                        elif cell is not None:
                            sheet.write_string(number, place, cell)
        return path
    (rows,) = sheets.values()
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if form == "tsv" else ",", lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in row])
    path = path.with_suffix(".csv")
    path.write_bytes(text.getvalue().encode("gb18030" if form == "gb18030" else "utf-8-sig"))
    return path
