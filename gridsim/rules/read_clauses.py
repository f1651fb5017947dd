"""Reading the clauses that a rule set gives beside those of its values, and taking over those that it extends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from gridsim.columns import PERIODS
from gridsim.rules.citations import CHOICE, CITATION_GROUPS, GOVERNED_BY, PERIOD, UNSTATED, clause_parts
from gridsim.rules.entries import Words
from gridsim.rules.reading import Report, allowed_name, read_words
from gridsim.rules.ruleset import RuleSet
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import Sentence

__all__ = ["Documents", "read_clauses"]

_HOW_TO_READ = "how_to_read"


class Documents:
    """Which document the clauses of an extended rule set stand in, as seen from the one that extends it.

    Parameters
    ----------
    base : RuleSet or None
        The rule set that is extended.
    number : str or None
        The number of the document of the one that extends it.

    Attributes
    ----------
    differ : bool
        They have two documents, so that a bare clause of the one would be read as the other's.
    foreign : tuple of str
        Numbers of documents that clauses name in the rule set that extends.
    """

    def __init__(self, base: RuleSet | None, number: str | None) -> None:
        self.differ = base is not None and number not in (None, base.number)
        self._number = base.number if base is not None else ""
        self._known = base.foreign if base is not None else ()
        self.foreign = (*self._known, self._number) if self.differ else self._known

    def named(self, clauses: str) -> str:
        """Clauses of the extended rule set, each with the number of its document before it if that is another one."""
        if not self.differ or not clauses:
            return clauses
        return ", ".join(part if self._is_named(part) else f"{self._number} {part}" for part in clause_parts(clauses))

    def _is_named(self, clause: str) -> bool:
        return clause in (CHOICE, UNSTATED) or any(clause.startswith(f"{number} ") for number in self._known)


def read_clauses(
    data: object, base: RuleSet | None, documents: Documents, touched: Collection[str], report: Report
) -> tuple[dict[str, str], Words | None]:
    """Read the section ``clauses`` of a rule set.

    Parameters
    ----------
    data : object
        Plain data: names of `GOVERNED_BY`, nested or dotted, to clauses; and ``how_to_read``.
    base : RuleSet or None
        The rule set that is extended. Its own clauses are taken over, but not where `touched` values govern: what
        they are now is not what that clause says.
    documents : Documents
    touched : collection of str
        Paths of the values that are changed here, or whose clause is said here.
    report : Report

    Returns
    -------
    dict of str to str
        In the order of `GOVERNED_BY`.
    Words or None
        How clauses are to be read; of another document's nothing is taken over.
    """
    how_to_read = base.how_to_read if base is not None and not documents.differ else None
    found: dict[str, str] = {}
    faulty: set[str] = set()
    if isinstance(data, Mapping) and _HOW_TO_READ in data:
        how_to_read = read_words(data[_HOW_TO_READ], ("clauses", _HOW_TO_READ), report)
        data = {key: value for key, value in data.items() if key != _HOW_TO_READ}
    for name, raw, place in _leaves(data, report):
        if isinstance(raw, str) and all(clause_parts(raw)):
            found[name] = raw
        else:
            report.add(place, raw, Sentence("text is needed"), Sentence("text"))
            faulty.add(name)
    if base is not None:
        for name, clauses in base.clauses.items():
            if name not in found and _governing(name).isdisjoint(touched):
                found[name] = documents.named(clauses)
    for name, governed_by in GOVERNED_BY.items():
        if not governed_by and name not in found and name not in faulty:
            report.add(("clauses", *name.split(".")), None, Sentence("the clause is missing"), Sentence("text"))
    return {name: found[name] for name in GOVERNED_BY if name in found}, how_to_read


def _governing(name: str) -> set[str]:
    """The paths of all values that govern what cites a clause."""
    return {path.replace(PERIOD, period) for path in GOVERNED_BY[name] for period in PERIODS}


def _leaves(node: Any, report: Report, name: str = "", place: Place = ("clauses",)) -> Iterator[tuple[str, Any, Place]]:
    """Each clause's name, plain data and place; keys may be nested or dotted."""
    if not isinstance(node, Mapping):
        report.add(place, node, Sentence("a group of clauses is needed"), Sentence("a map of names to clauses"))
        return
    for key, inner in node.items():
        here, inner_place = f"{name}{key}", (*place, key)
        if here in GOVERNED_BY:
            yield here, inner, inner_place
        elif here in CITATION_GROUPS:
            yield from _leaves(inner, report, f"{here}.", inner_place)
        else:
            guess = nearest(here, GOVERNED_BY)
            allowed = allowed_name(Sentence("what cites a clause, or how_to_read"), guess)
            report.add(inner_place, None, Sentence("nothing of that name cites a clause"), allowed)
