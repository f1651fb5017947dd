"""Where an explanation reads from: the exact tables of a result, its inputs and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.scenario.rows_of_users import RowsOfUsers
from gridsim.trading.units import units_by_id
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.explain.cells import Cell
    from gridsim.io.named_frames import ExactTables
    from gridsim.rules import RuleSet
    from gridsim.scenario.changes import Change

__all__ = ["ResultFacts"]


@dataclass(frozen=True)
class ResultFacts:
    """Where everything is read from: exact results, exact inputs, rules."""

    exact: ExactTables
    inputs: Mapping[str, pa.Table]
    rules: RuleSet
    changes: tuple[Change, ...] = ()
    """What made the scenario of another one."""
    seen_by: str = ""
    """The one party whom the explanation is for, which is not told what others ordered and held; empty: it is told."""

    @cached_property
    def units(self) -> Mapping[str, tuple[str, str]]:
        """Buyer and mode of every unit that there could be, by its id."""
        for name in ("users", "retailers"):
            self.input(name)
        return units_by_id(self.inputs, self.rules.shape)

    @cached_property
    def rows_of_users(self) -> RowsOfUsers:
        """Which row of a user holds in a month."""
        return RowsOfUsers(self.inputs)

    @cached_property
    def over_by_cell(self) -> dict[tuple[str, str], dict[str, list[tuple[Cell, int]]]]:
        """By unit and month, by user: its cells and the overrun of each [kWh], as far as that was derived."""
        return {}

    def buyer_and_mode(self, unit: str) -> tuple[str, str]:
        """Whose unit it is, and of which mode.

        Raises
        ------
        ResultError
            The inputs have no such unit.
        """
        if unit not in self.units:
            raise ResultError(Sentence("there is no settlement unit {unit!r}", unit=unit))
        return self.units[unit]

    def input(self, name: str) -> pa.Table:
        """An input table.

        Raises
        ------
        ResultError
            The results were kept without it.
        """
        if name not in self.inputs:
            raise ResultError(
                Sentence(
                    "these results hold no input table {name!r}, without which nothing can be explained", name=name
                )
            )
        return self.inputs[name]
