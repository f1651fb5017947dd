"""What a run takes for granted: the choices in force, the values not verified, and what the scenario set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from gridsim.rules.display import Lang, value_text
from gridsim.rules.entries import Entry
from gridsim.rules.kinds import Plain
from gridsim.rules.ruleset import RuleItem, RuleSet

__all__ = ["Assumption", "assumptions"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that a run takes for granted.

    Attributes
    ----------
    path : str
        The value's path; ``in_force`` if the rules were made for other months.
    value : str, int, bool or tuple
    clause : str
        The clause it is about; empty: none.
    why : {'choice', 'unverified', 'overridden', 'out_of_force'}
        Why it is listed.
    en, zh : str
        The assumption in words.
    """

    path: str
    value: Plain
    clause: str
    why: Literal["choice", "unverified", "overridden", "out_of_force"]
    en: str
    zh: str

    def words(self, lang: Lang) -> str:
        """The assumption in one language."""
        return self.zh if lang == "zh" else self.en


def assumptions(rules: RuleSet, months: Iterable[str]) -> list[Assumption]:
    """Every choice of the rulebook in force in `months`, every unverified value, everything overridden.

    Parameters
    ----------
    rules : RuleSet
    months : iterable of str
        The months that are run, YYYY-MM.

    Returns
    -------
    list of Assumption
        In the order of the schema.
    """
    run = tuple(sorted(set(months)))
    found = _out_of_force(rules, run)
    for entry in rules.entries:
        in_force = _months_in_force(rules, entry, run)
        ends = (*(piece.start for piece in entry.pieces[1:]), None)
        for piece, item, end in zip(entry.pieces, rules.items_of(entry), ends, strict=True):
            holds = any((piece.start or "") <= month and (end is None or month < end) for month in in_force)
            # What the scenario set is told even where it has no effect: its author thought that it had.
            if holds or item.overridden:
                found.extend(_assumption(entry, item))
    return found


def _assumption(entry: Entry, item: RuleItem) -> Iterator[Assumption]:
    en, zh = item.en, item.zh
    if entry.instead_of is not None:
        en += f" Set by the scenario to {item.text('en')} instead of {_pieces_text(entry, 'en')}."
        zh += f"（由场景设为 {item.text('zh')}，规则集原为 {_pieces_text(entry, 'zh')}。）"
        yield Assumption(item.path, item.value, item.clause, "overridden", en, zh)
    elif not item.verified:
        yield Assumption(item.path, item.value, item.clause, "unverified", f"{en} Not verified.", f"{zh}（未经核实。）")
    elif item.origin == "choice":
        yield Assumption(item.path, item.value, item.clause, "choice", en, zh)


def _pieces_text(entry: Entry, lang: Lang) -> str:
    """What the rule set had before the override."""
    since = "自 {} 起 {}" if lang == "zh" else "from {} {}"
    texts = [
        text if piece.start is None else since.format(piece.start, text)
        for piece in entry.instead_of or ()
        for text in [value_text(entry.kind, piece.value, lang)]
    ]
    return ("；" if lang == "zh" else "; ").join(texts)


def _months_in_force(rules: RuleSet, entry: Entry, run: tuple[str, ...]) -> list[str]:
    """The months of the run in which the entry's own conditions hold.

    The months of the whole rule set are no such condition: outside them it is applied all the same, and
    that is an assumption of its own.
    """
    if not all(any(piece.value == value for piece in rules.entry(path).pieces) for path, value in entry.when):
        return []
    within = run if entry.within is None else rules.months_at(entry.within)
    return [month for month in run if month in within and (entry.start or month) <= month <= (entry.end or month)]


def _out_of_force(rules: RuleSet, run: tuple[str, ...]) -> list[Assumption]:
    outside = [month for month in run if not rules.in_force_from <= month <= rules.in_force_to]
    if not outside:
        return []
    return [
        Assumption(
            "in_force",
            (rules.in_force_from, rules.in_force_to),
            "",
            "out_of_force",
            f"The rules were made for {rules.in_force_from} to {rules.in_force_to} and are applied to "
            f"{outside[0]} to {outside[-1]} as if they were in force there.",
            f"规则适用于 {rules.in_force_from} 至 {rules.in_force_to}，"
            f"此处视同有效，用于 {outside[0]} 至 {outside[-1]}。",
        )
    ]
