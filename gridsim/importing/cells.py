"""Cells that name a day, a month, an instant or an account, in the forms that exports have them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from gridsim.calendar import SPREADSHEET_DAY_0
from gridsim.errors import WrongValueError
from gridsim.importing.slots import DAY, clock
from gridsim.words import Sentence

__all__ = ["day_and_minute", "id_of", "month_of", "year_of"]

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(.+))?", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ]*(\d\d:?\d\d(?::?00)?))?", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?(?:份)?", re.ASCII)
_MONTH_ALONE = re.compile(r"(\d{1,2})\s*(?:月份?)?", re.ASCII)
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?(?:度)?", re.ASCII)
_SERIAL = re.compile(r"[34]\d{4}(\.\d+)?|5[0-9]\d{3}(\.\d+)?", re.ASCII)  # 1982 to 2064
_EXPONENT = re.compile(r"\d(\.\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)
_WEEKDAY = re.compile(r"(?<=[\d日])\s*\(?(?:星期|周)[一二三四五六日天]\)?")
_SURE_DIGITS = 15  # of a number in a cell of a workbook; those behind them are lost


def day_and_minute(cell: object) -> tuple[int, int | None] | None:
    """The day that a cell names, and its minute of that day (up to 1440) if it names one.

    Parameters
    ----------
    cell : object

    Returns
    -------
    (int, int or None) or None
        Days since 1970-01-01; None if the cell names no day to the minute.
    """
    if isinstance(cell, dt.datetime):
        minute = cell.hour * 60 + cell.minute
        return None if cell.second or cell.microsecond else (_number(cell.date()), minute)
    if isinstance(cell, dt.date):
        return _number(cell), None
    text = _WEEKDAY.sub("", _plain(cell))
    if _SERIAL.fullmatch(text):
        days, part = divmod(float(text), 1)
        minute = round(part * DAY)
        if abs(part * DAY - minute) > 1 / 60:
            return None
        return _number(SPREADSHEET_DAY_0) + int(days), minute if "." in text and part else None
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    try:
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    if match[4] is None:
        return _number(day), None
    time = match[4].removesuffix("00") if re.fullmatch(r"\d{6}", match[4]) else match[4]
    found = clock(time)
    return None if found is None else (_number(day), found)


def month_of(cell: object, year: int = 0) -> str | None:
    """The month ``YYYY-MM`` that a cell names; a month alone is one of `year`, if that is known."""
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m}"
    text = _plain(cell)
    if _SERIAL.fullmatch(text):
        day = dt.date.fromordinal(SPREADSHEET_DAY_0.toordinal() + int(float(text)))
        return f"{day:%Y-%m}" if day.day == 1 else None
    match = _MONTH.fullmatch(text)
    if match is not None and 1 <= int(match[2]) <= 12 and int(match[1]) >= 1900:
        return f"{match[1]}-{int(match[2]):02d}"
    day_of = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if day_of is not None and day_and_minute(cell) is not None:
        return f"{day_of[1]}-{int(day_of[2]):02d}"
    match = _MONTH_ALONE.fullmatch(text)
    if match is not None and year and 1 <= int(match[1]) <= 12:
        return f"{year}-{int(match[1]):02d}"
    return None


def year_of(cell: object) -> int | None:
    """The year that a cell names."""
    if isinstance(cell, dt.datetime | dt.date):
        return cell.year
    match = _YEAR.fullmatch(_plain(cell))
    return None if match is None else int(match[1])


def id_of(cell: object) -> str:
    """An id as text: a number without a point, as long as all of its digits are there.

    Raises
    ------
    WrongValueError
        Digits are lost: a spreadsheet keeps 15 of a number.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        text = unicodedata.normalize("NFKC", str(cell)).strip()
        if _EXPONENT.fullmatch(text):
            raise WrongValueError(Sentence("an id whose digits are lost: a spreadsheet has made a number of it"))
        return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text
    if abs(cell) >= 10**_SURE_DIGITS:
        raise WrongValueError(Sentence("an id whose digits are lost: a spreadsheet keeps 15 of a number"))
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _number(day: dt.date) -> int:
    return day.toordinal() - _EPOCH


_EPOCH = dt.date(1970, 1, 1).toordinal()
