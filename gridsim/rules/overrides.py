"""Single values of a rule set, set by dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from gridsim.errors import ScenarioError
from gridsim.rules.catalogue import Catalogue
from gridsim.rules.content import RuleContent
from gridsim.rules.model_faults import LineOf, Report
from gridsim.rules.reading import read_pieces
from gridsim.rules.rule_file import Names, leaves
from gridsim.rules.stages import resolve
from gridsim.rules.value_checks import shape_problems
from gridsim.rules.yamltext import Place
from gridsim.words import Sentence

__all__ = ["override"]

_Rules = TypeVar("_Rules", bound=RuleContent)


def override(rules: _Rules, overrides: object, *, file: str, line_of: LineOf | None = None) -> _Rules:
    """`rules` with `overrides` in them.

    Parameters
    ----------
    rules : RuleSet
    overrides : mapping of str to object
        By dotted path; a group may be given as a mapping of what is in it.
    file : str
        Where the overrides stand, for the faults.
    line_of : callable, optional
        The line of ``overrides.<path>`` in `file`.

    Raises
    ------
    ScenarioError
        Every fault at once.
    """
    report = Report(file, line_of=line_of)
    if not isinstance(overrides, Mapping):
        known = Sentence("a dotted path and its value each")
        report.add(("overrides",), overrides, Sentence("not a map of paths to values"), known)
        raise ScenarioError(report.faults)
    entries = {entry.path: entry for entry in rules.entries}
    set_here: set[str] = set()
    for path, value, place in leaves(overrides, _names(entries, rules.catalogue, report), ("overrides",)):
        if path in set_here:
            report.add(place, value, Sentence("this value is set twice"), Sentence("once"))
            continue
        set_here.add(path)
        pieces = read_pieces(
            path,
            entries[path].kind,
            value,
            rules.in_force_from,
            place,
            report,
            dated=rules.catalogue.dated_groups,
        )
        if pieces is not None:
            entries[path] = entries[path].overridden(pieces)
    # Contradictions are looked for among the sound values even when others are not: all faults at once.
    stages, problems = resolve(entries.values(), rules.catalogue)
    wrong = [(problem.candidates, problem.message, problem.allowed) for problem in problems]
    wrong += [(each.paths, each.message, each.allowed) for each in shape_problems(rules.shape, stages)]
    for candidates, message, allowed in wrong:
        path = next((path for path in candidates if path in set_here), candidates[0] if candidates else "")
        shown = overrides.get(path) if path in overrides else None
        report.add(("overrides", path), shown, message, allowed)
    if report.faults:
        raise ScenarioError(report.faults)
    return rules.with_entries(entries.values())


def _names(entries: Mapping[str, object], catalogue: Catalogue, report: Report) -> Names:
    """The paths that a scenario may set, and what is said of others."""

    def unknown(path: str, value: object, place: Place) -> None:
        if path.partition(".")[0] == "clauses":
            message = Sentence("a rule set gives clauses, a scenario does not")
            report.add(place, None, message, Sentence("a value of the rule set"))
        else:
            catalogue.knows(path, place, report)

    def no_map(group: str, value: object, place: Place) -> None:
        report.add(place, value, Sentence("this is a group of values, not one value"), catalogue.inside(group))

    # A manifest of an earlier gridsim may lack a reading; naming it has no effect there either.
    return Names(entries, catalogue.groups, unknown, no_map)
