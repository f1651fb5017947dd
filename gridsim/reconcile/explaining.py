"""How each of our lines is explained: by which derivation, the command that shows it, and the derivation itself."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from gridsim.errors import ResultError
from gridsim.reconcile.ledger_lines import KEYS, is_seller
from gridsim.rules.shape import TAIL_OF_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gridsim.explain import Explanation
    from gridsim.reconcile.ledger_lines import Side
    from gridsim.scenario import Scenario

    Explain = Callable[..., Explanation]

__all__ = ["ExplainedAt", "Place"]

_FOLDER = "DIR"


class Place(NamedTuple):
    """What is derived: a settlement unit, a user or a generator, in a month, of one product or of all."""

    subject: str
    month: str
    product: str = ""


class ExplainedAt:
    """What explains a line, and the command that does.

    Parameters
    ----------
    scenario : Scenario
    side : Side
        Whose lines they are.
    explain : callable, optional
        As `gridsim.Result.explain`; without it there are commands alone.
    folder : str
        Of the result; empty: it is not known.
    """

    def __init__(self, scenario: Scenario, side: Side, explain: Explain | None = None, folder: str = "") -> None:
        self._folder, self._explain = folder or _FOLDER, explain
        self._units = _units_of_users(scenario)
        self._modes = {mode.id: frozenset(mode.products) for mode in scenario.rules.shape.modes}
        self._generator = side.party if is_seller(scenario, side.party) else ""
        self._has_bills = side.shows == "bills" and bool(TAIL_OF_TABLE.keys() & scenario.given)

    def place(self, key: Sequence[str]) -> Place | None:
        """Where a line is derived; None where nothing derives it.

        Parameters
        ----------
        key : sequence of str
            In the order of `gridsim.reconcile.ledger_lines.KEYS`.
        """
        named = dict(zip(KEYS, key, strict=True))
        user, month = named["user_id"], named["month"]
        if not month:
            return None
        if self._generator:
            return Place(self._generator, month)
        unit = named["unit_id"] or self._units.get((user, month), "")
        if user and (self._has_bills or not unit):  # its bill, or what it pays outside the market
            return Place(user, month)
        if not unit:
            return None
        is_its = named["product"] in self._modes.get(unit.rpartition("/")[2], ())
        return Place(unit, month, named["product"] if is_its else "")

    def command(self, place: Place | None) -> str:
        """The command that derives it; empty for nothing."""
        if place is None:
            return ""
        words = ["gridsim", "explain", self._folder, "--unit", place.subject, "--month", place.month]
        return shlex.join([*words, *(("--product", place.product) if place.product else ())])

    def explanation(self, place: Place, lang: str) -> Explanation | ResultError | None:
        """The derivation, or why there is none; None without a result to ask."""
        if self._explain is None:
            return None
        try:
            return self._explain(place.subject, place.month, place.product or None, lang=lang)
        except ResultError as error:
            return error


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
