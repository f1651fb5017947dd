"""A scenario's tables as a workbook to fill in: lists to choose from, a note on each heading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.calendar import deliveries, months_of
from gridsim.columns import Column, Table
from gridsim.errors import SentenceError
from gridsim.show.workbook import MOST_ROWS
from gridsim.templates.workbook_words import SHEET_NOTES, UNKNOWN, WRONG, WRONG_NUMBER, choices_of, note_of, sheet_of
from gridsim.units import decimals_of, format_fixed
from gridsim.words import Lang, Language, Sentence

if TYPE_CHECKING:
    import pandas as pd
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["heading_of", "write_workbook"]

_NO_CLOCK = dt.datetime(2000, 1, 1)  # the same tables give the same bytes
_AMOUNTS = ("energy", "power", "apparent", "demand", "reactive", "per_apparent", "per_demand", "price")
_FORMATS = {
    **dict.fromkeys(_AMOUNTS, "#,##0.000"),
    "integer": "0",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {"energy": 16, "price": 16, "integer": 10, "date": 13, "time": 21, "bool": 12, "month": 12, "delivery": 12}
_SURE_DIGITS = 15  # decimals that a float keeps
_FIRST_SURE_DAY = dt.datetime(1900, 3, 1)  # before it Excel counts a day that never was
_DARK, _LIGHT = "#1F4E79", "#9DC3E6"


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    specs: Mapping[str, Table],
    year: int,
    lang: Lang,
    *,
    has_data: bool = True,
) -> None:
    """Write exact tables as a workbook that gridsim reads back as the same scenario.

    Parameters
    ----------
    path : Path
    tables : mapping of str to DataFrame
        Exact frames by table, as `Scenario.tables` has them.
    specs : mapping of str to Table
        The tables of the market, in the order of the sheets.
    year : int
    lang : {"zh", "en"}
        Of headings, sheet names, notes, and of what cells with a list hold (``常规电量``, ``是``).

    has_data : bool
        Whether the rows are an example, which the notes say.

    Raises
    ------
    SentenceError
        A table has more rows than a sheet can hold.
    """
    import xlsxwriter

    for name, frame in tables.items():
        if len(frame) > MOST_ROWS:
            raise SentenceError(
                Sentence(
                    "{name} has {count:,} rows, and a sheet of Excel can hold {most:,}",
                    name=name,
                    count=len(frame),
                    most=MOST_ROWS,
                )
            )
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"author": "gridsim", "created": _NO_CLOCK})
        _write_notes(book, SHEET_NOTES if has_data else SHEET_NOTES[:-1], lang)
        for table in specs.values():
            if table.name in tables:
                _write_table(book, table, tables[table.name], year, lang)
        book.worksheets()[1].activate()


def heading_of(column: Column, lang: Lang) -> str:
    """The heading of a column."""
    return column.zh[0] if lang == "zh" else column.name


def _write_notes(book: xlsxwriter.Workbook, notes: Iterable[str], lang: Lang) -> None:
    sheet = book.add_worksheet(Language(lang).say("_notes"))
    sheet.set_column(0, 0, 100)
    _fit_page(sheet)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    heading = book.add_format({"bold": True, "font_size": 14})
    for row, text in enumerate(map(Language(lang).say, notes)):
        sheet.write_string(row, 0, text, heading if row == 0 else wrapped)


def _write_table(book: xlsxwriter.Workbook, table: Table, frame: pd.DataFrame, year: int, lang: Lang) -> None:
    sheet = book.add_worksheet(sheet_of(table.name, lang))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{MOST_ROWS + 1}"})  # ids may be digits alone
    sheet.set_landscape()
    _fit_page(sheet)
    formats = [book.add_format({"num_format": _FORMATS.get(column.kind, "@")}) for column in table]
    for place, column in enumerate(table):
        heading = heading_of(column, lang)
        width = max(_WIDTHS.get(column.kind, 18), 2 + sum(1 if letter.isascii() else 2 for letter in heading))
        sheet.set_column(place, place, width, formats[place])
        style = {"bold": True, "border": 1, "valign": "vcenter", "num_format": "@"}
        style |= {"bg_color": _LIGHT} if column.optional else {"bg_color": _DARK, "font_color": "white"}
        sheet.write_string(0, place, heading, book.add_format(style))
        note = note_of(column, table, year, lang)
        size = {"width": 260, "height": 24 + 18 * (note.count("\n") + 2), "font_size": 9}
        sheet.write_comment(0, place, note, {"author": "gridsim", **size})
        _validate(sheet, place, column, table, year, lang)
    columns = [_cells(column, frame[column.exact], choices_of(column, lang)) for column in table]
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        for place, cell in enumerate(row):
            _write_cell(sheet, number, place, cell, formats[place])


def _fit_page(sheet: Worksheet) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _cells(column: Column, values: pd.Series, choices: Mapping[str, str]) -> list[Any]:
    """A column as texts, numbers and times that a sheet keeps exactly; None for an empty cell.

    `choices` has the text of each value of a list.
    """
    if decimals := decimals_of(column.kind):
        return [
            None if lacks else _number(int(value), decimals) for value, lacks in zip(values, values.isna(), strict=True)
        ]
    if column.kind == "integer":
        return [_number(int(value), 0) for value in values]
    if column.kind == "bool":
        return [choices["true" if value else "false"] for value in values]
    if column.kind in ("time", "date"):
        is_end = column.name == "closes_at"
        return [
            _time(value.to_pydatetime(), is_end) if value == value else None for value in values
        ]  # NaT is not itself
    return [None if text != text else choices.get(str(text), str(text)) for text in values.astype(object)]


def _number(units: int, decimals: int) -> float | str:
    """A number, as text where it has more digits than a float keeps."""
    text = format_fixed(units, decimals)
    return float(text) if len(str(abs(units))) <= _SURE_DIGITS else text


def _time(time: dt.datetime, is_end: bool) -> dt.datetime | str:
    """A time as a workbook has it; as text where it would come back as another, or a midnight as its day's end."""
    if time.microsecond or time < _FIRST_SURE_DAY or (is_end and time.time() == dt.time()):
        return time.isoformat()
    return time


