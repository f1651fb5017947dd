"""What two rule sets say differently: values, readings, the lists of the market, and the clauses that lines cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.citations import UNSTATED, clause_text
from gridsim.rules.display import unit_text
from gridsim.rules.shape_text import shape_difference
from gridsim.rules.show import ORIGINS, headings
from gridsim.show.document import Grid, Heading, Text, grid
from gridsim.words import Language, msg, within

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent
    from gridsim.rules.entries import RuleItem
    from gridsim.show.document import Block, Cell
    from gridsim.words import Lang

__all__ = ["difference_document"]


def difference_document(before: RuleContent, after: RuleContent, lang: Lang) -> list[Block]:
    """Two rule sets side by side, where they differ.

    Parameters
    ----------
    before, after : RuleSet
    lang : {"en", "zh"}
    """
    words = Language(lang)
    parts: list[Block] = [
        Heading(f"{before.id} → {after.id}"),
        _heads(words, before, after),
    ]
    same = 0
    for group, title in headings(lang, before, after).items():
        rows, alike = _rows(words, before, after, group)
        same += alike
        if rows:
            what, *about = map(words.say, (msg("value, and what it means"), msg("clause"), within("source", "from")))
            parts += ["", grid((what, before.id, after.id, *about), rows, texts=5, title=title)]
    shape = shape_difference(before, after, lang)
    if shape.rows:
        parts += ["", shape]
    clauses = _clauses(words, before, after)
    if clauses.rows:
        parts += ["", clauses]
    told = words.say("{count} values and readings are the same in both.", count=f"{same:,}")
    return [*parts, "", Text.of((told, "quiet"))]


def _heads(words: Language, before: RuleContent, after: RuleContent) -> Grid:
    lang = words.lang
    rows = (
        (words.say("title"), before.title(lang), after.title(lang)),
        (words.say("document"), *(f"{rules.number}\n{rules.document.in_(lang)}" for rules in (before, after))),
        (words.say("in force"), *(f"{rules.in_force_from} – {rules.in_force_to}" for rules in (before, after))),
        (words.say("hash of the values"), *(rules.hash[:12] for rules in (before, after))),
    )
    return grid(("", before.id, after.id), rows, texts=3)


def _rows(words: Language, before: RuleContent, after: RuleContent, group: str) -> tuple[list[tuple[Cell, ...]], int]:
    """The values of a group that differ, and how many do not."""
    sides = [
        {entry.path: list(rules.items_of(entry)) for entry in rules.entries if entry.path.partition(".")[0] == group}
        for rules in (before, after)
    ]
    rows: list[tuple[Cell, ...]] = []
    same = 0
    for path in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get(path, []) for side in sides)
        if [_said(item) for item in one] == [_said(item) for item in other]:
            same += 1
            continue
        item = (other or one)[0]
        name, meaning = item.named_words(words.lang)
        unit = unit_text(item.unit, words.lang)
        clauses = dict.fromkeys(item.clause or "—" for item in (*one[:1], *other[:1]))
        origins = dict.fromkeys(words.say(ORIGINS[item.origin]) for item in (*one[:1], *other[:1]))
        rows.append(
            (
                Text.of(path, (f" {unit}" if unit else "", "quiet"), "\n", name, (meaning, "quiet")),
                _values(words, one),
                _values(words, other),
                " → ".join(clauses),
                " → ".join(origins),
            )
        )
    return rows, same


def _said(item: RuleItem) -> tuple[object, ...]:
    """What of a value makes it another one: what stands there, by which clause, and when; not how it is worded."""
    return item.value, item.clause, item.origin, item.in_force_from, item.in_force_to


def _values(words: Language, items: list[RuleItem]) -> Text:
    """What stands on one side, each piece of a dated value on a line."""
    if not items:
        return Text.of((words.say("none"), "quiet"))
    if len(items) == 1:
        return Text.of((items[0].text(words.lang), "strong"))
    return Text.of(("\n".join(f"{item.in_force_from}: {item.text(words.lang)}" for item in items), "strong"))


def _clauses(words: Language, before: RuleContent, after: RuleContent) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for name, citation in {**before.citations, **after.citations}.items():
        sides = [rules.cited(name) if name in rules.citations else "" for rules in (before, after)]
        # A market with lists of its own names more that could be cited: no clause is no difference there.
        if sides[0] != sides[1] and {*sides} != {"", UNSTATED}:
            cited = [clause_text(side, words.lang) if side else "—" for side in sides]
            rows.append((Text.of(name, (f"\n{citation.words.in_(words.lang)}", "quiet")), *cited))
    return grid(
        (words.say("what cites it"), before.id, after.id), rows, texts=3, title=words.say("What cites which clause")
    )
