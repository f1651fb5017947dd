"""The documentation page of a rule set, made from its data; ``python docs/generate.py`` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.display import literal_text, other_values, unit_text
from gridsim.rules.headings import HEADINGS
from gridsim.rules.ruleset import RuleItem, RuleSet
from gridsim.rules.schema import FIELDS
from gridsim.rules.show import citations, counts_text, how_to_read, origin_text
from gridsim.show.document import Grid, Heading, ListItem, Text, grid
from gridsim.show.markdown import markdown
from gridsim.words import Lang, Language, msg, within

if TYPE_CHECKING:
    from gridsim.show.document import Block, Cell

__all__ = ["page", "page_name"]

_OTHER: dict[Lang, tuple[Lang, str]] = {"en": ("zh", "中文"), "zh": ("en", "English")}


def page_name(rules: RuleSet, lang: Lang) -> str:
    """The file name of the page."""
    return f"{rules.id}.md" if lang == "en" else f"{rules.id}.{lang}.md"


def page(rules: RuleSet, lang: Lang) -> str:
    """The page as Markdown."""
    other, called = _OTHER[lang]
    title, *parts = _document(rules, lang)
    link = f"[{called}]({page_name(rules, other)})"
    generated = Language(lang).say(
        "Written from `gridsim/rules/data/{id}.yaml` by `python docs/generate.py`; edit the data, not this page.",
        id=rules.id,
    )
    return "\n".join([markdown([title]), link, "", markdown(parts), "---", "", generated, ""])


def _document(rules: RuleSet, lang: Lang) -> list[Block]:
    words = Language(lang)
    key = words.say(
        "Values from the notice were compared with it; a choice is gridsim's reading where the notice is silent, and "
        "is listed with every result."
    )
    parts: list[Block] = [
        Heading(rules.title(lang)),
        f"{rules.number} · {rules.document.in_(lang)}",
        Text.of(
            words.say("In force: {first} to {last}.", first=rules.in_force_from, last=rules.in_force_to),
            "" if lang == "zh" else " ",
            words.say("Hash of the values:"),
            "" if lang == "zh" else " ",
            (rules.hash, "code"),
        ),
        counts_text(rules, lang),
        words.sentences(how_to_read(rules, lang), key),
        *(ListItem(note.in_(lang), ()) for note in rules.notes),
    ]
    for group, title in HEADINGS.items():
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        parts += [Heading(words.say(title), 2), _values(words, items)]
    lead = words.say(
        "Ledger lines, checks of compliance and steps of an explanation cite the clauses of the values that govern "
        "them, or those that the rule set gives under `clauses`."
    )
    return [*parts, Heading(words.say("What cites which clause"), 2), lead, _clauses(words, rules)]


def _values(words: Language, items: list[RuleItem]) -> Grid:
    heads = (
        msg("path"),
        within("rule set", "value"),
        within("value", "unit"),
        msg("clause"),
        msg("in force"),
        within("source", "from"),
        msg("what it means"),
    )
    return grid(tuple(map(words.say, heads)), (_row(words, item) for item in items), texts=len(heads))


def _row(words: Language, item: RuleItem) -> tuple[Cell, ...]:
    lang, field = words.lang, FIELDS[item.path]
    months = "—" if item.in_force_from is None else f"{item.in_force_from} – {item.in_force_to}"
    value = literal_text(field, item.value, lang)
    others = other_values(field, item.value)
    if others:
        told = words.say("(or {others})", others=", ".join(others))
        value = f"{value} {told}" if lang == "en" else value + told
    source = "" if item.source is None else item.source.in_(lang)
    return (
        Text.of((item.path, "code")),
        value,
        unit_text(item.unit, lang),
        item.clause or "—",
        months,
        origin_text(item, lang).replace("\n", " · "),
        Text.of(item.words(lang) + ("" if lang == "zh" else " "), (source, "source")) if source else item.words(lang),
    )


def _clauses(words: Language, rules: RuleSet) -> Grid:
    heads = (msg("name"), msg("what cites it"), msg("clause"), msg("clause of"))
    rows = [(Text.of((name, "code")), what, clause, by) for name, what, clause, by in citations(rules, words.lang)]
    return grid(tuple(map(words.say, heads)), rows, texts=len(heads))
