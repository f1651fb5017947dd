"""A comparison on a terminal: what changed first, then what it moved, the largest difference first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gridsim.analysis.compare_words import TEXTS
from gridsim.analysis.table import OTHERS
from gridsim.columns import INPUT_TABLES
from gridsim.explain.words import Words
from gridsim.rules.display import unit_text
from gridsim.rules.schema import FIELDS
from gridsim.settlement.ledger import ITEMS
from gridsim.units import (
    ENERGY_DECIMALS,
    MONEY_DECIMALS,
    decimals_of,
    format_fixed,
    is_amount,
    round_fen,
    round_half_up,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gridsim.analysis.changes import Change
    from gridsim.analysis.compare import Comparison
    from gridsim.analysis.compare_words import Lang
    from gridsim.analysis.input_changes import ColumnChange
    from gridsim.analysis.table import StatisticsTable

__all__ = ["change_name", "render_comparison", "sides"]

_TOP = 10
_MOST_CHANGES = 30


def render_comparison(comparison: Comparison, lang: Lang = "en") -> RenderableType:
    """Rules and inputs that changed, the cause as far as it can be told, and tables of differences.

    Parameters
    ----------
    comparison : Comparison
    lang : {"en", "zh"}
    """
    texts = TEXTS[lang]
    parts: list[RenderableType] = []
    if comparison.changes:
        parts += [_changes(comparison, lang), Text()]
    else:
        parts += [Text(texts["same"])]
    overview = comparison.overview()
    by_item, by_month = overview["item"], overview["month"]
    by_unit, by_party = overview["unit"].first(_TOP), overview["party"].first(_TOP)
    if not any(table.exact["difference"].any() for table in (by_item, by_unit, by_month, by_party)):
        return Group(*parts, Text(texts["same_money"]))
    parts += [Text(_cause(comparison, lang), style="bold"), Text()]
    names = Words(lang)
    items = [names.name(item) for item in by_item.index]
    causes = [[change_name(change, lang) for change in comparison.causes(item)] for item in by_item.index]
    parts += [_differences(texts, "item", by_item, items, (texts["from"], causes)), Text()]
    parts += [_differences(texts, "unit", by_unit, _labels(by_unit, texts), _own(comparison, by_unit, lang)), Text()]
    parts += [_differences(texts, "month", by_month, list(by_month.index)), Text()]
    parts += [_differences(texts, "party", by_party, _labels(by_party, texts)), Text()]
    energy = comparison.energy("unit", top=_TOP)
    if energy.exact["difference"].any():
        parts += [_differences(texts, "unit", energy, _labels(energy, texts), kind="energy"), Text()]
    return Group(*parts, Text(f"({texts['rounded']})"))


def change_name(change: Change, lang: Lang) -> str:
    """A change in a few words, such as ``meter: energy_mwh``."""
    texts = TEXTS[lang]
    table, _, column = change.name.partition(".")
    if change.kind == "rule":
        key = "rule" if change.clause else "rule_without_clause"
        return texts[key].format(name=change.name, clause=change.clause)
    if lang == "zh" and table in INPUT_TABLES:
        if column:
            column = INPUT_TABLES[table][column].zh[0]
        table = INPUT_TABLES[table].zh
    return texts[change.kind].format(table=table, column=column)


def _cause(comparison: Comparison, lang: Lang) -> str:
    texts = TEXTS[lang]
    if len(comparison.changes) == 1 and comparison.changes[0].items:
        return texts["one"]
    of_money = comparison.causes()
    if len(of_money) == 1:
        return texts["one_of_money"].format(name=change_name(of_money[0], lang))
    return texts["several"] if of_money else texts["impossible"]


def _tables(names: list[str], lang: Lang) -> list[str]:
    return [INPUT_TABLES[name].zh if lang == "zh" else name for name in names]


def _changes(comparison: Comparison, lang: Lang) -> Table:
    texts = TEXTS[lang]
    scenarios = [result.manifest["scenario"]["name"] for result in (comparison.before, comparison.after)]
    title = texts["changes"].format(before=scenarios[0], after=scenarios[1])
    table = Table(title=title, title_justify="left", title_style="bold", caption_justify="left")
    table.add_column(texts["what"], overflow="fold")
    for name in ("rows", "before", "after", "change"):
        table.add_column(texts[name], justify="right", overflow="fold")
    table.add_column(texts["touches"], overflow="fold")
    for change in comparison.changes[:_MOST_CHANGES]:
        before, after, relative = sides(change, lang)
        rows = f"{change.rows:,}" if change.rows else ""
        table.add_row(change_name(change, lang), rows, before, after, relative, _items(change, lang))
    left = len(comparison.changes) - _MOST_CHANGES
    if left > 0:
        table.caption = texts["more"].format(count=left)
    return table


def _items(change: Change, lang: Lang) -> str:
    if not change.items:
        return TEXTS[lang]["nothing"]
    if len(change.items) == len(ITEMS):
        return TEXTS[lang]["everything"]
    names = Words(lang)
    return names.listed(names.name(item) for item in ITEMS if item in change.items)


def sides(change: Change, lang: Lang) -> tuple[str, str, str]:
    """What stood there, what stands there, and how much more that is."""
    if change.kind == "rule":
        unit = unit_text(FIELDS[change.name].unit, lang) if change.name in FIELDS else ""
        both = [text and f"{text} {unit}".rstrip() for text in (change.before, change.after)]
        return both[0] or TEXTS[lang]["none"], both[1] or TEXTS[lang]["none"], ""
    if change.column is not None:
        return _column_sides(change.column, lang)
    if change.kind in ("added", "removed", "table") and change.table is not None:
        energies = (change.table.energy_before, change.table.energy_after)
        shown = ["" if energy is None else f"{_fixed(energy, 'energy')} {TEXTS[lang]['mwh']}" for energy in energies]
        return shown[0], shown[1], _relative(*energies)
    return change.before, change.after, ""


def _column_sides(change: ColumnChange, lang: Lang) -> tuple[str, str, str]:
    kind, values = change.column.kind, (change.before, change.after)
    if kind == "energy":
        unit = TEXTS[lang]["mwh"]
        shown = [f"{_fixed(int(value or 0), kind)} {unit}" for value in values]
        return shown[0], shown[1], _relative(*(int(value or 0) for value in values))
    texts = [
        TEXTS[lang]["different"]
        if value is None
        else (_fixed(value, kind) if isinstance(value, int) else value or TEXTS[lang]["none"])
        for value in values
    ]
    is_number = kind == "price" and isinstance(values[0], int) and isinstance(values[1], int)
    return texts[0], texts[1], _relative(*(int(value or 0) for value in values)) if is_number else ""


def _own(comparison: Comparison, by_unit: StatisticsTable, lang: Lang) -> tuple[str, list[list[str]]] | None:
    """Which input tables changed in each unit's own rows; nothing if no table changed."""
    if not any(change.table for change in comparison.changes):
        return None
    texts = TEXTS[lang]
    own = [
        [] if unit in {"", OTHERS} else _tables(comparison.concerned(unit), lang) or [texts["through"]]
        for unit in by_unit.index
    ]
    return texts["own"], own


