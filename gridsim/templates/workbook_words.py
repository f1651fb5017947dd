"""What a workbook to fill in says: of each column, on its sheet of notes, and of a wrong entry.

What a column means stands in `gridsim.columns`; the catalogue has its Chinese under ``TABLE.COLUMN``.
"""

from __future__ import annotations

from functools import reduce

from gridsim.columns import INPUT_TABLES, Column, Table
from gridsim.tables.typed import Words
from gridsim.words import Lang, Language, msg, within

__all__ = ["SHEET_NOTES", "UNKNOWN", "WRONG", "WRONG_NUMBER", "choices_of", "holds", "note_of", "sheet_of"]

WRONG = msg("Please choose a value of the list.")
WRONG_NUMBER = msg("Please enter a number, 0 or above.")
UNKNOWN = msg("This is not in the list; go on if you are sure.")

SHEET_NOTES = (
    msg("How to fill in"),
    msg(
        "This workbook and scenario.yaml in one folder are a scenario: name, year and rule set stand in scenario.yaml."
    ),
    msg("Each sheet is a table, its first row the headings. Point at a heading to read what its column holds."),
    msg("Columns with a dark heading are required, those with a light one may stay empty."),
    msg("Where a cell has a list, choose from it. Ids and months are text: leave their format as it is."),
    msg("Write plain values: no thousands separators, no percentages, no merged cells."),
    msg("Formulas may be used if their results have few enough decimals: =ROUND(…,3)."),
    msg("Metered energy goes to the sheet meter; of hourly data, delete it and add a sheet load."),
    msg(
        "Tables that you do not need (history, sessions, bilateral, orders, deals, and any that stays empty) may be "
        "deleted."
    ),
    msg("Sheets whose names begin with an underscore, such as this one, are not read."),
    msg("Save, then run gridsim check FOLDER: every fault is listed at once, each with its sheet and cell."),
    msg("The data that stands here is synthetic, as an example: replace it."),
)
"""The title of the sheet of notes, and its paragraphs; the last is of a workbook with data."""

_KINDS = {
    "text": within("note", "text"),
    "integer": msg("a whole number"),
    "energy": msg("a number, MWh, at most 3 decimals"),
    "power": msg("a number, MW, at most 3 decimals"),
    "apparent": msg("a number, kVA, at most 3 decimals"),
    "demand": msg("a number, kW, at most 3 decimals"),
    "reactive": msg("a number, Mvarh, at most 3 decimals"),
    "per_apparent": msg("a number, yuan/kVA a month, at most 3 decimals"),
    "per_demand": msg("a number, yuan/kW a month, at most 3 decimals"),
    "price": msg("a number, yuan/MWh, at most 3 decimals"),
    "money": msg("a number, yuan, at most 6 decimals"),
    "ratio": msg("a number such as 0.05 for 5 %, at most 4 decimals"),
    "month": msg("a month, text YYYY-MM, such as {year}-03"),
    "delivery": msg(
        "a month {year}-01 to {year}-12, the year {year}, or months of it: {year}-H2, {year}-Q2, {year}-04/{year}-05"
    ),
    "date": msg("a date"),
    "time": msg("date and time, local"),
}
"""What a column of a kind holds."""

_VALUES = {
    "mid": msg("middle ten days (11th to 20th)"),
    "late": msg("last ten days (from the 21st)"),
    "true": msg("yes"),
    "false": msg("no"),
}
"""What values mean that say more here than where they are read."""


def holds(column: Column, year: int, lang: Lang) -> str:
    """What the cells of a column may hold."""
    words = Language(lang, _VALUES)
    if column.kind in ("enum", "bool"):
        told = {
            value: words.name(value) if value in _VALUES else text for value, text in choices_of(column, lang).items()
        }
        return words.listed(told.values() if lang == "zh" else told)
    if column.kind == "ref":
        sheets = [sheet_of(table, lang) for table in column.refers]
        tables = reduce(lambda one, other: words.say(within("note", "{one} or {other}"), one=one, other=other), sheets)
        return words.say(within("note", "an id of {tables}"), tables=tables)
    text = words.say(_KINDS.get(column.kind, _KINDS["text"]), year=year)
    return words.say("{what}, above 0", what=text) if column.positive else text


def choices_of(column: Column, lang: Lang) -> dict[str, str]:
    """What a cell holds for each value of a column of kind ``enum`` or ``bool``; nothing for other kinds.

    In Chinese a value's own word, where it means no other one, so that it is read back.
    """
    if column.kind == "bool":
        return {"true": "是", "false": "否"} if lang == "zh" else {"true": "true", "false": "false"}
    if column.kind != "enum" or lang == "en":
        return {value: value for value in column.values}
    words = Words(column)
    pairs = zip(column.values, column.values_zh, strict=True)
    return {value: word if words.values(word) == [value] else value for value, word in pairs}


def sheet_of(table: str, lang: Lang) -> str:
    """The name of a table's sheet."""
    return INPUT_TABLES[table].zh if lang == "zh" else table


def note_of(column: Column, table: Table, year: int, lang: Lang) -> str:
    """What a column means and holds, for the note on its heading; a line for each."""
    words = Language(lang)
    meaning = (
        column.meaning_zh
        if column.meaning_zh and lang == "zh"
        else words.say(within(f"{table.name}.{column.name}", column.description))
    )
    lines = [meaning, words.say("Fill in: {what}", what=holds(column, year, lang))]
    if column.default is not None:
        default = str(column.default).lower()
        lines.append(words.say("empty means {default}", default=choices_of(column, lang).get(default, default)))
    else:
        lines.append(words.say("may be empty") if column.optional else words.say("required"))
    if lang == "zh":
        lines.append(words.say("Column: {name}", name=column.name))
    return "\n".join(lines)
