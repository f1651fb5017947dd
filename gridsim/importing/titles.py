"""What stands above the headings of a sheet, in its name or in the name of its file, and holds for all of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from gridsim.importing.heading_texts import heading_text, is_footer_word, is_of_readings, other_quantity
from gridsim.tables.heading_units import HeadingUnit, parse_unit

if TYPE_CHECKING:
    from gridsim.importing.grids import Grid

__all__ = ["Context", "context_of"]

_UNIT = re.compile(r"(?:计量)?单位\s*[:：]?\s*[\[(（]?\s*([^\s\])）;；,，]+)|unit\s*:\s*([^\s\])]+)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
"""At a title's end or within it: 2021年用户用电量（万千瓦时）."""
_BETWEEN_UNITS = re.compile("[、和及与]")
_LABELLED = re.compile(r"([^:：]{1,12})[:：]\s*(\S.*)?")
_MONTH_OF_YEAR = re.compile(r"(20\d\d)\s*(?:年\s*|[-/.])(1[0-2]|0?[1-9])(?:\s*月|(?![\d./-]))", re.ASCII)
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年", re.ASCII)
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月", re.ASCII)
_MADE_ON = re.compile(
    r"(?:制表|编制|填报|填表|打印|导出|查询|统计)(?:时间|日期)?\s*[:：]?\s*20\d\d[\d年月日:：./ -]*", re.ASCII
)
"""When a table was made, which is no month of its rows."""
_ACCOUNT = re.compile(r"(?<!\d)\d{8,20}(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Context:
    """What stands above the headings, or in the name of the sheet, and holds for every row.

    Attributes
    ----------
    keys : dict of str to object
        Cells by key: a user, a date, a multiplier.
    year, month : int
        0: none, or more than one.
    said_by : {"", "title", "sheet", "file"}
        Where they stand.
    units : tuple of HeadingUnit
    speaks_of_readings : bool
        A title says that what stands below is what registers show.
    speaks_of : str
        Another quantity that a title speaks of: power, or some other (`other_quantity`).
    """

    keys: dict[str, object] = field(default_factory=dict)
    year: int = 0
    month: int = 0
    said_by: Literal["", "title", "sheet", "file"] = ""
    units: tuple[HeadingUnit, ...] = ()
    speaks_of_readings: bool = False
    speaks_of: str = ""


class Words(Protocol):
    """What tells the meaning of labels such as 户号."""

    def key_of(self, cell: object) -> str:
        """The key that a cell names; empty if it names none."""


def context_of(grid: Grid, titles: Sequence[Sequence[object]], words: Words) -> Context:
    """What holds for all rows of a grid.

    Parameters
    ----------
    grid : Grid
    titles : sequence of sequence
        The rows above its headings.
    words : Words
        Whose keys may stand there, beside what they say.
    """
    keys: dict[str, object] = {}
    units: list[HeadingUnit] = []
    texts = []
    for row in titles:
        seen: set[str] = set()
        for place, cell in enumerate(row):
            text = heading_text(cell)
            if not text or text in seen:
                continue
            seen.add(text)
            texts.append(text)
            if is_footer_word(text) and place + 1 < len(row):
                seen.add(heading_text(row[place + 1]))  # 打印日期, and beside it the day
            found = _UNIT.search(text)
            if found is not None:
                units += _units_of(found[1] or found[2])
            else:
                units += [unit for inside in _IN_BRACKETS.findall(text) for unit in _units_of(inside)]
            match = _LABELLED.fullmatch(text)
            beside = next((each for each in row[place + 1 :] if each is not None and each != cell), None)
            value = match[2] if match is not None and match[2] is not None else beside
            key = words.key_of(text if match is None else match[1])
            if key and value is not None and not words.key_of(value):
                keys.setdefault(key, value)
    said_by: Literal["", "title", "sheet", "file"] = "title"
    year, month = _time_of(texts)
    of_sheet = _time_of([grid.name.partition(":")[2]])
    if not year and not month:
        said_by = "sheet"
        year, month = of_sheet
    elif not month and of_sheet[0] in (0, year):  # a workbook of 2021年, and its sheets 1月, 2月
        month = of_sheet[1]
    if not month and not year:
        said_by = "file"
        year, month = _time_of([grid.name.partition(":")[0]])
    if "user_id" not in keys:
        account = _ACCOUNT.search(grid.name.partition(":")[2])
        if account is not None:
            keys["user_id"] = account[0]
    speaks_of_readings = any(map(is_of_readings, texts))
    speaks_of = next((kind for text in texts if (kind := other_quantity(text))), "")
    return Context(keys, year, month, said_by if year or month else "", tuple(units), speaks_of_readings, speaks_of)


def _units_of(text: str) -> Iterator[HeadingUnit]:
    """The units that a title names: 千瓦时、元."""
    for part in _BETWEEN_UNITS.split(text):
        found = parse_unit(part)
        if found is not None:
            yield HeadingUnit("", part, *found)


def _time_of(texts: Sequence[str]) -> tuple[int, int]:
    """The one month, or the one year, that texts name; 0 where there is none, or more than one."""
    months: set[tuple[int, int]] = set()
    years: set[int] = set()
    bare: set[int] = set()
    for text in (_MADE_ON.sub("", text) for text in texts):
        found = {
            (int(match[1]), int(match[2])) for pattern in (_MONTH_OF_YEAR, _COMPACT) for match in pattern.finditer(text)
        }
        months |= found
        years |= {year for year, _ in found} | {int(match[1]) for match in _YEAR.finditer(text)}
        bare |= {int(match[1]) for match in _MONTH.finditer(text)} - {month for _, month in found}
    if len(months) == 1 and len(years) == 1:
        return next(iter(months))
    year = years.pop() if len(years) == 1 and not months else 0
    return year, bare.pop() if len(bare) == 1 and not months else 0
