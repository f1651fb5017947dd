"""What cites a clause, and the values of the rule set that govern it.

A ledger line, a check of compliance and a step of an explanation name the clause that makes them so. That is the
clause of the values that govern it, each once; where a rule set's `clauses` section says another one, it is that.
Which values govern what is data too: the section `cites` of a rule file, and where it is silent the lists of the
market (`gridsim.rules.cited_shape`). Nothing here names a clause of any notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gridsim.words import Language, msg

if TYPE_CHECKING:
    from gridsim.rules.wording import Words
    from gridsim.words import Lang

__all__ = [
    "CHOICE",
    "OWN_CLAUSES",
    "PERIOD",
    "UNSTATED",
    "Citation",
    "clause_parts",
    "clause_text",
    "clauses_together",
    "groups_of",
]

CHOICE = "choice"
"""Stands for a clause where the rules are silent and the rule set chose a reading."""

UNSTATED = "unstated"
"""Stands for a clause where a rule set has a value and doesn't say by which clause."""

PERIOD = "{period}"
"""In the path of a governing value: the period that is settled."""


class Citation(NamedTuple):
    """One thing that cites a clause.

    Attributes
    ----------
    by : tuple of str
        The paths of the values that govern it, in which `PERIOD` may stand. None: the rule set must give the clause.
    words : Words
        What it is.
    clause : str
        The clause that its place in the lists of the market names; empty: that of the values.
    """

    by: tuple[str, ...]
    words: Words
    clause: str = ""

    def paths(self, periods: Iterable[str]) -> tuple[str, ...]:
        """The paths of the governing values in some periods."""
        found = (path.replace(PERIOD, each) for path in self.by for each in periods)
        return tuple(dict.fromkeys(found))


def groups_of(names: Iterable[str]) -> frozenset[str]:
    """Every group of what cites a clause, by its dotted path."""
    return frozenset(name[:end] for name in names for end, letter in enumerate(name) if letter == ".")


_BILL, _RETAIL, _CORRECTION = "rulebook 13", "rulebook 14", "rulebook 16"
OWN_CLAUSES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("capacity", "demand", "power_factor"), _BILL),
        **dict.fromkeys(("retail_energy", "retail_delivery", "retail_deviation"), _RETAIL),
        "correction": _CORRECTION,
    }
)
"""What items cite that are gridsim's own words, where a rule set has no clause for them: the part of its rulebook."""

_NAMES = {
    CHOICE: msg("choice"),
    UNSTATED: msg("no clause stated"),
    _BILL: msg("part 13 of the rulebook"),
    _RETAIL: msg("part 14 of the rulebook"),
    _CORRECTION: msg("part 16 of the rulebook"),
}


def clause_parts(clauses: str) -> list[str]:
    """The single clauses of a text such as ``N5.1, N5.2``."""
    return [part.strip() for part in clauses.split(",")]


def clauses_together(clauses: Iterable[str]) -> str:
    """The clauses of several values, each once, in their order; `UNSTATED` for a value without one."""
    return ", ".join(dict.fromkeys(part for each in clauses for part in clause_parts(each or UNSTATED)))


def clause_text(clauses: str, lang: Lang) -> str:
    """Clauses as people read them: those that are no clause of a document in words."""
    words = Language(lang, _NAMES)
    return words.listed(map(words.name, clause_parts(clauses)))
