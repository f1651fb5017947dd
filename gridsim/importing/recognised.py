"""What an import tells: what it took each file for, what it left out, row by row, and totals to check by eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gridsim.columns import INPUT_TABLES
from gridsim.importing.asked import plain
from gridsim.names import NamingLanguage
from gridsim.show.document import Heading, ListItem, grid
from gridsim.show.numbers import count
from gridsim.words import Language, both, msg

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.importing.layout import Layout
    from gridsim.importing.meanings import Meaning
    from gridsim.importing.parts import Part
    from gridsim.importing.run import Seen
    from gridsim.importing.tables import Total
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["document_of"]

_MOST = 20  # lines of each kind on the screen
_MOST_RANGES = 12


def document_of(name: str, seen: Seen, totals: Sequence[Total], lang: Lang, *, whole: bool) -> list[Block]:
    """The document.

    Parameters
    ----------
    name : str
        Of the table.
    seen : Seen
    totals : sequence of Total
    lang : {"en", "zh"}
    whole : bool
        All of it, not the first lines of each kind.
    """
    words = NamingLanguage(lang, seen.shape)
    table = both(name, INPUT_TABLES[name].zh)
    title = words.say("Imported: {table}, {rows} rows", table=table, rows=count(len(seen.made)))
    blocks: list[Block] = [Heading(title)]
    blocks += [_part(part, words, seen.made.table) for part in _some(seen.parts, whole)]
    blocks += [note.told(lang) for note in seen.notes]
    blocks += _left_out(seen, words, whole=whole)
    blocks += _totals(totals, words, whole=whole)
    return blocks


def _some(items: Sequence[Part], whole: bool) -> Sequence[Part]:
    return items if whole else items[:_MOST]


_HELPERS = {
    "date": msg("day"),
    "time": msg("time"),
    "ends_at": msg("end of the interval"),
    "multiplier": msg("multiplier"),
    "meter": msg("meter"),
    "reading": msg("reading"),
    "reading_from": msg("reading before"),
    "reading_to": msg("reading after"),
}


_PLACES = {"title": msg("title"), "sheet": msg("name of the sheet"), "file": msg("name of the file")}


def _called(key: str, words: Language, table: Table) -> str:
    """A column by its name, in Chinese with what it is called."""
    if words.lang == "en" or not key:
        return key
    if key in _HELPERS:
        return words.named(key, words.say(_HELPERS[key]))
    return words.named(key, next((column.zh[0] for column in table if column.name == key and column.zh), None))


def _part(part: Part, words: NamingLanguage, table: Table) -> ListItem:
    """What one grid was taken for."""
    layout = part.raw.layout
    of_periods = "product" if any(column.name == "product" for column in table) else "period"
    lines = [
        words.say(
            "headings in row {row}; {count} rows of data",
            row=layout.first + 1 if layout.start == layout.first + 1 else f"{layout.first + 1}–{layout.start}",
            count=count(len(part.raw.kept)),
        )
    ]
    lines += [f"{layout.headings[place]} → {_called(key, words, table)}" for key, place in layout.keys.items()]
    for key, cell in layout.context.keys.items():
        if key not in layout.keys:
            lines.append(words.say("above the headings: {key} = {value}", key=key, value=cell))
    context = layout.context
    if context.month and "month" in part.codes and not layout.keys.keys() & {"month", "date"}:
        month = f"{context.year or '*'}-{context.month:02d}"
        lines.append(
            words.say(
                "month of each row: {month}, by the {place}", month=month, place=words.say(_PLACES[context.said_by])
            )
        )
    if layout.slots is not None:
        slots = layout.slots
        lines.append(
            words.say(
                "{count} columns of intervals of a day, {first} to {last}",
                count=len(slots.places),
                first=slots.labels[0],
                last=slots.labels[-1],
            )
        )
    else:
        lines += _side_by_side(layout, words)
        for place in layout.values:
            meaning = layout.meanings[place]
            if meaning.user or meaning.day:
                continue
            measure = meaning.measure or next(iter(part.measures), "")
            period = words.called(of_periods, meaning.period) if words.lang == "zh" else meaning.period
            what = " ".join(
                filter(None, (_called(meaning.reading or measure, words, table), period, _month(meaning, words)))
            )
            lines.append(f"{layout.headings[place]} → {what}")
    lines += [
        words.say("unit of {measure}: {unit}", measure=_called(measure, words, table), unit=unit.words)
        for measure, unit in part.units.items()
    ]
    if part.stamped:
        lines.append(
            words.say("times are the ends of intervals of {minutes} minutes", minutes=part.length)
            if part.stamped == "ends"
            else words.say("times are the starts of intervals of {minutes} minutes", minutes=part.length)
        )
    return ListItem(part.raw.grid.name, tuple(lines))


def _month(meaning: Meaning, words: Language) -> str:
    """The month or year of a column; a month whose year is not said, as a table writes it in that language."""
    if not meaning.month:
        return str(meaning.year or "")
    if not meaning.year:
        return words.short_month(f"0000-{meaning.month:02d}") if words.lang == "zh" else f"*-{meaning.month:02d}"
    return words.month(f"{meaning.year}-{meaning.month:02d}")


def _side_by_side(layout: Layout, words: Language) -> Iterator[str]:
    """Columns of users and of days, which are too many to be told one by one."""
    meanings = [layout.meanings[place] for place in layout.values]
    users = list(dict.fromkeys(meaning.user for meaning in meanings if meaning.user))
    days = [layout.headings[place] for place in layout.values if layout.meanings[place].day]
    if users:
        yield words.say(
            "columns of {count} users, {first} to {last}", count=count(len(users)), first=users[0], last=users[-1]
        )
    if days:
        yield words.say(
            "{count} columns of days, {first} to {last}", count=count(len(days)), first=days[0], last=days[-1]
        )


def _left_out(seen: Seen, words: Language, *, whole: bool) -> Iterator[Block]:
    if not seen.left_out:
        return
    rows = []
    for each in seen.left_out:
        what = words.listed(each.columns) if each.columns else _ranges(each.rows, words, whole=whole)
        rows.append((each.grid, what, each.reason.told(words.lang)))
    shown = rows if whole else rows[:_MOST]
    more = len(rows) - len(shown)
    note = words.say("and {count} more", count=count(more)) if more else ""
    heads = (words.say("file"), words.say("rows or columns"), words.say("why"))
    yield grid(heads, shown, texts=3, title=words.say("Left out"), note=note)


def _ranges(rows: Sequence[int], words: Language, *, whole: bool) -> str:
    """Rows as a person would list them: 3–5, 9."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    shown = found if whole else found[:_MOST_RANGES]
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in shown]
    if len(shown) < len(found):
        texts.append("…")
    return words.say("rows {rows}", rows=words.listed(texts)) if texts else ""


def _totals(totals: Sequence[Total], words: Language, *, whole: bool) -> Iterator[Block]:
    if not totals:
        return
    shown = totals if whole else totals[:_MOST]
    rows = [(each.who, each.month, count(each.rows), plain(each.energy_mwh)) for each in shown]
    more = len(totals) - len(shown)
    note = words.say("and {count} more, in the file beside the table", count=count(more)) if more else ""
    heads = (words.say("who"), words.say("month"), words.say("rows"), words.say("MWh"))
    everything = sum((each.energy_mwh for each in totals), start=totals[0].energy_mwh * 0)
    foot = (words.say("all"), "", count(sum(each.rows for each in totals)), plain(everything))
    yield grid(heads, rows, texts=2, foot=foot, title=words.say("Totals to check by eye"), note=note)
