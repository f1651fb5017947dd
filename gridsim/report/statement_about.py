"""What all statements of a workbook say alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridsim import names
from gridsim.errors import shorten
from gridsim.words import Language, msg, within

__all__ = ["NAMES", "About"]

NAMES = {
    **names.PERIODS,
    **names.INSTITUTIONS,
    **names.MODES,
    "total": within("statement", "total"),
    "energy": msg("Contract energy"),
    "shortfall": within("item", "Shortfall"),
    "overrun": within("item", "Overrun"),
    "transmission": msg("T&D"),
    "tou_adjustment": msg("Time-of-use adjustment"),
    "funds": msg("Government funds"),
    "fallback": msg("Fallback price"),
    "catalogue": msg("Catalogue tariff"),
    "transfer": msg("Contract transfer"),
    "GRID": msg("Grid company"),
    "GOVERNMENT": msg("Government"),
}
"""What statements call products, items and institutions."""


@dataclass(frozen=True)
class About:
    """What every statement of a workbook says alike.

    Parameters
    ----------
    words : Language
    names : mapping of str to str
        Names of generators, retailers and users, by id.
    retailers : frozenset of str
    units : mapping of str to (str, str)
        Buyer and mode of each settlement unit.
    rules, scenario, version : str
    overridden : str
        What the scenario set in the rule set; empty if nothing.
    on_clauses : tuple of str
        How the clauses are to be read.
    transition_clause, trial_clause : str
        By which clauses there are months of transition, and a trial settlement beside them.
    max_lines : int
    index : str
        Name of the sheet of the index.
    """

    words: Language
    names: Mapping[str, str]
    retailers: frozenset[str]
    units: Mapping[str, tuple[str, str]]
    rules: str
    overridden: str
    on_clauses: tuple[str, ...]
    transition_clause: str
    trial_clause: str
    scenario: str
    version: str
    max_lines: int
    index: str

    def party(self, party: str) -> str:
        """A party by its id and name."""
        known = self.words.name(party) if party in ("GRID", "GOVERNMENT") else None
        name = self.names.get(party)
        return shorten(known or (f"{party} {name}" if name else party))
