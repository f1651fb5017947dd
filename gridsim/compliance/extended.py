"""Checks of compliance that extensions bring: what they may look at, and what they may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from gridsim.compliance.row import Row, table_of_rows
from gridsim.extensions import Finding, needed
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from gridsim.scenario import Scenario

__all__ = ["Facts", "check_by_extension"]


@dataclass(frozen=True, eq=False)
class Facts:
    """What a check may look at: `gridsim.extensions.MarketFacts`.

    Attributes
    ----------
    scenario : Scenario
    results : mapping of str to callable
        By name of a table of the result: what makes it.
    """

    scenario: Scenario
    results: Mapping[str, Callable[[], pd.DataFrame]]

    @property
    def year(self) -> int:
        """Of the scenario."""
        return self.scenario.year

    def table(self, name: str) -> pd.DataFrame:
        """An input table, or one of the result, in exact units; a copy."""
        if name in self.results:
            return self.results[name]()
        return self.scenario.tables[name].copy()

    def value(self, path: str, month: str) -> Any:
        """A value of the rule set in a month."""
        return attrgetter(path)(self.scenario.rules.at(month))


def check_by_extension(name: str, facts: Facts) -> pa.Table:
    """The table ``compliance`` of a check that an extension brings.

    Parameters
    ----------
    name : str
    facts : Facts

    Raises
    ------
    ExtensionError
        The extension is missing, failed, or said what a check cannot say.
    """
    extension, rules = needed("check", name), facts.scenario.rules
    try:
        found = list(extension.function(facts))
    except Exception as error:
        raise extension.failed(error) from error
    clause = rules.cited(f"compliance.{name}")
    rows = []
    for each in found:
        broken = _broken(each, facts.scenario.months)
        if broken is not None:
            month = getattr(each, "month", None)
            raise extension.broken(broken, None if month is None else Sentence("month {month}", month=month))
        rows.append(Row(name, each.subject, each.month, each.value, each.limit, each.passed, clause, each.detail))
    return table_of_rows(rows)


def _broken(finding: object, months: tuple[str, ...]) -> Sentence | None:
    if not isinstance(finding, Finding):
        return Sentence("a check gives back Finding, not {value!r}", value=finding)
    texts: tuple[object, ...] = (finding.value, finding.limit)
    subject, detail, passed = cast("tuple[object, object, object]", (finding.subject, finding.detail, finding.passed))
    if not finding.subject or not isinstance(subject, str) or not isinstance(detail, str):
        return Sentence("a finding has a subject and a detail: {value!r}", value=finding)
    if not all(text is None or isinstance(text, str) for text in texts) or not finding.detail:
        return Sentence("value and limit are texts: {value!r}", value=finding)
    if not isinstance(passed, bool | None):
        return Sentence("passed is True, False or None: {value!r}", value=finding)
    if finding.month is not None and finding.month not in months:
        return Sentence("months of the scenario's year: {month}", month=finding.month)
    return None
