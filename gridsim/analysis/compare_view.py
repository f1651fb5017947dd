"""A comparison as a document: what changed first, then what it moved, the largest difference first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.closing_lines import NO_USER, unitless_apart
from gridsim.analysis.table import OTHERS
from gridsim.columns import INPUT_TABLES
from gridsim.market_tables import METER_PARTS, METER_PARTS_ZH, USER_CHANGES, USER_CHANGES_ZH
from gridsim.names import NamingLanguage
from gridsim.rules.citations import clause_text
from gridsim.rules.display import unit_text
from gridsim.show.document import Heading, Text, grid
from gridsim.show.numbers import change as relative
from gridsim.show.numbers import count, energy, money, price, signed
from gridsim.words import Sentence, msg, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.analysis.changes import Change
    from gridsim.analysis.compared import ComparedResults
    from gridsim.analysis.input_changes import ColumnChange
    from gridsim.analysis.table import StatisticsTable
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = [
    "change_name",
    "changes_grid",
    "comparison_document",
    "comparison_overview",
    "differences_grid",
    "unit_labels",
]

_TOP = 10
_MOST_CHANGES = 30
_TITLES = {
    "item": (msg("item"), msg("By item")),
    "unit": (msg("unit"), msg("By settlement unit")),
    "month": (msg("month"), msg("By month")),
    "party": (msg("party"), msg("By party: received less paid")),
}
_KINDS = {
    "column": msg("{table}: {column}"),
    "added": msg("{table}: rows added"),
    "removed": msg("{table}: rows removed"),
    "order": msg("{table}: order of the rows"),
    "table": msg("{table}: the table itself"),
    "contracts": msg("contracts as traded"),
    "metering": msg("months that are a forecast"),
    "program": msg("version of gridsim"),
    "unknown": msg("what the results do not hold: the order of the meter's rows"),
}
_CHINESE = {name: table.zh for name, table in INPUT_TABLES.items()} | {
    USER_CHANGES: USER_CHANGES_ZH,
    METER_PARTS: METER_PARTS_ZH,
}
"""What input tables are called."""

_Notes = tuple[str, list[list[str]]]
"""The heading of a last column, and its texts by row."""


def comparison_document(comparison: ComparedResults, lang: Lang) -> list[Block]:
    """Rules and inputs that changed, the cause as far as it can be told, and tables of differences.

    Parameters
    ----------
    comparison : ComparedResults
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, comparison.after.rules.shape)
    parts: list[Block] = []
    if comparison.changes:
        parts += [_changes(comparison, words), ""]
    else:
        parts += [words.say("No rule and no input changed, and neither did the version of gridsim.")]
    overview = comparison.overview()
    by_item, by_month = overview["item"], overview["month"]
    by_unit, by_party = unitless_apart(comparison, overview["unit"]).first(_TOP), overview["party"].first(_TOP)
    if not any(table.exact["difference"].any() for table in (by_item, by_unit, by_month, by_party)):
        same = words.say("All money is the same by item, settlement unit, month and party, to the micro-yuan.")
        return [*parts, same]
    parts += [Text.of((_cause(comparison, words), "strong")), ""]
    items = [words.called("item", item) for item in by_item.index]
    causes = [[change_name(change, words) for change in comparison.causes(item)] for item in by_item.index]
    parts += [differences_grid(words, "item", by_item, items, (words.say(within("cause", "from")), causes)), ""]
    labels = unit_labels(by_unit, words, comparison)
    parts += [differences_grid(words, "unit", by_unit, labels, _own(comparison, by_unit, words)), ""]
    parts += [differences_grid(words, "month", by_month, list(by_month.index)), ""]
    parts += [differences_grid(words, "party", by_party, unit_labels(by_party, words, comparison)), ""]
    by_energy = comparison.energy("unit", top=_TOP)
    if by_energy.exact["difference"].any():
        labels = unit_labels(by_energy, words, comparison)
        parts += [differences_grid(words, "unit", by_energy, labels, of_energy=True), ""]
    return [*parts, words.say("(yuan rounded to the fen for display; differences are exact)")]


