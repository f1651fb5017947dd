"""The games of a position: the energy beyond each edge, with some users as metered and the others as planned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gridsim.units import RATIO_ONE, round_half_up

__all__ = ["Game", "Members", "Side", "edge_at"]

Side = Literal["over", "under"]


@dataclass(frozen=True)
class Members:
    """The users of a position.

    Attributes
    ----------
    metered, plan : tuple of int
        By user [kWh].
    """

    metered: tuple[int, ...]
    plan: tuple[int, ...]

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """Metered energy less plan [kWh]."""
        return tuple(metered - plan for metered, plan in zip(self.metered, self.plan, strict=True))

    @cached_property
    def all_metered(self) -> int:
        """What all users metered [kWh]."""
        return sum(self.metered)

    @cached_property
    def all_planned(self) -> int:
        """What all users planned [kWh]."""
        return sum(self.plan)


@dataclass(frozen=True)
class Game:
    """The energy beyond an edge: above an upper one, below a lower one.

    Attributes
    ----------
    side : {"over", "under"}
    edge : int
        [kWh]
    """

    side: Side
    edge: int

    @property
    def sign(self) -> int:
        """1 above an upper edge, -1 below a lower one."""
        return 1 if self.side == "over" else -1

    def beyond(self, energy: int) -> int:
        """What so much energy of a position is beyond the edge [kWh]."""
        return max(0, self.sign * (energy - self.edge))


def edge_at(contract: int, ratio: int | None) -> int | None:
    """A band's edge to the kWh, half up.

    Parameters
    ----------
    contract : int
        [kWh]
    ratio : int or None
        [10⁻⁴] of the contract; None: all is in band while there is a contract.

    Returns
    -------
    int or None
        None: nothing lies beyond it.
    """
    if ratio is None:
        return None if contract > 0 else 0
    return round_half_up(contract * ratio, RATIO_ONE)
