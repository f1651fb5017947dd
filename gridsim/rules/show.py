"""Rule sets on a terminal: the list of them, and one with every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.columns import PERIODS
from gridsim.rules.citation_words import CITING
from gridsim.rules.citations import GOVERNED_BY, PERIOD, clause_text
from gridsim.rules.display import Lang, literal_text, other_values, unit_text
from gridsim.rules.headings import HEADINGS, heading_of
from gridsim.rules.loader import available, load
from gridsim.rules.schema import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.table import Table

    from gridsim.rules.ruleset import RuleItem, RuleSet

__all__ = ["citations", "counts_text", "key_text", "origin_text", "render_list", "render_show"]

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "id": "rule set",
        "title": "title",
        "months": "in force",
        "document": "document",
        "what": "value, and what it means",
        "or": "or",
        "clause": "clause",
        "source": "from",
        "notice": "notice",
        "choice": "choice",
        "other": "other",
        "scenario": "scenario",
        "unverified": "not verified",
        "counts": "{total} values: {notice} from the notice, {choice} choices where the notice is silent, "
        "{other} from elsewhere; {unverified} not verified.",
        "key": "A choice is gridsim's reading and is listed with every result; a scenario sets any value under "
        "`overrides`, by its path.",
        "hash": "hash of the values",
        "clauses": "What cites which clause",
        "cites": "what cites it",
        "by": "clause of",
        "own": "the rule set's `clauses`",
        "full_stop": ". ",
    },
    "zh": {
        "id": "规则集",
        "title": "名称",
        "months": "适用月份",
        "document": "文件",
        "what": "取值及含义",
        "or": "或",
        "clause": "条款",
        "source": "来源",
        "notice": "通知",
        "choice": "约定",
        "other": "其他",
        "scenario": "场景",
        "unverified": "未核实",
        "counts": "共 {total} 项：通知规定 {notice} 项；通知未作规定、由本程序约定 {choice} 项；"
        "其他来源 {other} 项；未经核实 {unverified} 项。",
        "key": "“约定”为本程序的理解，随每次结果一并列出；场景可在 overrides 中按路径改动任何取值。",
        "hash": "取值的哈希",
        "clauses": "各处所引条款",
        "cites": "引用处",
        "by": "条款来自",
        "own": "规则集的 clauses",
        "full_stop": "。",
    },
}


def origin_text(item: RuleItem, lang: Lang) -> str:
    """Where a value comes from, and whether that was looked up."""
    words = _WORDS[lang]
    if item.overridden:
        return words["scenario"]
    return words[item.origin] if item.verified else f"{words[item.origin]}\n{words['unverified']}"


def counts_text(rules: RuleSet, lang: Lang) -> str:
    """How many values come from where."""
    items = [rules.item(entry.path) for entry in rules.entries]
    counts = {origin: sum(item.origin == origin for item in items) for origin in ("notice", "choice", "other")}
    unverified = sum(not item.verified for item in items)
    return _WORDS[lang]["counts"].format(total=len(items), unverified=unverified, **counts)


def key_text(rules: RuleSet, lang: Lang) -> str:
    """How to read clauses and choices."""
    words, how_to_read = _WORDS[lang], rules.how_to_read
    return f"{how_to_read.in_(lang)}{words['full_stop']}{words['key']}" if how_to_read else words["key"]


def citations(rules: RuleSet, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    """What cites a clause: its name, what it is, the clause, and where the rule set has that from."""
    for name, words in CITING.items():
        by = _WORDS[lang]["own"] if name in rules.clauses else ", ".join(map(_of_every_period, GOVERNED_BY[name]))
        yield name, words.in_(lang), clause_text(rules.cited(name), lang), by


def _of_every_period(path: str) -> str:
    """A governing value's path as people read it; of several only the one of the period that is settled governs."""
    return path.replace(PERIOD, "/".join(PERIODS))


def render_list(lang: Lang = "en") -> RenderableType:
    """The shipped rule sets as a table for `rich`.

    Parameters
    ----------
    lang : {'en', 'zh'}
    """
    from rich.text import Text

    words = _WORDS[lang]
    table = _table()
    for name in ("id", "title", "months", "document"):
        table.add_column(words[name], no_wrap=name == "id")
    for rules in map(load, available()):
        months = f"{rules.in_force_from} – {rules.in_force_to}"
        table.add_row(Text(rules.id, style="bold"), Text(rules.title(lang)), Text(months), Text(rules.number))
    return table


def render_show(rules: RuleSet, lang: Lang = "en") -> RenderableType:
    """A rule set with every value as tables for `rich`, one for each group.

    Parameters
    ----------
    rules : RuleSet
    lang : {'en', 'zh'}
    """
    from rich.console import Group
    from rich.text import Text

    words = _WORDS[lang]
    parts: list[RenderableType] = [
        Text.assemble((rules.title(lang), "bold"), f"  {rules.id}"),
        Text(rules.number),
        Text(rules.document.in_(lang)),
        Text(f"{words['months']} {rules.in_force_from} – {rules.in_force_to}"),
        Text(""),
        Text(counts_text(rules, lang)),
        *(Text(note.in_(lang)) for note in rules.notes),
        Text(key_text(rules, lang)),
    ]
    for group in HEADINGS:
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        if items:
            parts += [Text(""), _group_table(heading_of(group, lang), items, lang)]
    parts += [Text(""), _clauses_table(rules, lang)]
    parts += [Text(""), Text(f"{words['hash']} {rules.hash}", style="dim")]
    return Group(*parts)


def _group_table(title: str, items: list[RuleItem], lang: Lang) -> Table:
    from rich.text import Text

    words = _WORDS[lang]
    table = _table(title=title, title_justify="left", title_style="bold", expand=True)
    # Chinese has no spaces to break lines at, so what is too long is folded.
    table.add_column(words["what"], ratio=1, overflow="fold")
    table.add_column(words["clause"], width=10, overflow="fold")
    table.add_column(words["months"], width=8)
    table.add_column(words["source"], width=12)
    for item in items:
        unit = unit_text(item.unit, lang)
        months = Text(f"{item.in_force_from}\n{item.in_force_to}" if item.in_force_from else "—")
        source = Text(origin_text(item, lang), style="" if item.verified else "yellow")
        value = literal_text(FIELDS[item.path], item.value, lang)
        what = Text.assemble(f"{item.path} = ", (value, "bold"), f" {unit}" if unit else "")
        others = other_values(FIELDS[item.path], item.value)
        if others:
            what.append(f"  ({words['or']} {', '.join(others)})", "dim")
        what.append(f"\n{item.words(lang)}", "dim")
        if item.source:
            what.append(f"\n{item.source.in_(lang)}", "dim italic")
        table.add_row(what, Text(item.clause or "—"), months, source)
    return table


def _clauses_table(rules: RuleSet, lang: Lang) -> Table:
    from rich.text import Text

    words = _WORDS[lang]
    table = _table(title=words["clauses"], title_justify="left", title_style="bold", expand=True)
    table.add_column(words["cites"], ratio=3, overflow="fold")
    table.add_column(words["clause"], ratio=1, overflow="fold")
    table.add_column(words["by"], ratio=3, overflow="fold")
    for name, what, clause, by in citations(rules, lang):
        table.add_row(Text.assemble(f"clauses.{name}", (f"\n{what}", "dim")), Text(clause), Text(by))
    return table


def _table(**options: object) -> Table:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False, padding=(0, 1), **options)  # type: ignore[arg-type]
