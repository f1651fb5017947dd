"""What the users of a position save by settling together, which belongs to nobody (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.games import Game, edge_at
from gridsim.analysis.attribution.netting_prices import NettingPrices
from gridsim.analysis.attribution.plans import Plans
from gridsim.explain.places import ratio_at

if TYPE_CHECKING:
    from gridsim.analysis.attribution.games import Side
    from gridsim.analysis.attribution.held import HeldPosition, HeldPositions

__all__ = ["Netted", "Netting"]


@dataclass(frozen=True, slots=True)
class Netted:
    """What netting saves in a position.

    Attributes
    ----------
    position : HeldPosition
    alone_over, alone_under : list of int
        By user, what it would overrun and fall short with its plan as its contract [kWh].
    overrun_price, shortfall_price : int
        [micro-yuan/kWh]; 0 where that side saves nothing.
    """

    position: HeldPosition
    alone_over: list[int]
    alone_under: list[int]
    overrun_price: int
    shortfall_price: int

    @property
    def over(self) -> int:
        """What the users would overrun alone, less the unit's overrun [kWh]; 0 where there are no users."""
        return sum(self.alone_over) - self.position.overrun if self.alone_over else 0

    @property
    def under(self) -> int:
        """What they would fall short alone, less the unit's shortfall [kWh]; 0 where there are no users."""
        return sum(self.alone_under) - self.position.shortfall if self.alone_under else 0

    @property
    def saved(self) -> int:
        """[micro-yuan]: overrun at its price less the cost of energy in band, shortfall at its price."""
        of_over = self.over * (self.overrun_price - self.position.cost) if self.over else 0
        return of_over + self.under * self.shortfall_price

    @property
    def row(self) -> tuple[str, str, str, int, int, int]:
        """Its row of the table ``netting``."""
        return (*self.position.key, self.over, self.under, self.saved)


class Netting:
    """What netting saves in each position.

    Parameters
    ----------
    held : HeldPositions
    plans : Plans, optional
        Those of `held`, where they are known already.
    """

    def __init__(self, held: HeldPositions, plans: Plans | None = None) -> None:
        self._held = held
        self._plans = plans or Plans(held)
        self._edges: dict[tuple[str, str], tuple[int | None, int | None]] = {}

    def __iter__(self) -> Iterator[Netted]:
        alone = [(position, *self._alone(position)) for position in self._held]
        prices = NettingPrices(
            self._held, [position for position, over, _ in alone if any(over) and not position.overrun]
        )
        for position, over, under in alone:
            found = Netted(position, over, under, 0, 0)
            yield replace(
                found,
                overrun_price=prices.overrun(position) if found.over else 0,
                shortfall_price=prices.shortfall(position) if found.under else 0,
            )

    def _alone(self, position: HeldPosition) -> tuple[list[int], list[int]]:
        """By user, what it would overrun and fall short alone [kWh]."""
        members = self._plans.of(position).members
        over, under = self._edges_of(position)
        pairs = list(zip(members.metered, members.plan, strict=True))
        return (
            [_beyond("over", over, plan, metered) for metered, plan in pairs],
            [_beyond("under", under, plan, metered) for metered, plan in pairs],
        )

    def _edges_of(self, position: HeldPosition) -> tuple[int | None, int | None]:
        """The first edges above and below [10⁻⁴]: an open one is None, and 0 where nothing can be missing."""
        asked = self._held.units[position.unit][1], position.month
        if asked not in self._edges:
            prices = NettingPrices(self._held, ())
            way, place = prices.way(position), prices.place(position.month)
            above = way.over[0].edge
            over = None if above is None else ratio_at(above, place)
            self._edges[asked] = over, ratio_at(way.under[0].edge, place) if way.under else 0
        return self._edges[asked]


def _beyond(side: Side, ratio: int | None, plan: int, metered: int) -> int:
    """What a user would have beyond the edge of its plan [kWh]."""
    edge = edge_at(plan, ratio)
    return 0 if edge is None else Game(side, edge).beyond(metered)
