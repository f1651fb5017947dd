"""What people type, in Chinese mostly, where a format has one fixed text: yes and no, months, deliveries, times.

Only what has one meaning is taken: ``2021年1月`` and ``2021/1`` are a month, ``Apr-21`` may be a day as well. What the
values of a market are called stands in its rule set (``values_zh`` and ``also`` of a column); `Words` looks there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gridsim.calendar import delivery_name
from gridsim.columns import Column
from gridsim.tables.raw import narrow

__all__ = ["Words", "bool_of", "delivery_of", "time_of"]

_YES = frozenset(("true", "yes", "y", "1", "是", "t", "真", "√"))
_NO = frozenset(("false", "no", "n", "0", "否", "f", "假", "×"))

_YEAR = re.compile(r"(\d{4})(年度?|[-/._])?(.*)", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})(?:月份?)?", re.ASCII)
_FIRST_DAY = re.compile(r"(\d{1,2})(?:月|[-/.])0?1日?(?:[T ]?00:00(?::00)?)?", re.ASCII)
_MONTHS = re.compile(r"(\d{1,2})月?(?:-|~|—|–|至|到)(\d{1,2})月份?", re.ASCII)
_FROM_TO = re.compile(r"(\d{4})[-.年](\d{1,2})月?(?:/|~|—|–|至|到)(\d{4})[-.年](\d{1,2})月?", re.ASCII)
_QUARTER = re.compile(r"第?([1-4])季度?|[Qq]([1-4])", re.ASCII)
_DIGITS = {"十二": "12", "十一": "11", "十": "10", **dict(zip("一二三四五六七八九", "123456789", strict=True))}
_PARTS = {
    "": (1, 12),
    "全年": (1, 12),
    "年度": (1, 12),
    "上半年": (1, 6),
    "下半年": (7, 12),
    "h1": (1, 6),
    "h2": (7, 12),
}
_NUMERAL = re.compile("|".join(_DIGITS))

_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:日?|(?:日[T ]*|[T ]+)(\d{1,2})(?::(\d{2})(?::(\d{2}))?|[时点](?:(\d{1,2})分(?:(\d{1,2})秒)?)?))",
    re.ASCII,
)


class Words:
    """What the values of a column are called in Chinese, each word with all the values that it may mean.

    Parameters
    ----------
    column : Column
        Of kind ``enum``.
    """

    def __init__(self, column: Column) -> None:
        self._values: dict[str, list[str]] = {}
        for word, value in (*zip(column.values_zh, column.values, strict=False), *column.also):
            meant = self._values.setdefault(narrow(word), [])
            if value not in meant:
                meant.append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def values(self, text: str) -> list[str]:
        """The values that a text may mean: one if it is plain, none if it is no word of theirs."""
        return self._values.get(narrow(text), [])


def bool_of(text: str) -> bool | None:
    """Whether a text says yes; None if it says neither."""
    plain = narrow(text).lower()
    return True if plain in _YES else False if plain in _NO else None


def delivery_of(text: str, year: int | None) -> str | None:
    """The month, or months of a year, that a text names, as the formats page writes them.

    Parameters
    ----------
    text : str
    year : int or None
        Of the table, for a text that names none; None: such a text means nothing.

    Returns
    -------
    str or None
        ``2021-04``; of several months ``2021``, ``2021-H2``, ``2021-Q2`` or ``2021-04/2021-05``.

    Examples
    --------
    >>> [delivery_of(text, 2021) for text in ("2021年4月", "2021/4", "202104", "4月", "下半年", "2022年二季度")]
    ['2021-04', '2021-04', '2021-04', '2021-04', '2021-H2', '2022-Q2']
    """
    plain = _NUMERAL.sub(lambda match: _DIGITS[match[0]], narrow(text).replace(" ", ""))
    if (match := _FROM_TO.fullmatch(plain)) and match[1] == match[3]:
        first, last = int(match[2]), int(match[4])
        return delivery_name(int(match[1]), first, last) if 1 <= first <= last <= 12 else None
    match = _YEAR.fullmatch(plain)
    if match is None:
        is_said = plain.endswith(("月", "月份", "季", "季度", "年", "年度"))  # a number alone may be anything
        months = _months(plain) if is_said else None
        return None if months is None or year is None else delivery_name(year, *months)
    named_year, separator, rest = match.groups()
    if separator is None and rest.isdecimal() and len(rest) != 2:  # 44287 is a day to a spreadsheet
        return None
    if not rest and separator is not None and not separator.startswith("年"):
        return None
    months = _months(rest)
    return None if months is None else delivery_name(int(named_year), *months)


def _months(text: str) -> tuple[int, int] | None:
    """The first and last month that the part of a text behind its year names."""
    if text.lower() in _PARTS:
        return _PARTS[text.lower()]
    if match := _QUARTER.fullmatch(text):
        last = 3 * int(match[1] or match[2])
        return last - 2, last
    if match := _MONTH.fullmatch(text) or _FIRST_DAY.fullmatch(text):
        first = last = int(match[1])
    elif match := _MONTHS.fullmatch(text):
        first, last = int(match[1]), int(match[2])
    else:
        return None
    return (first, last) if 1 <= first <= last <= 12 else None


def time_of(text: str) -> str | None:
    """A time or date as ISO 8601 has it, of a text that has the year first: ``2021/4/1 8:00``, ``2021年4月1日``."""
    match = _TIME.fullmatch(narrow(text))
    if match is None:
        return None
    year, month, day, hour, *rest = match.groups()
    date = f"{year}-{int(month):02d}-{int(day):02d}"
    if hour is None:
        return date
    minute, second = rest[0] or rest[2] or "0", rest[1] or rest[3]
    return f"{date} {int(hour):02d}:{int(minute):02d}" + (f":{int(second):02d}" if second else "")
