"""What a scenario holds: one market's inputs for one year, exact and unchangeable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.calendar import months_of
from gridsim.market_tables import USER_CHANGES
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.scenario.meant import Meant
from gridsim.scenario.party_names import names_in_tables
from gridsim.scenario.states import UserStates, states_of
from gridsim.tables.blocks import looked_up
from gridsim.tables.encoded import places_of, texts_of_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.scenario.changes import Change
    from gridsim.words import Sentence

__all__ = ["ScenarioContent"]


@dataclass(frozen=True, eq=False, repr=False)
class ScenarioContent:
    """What a market is fed with for one year; `Scenario` is this with what can be asked of it.

    The attributes are described there.
    """

    name: str
    year: int
    rules: RuleSet
    seed: int | None
    tables: Mapping[str, pd.DataFrame]
    given: frozenset[str]
    source: str
    hash: str
    warnings: tuple[Sentence, ...] = ()
    period_sets: PeriodSets = NO_SETS
    changes: tuple[Change, ...] = ()
    changed_from: str = ""
    settled_months: tuple[str, ...] | None = None
    forecast_months: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __getstate__(self) -> dict[str, Any]:
        """What workers of a batch are sent: a mapping that cannot be changed cannot be pickled."""
        kept = {name: value for name, value in self.__dict__.items() if name not in ("states", "meant")}
        return {**kept, "tables": dict(self.tables)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        object.__setattr__(self, "tables", MappingProxyType(state["tables"]))

    @property
    def months(self) -> tuple[str, ...]:
        """The twelve months of the year."""
        return months_of(self.year)

    @cached_property
    def states(self) -> UserStates:
        """What its users are in each month (rulebook part 15)."""
        return states_of(self.tables["users"], self.tables.get(USER_CHANGES), self.year)

    @cached_property
    def meant(self) -> Meant:
        """What people mean who ask for units, participants and months by what they are called."""
        return Meant(self.rules.shape, names_in_tables(self.tables), self.year)

    @property
    def settles(self) -> NDArray[np.bool_]:
        """(12,) the months that settle."""
        only = self.settled_months
        return np.array([only is None or month in only for month in self.months])

    def row_of(self, names: pd.Series, table: str, key: str) -> NDArray[np.int64]:
        """The row of `table` that each name stands in; -1 where it stands in none.

        Parameters
        ----------
        names : categorical Series of str
            As the tables of a scenario have them.
        table : str
            A name of `tables`: ``users``.
        key : str
            The column of `table` that holds the names.

        Returns
        -------
        (n,) int64 array
            Numbered from 0.

        Examples
        --------
        >>> scenario.row_of(scenario.tables["meter"]["user_id"], "users", "user_id")[:4]
        array([0, 0, 0, 0])
        """
        return looked_up(self.row_of_category(names, table, key), names.array.codes)

    def row_of_category(self, names: pd.Series, table: str, key: str) -> NDArray[np.int64]:
        """The row of `table` that each category stands in, -1 where it stands in none; and a last one, -1, for no name.

        Parameters
        ----------
        names : categorical Series of str
            As the tables of a scenario have them.
        table : str
            A name of `tables`: ``users``.
        key : str
            The column of `table` that holds the names.

        Returns
        -------
        (categories + 1,) int64 array
            Numbered from 0; by the codes of `names`, of which -1, for no name, finds the last.

        Examples
        --------
        >>> scenario.row_of_category(scenario.tables["meter"]["user_id"], "users", "user_id")
        array([ 0,  1,  2,  3,  4,  5, -1])
        """
        column = self.tables[table][key]
        known = column.array
        if names.array.categories.equals(known.categories):  # as where both tables name everybody in one order
            row = np.full(len(known.categories) + 1, -1, dtype=np.int64)
            row[known.codes] = np.arange(len(known))
            return row
        return np.append(places_of(names.array.categories.tolist(), texts_of_rows(column)), -1)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.tables[name])} {name}" for name in ("generators", "retailers", "users"))
        return f"Scenario({self.name!r}, {self.year}, rules={self.rules.id!r}, {counts})"
