"""Reading the clauses of a rule set from plain data, and what cites them, with every fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from gridsim.rules.catalogue import Catalogue
from gridsim.rules.citations import CHOICE, PERIOD, UNSTATED, Citation, clause_parts, groups_of
from gridsim.rules.content import RuleContent
from gridsim.rules.given_shape import GivenShape
from gridsim.rules.model_faults import Report, allowed_name, read_model, tell_model_faults
from gridsim.rules.reading import read_words
from gridsim.rules.rule_file import CitationFile, Clauses, Names, leaves
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import Sentence

__all__ = ["Documents", "read_cites", "read_clauses"]

_HOW_TO_READ = "how_to_read"


def read_cites(
    data: object, base: Mapping[str, Citation], catalogue: Catalogue, shape: GivenShape, report: Report
) -> dict[str, Citation]:
    """Read the section ``cites``: by its name, what cites a clause and the values that govern it.

    Parameters
    ----------
    data : object
        Plain data.
    base : mapping of str to Citation
        Of the rule set that is extended; what is given here stands in place of it or behind it.
    catalogue : Catalogue
    shape : GivenShape
    report : Report
    """
    found = dict(base)
    if not isinstance(data, Mapping):
        report.add(("cites",), data, Sentence("not a map of names to values"), Sentence("a map of what cites a clause"))
        return found
    for name, raw in data.items():
        place = ("cites", name)
        before = report.count
        given = read_model(CitationFile, raw, report, place)
        if report.count > before:
            continue
        citation = Citation(tuple(given.by), Words(given.en, given.zh))
        for number, path in enumerate(given.by):
            for each in shape.periods if PERIOD in path else [""]:
                if path.replace(PERIOD, each) not in catalogue.order:
                    catalogue.knows(path.replace(PERIOD, each), (*place, "by", number), report)
                    break
        found[name] = citation
    return found


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

    def __init__(self, base: RuleContent | None, number: str | None) -> None:
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
    data: object,
    citations: Mapping[str, Citation],
    told: Collection[str],
    base: RuleContent | None,
    documents: Documents,
    touched: Collection[str],
    report: Report,
) -> tuple[dict[str, str], Words | None]:
    """Read the section ``clauses`` of a rule set.

    Parameters
    ----------
    data : object
        Plain data: names of `citations`, nested or dotted, to clauses; and ``how_to_read``.
    citations : mapping of str to Citation
        All that cites a clause.
    told : collection of str
        Those of which the section ``cites`` tells: what no value governs needs its clause here.
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
        In the order of `citations`.
    Words or None
        How clauses are to be read; of another document's nothing is taken over.
    """
    how_to_read = base.how_to_read if base is not None and not documents.differ else None
    if isinstance(data, Mapping) and _HOW_TO_READ in data:
        how_to_read = read_words(data[_HOW_TO_READ], ("clauses", _HOW_TO_READ), report)
        data = {key: value for key, value in data.items() if key != _HOW_TO_READ}
    given: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for name, raw, place in leaves(data, _clause_names(citations, report), ("clauses",)):
        given[name], places[name] = raw, place
    found = dict(given)
    try:
        Clauses.model_validate(given)
    except ValidationError as error:
        tell_model_faults(report, error, given, Clauses, lambda inner: places[str(inner[0])])
    if base is not None:
        periods = base.given_shape.periods
        for name, clauses in base.clauses.items():
            governed_by = citations[name].paths(periods) if name in citations else ()
            if name not in found and set(governed_by).isdisjoint(touched):
                found[name] = documents.named(clauses)
    for name, citation in citations.items():
        if not citation.by and not citation.clause and name not in found and name in told:
            report.add(("clauses", *name.split(".")), None, Sentence("the clause is missing"), Sentence("text"))
    return {name: found[name] for name in citations if name in found}, how_to_read


def _clause_names(citations: Mapping[str, Citation], report: Report) -> Names:
    def unknown(name: str, node: object, place: Place) -> None:
        allowed = allowed_name(Sentence("what cites a clause, or how_to_read"), nearest(name, citations))
        report.add(place, None, Sentence("nothing of that name cites a clause"), allowed)

    def no_map(group: str, node: object, place: Place) -> None:
        report.add(place, node, Sentence("a group of clauses is needed"), Sentence("a map of names to clauses"))

    return Names(citations, groups_of(citations), unknown, no_map)
