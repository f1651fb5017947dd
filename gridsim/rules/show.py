"""Rule sets as documents: the list of them, and one with every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.columns import PERIODS
from gridsim.rules.citations import GOVERNED_BY, PERIOD, clause_text
from gridsim.rules.display import literal_text, other_values, unit_text
from gridsim.rules.headings import CITING, HEADINGS
from gridsim.rules.loader import available, load
from gridsim.rules.schema import FIELDS
from gridsim.show.document import Heading, Text, grid
from gridsim.words import Language, msg, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.rules.ruleset import RuleItem, RuleSet
    from gridsim.show.document import Block, Grid, Style
    from gridsim.words import Lang

__all__ = ["citations", "counts_text", "how_to_read", "origin_text", "rules_document", "rules_list"]

_ORIGINS = {"notice": msg("notice"), "choice": msg("choice"), "other": msg("other")}


def origin_text(item: RuleItem, lang: Lang) -> str:
    """Where a value comes from, and whether that was looked up; each on a line."""
    words = Language(lang)
    if item.overridden:
        return words.say("scenario")
    origin = words.say(_ORIGINS[item.origin])
    return origin if item.verified else "\n".join((origin, words.say("not verified")))


def counts_text(rules: RuleSet, lang: Lang) -> str:
    """How many values come from where."""
    items = [rules.item(entry.path) for entry in rules.entries]
    counts = {origin: sum(item.origin == origin for item in items) for origin in _ORIGINS}
    return Language(lang).say(
        "{total} values: {notice} from the notice, {choice} choices where the notice is silent, {other} from "
        "elsewhere; {unverified} not verified.",
        total=len(items),
        unverified=sum(not item.verified for item in items),
        **counts,
    )


def how_to_read(rules: RuleSet, lang: Lang) -> str:
    """How the rule set's clauses are to be read, as a sentence; empty if it says nothing of them."""
    if not rules.how_to_read:
        return ""
    return rules.how_to_read.in_(lang) + ("。" if lang == "zh" else ".")


def citations(rules: RuleSet, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    """What cites a clause: its name, what it is, the clause, and where the rule set has that from."""
    words = Language(lang)
    own = words.say("the rule set's `clauses`")
    for name, what in CITING.items():
        by = own if name in rules.clauses else ", ".join(map(_of_every_period, GOVERNED_BY[name]))
        yield name, words.say(what), clause_text(rules.cited(name), lang), by


def _of_every_period(path: str) -> str:
    """A governing value's path as people read it; of several only the one of the period that is settled governs."""
    return path.replace(PERIOD, "/".join(PERIODS))


def rules_list(lang: Lang = "en") -> list[Block]:
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
        for rules in map(load, available())
    ]
    heads = (msg("rule set"), msg("title"), msg("in force"), msg("document"))
    return [grid(tuple(map(words.say, heads)), rows, texts=4)]


def rules_document(rules: RuleSet, lang: Lang = "en") -> list[Block]:
    """A rule set with every value, in a table for each group.

    Parameters
    ----------
    rules : RuleSet
    lang : {"en", "zh"}
    """
    words = Language(lang)
    key = words.say(
        "A choice is gridsim's reading and is listed with every result; a scenario sets any value under `overrides`, "
        "by its path."
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
    for group, title in HEADINGS.items():
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        if items:
            parts += ["", _group(words, words.say(title), items)]
    parts += ["", _clauses(words, rules), ""]
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
    field, unit = FIELDS[item.path], unit_text(item.unit, words.lang)
    runs: list[str | tuple[str, Style]] = [
        f"{item.path} = ",
        (literal_text(field, item.value, words.lang), "strong"),
        f" {unit}" if unit else "",
    ]
    others = other_values(field, item.value)
    if others:
        told = words.say("(or {others})", others=", ".join(others))
        runs.append((f"  {told}", "quiet"))
    runs.append((f"\n{item.words(words.lang)}", "quiet"))
    if item.source:
        runs.append((f"\n{item.source.in_(words.lang)}", "source"))
    return Text.of(*runs)


def _clauses(words: Language, rules: RuleSet) -> Grid:
    rows = [
        (Text.of(f"clauses.{name}", (f"\n{what}", "quiet")), clause, by)
        for name, what, clause, by in citations(rules, words.lang)
    ]
    heads = (msg("what cites it"), msg("clause"), msg("clause of"))
    return grid(tuple(map(words.say, heads)), rows, texts=3, title=words.say("What cites which clause"))
