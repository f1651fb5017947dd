"""From the headings of a table to its columns: English names, Chinese aliases, and the nearest to what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from gridsim.columns import Column, Table
from gridsim.errors import Fault, shorten, visible
from gridsim.suggest import Suggester
from gridsim.tables.export_shapes import by_import, export_fault
from gridsim.tables.faults import columns_in_words
from gridsim.tables.heading_units import UNITS_SHOWN, HeadingUnit, heading_in_unit, unit_of_heading
from gridsim.words import Sentence, both, listed, named

__all__ = ["Matched", "form_of", "match_headings"]

_MOST_HEADINGS = 1_000  # far beyond every table; each that is not known is compared with those that are
_OTHER_SEPARATORS = {
    ";": Sentence("cells separated by semicolons"),
    "\t": Sentence("cells separated by tabs"),
    "|": Sentence("cells separated by bars"),
    "，": Sentence("cells separated by full-width commas"),
}
_REMARKS = ("备注",)


class Matched(NamedTuple):
    """What the headings of a table mean.

    Attributes
    ----------
    columns : list of (Column or None), or None
        In the order of the headings, each column once; None for a heading that means none. None alone if
        there is nothing in the table that could be looked at.
    faults : list of Fault
    units : dict of str to HeadingUnit
        By English name, of the columns whose heading names another unit than ours.
    notes : tuple of Sentence
        How those are read.
    """

    columns: list[Column | None] | None
    faults: list[Fault]
    units: dict[str, HeadingUnit]
    notes: tuple[Sentence, ...]


def form_of(headings: Sequence[object], table: Table) -> Table:
    """The form in which a table stands, by its headings: as it is, or its other one."""
    other = table.other_form
    if other is None:
        return table
    names = _Names(other)
    found = {column.name for text in map(_text, headings) if (column := names.column(text)) is not None}
    return other if found.issuperset(table.marks) else table


def match_headings(headings: Sequence[object], table: Table, file: str) -> Matched:
    """The column that each heading means.

    A misspelt heading is a fault, but its cells are looked at as those of the column that it most likely
    means, so that their faults come to light at the same time. One that begins with ``_``, and 备注, is a remark.

    Parameters
    ----------
    headings : sequence
        As they stand; an empty one is no fault here as its cells may be empty too.
    table : Table
    file : str
    """
    texts = [_text(heading) for heading in headings]
    if sum(text != "" for text in texts) > _MOST_HEADINGS:
        message = Sentence("more than {count:,} headings", count=_MOST_HEADINGS)
        return Matched(None, [Fault.of_file(file, message, _columns_of(table))], {}, ())
    names = _Names(table)
    found: dict[str, str] = {}  # name of a column → the heading that was taken for it
    columns: list[Column | None] = []
    faults: list[Fault] = []
    for text in texts:
        column = names.column(text)
        if column is not None and column.name in found:
            faults.append(_twice(column, found[column.name], text, file))
            column = None
        elif column is not None:
            found[column.name] = text
        columns.append(column)
    unknown = [
        place for place, text in enumerate(texts) if text and not _is_remark(text) and names.column(text) is None
    ]
    missing = [column for column in table if column.name not in found]
    with_unit = {name: text for name, text in found.items() if not names.has(text)}
    units, notes = _units(with_unit, table, file)
    lacks = any(not column.optional for column in missing)
    if not unknown and not lacks:
        return Matched(columns, faults, units, notes)
    if lacks:
        others = [texts[place] for place in unknown]
        is_strange = [bool(found) and _nearest_missing(text, missing) is None for text in others]
        shape = export_fault(others, is_strange, table, file)
        if shape is not None:
            return Matched(None, [shape], {}, ())
    if not found and not all(_nearest_missing(texts[place], missing) for place in unknown):
        return Matched(None, [_no_headings(texts, table, file)], {}, ())
    if not found and any(separator in texts[place] for place in unknown for separator in _OTHER_SEPARATORS):
        return Matched(None, [_no_headings(texts, table, file)], {}, ())
    every = _columns_of(table)
    for place in unknown:
        text = texts[place]
        shown = shorten(visible(text))
        other = names.of_another_quantity(text)
        if other is not None:
            faults.append(Fault(file, None, shown, None, *_another_quantity(text, other)))
            if other in missing:  # told of already
                missing.remove(other)
            continue
        meant = _nearest_missing(text, missing)
        if meant is None:
            again = Suggester(column.name for column in table).nearest(text)
            there = (
                None
                if again is None
                else Sentence("{name} stands there already", name=columns_in_words([table[again]]))
            )
            faults.append(Fault(file, None, shown, None, Sentence("unknown column"), listed(there, every)))
            continue
        missing.remove(meant)
        columns[place] = meant
        faults.append(Fault(file, None, shown, None, Sentence("unknown column"), listed(_hint(text, meant), every)))
    faults.extend(
        Fault(file, None, column.name, None, Sentence("missing column"), every)
        for column in missing
        if not column.optional
    )
    return Matched(columns, faults, units, notes)


def _columns_of(table: Table) -> Sentence:
    """All columns of a table, in Chinese by the headings that a Chinese table has; and those of its other form."""
    codes = columns_in_words(table)
    if table.other_form is not None:
        codes = Sentence("{one}; or {other}", one=codes, other=columns_in_words(table.other_form))
    return Sentence("the columns of {table}: {codes}", table=both(table.name, table.zh), codes=codes)


def _text(heading: object) -> str:
    return "" if heading is None else str(heading).strip().lstrip("\ufeff")


def _is_remark(heading: str) -> bool:
    """Whether a column is its user's own, to be kept out."""
    return heading.startswith("_") or heading in _REMARKS


