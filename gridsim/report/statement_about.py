"""What all statements of a workbook say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.errors import shorten
from gridsim.metering import MarksForecasts
from gridsim.names import NamingLanguage
from gridsim.words import Lang, msg, within

if TYPE_CHECKING:
    from gridsim.analysis.regimes import RegimeMonths
    from gridsim.names import MarketNames
    from gridsim.report.statement_bearers import Bearers
    from gridsim.report.statement_model import Key

__all__ = ["About", "StatementWords"]

_OWN = {
    "items": {
        "energy": msg("Contract energy"),
        "shortfall": within("item", "Shortfall"),
        "overrun": within("item", "Overrun"),
    }
}
"""What gridsim's own items are called on a statement."""


class StatementWords(MarksForecasts, NamingLanguage):
    """Says the texts of statements in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    market : MarketNames
        Of the rule set: what its codes are called.
    """

    def __init__(self, lang: Lang, market: MarketNames) -> None:
        super().__init__(lang, market, "statement", _OWN)
        self._tabs = NamingLanguage(lang, market, "tab")

    def title(self, column: str, code: str) -> str:
        """What a code is called where its name stands alone in a cell: with a large first letter."""
        told = self.called(column, code)
        return told[:1].upper() + told[1:]

    def on_tab(self, column: str, code: str) -> str:
        """What a code is called on the tab of a sheet, which has 31 characters."""
        return self._tabs.called(column, code)


@dataclass(frozen=True)
class About:
    """What every statement of a workbook says alike.

    Parameters
    ----------
    words : StatementWords
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
    regimes : tuple of RegimeMonths
        The months that settle otherwise than the rest of the year.
    split_modes : frozenset of str
        Modes that trade several products.
    accounts : frozenset of str
        Parties that are no participant.
    max_lines : int
    index : str
        Name of the sheet of the index.
    suppliers : mapping of Key to str
        Of customers: the retailer of each that has one in its month.
    bills : mapping of Key to sequence of str
        Of customers: how the power factor was found, and what it adjusts.
    bearers : mapping of Key to Bearers
        Of retailers' units: whose the deviation was.
    """

    words: StatementWords
    names: Mapping[str, str]
    retailers: frozenset[str]
    units: Mapping[str, tuple[str, str]]
    rules: str
    overridden: str
    on_clauses: tuple[str, ...]
    regimes: tuple[RegimeMonths, ...]
    split_modes: frozenset[str]
    accounts: frozenset[str]
    scenario: str
    version: str
    max_lines: int
    index: str
    suppliers: Mapping[Key, str]
    bills: Mapping[Key, Sequence[str]]
    bearers: Mapping[Key, Bearers]

    def party(self, party: str) -> str:
        """A party by its id and name."""
        if party in self.accounts:
            return shorten(self.words.title("party", party))
        name = self.names.get(party)
        return shorten(f"{party} {name}" if name else party)

    def regime(self, month: str) -> RegimeMonths | None:
        """The regime that a month settles by, if it is not that of the rest of the year."""
        return next((regime for regime in self.regimes if month in regime.months), None)
