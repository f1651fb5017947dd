"""What would have been better: the contracts that cost least with the load that came, and what history said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.cover.find import optimal_cover
from gridsim.errors import ScenarioError
from gridsim.units import PRICE_DECIMALS, format_fixed, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.analysis.cover.result import Cover, PositionCover
    from gridsim.report.page.own_figures import OwnFigures
    from gridsim.report.page.party import Party
    from gridsim.scenario import Scenario
    from gridsim.words import Sentence

__all__ = ["Best", "Better", "better_of"]

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Best:
    """The best contract of one position: from and to which energy it costs least [kWh], and what less [micro-yuan]."""

    contract: int
    up_to: int
    saving: int


@dataclass(frozen=True, eq=False)
class Better:
    """What other contracts would have cost.

    Attributes
    ----------
    best : mapping of (unit, month, product) to Best
        Of the positions of months with bands.
    by_history : int or None
        What contracts sized by earlier years alone would have cost less, with the load that came [micro-yuan];
        negative: more. None where no history says.
    history_kwh, contract_kwh : int
        Those contracts, and those that there were, in the positions that both are of.
    refused : Sentence or None
        Why it can't be said for a unit.
    """

    best: Mapping[_Key, Best]
    by_history: int | None
    history_kwh: int
    contract_kwh: int
    refused: Sentence | None

    @property
    def saving(self) -> int:
        """Over all positions."""
        return sum(each.saving for each in self.best.values())


def better_of(scenario: Scenario, party: Party, figures: OwnFigures) -> Better:
    """Ask `gridsim.analysis.optimal_cover` what each unit should have contracted, at the mean price of its contracts.

    Parameters
    ----------
    scenario : Scenario
        That the result was made from.
    party : Party
    figures : OwnFigures
    """
    held = {(row.unit, row.month, row.product): int(row.contract_kwh) for row in figures.rows}
    best: dict[_Key, Best] = {}
    saved: list[int] = []
    advised_kwh = held_kwh = 0
    refused: Sentence | None = None
    for unit in party.units:
        price = _prices(unit, figures)
        if not price:
            continue
        try:
            cover = _cover(scenario, unit, [1], price)
        except ScenarioError as error:
            refused = error.faults[0].message
            continue
        hinges = {(unit, each.terms.month, each.terms.product): each for each in cover.positions}
        for key, each in hinges.items():
            least, there = (_cost(each, energy) for energy in (each.optimum.contract, held.get(key, 0)))
            best[key] = Best(each.optimum.contract, each.optimum.up_to, there - least)
        try:
            past = _cover(scenario, unit, "history", price)
        except ScenarioError:
            continue  # there is no history of its users, or not of each
        for each in past.positions:
            key = unit, each.terms.month, each.terms.product
            if key in hinges:
                advised = each.optimum.contract
                saved.append(_cost(hinges[key], held.get(key, 0)) - _cost(hinges[key], advised))
                advised_kwh, held_kwh = advised_kwh + advised, held_kwh + held.get(key, 0)
    return Better(best, sum(saved) if saved else None, advised_kwh, held_kwh, refused)


def _prices(unit: str, figures: OwnFigures) -> dict[str, str]:
    """The mean price of a unit's contracts by product [yuan/MWh]; a product without any has that of all of them."""
    of_unit = {product: pair for (whose, product), pair in figures.contract_price.items() if whose == unit and pair[1]}
    money, energy = (sum(pair[i] for pair in of_unit.values()) for i in (0, 1))
    rows = figures.positions
    products = dict.fromkeys(rows.loc[rows["unit"] == unit, "product"])
    if not energy:
        return {}
    pairs = {product: of_unit.get(product, (money, energy)) for product in products}
    return {product: format_fixed(round_half_up(*pair), PRICE_DECIMALS) for product, pair in pairs.items()}


def _cover(scenario: Scenario, unit: str, load: object, price: dict[str, str]) -> Cover:
    """The buyer's own money counts: what its users pay the grid company is no matter of its contracts."""
    return optimal_cover(scenario, unit, load=load, price=price, payer="buyer")


def _cost(position: PositionCover, contract: int) -> int:
    """What a position costs its buyer with a contract, with the load that came [micro-yuan]."""
    return int(position.hinges.cost(np.array([contract], dtype=np.int64))[0])