def _differences(
    texts: dict[str, str],
    of: str,
    differences: StatisticsTable,
    labels: list[str],
    notes: tuple[str, list[list[str]]] | None = None,
    *,
    kind: str = "money",
) -> Table:
    exact = differences.exact
    sums = {name: int(exact[name].sum()) for name in ("before", "after", "difference")}
    unit = texts["yuan" if kind == "money" else "mwh"]
    title = texts["by_energy" if kind == "energy" else f"by_{of}"]
    table = Table(title=title, title_justify="left", title_style="bold", show_footer=True)
    table.add_column(texts[of], footer=texts["total"], overflow="fold")
    for name in ("before", "after", "difference"):
        table.add_column(
            f"{texts[name]} ({unit})", justify="right", footer=_amount(sums[name], kind, sign=name[0] == "d")
        )
    table.add_column("%", justify="right", footer=_relative(sums["before"], sums["after"]))
    if notes is not None:
        table.add_column(notes[0], overflow="fold")
    for row, (label, before, after, difference) in enumerate(
        zip(labels, exact["before"], exact["after"], exact["difference"], strict=True)
    ):
        cells = [label, _amount(before, kind), _amount(after, kind), _amount(difference, kind, sign=True)]
        cells.append(_relative(before, after))
        if notes is not None:
            cells.append("; ".join(notes[1][row]) if difference else "")
        table.add_row(*cells)
    return table


def _labels(table: StatisticsTable, texts: dict[str, str]) -> list[str]:
    named = {OTHERS: texts["others"].format(count=f"{table.omitted:,}"), "": texts["outside"]}
    return [named.get(label, label) for label in table.index]


def _amount(value: int, kind: str, *, sign: bool = False) -> str:
    if kind == "money":
        text = format_fixed(round_fen(int(value)), MONEY_DECIMALS - 4, thousands=True)
    else:
        text = format_fixed(int(value), ENERGY_DECIMALS, thousands=True)
    return f"+{text}" if sign and value > 0 else text


def _fixed(value: int, kind: str) -> str:
    return format_fixed(value, decimals_of(kind) or 0, thousands=is_amount(kind))


def _relative(before: int | None, after: int | None) -> str:
    if not before or after is None or before == after:
        return ""
    points = round_half_up((int(after) - int(before)) * 10**4, abs(int(before)))
    return ("+" if points > 0 else "") + format_fixed(points, 2) + " %"
