"""A scenario as far as it could be read: what the checks look at, before anything is a `Scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.tables.read_table import ReadTable

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape

__all__ = ["Draft"]


@dataclass(frozen=True)
class Draft:
    """All of a scenario as far as it could be read.

    Parameters
    ----------
    year : int or None
    shape : MarketShape
    rules : RuleSet or None
    tables : mapping of str to ReadTable
        Those that could be read at all; ``meter`` may have been made from ``load``, which then stands beside it.
    given : frozenset of str
        Those that the input has, readable or not.
    period_sets : PeriodSets
    """

    year: int | None
    shape: MarketShape
    rules: RuleSet | None
    tables: Mapping[str, ReadTable]
    given: frozenset[str]
    period_sets: PeriodSets = NO_SETS
    found: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What one check found out and the next ones need too, by its module."""

    def get(self, name: str, *columns: str) -> ReadTable | None:
        """The table, if it could be read and each of these exact columns has anything to look at."""
        table = self.tables.get(name)
        if table is None or not all(table.is_readable(column) for column in columns):
            return None
        return table