class _Names:
    """The columns of a table by what a heading may call them, with a unit behind it or none."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._exact = {alias: column for column in table for alias in (*column.zh, column.name)}

    @cached_property
    def _without_unit(self) -> dict[str, Column]:
        """Made at the first heading with a unit, as most tables have none."""
        names: dict[str, Column] = {}
        for column in self._table:
            for name in (column.name, column.stem, *column.zh):
                names.setdefault(name, column)
        return names

    def has(self, text: str) -> bool:
        """Whether a heading is a column's own name, as it stands."""
        return text in self._exact

    def column(self, text: str) -> Column | None:
        """The column of a heading; None if it means none, or names a unit that the column's cells can't have."""
        exact = self._exact.get(text)
        if exact is not None:
            return exact
        column, unit = self._named_with_unit(text)
        return column if column is not None and unit is not None and unit.for_kind(column.kind) else None

    def of_another_quantity(self, text: str) -> Column | None:
        """The column of a heading that names a unit of another quantity, such as power for energy."""
        column, unit = self._named_with_unit(text)
        return column if column is not None and unit is not None and not unit.for_kind(column.kind) else None

    def _named_with_unit(self, text: str) -> tuple[Column | None, HeadingUnit | None]:
        unit = unit_of_heading(text)
        if unit is None:
            return None, None
        if unit.name:
            plain = "_".join(unit.name.casefold().split())
            return self._without_unit.get(unit.name) or self._without_unit.get(plain), unit
        alike = [column for column in self._table if unit.for_kind(column.kind)]
        return (alike[0] if len(alike) == 1 else None), unit


def _twice(column: Column, first: str, second: str, file: str) -> Fault:
    headings = (
        Sentence("{first!r} and {second!r}", first=first, second=second)
        if first != second
        else Sentence("{heading!r} twice", heading=second)
    )
    message = Sentence("two headings for one column: {headings}", headings=headings)
    return Fault(file, None, column.name, second, message, Sentence("one heading"))


def _units(found: Mapping[str, str], table: Table, file: str) -> tuple[dict[str, HeadingUnit], tuple[Sentence, ...]]:
    """Of columns whose heading names a unit: those in another than ours, and how they are read."""
    units: dict[str, HeadingUnit] = {}
    for name, text in found.items():
        named_unit = unit_of_heading(text)
        unit = None if named_unit is None else named_unit.for_kind(table[name].kind)
        if unit is not None and not unit.is_ours:
            units[name] = unit
    notes = tuple(
        Sentence(
            "{file}: {heading} is read as {column}: {equation}",
            file=file,
            heading=shorten(visible(found[name])),
            column=columns_in_words([table[name]]),
            equation=unit.equation,
        )
        for name, unit in units.items()
    )
    return units, notes


def _another_quantity(text: str, column: Column) -> tuple[Sentence, Sentence]:
    """What is wrong with a unit that is none of a column's, and which are."""
    unit = unit_of_heading(text)
    assert unit is not None  # as chosen
    allowed = Sentence(
        "{column} in a unit of its own: {units}", column=column.name, units=named(UNITS_SHOWN.get(column.kind, ()))
    )
    if unit.quantity == "power" and column.kind == "energy":
        return Sentence("{unit} is power, and power is no energy", unit=unit.unit), allowed
    return Sentence("{unit} is no unit of {column}", unit=unit.unit, column=column.name), allowed


def _nearest_missing(text: str, missing: Sequence[Column]) -> Column | None:
    """The column, of those not found yet, that a wrong heading most likely means; of its unit, where it names one."""
    unit = unit_of_heading(text)
    if unit is not None:
        missing = [column for column in missing if unit.for_kind(column.kind)]
    names = {name: column for column in missing for name in (column.name, *column.zh)}
    name = Suggester(names).nearest(text)
    return None if name is None else names[name]


def _hint(text: str, meant: Column) -> Sentence:
    """What a heading most likely means; with the unit that it names, which is read as well."""
    name = columns_in_words([meant])
    what = name if meant.optional else Sentence("{name}, which is missing", name=name)
    named_unit = unit_of_heading(text)
    unit = None if named_unit is None else named_unit.for_kind(meant.kind)
    if unit is not None and not unit.is_ours:
        with_unit = heading_in_unit(meant.name, meant.zh[0], unit.unit, unit.unit)
        return Sentence("nearest: {what}; in this unit: {heading}", what=what, heading=with_unit)
    return Sentence("nearest: {name}", name=what)


def _no_headings(texts: list[str], table: Table, file: str) -> Fault:
    """No heading is known at all: one fault about that, rather than one about each column."""
    first = next((text for text in texts if text), "")
    allowed = columns_in_words(table, mark="?")
    for separator, message in _OTHER_SEPARATORS.items():
        if separator in first:
            return Fault.of_file(
                file, message, Sentence("commas between: {codes}", codes=allowed), value=shorten(first)
            )
    value = shorten(", ".join(text for text in texts if text))
    return Fault.of_file(
        file,
        Sentence("no heading of this table in the first row"),
        listed(Sentence("headings: {codes}", codes=allowed), by_import(table, file)),
        value=value,
    )
