"""From the headings of a table to its columns: English names, Chinese aliases, and the nearest to what was meant."""

from __future__ import annotations

from collections.abc import Sequence

from gridsim.columns import Column, Table
from gridsim.errors import Fault, shorten, visible
from gridsim.suggest import Suggester
from gridsim.words import Sentence, listed, named, verbatim

__all__ = ["form_of", "match_headings"]

_OUR_UNIT = {
    "energy": Sentence("in MWh: 1 MWh is 1,000 kWh or 0.1 万千瓦时"),
    "price": Sentence("in yuan/MWh: 1 yuan/kWh is 1,000 yuan/MWh, 1 fen/kWh is 10 yuan/MWh"),
}
_MOST_HEADINGS = 1_000  # far beyond every table; each that is not known is compared with those that are
_UNITS_PER_KWH = ("kwh", "千瓦时", "gwh", "度")
_OTHER_SEPARATORS = {
    ";": Sentence("cells separated by semicolons"),
    "\t": Sentence("cells separated by tabs"),
    "|": Sentence("cells separated by bars"),
    "，": Sentence("cells separated by full-width commas"),
}


def form_of(headings: Sequence[object], table: Table) -> Table:
    """The form in which a table stands, by its headings: as it is, or its other one."""
    other = table.other_form
    if other is None:
        return table
    texts = {"" if heading is None else str(heading).strip().lstrip("\ufeff") for heading in headings}
    is_other = all(texts & {name, *other[name].zh} for name in table.marks)
    return other if is_other else table


def match_headings(
    headings: Sequence[object], table: Table, file: str
) -> tuple[list[Column | None] | None, list[Fault]]:
    """The column that each heading means.

    A misspelt heading is a fault, but its cells are looked at as those of the column that it most likely
    means, so that their faults come to light at the same time.

    Parameters
    ----------
    headings : sequence
        As they stand; an empty one is no fault here as its cells may be empty too.
    table : Table
    file : str

    Returns
    -------
    columns : list of (Column or None), or None
        In the order of the headings, each column once; None for a heading that means none. None alone if
        there is nothing in the table that could be looked at.
    faults : list of Fault
    """
    texts = ["" if heading is None else str(heading).strip().lstrip("\ufeff") for heading in headings]
    if sum(text != "" for text in texts) > _MOST_HEADINGS:
        message = Sentence("more than {count:,} headings", count=_MOST_HEADINGS)
        allowed = Sentence("the columns of {table}: {codes}", table=table.name, codes=named(c.name for c in table))
        return None, [Fault.of_file(file, message, allowed)]
    by_name = {column.name: column for column in table}
    by_alias = {alias: column for column in table for alias in column.zh}
    found: dict[str, str] = {}  # name of a column → the heading that was taken for it
    columns: list[Column | None] = []
    faults: list[Fault] = []
    for text in texts:
        column = by_name.get(text) or by_alias.get(text)
        if column is not None and column.name in found:
            first = found[column.name]
            both = (
                Sentence("{first!r} and {second!r}", first=first, second=text)
                if first != text
                else Sentence("{heading!r} twice", heading=text)
            )
            faults.append(
                Fault(
                    file,
                    None,
                    column.name,
                    text,
                    Sentence("two headings for one column: {headings}", headings=both),
                    Sentence("one heading"),
                )
            )
            column = None
        elif column is not None:
            found[column.name] = text
        columns.append(column)
    unknown = [place for place, text in enumerate(texts) if text and text not in by_name and text not in by_alias]
    missing = [column for column in table if column.name not in found]
    if not found and not all(_nearest_missing(texts[place], missing) for place in unknown):
        return None, [_no_headings(texts, table, file)]
    if not found and any(separator in texts[place] for place in unknown for separator in _OTHER_SEPARATORS):
        return None, [_no_headings(texts, table, file)]
    names = ", ".join(by_name)
    for place in unknown:
        text = texts[place]
        meant = _nearest_missing(text, missing)
        if meant is None:
            allowed = Sentence("the columns of {table}: {codes}", table=table.name, codes=names)
            again = Suggester(by_name).nearest(text)
            if again is not None:
                allowed = listed(Sentence("{name} stands there already", name=again), allowed)
            faults.append(Fault(file, None, shorten(visible(text)), None, Sentence("unknown column"), allowed))
            continue
        missing.remove(meant)
        columns[place] = meant
        allowed = listed(_hint(text, meant), Sentence("the columns of {table}: {codes}", table=table.name, codes=names))
        faults.append(Fault(file, None, shorten(visible(text)), None, Sentence("unknown column"), allowed))
    allowed = Sentence("the columns of {table}: {codes}", table=table.name, codes=names)
    faults.extend(
        Fault(file, None, column.name, None, Sentence("missing column"), allowed)
        for column in missing
        if not column.optional
    )
    return columns, faults


def _nearest_missing(text: str, missing: Sequence[Column]) -> Column | None:
    """The column, of those not found yet, that a wrong heading most likely means."""
    names = {name: column for column in missing for name in (column.name, *column.zh)}
    name = Suggester(names).nearest(text)
    return None if name is None else names[name]


def _hint(text: str, meant: Column) -> Sentence:
    """What a heading most likely means.

    With a warning where it names another unit: renamed alone, its numbers would be a thousand times too large.
    """
    what = verbatim(meant.name) if meant.optional else Sentence("{name}, which is missing", name=meant.name)
    if meant.kind in _OUR_UNIT and any(unit in text.casefold() for unit in _UNITS_PER_KWH):
        return Sentence("nearest: {what}, {unit}", what=what, unit=_OUR_UNIT[meant.kind])
    return Sentence("nearest: {name}", name=what)


def _no_headings(texts: list[str], table: Table, file: str) -> Fault:
    """No heading is known at all: one fault about that, rather than one about each column."""
    first = next((text for text in texts if text), "")
    allowed = ", ".join(column.name if not column.optional else f"{column.name}?" for column in table)
    for separator, message in _OTHER_SEPARATORS.items():
        if separator in first:
            return Fault.of_file(
                file, message, Sentence("commas between: {codes}", codes=allowed), value=shorten(first)
            )
    value = shorten(", ".join(text for text in texts if text))
    return Fault.of_file(
        file,
        Sentence("no heading of this table in the first row"),
        Sentence("headings: {codes}", codes=allowed),
        value=value,
    )
