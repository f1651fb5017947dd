"""A sheet of a statement: its headings, of one row or two, the rows below them, totals, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gridsim.importing.heading_rows import best_headings, spread, stack, stacked_text
from gridsim.importing.heading_texts import heading_text, is_sum_word
from gridsim.importing.slots import slots_of
from gridsim.importing.titles import context_of
from gridsim.reconcile.words_of_statements import NO_MEANING, Said, Speech

if TYPE_CHECKING:
    from gridsim.importing.grids import Grid
    from gridsim.importing.slots import Slots
    from gridsim.tables.heading_units import HeadingUnit

__all__ = ["Column", "Sheet", "find_sheet"]

_NUMBER = re.compile(r"[-+]?[\d.,]+")
_ABOVE = ("unit_id", "user_id")
"""Keys that may stand above the headings, for all lines."""


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
    slots : Slots or None
        Its columns that are the intervals of a day.
    shared : mapping of str to str
        What its name or titles say of all rows, by key.
    units : sequence of HeadingUnit
        That titles name, as in 单位：万元.
    """

    name: str
    first: int = 0
    columns: list[Column] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[object]]] = field(default_factory=list)
    totals: list[tuple[int, list[object]]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    slots: Slots | None = None
    shared: Mapping[str, str] = field(default_factory=dict)
    units: Sequence[HeadingUnit] = ()

    @property
    def keys(self) -> list[Column]:
        return [column for column in self.columns if column.said.key and column.said.key != "date"]

    @property
    def measures(self) -> list[Column]:
        """Columns of figures, but for sums of others."""
        return [column for column in self.columns if column.said.is_figure]


@dataclass(frozen=True)
class _Headings:
    """Rows of headings, and what each column of theirs says."""

    first: int
    start: int
    said: tuple[Said, ...]
    texts: tuple[str, ...]
    slots: Slots | None


def find_sheet(grid: Grid, speech: Speech) -> Sheet | None:
    """A sheet's parts; None where no row is one of headings.

    Parameters
    ----------
    grid : Grid
    speech : Speech
    """

    def read(block: Sequence[Sequence[object]], first: int) -> tuple[tuple[int, ...], _Headings] | None:
        rows = spread(block)
        places = range(len(rows[0]))
        texts = tuple(stacked_text(rows, place) for place in places)
        said = [
            NO_MEANING if texts[place] in speech.given.left_out else speech.stacked(stack(rows, place))
            for place in places
        ]
        free = [place for place in places if said[place] == NO_MEANING]
        slots = slots_of([rows[-1][place] for place in free])
        if slots is not None:
            slots = replace(slots, places=tuple(free[place] for place in slots.places))
        has_figures = slots is not None or any(each.is_figure for each in said)
        if not has_figures or not any(each.key for each in said):
            return None
        understood = sum(each.is_known for each in said) + (0 if slots is None else len(slots.places))
        told = sum((each.unit is not None) + bool(each.measure) for each in said)
        found = _Headings(first, first + len(block), tuple(said), texts, slots)
        return (understood, len(set(said)), told), found

    found = best_headings(grid.head, read)
    return None if found is None else _sheet(grid, found, speech)


def _rows(grid: Grid) -> list[list[object]]:
    """All rows of a sheet: a statement is read by eye, not by the million."""
    body, _ = grid.body(0)
    columns = [body.keyed(place) for place in range(body.width)]
    cells = [[*column.cells, None] for column in columns]  # code -1 finds the last
    codes = [column.codes.tolist() for column in columns]
    return [[of[code] for of, code in zip(cells, row, strict=True)] for row in zip(*codes, strict=True)]


def _sheet(grid: Grid, found: _Headings, speech: Speech) -> Sheet:
    sheet = Sheet(grid.name, found.start + 1, slots=found.slots)
    of_slots = set() if found.slots is None else set(found.slots.places)
    for place, (each, text) in enumerate(zip(found.said, found.texts, strict=True)):
        if each.is_known:
            sheet.columns.append(Column(place, each, text))
        elif text and place not in of_slots:
            sheet.unread.append(text)
    every = _rows(grid)
    _around(sheet, grid, every[: found.first], speech)
    keys = [column.place for column in sheet.keys] or [column.place for column in sheet.columns[:1]]
    figures = [column.place for column in sheet.columns if column.place not in keys and not column.said.is_idle]
    figures = sorted([*figures, *of_slots])
    for number, row in enumerate(every[found.start :], start=sheet.first):
        texts = [heading_text(cell) for cell in row]
        if not any(texts):
            continue
        named = [
            texts[place] for place in range(min(figures, default=len(texts))) if place < len(texts) and texts[place]
        ]
        if any(is_sum_word(text) for text in named) and not _is_line(sheet, row, speech):
            sheet.totals.append((number, row))
        elif _is_remark(texts, figures) or not any(place < len(texts) and texts[place] for place in figures):
            sheet.left_out.append((number, next(filter(None, texts))))
        else:
            sheet.rows.append((number, row))
    return sheet


def _is_remark(texts: Sequence[str], figures: Sequence[int]) -> bool:
    """Whether a row has one text alone, and that is no figure."""
    places = [place for place, text in enumerate(texts) if text]
    return len(places) == 1 and not (places[0] in figures and _NUMBER.fullmatch(texts[places[0]]))


def _is_line(sheet: Sheet, row: Sequence[object], speech: Speech) -> bool:
    """Whether each key has a value that there is: a product may be called ``total``, and its lines add up none.

    Of a unit that trades by periods ``total`` is no product, so that there it is the sum of them.
    """
    cells = {each.said.key: row[each.place] if each.place < len(row) else None for each in sheet.keys}
    named = {key: speech.value(key, cell) for key, cell in cells.items()}
    if not named or not all(named.values()):
        return False
    unit, product = (named.get(key) or sheet.shared.get(key) for key in ("unit_id", "product"))
    mode = (unit or "").rpartition("/")[2]
    products = [name for each in speech.shape.modes if each.id == mode for name in each.products]
    return not products or not product or product in products


def _around(sheet: Sheet, grid: Grid, titles: Sequence[Sequence[object]], speech: Speech) -> None:
    """What a sheet's name and titles say of all rows: a month, a user or a unit, units."""
    context = context_of(grid, titles, speech)
    shared = {key: speech.value(key, context.keys[key]) or "" for key in _ABOVE if key in context.keys}
    if context.month:
        shared["month"] = f"{context.year or speech.scenario.year}-{context.month:02d}"
    sheet.shared = {key: value for key, value in shared.items() if value}
    sheet.units = context.units
