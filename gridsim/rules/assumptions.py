"""What a run takes for granted: the choices in force, the values not verified, and what the scenario set."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from gridsim.rules.content import RuleContent
from gridsim.rules.display import Lang, value_text
from gridsim.rules.entries import Entry, RuleItem
from gridsim.rules.kinds import Plain
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence, both, listed
from gridsim.wrong_call import helpful

__all__ = ["WITHIN_MONTHS", "Assumption", "assumptions"]


@helpful
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

    def words(self, lang: Lang | None = None) -> str:
        """The assumption in one language.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            A sentence or two.

        Examples
        --------
        >>> print(scenario.rules.assumptions(["2021-04"])[0].words("en"))
        Of orders alike in price and priority, the one submitted earlier trades first.
        """
        return self.zh if spoken_lang(lang) == "zh" else self.en


WITHIN_MONTHS = "tariffs that begin within months"
"""Stands among the tables of a scenario that has such tariffs."""

_TABLE_OF_GROUP = {"retail": "retail_contracts", "billing": "billing", "transfers": "orders", "changes": "user_changes"}
"""Groups of values that matter where the scenario has a table."""

_TABLES_OF = {
    "changes.tariff_within_month": (WITHIN_MONTHS,),
    "changes.parts_of_a_month": (WITHIN_MONTHS,),
    "changes.capacity_and_demand": (WITHIN_MONTHS, "billing"),
    "changes.power_factor": (WITHIN_MONTHS, "billing"),
    "changes.retail_contracts": ("user_changes", "retail_contracts"),
    "changes.history": ("user_changes", "history"),
}
"""Values and readings that matter where the scenario has all of these, by path."""

_WITHOUT_TABLE = {"scope.capacity_and_demand_charges": "billing", "scope.power_factor_adjustment": "billing"}
"""What is not computed where the scenario lacks a table."""


def assumptions(rules: RuleContent, months: Iterable[str], tables: Container[str] | None = None) -> list[Assumption]:
    """Every choice of the rulebook in force in `months`, every unverified value, everything overridden.

    Parameters
    ----------
    rules : RuleSet
    months : iterable of str
        The months that are run, YYYY-MM.
    tables : container of str, optional
        The input tables that there are, and `WITHIN_MONTHS`; what matters only with another one is left out. All if
        left out.

    Returns
    -------
    list of Assumption
        In the order of the schema.
    """
    run = tuple(sorted(set(months)))
    found = _out_of_force(rules, run)
    for entry in rules.entries:
        if entry.verified and entry.origin != "choice" and entry.instead_of is None:
            continue  # nothing is taken for granted
        group = _TABLE_OF_GROUP.get(entry.path.partition(".")[0])
        asked_for_by = _TABLES_OF.get(entry.path, () if group is None else (group,))
        is_used = tables is None or all(name in tables for name in asked_for_by)
        if tables is not None and _WITHOUT_TABLE.get(entry.path, "") in tables:
            continue
        in_force = _months_in_force(rules, entry, run)
        ends = (*(piece.start for piece in entry.pieces[1:]), None)
        for piece, item, end in zip(entry.pieces, rules.items_of(entry), ends, strict=True):
            holds = any((piece.start or "") <= month and (end is None or month < end) for month in in_force)
            # What the scenario set is told even where it has no effect: its author thought that it had.
            if (holds and is_used) or item.overridden:
                found.extend(_assumption(entry, item))
    return found


def _assumption(entry: Entry, item: RuleItem) -> Iterator[Assumption]:
    meaning = both(item.en, item.zh)
    if entry.instead_of is not None:
        told = Sentence(
            "{words} Set by the scenario to {value} instead of {before}.",
            words=meaning,
            value=both(item.text("en"), item.text("zh")),
            before=listed(*_pieces(entry)),
        )
        yield Assumption(item.path, item.value, item.clause, "overridden", str(told), told.zh)
    elif not item.verified:
        told = Sentence("{words} Not verified.", words=meaning)
        yield Assumption(item.path, item.value, item.clause, "unverified", str(told), told.zh)
    elif item.origin == "choice":
        yield Assumption(item.path, item.value, item.clause, "choice", item.en, item.zh)


def _pieces(entry: Entry) -> Iterator[Sentence]:
    """What the rule set had before the override."""
    for piece in entry.instead_of or ():
        value = both(value_text(entry.kind, piece.value, "en"), value_text(entry.kind, piece.value, "zh"))
        yield value if piece.start is None else Sentence("from {since} {value}", since=piece.start, value=value)


def _months_in_force(rules: RuleContent, entry: Entry, run: tuple[str, ...]) -> list[str]:
    """The months of the run in which the entry's own conditions hold.

    The months of the whole rule set are no such condition: outside them it is applied all the same, and
    that is an assumption of its own.
    """
    if not all(any(piece.value == value for piece in rules.entry(path).pieces) for path, value in entry.when):
        return []
    within = run if entry.within is None else rules.months_at(entry.within)
    return [month for month in run if month in within and (entry.start or month) <= month <= (entry.end or month)]


def _out_of_force(rules: RuleContent, run: tuple[str, ...]) -> list[Assumption]:
    outside = [month for month in run if not rules.in_force_from <= month <= rules.in_force_to]
    if not outside:
        return []
    told = Sentence(
        "The rules were made for {first} to {last} and are applied to {start} to {end} as if they were in force there.",
        first=rules.in_force_from,
        last=rules.in_force_to,
        start=outside[0],
        end=outside[-1],
    )
    months = (rules.in_force_from, rules.in_force_to)
    return [Assumption("in_force", months, "", "out_of_force", str(told), told.zh)]
