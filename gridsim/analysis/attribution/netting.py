"""What the users of a position save by settling together, which belongs to nobody (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.games import Game, edge_at
from gridsim.analysis.attribution.plans import Plans
from gridsim.explain.derive import derive
from gridsim.explain.facts import gather
from gridsim.explain.month_prices import MonthPrices, mean_price
from gridsim.explain.places import Place, price_at, ratio_at, way_of
from gridsim.explain.source import ResultFacts
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.attribution.games import Side
    from gridsim.analysis.attribution.held import HeldPosition, HeldPositions
    from gridsim.explain.derive import Derivation

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
        self._rules = held.result.rules
        self._source = ResultFacts(held.result.exact, held.result.inputs, self._rules)

    def __iter__(self) -> Iterator[Netted]:
        return map(self.of, self._held)

    def of(self, position: HeldPosition) -> Netted:
        """One position.

        Parameters
        ----------
        position : HeldPosition
        """
        members = self._plans.of(position).members
        _, mode = self._held.units[position.unit]
        over_ratio, under_ratio = self._edges_of(mode, position.month)
        pairs = list(zip(members.metered, members.plan, strict=True))
        over = [_beyond("over", over_ratio, plan, metered) for metered, plan in pairs]
        under = [_beyond("under", under_ratio, plan, metered) for metered, plan in pairs]
        overrun_price = self._overrun_price(position) if over and sum(over) != position.overrun else 0
        shortfall_price = self._shortfall_price(position) if under and sum(under) != position.shortfall else 0
        return Netted(position, over, under, overrun_price, shortfall_price)

    def _edges_of(self, mode: str, month: str) -> tuple[int | None, int | None]:
        """The first edges above and below [10⁻⁴]: an open one is None, and 0 where nothing can be missing."""
        if (mode, month) not in self._edges:
            way = way_of(self._rules, mode, month, trial=self._held.is_trial)
            place = Place(self._held.shape, self._rules.at(month), month, MonthPrices(self._source, month))
            above = way.over[0].edge
            over = None if above is None else ratio_at(above, place)
            self._edges[mode, month] = over, ratio_at(way.under[0].edge, place) if way.under else 0
        return self._edges[mode, month]

    def _derived(self, position: HeldPosition) -> Derivation:
        facts = gather(self._source, position.unit, position.month)
        return derive(facts, self._rules, position.product, trial=self._held.is_trial)

    def _overrun_price(self, position: HeldPosition) -> int:
        """The mean price of the unit's overrun [micro-yuan/kWh]; without any, of what its metered energy would pay."""
        if position.overrun:
            return round_half_up(position.overrun_money, position.overrun)
        derived = self._derived(position)
        prices = [
            (part.cell.metered, price.rounded)
            for part in derived.cells
            if (price := price_at(derived.way.over[0].price, part.place)) is not None
        ]
        return mean_price(prices) or 0

    def _shortfall_price(self, position: HeldPosition) -> int:
        """The price of what is missing in the first band below [micro-yuan/kWh]."""
        held = next((band.price for band in position.bands if band.side == "under"), None)
        if held is not None:
            return held
        derived = self._derived(position)
        price = price_at(derived.way.under[0].price, derived.place) if derived.way.under else None
        return 0 if price is None else price.rounded


def _beyond(side: Side, ratio: int | None, plan: int, metered: int) -> int:
    """What a user would have beyond the edge of its plan [kWh]."""
    edge = edge_at(plan, ratio)
    return 0 if edge is None else Game(side, edge).beyond(metered)
