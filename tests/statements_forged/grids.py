"""Lines added up to the level of a layout, and laid out as cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from .edits import round_to
from .layouts import ENERGY_UNITS, HEADINGS, MEASURES, MONEY_UNITS, PERIODS, PRICE_UNITS, PRODUCTS, Layout
from .lines import ENERGY_ITEMS, Line

Cell = str | Decimal
Key = tuple[str, ...]
ITEM_ORDER = ("energy", "shortfall", "overrun", "transfer", "transmission", "tou_adjustment", "funds", "fallback",
              "catalogue", "correction", "ancillary")  # fmt: skip
_ORDER = {"item": ITEM_ORDER, "period": ("", *PERIODS), "product": ("", *PRODUCTS)}


@dataclass(frozen=True)
class Row:
    """Lines of one key: exact kWh, 10⁻⁶ yuan/kWh (None: several, or none), 10⁻⁶ yuan."""

    key: Key
    energy: int
    price: int | None
    amount: int


@dataclass
class Sheet:
    """Cells, and which of them are merged: first row, first column, last row, last column, from 0."""

    name: str
    cells: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def in_scope(lines: Iterable[Line], layout: Layout) -> list[Line]:
    """The lines that such a statement shows."""
    return [
        line
        for line in lines
        if not line.trial and (layout.scope == "all" or (layout.scope == "exchange") == line.is_of_exchange)
    ]


def added_up(lines: Iterable[Line], level: Key) -> dict[Key, Row]:
    """By the level, in order of appearance; its energy that of the item, without an item the energy settled."""
    groups: dict[Key, list[Line]] = {}
    for line in lines:
        groups.setdefault(tuple(getattr(line, name) for name in level), []).append(line)
    return {key: _row(key, group, "item" in level) for key, group in groups.items()}


def settled_energy(lines: Iterable[Line]) -> int:
    return sum(line.energy for line in lines if line.item in ENERGY_ITEMS)


def _row(key: Key, lines: list[Line], is_of_item: bool) -> Row:
    energy = sum(line.energy for line in lines) if is_of_item else settled_energy(lines)
    prices = {line.price for line in lines}
    amount = sum(line.amount for line in lines)
    price = prices.pop() if len(prices) == 1 else None
    if price is None and is_of_item and energy:  # what is printed where several prices meet: their mean
        price = _half_up(Fraction(amount, energy))
    return Row(key, energy, price, amount)


def _half_up(value: Fraction) -> int:
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def sheets_of(lines: list[Line], layout: Layout, total_step: int | None = None) -> list[Sheet]:
    """The statement of lines in a layout; `total_step`: its total rounded so (10⁻⁶ yuan)."""
    shown = in_scope(lines, layout)
    if not layout.sheet_by:
        return [_sheet("结算单", shown, layout, layout.level, total_step)]
    level = (
        tuple(name for name in layout.level if name != layout.sheet_by) if layout.sheet_by == "month" else layout.level
    )
    values = list(dict.fromkeys(getattr(line, layout.sheet_by) for line in shown))
    if layout.sheet_by == "month":
        values.sort()
    return [
        _sheet(
            label(layout, layout.sheet_by, value),
            [line for line in shown if getattr(line, layout.sheet_by) == value],
            layout,
            level,
            total_step,
        )
        for value in values
    ]


def label(layout: Layout, column: str, value: str) -> str:
    """A value as the layout writes it."""
    if column == "item":
        return layout.items[value]
    if column == "product":
        return PRODUCTS[value]
    if column == "period":
        return PERIODS[value]
    if column == "month" and value:
        year, month = value.split("-")
        written = layout.month.replace("2021", year)
        return written.replace("05", month) if "05" in written else written.replace("5", str(int(month)))
    return value


def _sheet(name: str, lines: list[Line], layout: Layout, level: Key, total_step: int | None) -> Sheet:
    beside = layout.beside
    below = tuple(column for column in level if column != beside)
    rows = added_up(lines, (*below, beside) if beside else below)
    keys = sorted({key[: len(below)] for key in rows}, key=lambda key: _place(below, key))
    across = _across(layout, lines) if beside else [""]
    sheet = Sheet(name)
    for title in layout.titles:
        sheet.cells.append([title])
    width = _headings(sheet, layout, below, across)
    for top in range(len(layout.titles)):
        sheet.merged.append((top, 0, top, width - 1))
    for number, key in enumerate(keys, start=1):
        of_key = [rows.get((*key, value) if beside else key) for value in across]
        named = [label(layout, column, value) for column, value in zip(below, key, strict=True)]
        cells: list[Cell] = [str(number), *named] if layout.is_numbered else [*named]
        for row in of_key:
            cells += _measured(row, layout)
        if layout.total_column:
            amount = sum(row.amount for row in of_key if row)
            cells.append(_amount(amount, layout))
        sheet.cells.append(cells)
    if layout.total_row:
        sheet.cells.append(_totals(lines, layout, below, across, total_step))
    sheet.cells += [[note] for note in layout.notes]
    return sheet


def _place(columns: Key, key: Key) -> tuple[object, ...]:
    return tuple(
        _ORDER[column].index(value) if column in _ORDER else value for column, value in zip(columns, key, strict=True)
    )


def _across(layout: Layout, lines: list[Line]) -> list[str]:
    return sorted(
        {getattr(line, layout.beside) for line in lines}, key=lambda value: _place((layout.beside,), (value,))
    )


def _heading(measure: str, layout: Layout) -> str:
    unit = {"energy": layout.energy_unit, "price": layout.price_unit, "amount": layout.money_unit}[measure]
    return f"{MEASURES[measure]}（{unit}）" if layout.form == "xlsx" else f"{MEASURES[measure]}({unit})"


def _headings(sheet: Sheet, layout: Layout, below: Key, across: list[str]) -> int:
    """Adds them; returns how many columns there are."""
    front = [*(["序号"] if layout.is_numbered else []), *(HEADINGS[column] for column in below)]
    measured = [_heading(measure, layout) for measure in layout.measures]
    last = [f"{layout.total_column}（{layout.money_unit}）"] if layout.total_column else []
    if not layout.beside:
        sheet.cells.append([*front, *measured, *last])
        return len(front) + len(measured) + len(last)
    names = [label(layout, layout.beside, value) or "不分时段" for value in across]
    if not layout.two_row_heading:
        (measure,) = layout.measures
        unit = {"energy": layout.energy_unit, "price": layout.price_unit, "amount": layout.money_unit}[measure]
        sheet.cells.append([*front, *(f"{name}({unit})" for name in names), *last])
        return len(front) + len(names) + len(last)
    top = len(sheet.cells)
    upper: list[Cell] = [*front]
    for name in names:
        sheet.merged.append((top, len(upper), top, len(upper) + len(measured) - 1))
        upper += [name, *[""] * (len(measured) - 1)]
    upper += last
    lower: list[Cell] = [*[""] * len(front), *measured * len(names), *[""] * len(last)]
    sheet.merged += [
        (top, place, top + 1, place) for place in (*range(len(front)), *range(len(upper) - len(last), len(upper)))
    ]
    sheet.cells += [upper, lower]
    return len(upper)


def _measured(row: Row | None, layout: Layout) -> list[Cell]:
    if row is None:
        return [layout.empty] * len(layout.measures)
    cells: list[Cell] = []
    for measure in layout.measures:
        if measure == "energy":
            cells.append(_decimal(row.energy, *ENERGY_UNITS[layout.energy_unit]))
        elif measure == "price":
            cells.append(layout.empty if row.price is None else _decimal(row.price, *PRICE_UNITS[layout.price_unit]))
        else:
            cells.append(_amount(row.amount, layout))
    return cells


def _amount(amount: int, layout: Layout) -> Decimal:
    return _decimal(amount, *MONEY_UNITS[layout.money_unit])


def _decimal(value: int, unit: int, decimals: int) -> Decimal:
    """Rounded half up to the decimals that are printed."""
    return Decimal(_half_up(Fraction(value * 10**decimals, unit))).scaleb(-decimals)


def _totals(lines: list[Line], layout: Layout, below: Key, across: list[str], total_step: int | None) -> list[Cell]:
    cells: list[Cell] = [layout.total_row, *[""] * (len(below) + layout.is_numbered - 1)]
    groups = (
        [[line for line in lines if getattr(line, layout.beside) == value] for value in across]
        if layout.beside
        else [lines]
    )
    for value, group in zip(across, groups, strict=True):
        is_of_item = layout.beside == "item"
        energy = sum(line.energy for line in group) if is_of_item else settled_energy(group)
        amount = sum(line.amount for line in group)
        row = Row((value,), energy, None, amount if total_step is None else round_to(amount, total_step))
        cells += _measured(row, layout)
    if layout.total_column:
        cells.append(_amount(sum(line.amount for line in lines), layout))
    return cells
