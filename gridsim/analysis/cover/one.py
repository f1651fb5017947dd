"""The best contract energy of one position, exactly: cost is a sum of hinges, and its least lies at a break point.

With load A, contract C, U = round(C × upper) and L = round(C × lower) (rulebook part 5), a position costs

    in_band_price × min(A, U) + overrun_price × max(A − U, 0) + shortfall_price × max(L − A, 0).

More bands on a side add what their price has above that of the band before, above or below their own edge. The
expectation over weighted draws changes slope only where an edge passes a draw. Between two such break points it is
linear in the edges, which repeat their steps every 10⁴ kWh of C: so the least of a piece lies among its first or last
10⁴ energies, and the pieces that can't hold it are known by their ends. All of it is in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Hinges", "Optimum", "minimise", "tail_weights"]


@dataclass(frozen=True, eq=False)
class Hinges:
    """The weighted cost of one position as a function of its contract energy.

    Parameters
    ----------
    energy : (D,) int64 array
        Draws of the load, ascending [kWh].
    weight : (D,) object array of int
        Weight of each draw, not all zero.
    in_band_price, overrun_price, shortfall_price : int
        [micro-yuan/kWh]
    upper, lower : int
        [10⁻⁴]
    more_over, more_under : tuple of (int, int)
        Edge [10⁻⁴] and price [micro-yuan/kWh] of each further band, away from the contract.
    """

    energy: NDArray[np.int64]
    weight: NDArray[np.object_]
    in_band_price: int
    overrun_price: int
    shortfall_price: int
    upper: int
    lower: int
    more_over: tuple[tuple[int, int], ...] = ()
    more_under: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        below = np.concatenate([[0], np.cumsum(self.weight)])
        energy_below = np.concatenate([[0], np.cumsum(self.weight * self.energy.astype(object))])
        object.__setattr__(self, "_below", below)
        object.__setattr__(self, "_energy_below", energy_below)

    def edges(self, contract: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Upper and lower edge of the band, whole kWh, half up."""
        return _edge(contract, self.upper), _edge(contract, self.lower)

    @property
    def steps(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Of further bands, over and under: the edge, and what their price has above that of the band before."""
        found = []
        for first, more in ((self.overrun_price, self.more_over), (self.shortfall_price, self.more_under)):
            before = [first, *(price for _, price in more)]
            found.append([(edge, price - less) for (edge, price), less in zip(more, before, strict=False)])
        return found[0], found[1]

    def cost(self, contract: NDArray[np.int64]) -> NDArray[Any]:
        """Σ weight × cost at each contract energy [micro-yuan]; in Python's integers where int64 may not do."""
        contract = np.asarray(contract, dtype=np.int64)
        below, energy_below = self._tables()
        if self._fits(contract):
            below, energy_below = below.astype(np.int64), energy_below.astype(np.int64)
        upper, lower = self.edges(contract)
        k = np.searchsorted(self.energy, upper, side="right")
        above = below[-1] - below[k]
        in_band = energy_below[k] + upper * above
        overrun = energy_below[-1] - in_band
        k = np.searchsorted(self.energy, lower, side="right")
        shortfall = lower * below[k] - energy_below[k]
        cost: NDArray[Any] = (
            in_band * self.in_band_price + overrun * self.overrun_price + shortfall * self.shortfall_price
        )
        over, under = self.steps
        for ratio, price in over:
            edge = _edge(contract, ratio)
            k = np.searchsorted(self.energy, edge, side="right")
            cost = cost + (energy_below[-1] - energy_below[k] - edge * (below[-1] - below[k])) * price
        for ratio, price in under:
            edge = _edge(contract, ratio)
            k = np.searchsorted(self.energy, edge, side="right")
            cost = cost + (edge * below[k] - energy_below[k]) * price
        return cost

    def _fits(self, contract: NDArray[np.int64]) -> bool:
        """Whether no sum of `cost` can leave int64: every energy in it is within what all draws and edges have."""
        below, energy_below = self._tables()
        over, under = self.steps
        prices = (self.in_band_price, self.overrun_price, self.shortfall_price, *(each for _, each in (*over, *under)))
        ratios = (self.upper, self.lower, *(edge for edge, _ in (*over, *under)))
        farthest = int(np.abs(contract).max(initial=0)) * max(ratios) // RATIO_ONE + 1
        most = 2 * (int(energy_below[-1]) + farthest * int(below[-1]))
        return bool(most * max(1, sum(map(abs, prices))) < 2**63)

    def chances(self, contract: int) -> tuple[float, float]:
        """Weighted shares of the draws above the upper and below the lower edge."""
        below, _ = self._tables()
        upper, lower = self.edges(np.array([contract]))
        over = below[-1] - below[np.searchsorted(self.energy, upper[0], side="right")]
        under = below[np.searchsorted(self.energy, lower[0], side="left")]
        return float(over / below[-1]), float(under / below[-1])

    def break_points(self) -> NDArray[np.int64]:
        """The least contract energies at which an edge reaches each draw [kWh], ascending, each once."""
        half, energy = RATIO_ONE // 2, _each_once(self.energy)
        found = [
            -((half - energy * RATIO_ONE) // ratio)  # the least C with (C × ratio + half) // 10⁴ ≥ the draw
            for ratio in (self.upper, self.lower, *(edge for edge, _ in (*self.more_over, *self.more_under)))
            if ratio > 0
        ]
        points = _each_once(np.concatenate([np.zeros(1, dtype=np.int64), *found]))
        return points[points >= 0]

    def _tables(self) -> tuple[Any, Any]:
        return self._below, self._energy_below  # type: ignore[attr-defined]  # set in __post_init__


def _edge(contract: NDArray[np.int64], ratio: int) -> NDArray[np.int64]:
    edge: NDArray[np.int64] = (contract * ratio + RATIO_ONE // 2) // RATIO_ONE
    return edge


def _each_once(energy: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending; numpy's `unique` makes a hash table first, which takes far longer."""
    ascending: NDArray[np.int64] = np.sort(energy)
    once: NDArray[np.int64] = ascending[np.concatenate([[True], ascending[1:] != ascending[:-1]])]
    return once


@dataclass(frozen=True)
class Optimum:
    """Where the cost is least.

    Attributes
    ----------
    contract : int
        The least contract energy of all that cost least [kWh].
    cost : int
        Σ weight × cost [micro-yuan].
    up_to : int
        From `contract` on, this is the last energy of an unbroken run that costs the same [kWh].
    """

    contract: int
    cost: int
    up_to: int


def minimise(hinges: Hinges, least: int = 0, most: int | None = None) -> Optimum:
    """The contract energy of the least weighted cost, in whole kWh, exactly.

    Parameters
    ----------
    hinges : Hinges
    least, most : int
        Between these energies [kWh]; up to where the lower edge passes the largest draw if `most` is left out.
    """
    points = hinges.break_points()
    if most is None:
        most = max(int(points[-1]), least)
    ends = _each_once(np.clip(np.concatenate([points, [least, most]]), least, most))
    at_ends = hinges.cost(ends).tolist()
    best = min(at_ends)
    # Rounded edges go in steps of this many kWh: so much less than its ends a piece may cost inside.
    edges = (hinges.upper, hinges.lower, *(edge for edge, _ in (*hinges.more_over, *hinges.more_under)))
    step = 2 + max(edges) // RATIO_ONE
    total = hinges._tables()[0][-1]
    further = sum(abs(price) for steps in hinges.steps for _, price in steps)
    slack = step * total * (abs(hinges.overrun_price - hinges.in_band_price) + hinges.shortfall_price + further)
    candidates = [ends]
    for i in range(len(ends) - 1):
        if min(at_ends[i], at_ends[i + 1]) - slack <= best:
            first, last = int(ends[i]), int(ends[i + 1])
            candidates.append(np.arange(first, min(last, first + RATIO_ONE) + 1))
            candidates.append(np.arange(max(first, last - RATIO_ONE), last + 1))
    energies = _each_once(np.concatenate(candidates))
    costs = hinges.cost(energies)
    at = int(np.argmin(costs))
    return Optimum(int(energies[at]), int(costs[at]), _last_alike(hinges, int(energies[at]), int(costs[at]), ends))


def _last_alike(hinges: Hinges, contract: int, cost: int, ends: NDArray[np.int64]) -> int:
    """The kWh before the cost changes. A piece level for 10⁴ kWh, a period of its steps, is level to its end."""
    last = contract
    for end in ends[ends > contract].tolist():
        run = np.arange(last, min(end, last + RATIO_ONE) + 1)
        alike = hinges.cost(run) == cost
        if not alike.all():
            return last + int(np.argmin(alike)) - 1
        last = end
    return last


def tail_weights(count: int, level: int, risk: int) -> NDArray[np.object_]:
    """Weights of ascending, equally likely draws in expected cost + risk × CVaR, where cost rises with the draw.

    CVaR at a level is the mean over the worst 1 − level of the draws, the draw at the edge counted in part
    (`gridsim.analysis.tail`). Where cost rises with load, the worst draws are the largest whatever the contract: the
    measure is linear, and each draw has one weight.

    Parameters
    ----------
    count : int
        Draws.
    level : int
        [10⁻⁴] below 10⁴.
    risk : int
        Weight of CVaR beside the expectation [10⁻⁴].

    Returns
    -------
    (D,) object array of int
    """
    tail = (RATIO_ONE - level) * count  # in parts of which each draw has 10⁴
    left = tail - RATIO_ONE * np.arange(count, dtype=object)[::-1]
    in_tail = np.clip(left, 0, RATIO_ONE)
    # expectation: 1/count each; CVaR: in_tail / tail each; both times count × tail × 10⁴
    weights: NDArray[np.object_] = tail * RATIO_ONE + risk * count * in_tail
    divisor = np.gcd.reduce(weights)
    lowest_terms: NDArray[np.object_] = weights // divisor
    return lowest_terms
