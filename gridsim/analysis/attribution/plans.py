"""The plans of the users of a result's positions: from its nominations and its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from gridsim.analysis.attribution.games import Members
from gridsim.analysis.attribution.history import Histories
from gridsim.analysis.attribution.plan import planned
from gridsim.shares import shares

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.analysis.attribution.held import HeldPosition, HeldPositions
    from gridsim.analysis.attribution.history import Level
    from gridsim.analysis.attribution.plan import Plan

__all__ = ["Planned", "Plans"]


class Planned(NamedTuple):
    """What the users of a position had planned.

    Attributes
    ----------
    plan : Plan
    level : str
        The level of the history.
    members : Members
        What they metered and planned.
    """

    plan: Plan
    level: Level
    members: Members


class Plans:
    """Plans, worked out when they are asked for.

    Parameters
    ----------
    held : HeldPositions
        Whose users they are. What was metered changes no plan: those of one settlement serve any other of the same
        contracts and users.
    """

    def __init__(self, held: HeldPositions) -> None:
        self._held = held
        inputs = held.result.inputs
        self._histories = Histories(inputs.get("history"))
        self._nominations = _nominations(inputs.get("nominations"))
        self._known: dict[tuple[str, str, str], tuple[Plan, Level]] = {}

    def of(self, position: HeldPosition) -> Planned:
        """The plans of a position's users.

        Parameters
        ----------
        position : HeldPosition
        """
        if position.key not in self._known:
            self._known[position.key] = self._plan(position)
        plan, level = self._known[position.key]
        return Planned(plan, level, Members(tuple(position.metered_of.tolist()), plan.energy))

    def _plan(self, position: HeldPosition) -> tuple[Plan, Level]:
        shape = self._held.shape
        users = [self._held.users.ids[row] for row in position.users.tolist()]
        periods = self._held.periods_of(position.product)
        level, history = self._histories.means(users, position.month[5:], periods, shape.periods)
        nominated = [self._nominated(user, position, periods) for user in users]
        return planned(position.contract, nominated, history), level

    def _nominated(self, user: str, position: HeldPosition, periods: tuple[str, ...]) -> int | None:
        """What a user nominated for a position [kWh]: by its periods, or its part of a month's."""
        given = self._nominations.get((user, position.month))
        if given is None:
            return None
        by_period = [given[period] for period in periods if period in given]
        if by_period or None not in given:  # of a month that it nominated by period, these periods, if any
            return sum(by_period) if by_period else None
        month = self._held.of_month(position.unit, position.month)
        contracts = [each.contract for each in month]
        if not any(contracts):  # nothing was contracted that could say how a month falls into products
            contracts = [1] * len(month)
        return shares(given[None], contracts)[[each.product for each in month].index(position.product)]


def _nominations(table: pa.Table | None) -> Mapping[tuple[str, str], dict[str | None, int]]:
    """By user and month, the nominated energy [kWh] of each period; None: of the month as a whole."""
    found: dict[tuple[str, str], dict[str | None, int]] = {}
    if table is None:
        return found
    nothing = [None] * table.num_rows
    columns = (
        table.column(name).to_pylist() if name in table.column_names else nothing
        for name in ("user_id", "month", "period", "energy_kwh")
    )
    for user, month, period, energy in zip(*columns, strict=True):
        found.setdefault((user, month), {})[period] = energy
    return found
