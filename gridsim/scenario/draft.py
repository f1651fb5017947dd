"""A scenario as far as it could be read: what the checks look at, before anything is a `Scenario`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.market_tables import USER_CHANGES
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.scenario.states import UserStates, states_of
from gridsim.tables.joined import JoinedTable
from gridsim.tables.read_table import BoolArray, ReadTable

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape

__all__ = ["Draft", "UserRows"]


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

    def as_written(self) -> Iterator[ReadTable]:
        """The tables whose rows somebody wrote: of energy that was summed from a load curve, that curve alone."""
        for table in self.tables.values():
            if table.name != "meter" or "load" not in self.tables:
                yield table
            elif isinstance(table, JoinedTable) and table.behind is not None:
                yield table.behind

    def users(self, *columns: str) -> UserRows | None:
        """The rows of users, if they could be read and each of these exact columns has anything to look at."""
        users, later = self.get("users", "user_id", *columns), self.tables.get(USER_CHANGES)
        if users is None or self.year is None or (later is not None and self.get(USER_CHANGES, *columns) is None):
            return None
        states = self.found.get(USER_CHANGES)
        if states is None:
            states = self.found[USER_CHANGES] = states_of(
                users.frame, None if later is None else later.frame, self.year
            )
        return UserRows(states, (users,) if later is None else (users, later))


@dataclass(frozen=True, eq=False)
class UserRows:
    """The states of users (rulebook part 15) with the tables in which they stand.

    Attributes
    ----------
    states : UserStates
    tables : tuple of ReadTable
        ``users``, and ``user_changes`` if anybody changes.
    """

    states: UserStates
    tables: tuple[ReadTable, ...]

    @property
    def file(self) -> str:
        """Where all of them stand."""
        return self.tables[0].file

    def usable(self, *columns: str) -> BoolArray:
        """(S,) the states whose cells in these exact columns could all be read."""
        return np.concatenate([table.usable(*columns) for table in self.tables])

    def texts(self, column: str) -> list[str | None]:
        """What stands in a column of texts, by state; None where it is empty."""
        cells = self.states.rows[column]
        return cells.astype(object).where(cells.notna(), None).tolist()

    def in_month(self, by_user: BoolArray) -> BoolArray:
        """(S, 12) what holds of users in months, for each of their states in the months in which it is the one.

        Parameters
        ----------
        by_user : (U, 12) bool array
        """
        if self.states.number is None:
            return by_user
        held: BoolArray = self.states.number[self.states.user] == np.arange(len(self.states.user))[:, np.newaxis]
        return held & by_user[self.states.user]

    def retailers(self) -> dict[str, list[str | None]]:
        """The retailer of each user by month; None where it buys directly."""
        of_state = self.texts("retailer_id")
        names, by_month = self.texts("user_id"), self.states.by_month().tolist()
        return {
            str(name): [of_state[state] for state in states]
            for name, states in zip(names, by_month, strict=False)
            if name is not None
        }

    def row_number(self, state: int) -> int:
        """The 1-based data row of a state."""
        table, position = self.place(state)
        return table.row_number(position)

    def place(self, state: int) -> tuple[ReadTable, int]:
        """In which table a state stands, and where."""
        first = len(self.tables[0])
        return (self.tables[0], state) if state < first else (self.tables[1], state - first)
