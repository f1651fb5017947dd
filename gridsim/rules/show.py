"""Rule sets as documents: the list of them, one with every value, its page of the documentation, and an overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.citations import PERIOD, clause_text
from gridsim.rules.display import literal_text, other_values, unit_text, value_text
from gridsim.rules.loader import shipped
from gridsim.rules.shape_text import shape_grid
from gridsim.rules.shipped import available
from gridsim.show.document import Folded, Grid, Heading, ListItem, Text, grid
from gridsim.show.markdown import markdown
from gridsim.words import Language, msg, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.rules.content import RuleContent
    from gridsim.rules.entries import RuleItem
    from gridsim.show.document import Block, Cell, Style
    from gridsim.words import Lang

__all__ = ["HEADINGS", "ORIGINS", "headings", "page", "page_name", "rules_document", "rules_list", "rules_overview"]

HEADINGS = {
    "matching": msg("Orders and matching"),
    "bilateral": msg("Bilateral filings"),
    "decomposition": msg("Decomposition to months"),
    "settlement": msg("Settlement"),
    "tariff": msg("Tariffs and coefficients"),
    "periods": msg("Periods of the day"),
    "calendar": msg("Calendar"),
    "compliance": within("rules", "Compliance"),
    "billing": msg("The rest of a user's bill"),
    "retail": msg("Retail contracts"),
    "transfers": msg("Transfers of contracts"),
    "changes": msg("Changes within the year"),
    "scope": msg("What is computed and what is not"),
}
"""Groups of values that any rule set may have; what others are called, its file says under ``headings``."""


def headings(lang: Lang, *sets: RuleContent) -> dict[str, str]:
    """The groups of rule sets in their order, each with its title; one that nobody names is called by its id."""
    words = Language(lang, HEADINGS)
    groups = dict.fromkeys(entry.path.partition(".")[0] for rules in sets for entry in rules.entries)
    own = {name: title.in_(lang) for rules in reversed(sets) for name, title in rules.headings.items()}
    return {name: own.get(name) or words.name(name) for name in groups}


ORIGINS = {"notice": msg("notice"), "choice": msg("choice"), "other": msg("other")}
"""Where a value may come from, in words."""


def origin_text(item: RuleItem, lang: Lang) -> str:
    """Where a value comes from, and whether that was looked up; each on a line."""
    words = Language(lang)
    if item.overridden:
        return words.say("scenario")
    origin = words.say(ORIGINS[item.origin])
    return origin if item.verified else "\n".join((origin, words.say("not verified")))


def counts_text(rules: RuleContent, lang: Lang) -> str:
    """How many values come from where."""
    items = [rules.item(entry.path) for entry in rules.entries]
    counts = {origin: sum(item.origin == origin for item in items) for origin in ORIGINS}
    return Language(lang).say(
        "{total} values and readings: {notice} from the notice, {choice} choices where the notice is silent, {other} "
        "from elsewhere; {unverified} not verified.",
        total=len(items),
        unverified=sum(not item.verified for item in items),
        **counts,
    )


def how_to_read(rules: RuleContent, lang: Lang) -> str:
    """How the rule set's clauses are to be read, as a sentence; empty if it says nothing of them."""
    if not rules.how_to_read:
        return ""
    return rules.how_to_read.in_(lang) + ("。" if lang == "zh" else ".")


