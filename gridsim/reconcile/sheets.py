"""A sheet of a statement: its headings, of one row or two, the rows below them, totals, and what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridsim.importing.headings import heading_text, is_sum_word
from gridsim.reconcile.words_of_statements import NO_MEANING, Said, Speech
from gridsim.tables.heading_units import unit_of_heading

if TYPE_CHECKING:
    from gridsim.importing.grids import Grid
    from gridsim.tables.heading_units import HeadingUnit

__all__ = ["Column", "Sheet", "find_sheet"]

_LOOKED_AT = 30
_MOST_HEADINGS = 2


@dataclass(frozen=True)
class Column:
    """A column and what its headings say."""

    place: int
    said: Said
    heading: str


@dataclass
class Sheet:
    """A sheet with headings.

    Attributes
    ----------
    name : str
    first : int
        1-based row of the first row below the headings.
    columns : list of Column
        Those whose headings say something.
    unread : list of str
        Headings that say nothing.
    rows : list of (int, list)
        1-based row numbers and cells, without totals and notes.
    totals : list of (int, list)
    left_out : list of (int, str)
        Rows that are neither: their numbers and first texts.
    month, user : str
        What its name or titles say of all rows.
    units : list of HeadingUnit
        That titles name, as in 单位：万元.
    """

    name: str
    first: int = 0
    columns: list[Column] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[object]]] = field(default_factory=list)
    totals: list[tuple[int, list[object]]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    month: str = ""
    units: list[HeadingUnit] = field(default_factory=list)

    @property
    def keys(self) -> list[Column]:
        return [column for column in self.columns if column.said.key and column.said.key != "date"]

    @property
    def measures(self) -> list[Column]:
        """Columns of figures, but for sums of others."""
        return [c for c in self.columns if (c.said.measure or c.said.has_value) and not (c.said.is_sum or c.said.key)]

    @property
    def has_times(self) -> bool:
        """Whether columns are intervals of a day."""
        return any(column.said.time for column in self.columns)


def find_sheet(grid: Grid, speech: Speech) -> Sheet | None:
    """A sheet's parts; None where no row is one of headings.

    Parameters
    ----------
    grid : Grid
    speech : Speech
    """
    every = _rows(grid)
    for start, row in enumerate(every[:_LOOKED_AT]):
        said = [speech.heading(cell) for cell in row]
        if sum(each.is_known for each in said) < 2 or not any(each.key for each in said):
            continue
        depth = 1
        if start + 1 < len(every):
            below = [speech.heading(cell) for cell in every[start + 1]]
            if _is_heading(every[start + 1], below):
                said, depth = _stacked(row, said, below), _MOST_HEADINGS
        return _sheet(grid.name, every, start, depth, said, speech)
    return None


def _rows(grid: Grid) -> list[list[object]]:
    """All rows of a sheet: a statement is read by eye, not by the million."""
    body, _ = grid.body(0)
    columns = [body.keyed(place) for place in range(body.width)]
    cells = [[*column.cells, None] for column in columns]  # code -1 finds the last
    codes = [column.codes.tolist() for column in columns]
    return [[of[code] for of, code in zip(cells, row, strict=True)] for row in zip(*codes, strict=True)]


def _is_heading(row: list[object], said: list[Said]) -> bool:
    """Whether a row says measures below those that say whose they are."""
    texts = [heading_text(cell) for cell in row]
    measures = sum(bool(each.measure) for each in said)
    return measures >= 2 and all(each.is_known or not text for each, text in zip(said, texts, strict=True))


def _stacked(row: list[object], upper: list[Said], lower: list[Said]) -> list[Said]:
    """Two rows as one: what an upper heading says holds up to the next."""
    found, last = [], NO_MEANING
    for place, below in enumerate(lower):
        above = upper[place] if place < len(upper) else NO_MEANING
        if place < len(row) and heading_text(row[place]):
            last = above
        if below.is_known and below != above:
            found.append(below.under(last if not last.key else NO_MEANING))
        else:
            found.append(above)
    return found


def _sheet(name: str, every: list[list[object]], start: int, depth: int, said: list[Said], speech: Speech) -> Sheet:
    sheet = Sheet(name, start + depth + 1)
    headings = every[start : start + depth]
    for place, each in enumerate(said):
        text = " ".join(dict.fromkeys(heading_text(row[place]) for row in headings if place < len(row) and row[place]))
        if each.is_known:
            sheet.columns.append(Column(place, each, text))
        elif text:
            sheet.unread.append(text)
    titles = [heading_text(cell) for row in every[:start] for cell in row if heading_text(cell)]
    _around(sheet, [name.partition(":")[2], *titles], speech)
    keys = [column.place for column in sheet.keys] or [column.place for column in sheet.columns[:1]]
    figures = [column.place for column in sheet.columns if column.place not in keys and not column.said.is_idle]
    for number, row in enumerate(every[start + depth :], start=sheet.first):
        texts = [heading_text(cell) for cell in row]
        if not any(texts):
            continue
        named = [
            texts[place] for place in range(min(figures, default=len(texts))) if place < len(texts) and texts[place]
        ]
        if any(is_sum_word(text) for text in named):
            sheet.totals.append((number, row))
        elif sum(map(bool, texts)) == 1 or not any(place < len(texts) and texts[place] for place in figures):
            sheet.left_out.append((number, next(filter(None, texts))))
        else:
            sheet.rows.append((number, row))
    return sheet


def _around(sheet: Sheet, texts: list[str], speech: Speech) -> None:
    """What a sheet's name and titles say of all rows: a month, units."""
    for text in texts:
        for part in re.split(r"[\s：:；;，,（）()]+", text):
            month = speech.heading(part).month
            if month and not sheet.month:
                sheet.month = month
            unit = unit_of_heading(part) if "单位" in text else None
            if unit is not None and not unit.name:
                sheet.units.append(unit)
