"""Each band's money, each fee and the shortfall of every position, shared over its users (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.games import Game, edge_at
from gridsim.analysis.attribution.methods import METHODS, parted, weights_of
from gridsim.analysis.attribution.plans import Plans
from gridsim.analysis.attribution.shapley import place_of
from gridsim.errors import ResultError
from gridsim.rules.shape import OVERRUN, SHORTFALL
from gridsim.suggest import not_one_of

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import Band, HeldPosition, HeldPositions
    from gridsim.analysis.attribution.methods import Method, Weights
    from gridsim.analysis.attribution.plans import Planned

__all__ = ["Attributed", "Attributor", "Parted", "item_of_fees"]


@dataclass(frozen=True, slots=True)
class Parted:
    """One band, fee or shortfall of a position, and who bears it.

    Attributes
    ----------
    item : str
        Of the ledger.
    band : Band
    game : Game
    weights : Weights
    energy, money : int
        [kWh] [micro-yuan] What is shared.
    own_energy, own_money : int
        The buyer's own part.
    energies, amounts : list of int
        By user.
    """

    item: str
    band: Band
    game: Game
    weights: Weights
    energy: int
    money: int
    own_energy: int
    own_money: int
    energies: list[int]
    amounts: list[int]

    def errors(self) -> list[int] | None:
        """By user, the standard error of its amount [micro-yuan]; None: the weights are exact."""
        whole = sum(self.weights.values)
        if self.weights.errors is None or whole <= 0:
            return None
        rest = abs(self.money - self.own_money)
        return [round(error * self.weights.scale * rest / whole) for error in self.weights.errors]


@dataclass(frozen=True, slots=True)
class Attributed:
    """A position whose deviation is shared.

    Attributes
    ----------
    position : HeldPosition
    planned : Planned
    parts : tuple of Parted
        Over bands with their fees by ascending edge, then under bands with theirs.
    """

    position: HeldPosition
    planned: Planned
    parts: tuple[Parted, ...]


class Attributor:
    """Shares the deviation of positions by a method.

    Parameters
    ----------
    held : HeldPositions
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    plans : Plans, optional
        Those of `held`, where they are known already.

    Raises
    ------
    ResultError
        There is no such method.
    """

    def __init__(self, held: HeldPositions, method: Method = "own_deviation", plans: Plans | None = None) -> None:
        if method not in METHODS:
            raise ResultError(not_one_of("method", method, METHODS))
        self.held = held
        self.method = method
        self.plans = plans or Plans(held)
        self._seed = int(held.result.manifest["scenario"]["seed"] or 0)
        self._fee = item_of_fees(held)

    def __iter__(self) -> Iterator[Attributed]:
        """Those positions that have something to share."""
        return (self.of(position) for position in self.held if position.bands)

    def of(self, position: HeldPosition) -> Attributed:
        """One position.

        Parameters
        ----------
        position : HeldPosition
        """
        planned = self.plans.of(position)
        members = planned.members
        games = [_game(band, position.contract) for band in position.bands]
        found = weights_of(self.method, members, games, self._seed, place_of(*position.key)) if games else []
        parts = []
        for band, game, weights in zip(position.bands, games, found, strict=True):
            item = OVERRUN if band.side == "over" else SHORTFALL
            for name, money in ((item, band.money), (self._fee, band.fee)):
                if name and (name == item or money):
                    own_energy, energies = parted(band.energy, members, game, weights)
                    own_money, amounts = parted(money, members, game, weights)
                    parts.append(
                        Parted(name, band, game, weights, band.energy, money, own_energy, own_money, energies, amounts)
                    )
        return Attributed(position, planned, tuple(parts))


def item_of_fees(held: HeldPositions) -> str:
    """The item of the ledger that fees of deviation stand under; empty: the market has none."""
    fees = held.shape.fees
    return "" if fees is None else fees.item


def _game(band: Band, contract: int) -> Game:
    edge = edge_at(contract, band.edge)
    assert edge is not None, "an open band holds nothing beyond its edge"
    return Game(band.side, edge)
