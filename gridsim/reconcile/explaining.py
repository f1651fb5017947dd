"""How each of our lines is explained: the command that derives the position it belongs to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.reconcile.ledger_lines import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.scenario import Scenario

__all__ = ["ExplainedAt"]

_FOLDER = "DIR"


class ExplainedAt:
    """Which position explains a line, and the command that does.

    Parameters
    ----------
    scenario : Scenario
    folder : str
        Of the result; empty: it is not known.
    """

    def __init__(self, scenario: Scenario, folder: str = "") -> None:
        self._folder = folder or _FOLDER
        self._units = _units_of_users(scenario)
        self._modes = {mode.id: frozenset(mode.products) for mode in scenario.rules.shape.modes}

    def position(self, key: Sequence[str]) -> tuple[str, str, str] | None:
        """Unit, month and product of a line, the product empty where it does not tell; None where it is of none.

        Parameters
        ----------
        key : sequence of str
            In the order of `gridsim.reconcile.ledger_lines.KEYS`.
        """
        named = dict(zip(KEYS, key, strict=True))
        unit = named["unit_id"] or self._units.get((named["user_id"], named["month"]), "")
        if not unit or not named["month"]:
            return None
        is_its = named["product"] in self._modes.get(unit.rpartition("/")[2], ())
        return unit, named["month"], named["product"] if is_its else ""

    def command(self, key: Sequence[str]) -> str:
        """The command; empty where no position explains the line."""
        found = self.position(key)
        if found is None:
            return ""
        unit, month, product = found
        words = ["gridsim", "explain", self._folder, "--unit", unit, "--month", month]
        return shlex.join([*words, *(("--product", product) if product else ())])


def _units_of_users(scenario: Scenario) -> dict[tuple[str, str], str]:
    """The settlement unit of each user and month; none of users on priority purchase."""
    users, states = scenario.tables["users"], scenario.states
    behind = states.rows["retailer_id"].astype(object).tolist()
    held = states.by_month()
    columns = (users[name].astype(object) for name in ("user_id", "mode", "priority_purchase"))
    return {
        (str(user), month): f"{user if pd.isna(behind[state]) else behind[state]}/{mode}"
        for row, (user, mode, has_priority) in enumerate(zip(*columns, strict=True))
        if not has_priority
        for month, state in zip(scenario.months, held[row].tolist(), strict=True)
    }
