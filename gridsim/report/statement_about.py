"""What all statements of a workbook say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.errors import shorten
from gridsim.metering import MarksForecasts
from gridsim.names import NamingLanguage

if TYPE_CHECKING:
    from gridsim.analysis.regimes import RegimeMonths
    from gridsim.report.statement_bearers import Bearers
    from gridsim.report.statement_model import Key

__all__ = ["About", "StatementWords"]


class StatementWords(MarksForecasts, NamingLanguage):
    """Says the texts of statements in one language, as `gridsim.names.NamingLanguage` does."""

    def title(self, column: str, code: str) -> str:
        """What a code is called where its name stands alone in a cell: with a large first letter."""
        told = self.called(column, code)
        return told[:1].upper() + told[1:]


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