def comparison_overview(comparison: ComparedResults, lang: Lang) -> list[Block]:
    """What changed, and the money by item: for a first look.

    Parameters
    ----------
    comparison : ComparedResults
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, comparison.after.rules.shape)
    scenarios = " → ".join(_scenario_names(comparison))
    by_item = comparison.money("item")
    items = [words.called("item", item) for item in by_item.index]
    return [
        Heading(words.say("Comparison"), 2, scenarios),
        _changes(comparison, words),
        differences_grid(words, "item", by_item, items),
    ]


def _scenario_names(comparison: ComparedResults) -> list[str]:
    return [result.manifest["scenario"]["name"] for result in (comparison.before, comparison.after)]


def change_name(change: Change, words: NamingLanguage) -> str:
    """A change in a few words, such as ``meter: energy_mwh``."""
    table, _, column = change.name.partition(".")
    if change.kind == "rule":
        cited = clause_text(change.clause, words.lang) if change.clause else ""
        if change.called is None:
            text = msg("rule {name} ({clause})") if cited else msg("rule {name}")
            return words.say(text, name=change.name, clause=cited)
        text = msg("rule {called} ({name}; {clause})") if cited else msg("rule {called} ({name})")
        return words.say(text, called=change.called.told(words.lang), name=change.name, clause=cited)
    if words.lang == "zh" and table in _CHINESE:
        if column:
            column = _heading(change, column)
        table = _CHINESE[table]
    return words.say(_KINDS[change.kind], table=table, column=column)


def _heading(change: Change, column: str) -> str:
    """The Chinese heading of a column that changed."""
    changed = () if change.table is None else change.table.columns
    return next((each.column.zh[0] for each in changed if each.column.name == column), column)


def _cause(comparison: ComparedResults, words: NamingLanguage) -> str:
    if len(comparison.changes) == 1 and comparison.changes[0].items:
        return words.say("Only this changed, so it alone is the cause of every difference below.")
    of_money = comparison.causes()
    if len(of_money) == 1:
        return words.say(
            "Only {name} can have moved money, so it alone is the cause of every difference below.",
            name=change_name(of_money[0], words),
        )
    if of_money:
        return words.say(
            "Several things changed at once. The last column tells which of them can have moved an item; to tell "
            "their parts, run with one change at a time."
        )
    return words.say("No change that was found can have moved any money, and yet money moved: please report this.")


def _changes(comparison: ComparedResults, words: NamingLanguage) -> Grid:
    before, after = _scenario_names(comparison)
    title = words.say("What changed: {before} → {after}", before=before, after=after)
    return changes_grid(comparison.changes, words, title, comparison.items)


def changes_grid(
    changes: Sequence[Change], words: NamingLanguage, title: str, items: Sequence[str] | None = None
) -> Grid:
    """Changes as a table.

    Parameters
    ----------
    changes : sequence of Change
    words : NamingLanguage
    title : str
    items : sequence of str, optional
        The ledger items of which a last column tells whether a change can move them; no such column if left out.
    """
    rows = []
    for change in changes[:_MOST_CHANGES]:
        row = (change_name(change, words), count(change.rows) if change.rows else "", *_sides(change, words))
        rows.append(row if items is None else (*row, _items(change, items, words)))
    heads = (msg("what"), msg("rows"), msg("before"), msg("after"), msg("change"))
    left = len(changes) - _MOST_CHANGES
    return grid(
        tuple(map(words.say, heads if items is None else (*heads, msg("what it can move")))),
        rows,
        align="<>>>>" if items is None else "<>>>><",
        title=title,
        note=words.say("{count} more changes", count=left) if left > 0 else "",
    )


def _items(change: Change, items: Sequence[str], words: NamingLanguage) -> str:
    if not change.items:
        return words.say("no money")
    if change.items.issuperset(items):
        return words.say("all items")
    return words.listed(words.called("item", item) for item in items if item in change.items)


def _sides(change: Change, words: NamingLanguage) -> tuple[str, str, str]:
    """What stood there, what stands there, and how much more that is."""
    if change.kind == "rule":
        unit = unit_text(change.unit, words.lang) if change.unit else ""
        none = words.say("none")
        was, now = (text and f"{_told(text, words)} {unit}".rstrip() for text in (change.before, change.after))
        return was or none, now or none, ""
    if change.column is not None:
        return _column_sides(change.column, words)
    if change.kind in ("added", "removed", "table") and change.table is not None:
        energies = (change.table.energy_before, change.table.energy_after)
        was, now = ("" if kwh is None else _with_unit(kwh, words) for kwh in energies)
        return was, now, relative(*energies)
    if change.kind in ("contracts", "metering"):
        return _told(change.before, words), _told(change.after, words), ""
    return change.before, change.after, ""


def _told(text: str, words: NamingLanguage) -> str:
    return text.told(words.lang) if isinstance(text, Sentence) else text


def _column_sides(change: ColumnChange, words: NamingLanguage) -> tuple[str, str, str]:
    kind, values = change.column.kind, (change.before, change.after)
    if kind == "energy":
        was, now = (int(value or 0) for value in values)
        return _with_unit(was, words), _with_unit(now, words), relative(was, now)

    def told(value: int | str | None) -> str:
        if value is None:
            return words.say("(different values)")
        if isinstance(value, int):
            return price(value) if kind == "price" else str(value)
        return value or words.say("none")

    is_number = kind == "price" and isinstance(values[0], int) and isinstance(values[1], int)
    more = relative(*(int(value or 0) for value in values)) if is_number else ""
    return told(values[0]), told(values[1]), more


def _with_unit(kwh: int, words: NamingLanguage) -> str:
    return f"{energy(kwh)} {words.say('MWh')}"


def _own(comparison: ComparedResults, by_unit: StatisticsTable, words: NamingLanguage) -> _Notes | None:
    """Which input tables changed in each unit's own rows; nothing if no table changed."""
    if not any(change.table or change.kind == "contracts" for change in comparison.changes):
        return None
    through = words.say("– (through market or rules)")

    def tables(unit: str) -> list[str]:
        names = comparison.concerned(unit)
        return [_table_name(name, words) for name in names] or [through]

    sellers = comparison.sellers
    own = [[] if unit in {"", OTHERS, NO_USER, *sellers} else tables(unit) for unit in by_unit.index]
    return words.say("own inputs changed"), own