def citations(rules: RuleContent, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    """What cites a clause: its name, what it is, the clause, and where the rule set has that from."""
    words = Language(lang)
    own, lists = words.say("the rule set's `clauses`"), words.say("the lists of the market")
    periods = "/".join(rules.given_shape.periods)  # only that of the period that is settled governs
    for name, citation in rules.citations.items():
        paths = ", ".join(path.replace(PERIOD, periods) for path in citation.by)
        by = own if name in rules.clauses else lists if citation.clause else paths
        yield name, citation.words.in_(lang), clause_text(rules.cited(name), lang), by


def rules_list(lang: Lang) -> list[Block]:
    """The shipped rule sets.

    Parameters
    ----------
    lang : {"en", "zh"}
    """
    words = Language(lang)
    rows = [
        (
            Text.of((rules.id, "strong")),
            rules.title(lang),
            f"{rules.in_force_from} – {rules.in_force_to}",
            rules.number,
        )
        for rules in map(shipped, available())
    ]
    heads = (msg("rule set"), msg("title"), msg("in force"), msg("document"))
    return [grid(tuple(map(words.say, heads)), rows, texts=4)]


def rules_document(rules: RuleContent, lang: Lang) -> list[Block]:
    """A rule set with every value, in a table for each group.

    Parameters
    ----------
    rules : RuleSet
    lang : {"en", "zh"}
    """
    words = Language(lang)
    key = words.say(
        "A choice is gridsim's reading and is listed with every result. A scenario sets values under `overrides`, by "
        "their paths: numbers, lists, and words that have others beside them. A word alone can't be changed."
    )
    parts: list[Block] = [
        Heading(rules.title(lang), note=rules.id),
        rules.number,
        rules.document.in_(lang),
        words.say("in force {first} – {last}", first=rules.in_force_from, last=rules.in_force_to),
        "",
        counts_text(rules, lang),
        *(note.in_(lang) for note in rules.notes),
        words.sentences(how_to_read(rules, lang), key),
    ]
    for group, title in headings(lang, rules).items():
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        if items:
            parts += ["", _group(words, title, items)]
    parts += ["", shape_grid(rules, lang), "", _clauses(words, rules), ""]
    return [*parts, Text.of((words.say("hash of the values {hash}", hash=rules.hash), "quiet"))]


def _group(words: Language, title: str, items: list[RuleItem]) -> Grid:
    rows = []
    for item in items:
        months = f"{item.in_force_from}\n{item.in_force_to}" if item.in_force_from else "—"
        source = Text.of((origin_text(item, words.lang), "" if item.verified else "warning"))
        rows.append((_value(words, item), item.clause or "—", months, source))
    heads = (msg("value, and what it means"), msg("clause"), msg("in force"), within("source", "from"))
    return grid(tuple(map(words.say, heads)), rows, texts=4, title=title)


def _value(words: Language, item: RuleItem) -> Text:
    field, unit = item.kind, unit_text(item.unit, words.lang)
    runs: list[str | tuple[str, Style]] = [
        f"{item.path} = ",
        (literal_text(field, item.value, words.lang), "strong"),
        f" {unit}" if unit else "",
    ]
    others = other_values(field, item.value)
    if others:
        told = words.say("(or {others})", others=", ".join(others))
        runs.append((f"  {told}", "quiet"))
    name, meaning = item.named_words(words.lang)
    runs += ["\n", name, (meaning, "quiet")]
    if item.source:
        runs.append((f"\n{item.source.in_(words.lang)}", "source"))
    return Text.of(*runs)


def _clauses(words: Language, rules: RuleContent) -> Grid:
    rows = [
        (Text.of(f"clauses.{name}", (f"\n{what}", "quiet")), clause, by)
        for name, what, clause, by in citations(rules, words.lang)
    ]
    heads = (msg("what cites it"), msg("clause"), msg("clause of"))
    return grid(tuple(map(words.say, heads)), rows, texts=3, title=words.say("What cites which clause"))


# ---- a page of the documentation -------------------------------------------------------------------------------------

_OTHER: dict[Lang, tuple[Lang, str]] = {"en": ("zh", "中文"), "zh": ("en", "English")}


def page_name(rules: RuleContent, lang: Lang) -> str:
    """The file name of the page."""
    return f"{rules.id}.md" if lang == "en" else f"{rules.id}.{lang}.md"


def page(rules: RuleContent, lang: Lang) -> str:
    """The page as Markdown."""
    other, called = _OTHER[lang]
    title, *parts = _page_document(rules, lang)
    link = f"[{called}]({page_name(rules, other)})"
    generated = Language(lang).say(
        "Written from `gridsim/rules/data/{id}.yaml` by `python docs/generate.py`; edit the data, not this page.",
        id=rules.id,
    )
    return "\n".join([markdown([title]), link, "", markdown(parts), "---", "", generated, ""])


def _page_document(rules: RuleContent, lang: Lang) -> list[Block]:
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
    for group, title in headings(lang, rules).items():
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        parts += [Heading(title, 2), _page_values(words, items)]
    lead = words.say(
        "Ledger lines, checks of compliance and steps of an explanation cite the clauses of the values that govern "
        "them, or those that the rule set gives under `clauses`."
    )
    return [*parts, Heading(words.say("What cites which clause"), 2), lead, _page_clauses(words, rules)]


def _page_values(words: Language, items: list[RuleItem]) -> Grid:
    heads = (
        msg("path"),
        within("rule set", "value"),
        within("value", "unit"),
        msg("clause"),
        msg("in force"),
        within("source", "from"),
        msg("what it means"),
    )
    return grid(tuple(map(words.say, heads)), (_page_row(words, item) for item in items), texts=len(heads))


def _page_row(words: Language, item: RuleItem) -> tuple[Cell, ...]:
    lang, field = words.lang, item.kind
    months = "—" if item.in_force_from is None else f"{item.in_force_from} – {item.in_force_to}"
    value = literal_text(field, item.value, lang)
    others = other_values(field, item.value)
    if others:
        told = words.say("(or {others})", others=", ".join(others))
        value = f"{value} {told}" if lang == "en" else value + told
    source = "" if item.source is None else item.source.in_(lang)
    name, meaning = item.named_words(lang)
    return (
        Text.of((item.path, "code")),
        value,
        unit_text(item.unit, lang),
        item.clause or "—",
        months,
        origin_text(item, lang).replace("\n", " · "),
        Text.of((name, "strong"), meaning + ("" if lang == "zh" or not source else " "), (source, "source")),
    )


def _page_clauses(words: Language, rules: RuleContent) -> Grid:
    heads = (msg("name"), msg("what cites it"), msg("clause"), msg("clause of"))
    rows = [(Text.of((name, "code")), what, clause, by) for name, what, clause, by in citations(rules, words.lang)]
    return grid(tuple(map(words.say, heads)), rows, texts=len(heads))


# ---- a notebook ------------------------------------------------------------------------------------------------------

_OVERVIEW_HEAD = (msg("value"), msg("is"), msg("clause"), within("source", "from"))


def rules_overview(rules: RuleContent, lang: Lang) -> list[Block]:
    """Titles, what the scenario overrides, and every value in a table that is folded away.

    Parameters
    ----------
    rules : RuleSet
    lang : {"en", "zh"}
        What every value means stands there in both.
    """
    words, items = Language(lang), list(rules.items())
    parts: list[Block] = [
        Heading(rules.id, 2, f"{rules.title('en')} · {rules.title('zh')}"),
        counts_text(rules, lang),
    ]
    overridden = [item for item in items if item.overridden]
    if overridden:
        rows = [(item.path, _overview_value(item, lang), _before(item, lang), item.clause) for item in overridden]
        heads = (msg("overridden by the scenario"), msg("is"), msg("instead of"), msg("clause"))
        parts.append(grid(tuple(map(words.say, heads)), rows, texts=4))
    told = (*map(words.say, _OVERVIEW_HEAD), "what it means", "含义")
    table = grid(told, (_overview_row(item, lang) for item in items), texts=len(told))
    return [*parts, Folded(words.say("all {count} values and readings", count=len(items)), (table,))]


def _overview_row(item: RuleItem, lang: Lang) -> tuple[str, ...]:
    source = origin_text(item, lang)
    return item.path, _overview_value(item, lang), item.clause, source, item.en, item.zh


def _overview_value(item: RuleItem, lang: Lang) -> str:
    return f"{item.text(lang)} {unit_text(item.unit, lang)}".strip()


def _before(item: RuleItem, lang: Lang) -> str:
    """The rule set's own value, which a scenario's stands in place of."""
    return "" if item.instead_of is None else value_text(item.kind, item.instead_of, lang)