def _write_cell(sheet: Worksheet, row: int, place: int, cell: Any, format: Format) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, format)
    elif isinstance(cell, dt.datetime):
        sheet.write_datetime(row, place, cell, format)
    else:
        sheet.write_number(row, place, cell, format)


def _validate(sheet: Worksheet, place: int, column: Column, table: Table, year: int, lang: Lang) -> None:
    """Lists to choose from, and bounds; what may be right all the same is only warned of."""
    say = Language(lang).say
    rule: dict[str, Any] = {"ignore_blank": True, "error_message": say(WRONG)}
    if column.kind in ("enum", "bool"):
        rule |= {"validate": "list", "source": list(choices_of(column, lang).values())}
    elif column.kind == "month":
        rule |= {"validate": "list", "source": list(months_of(year))}
        if not table.of_year:
            rule |= {"error_type": "warning", "error_message": say(UNKNOWN)}
    elif column.kind == "delivery":
        # Spans of other months may stand there, too: a list of Excel holds 255 characters.
        named = [delivery for delivery in deliveries(year) if "/" not in delivery]
        rule |= {"validate": "list", "source": named, "error_type": "warning", "error_message": say(UNKNOWN)}
    elif column.kind == "ref" and len(column.refers) == 1:
        ids = "'" + sheet_of(column.refers[0], lang) + "'!$A"  # the id is the first column of these tables
        source = f"=OFFSET({ids}$2,0,0,MAX(COUNTA({ids}$2:$A${MOST_ROWS + 1}),1),1)"
        rule |= {"validate": "list", "source": source, "error_type": "warning", "error_message": say(UNKNOWN)}
    elif column.kind in _AMOUNTS and not column.signed:
        criteria = ">" if column.positive else ">="
        rule |= {"validate": "decimal", "criteria": criteria, "value": 0, "error_message": say(WRONG_NUMBER)}
    elif column.kind == "integer":
        rule |= {"validate": "integer", "criteria": ">=", "value": 0, "error_message": say(WRONG_NUMBER)}
    else:
        return
    sheet.data_validation(1, place, MOST_ROWS, place, rule)