def _table_name(name: str, words: NamingLanguage) -> str:
    if name not in _CHINESE:
        return words.say(_KINDS[name])
    return _CHINESE[name] if words.lang == "zh" else name


def differences_grid(
    words: NamingLanguage,
    of: str,
    differences: StatisticsTable,
    labels: list[str],
    notes: _Notes | None = None,
    *,
    of_energy: bool = False,
) -> Grid:
    """Differences by one dimension, with their sum; `notes` are a last column with its heading, of rows that differ."""
    exact = differences.exact

    def cells(before: int, after: int, difference: int) -> tuple[str, ...]:
        write = energy if of_energy else money
        return write(before), write(after), signed(write(difference), difference), relative(before, after)

    rows = []
    for row, (label, *numbers) in enumerate(
        zip(labels, exact["before"], exact["after"], exact["difference"], strict=True)
    ):
        noted = () if notes is None else (words.parted(notes[1][row]) if numbers[2] else "",)
        rows.append((label, *cells(*numbers), *noted))
    head, title = _TITLES[of]
    unit = words.say("MWh") if of_energy else words.say("yuan")
    heads = [
        words.say(head),
        words.say("before ({unit})", unit=unit),
        words.say("after ({unit})", unit=unit),
        words.say("difference ({unit})", unit=unit),
        "%",
        *([] if notes is None else [notes[0]]),
    ]
    sums = cells(*(int(exact[name].sum()) for name in ("before", "after", "difference")))
    return grid(
        heads,
        rows,
        align="<>>>>" + "<" * (notes is not None),
        foot=(words.say("all"), *sums, *([] if notes is None else [""])),
        title=words.say("Metered energy by settlement unit") if of_energy else words.say(title),
    )


def unit_labels(table: StatisticsTable, words: NamingLanguage, comparison: ComparedResults) -> list[str]:
    """What the rows of a table by unit or party are called."""
    column, names = str(table.index.name), comparison.names
    sellers = frozenset(comparison.sellers if column == "unit" else ())
    told = {
        OTHERS: words.say(within("rows", "{count} others"), count=count(table.omitted)),
        "": words.say("(users without a unit)"),
        NO_USER: words.say("(what closes the month, without generators)"),
    }
    return [
        told[label] if label in told else _label(column, label, words, names, label in sellers) for label in table.index
    ]


def _label(column: str, label: str, words: NamingLanguage, names: Mapping[str, str], is_seller: bool) -> str:
    if is_seller:
        return words.say("generator {seller}", seller=words.named(label, names.get(label)))
    return words.with_name(column, label, names)
