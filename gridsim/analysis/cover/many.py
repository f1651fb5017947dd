"""The best energies of several contracts over several positions: expected cost plus risk × CVaR, numerically.

A position's in-band energy is shared by all its contracts, so its price is their mean, and depends on how much of each
there is: the cost is no longer a sum of hinges, and scipy looks for the least from several starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.cover.position_terms import Terms

__all__ = ["Book", "cvar", "minimise_book"]


@dataclass(frozen=True, eq=False)
class Book:
    """Contracts over positions under a load.

    Attributes
    ----------
    share : (K, J) float64 array
        Of each contract's energy, in each position.
    price : (K,) float64 array
        [yuan/MWh]
    least, most : (K,) float64 array
        Bounds of each contract's energy [MWh].
    load : (D, J) float64 array
        [MWh]
    terms : sequence of Terms
    """

    share: NDArray[np.float64]
    price: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    load: NDArray[np.float64]
    terms: Sequence[Terms]

    def cost(self, energy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cost of each draw, and its slopes.

        Parameters
        ----------
        energy : (K,) float64 array
            [MWh]

        Returns
        -------
        cost : (D,) float64 array
            [yuan]
        slope : (D, K) float64 array
            [yuan/MWh]
        """
        total = np.zeros(len(self.load))
        slope = np.zeros((len(self.load), len(energy)))
        for j, terms in enumerate(self.terms):
            held = energy * self.share[:, j]
            contract, money = held.sum(), held @ self.price
            upper, lower = contract * terms.upper / RATIO_ONE, contract * terms.lower / RATIO_ONE
            base, ratio = terms.adjustment
            charges, overrun_price = (terms.charges + base) / 1000, terms.overrun_price / 1000
            load = self.load[:, j]
            in_band = np.minimum(load, upper)
            above, below = load > upper, load < lower
            mean = money / contract if contract > 0 else 0.0
            total += in_band * (mean * (1 + ratio) + charges) + overrun_price * (load - in_band)
            total += terms.shortfall_price / 1000 * np.where(below, lower - load, 0)
            if contract > 0:
                mean_slope = (self.price - mean) / contract
                upper_value = (mean * (1 + ratio) + charges - overrun_price) * terms.upper / RATIO_ONE
                lower_value = terms.shortfall_price / 1000 * terms.lower / RATIO_ONE
                by_contract = np.outer(in_band * (1 + ratio), mean_slope)
                by_contract += (above * upper_value + below * lower_value)[:, None]
                slope += by_contract * self.share[:, j]
            else:
                gain = ((self.price * (1 + ratio) + charges - overrun_price) * terms.upper / RATIO_ONE)[None, :]
                slope += (load > 0)[:, None] * gain * self.share[:, j]
        return total, slope


def cvar(cost: NDArray[np.float64], level: float) -> tuple[float, NDArray[np.float64]]:
    """Mean of the worst 1 − level of equally likely costs, and each draw's weight in it.

    `gridsim.analysis.tail` in floats, for a search that wants slopes; the draw at the edge counts in part here too.
    """
    order = np.argsort(-cost, kind="stable")
    tail = (1 - level) * len(cost)
    weight = np.empty(len(cost))
    weight[order] = np.clip(tail - np.arange(len(cost)), 0, 1) / tail
    return float(weight @ cost), weight


def minimise_book(book: Book, risk: float, level: float) -> NDArray[np.float64]:
    """The energies of the contracts [MWh] of the least expected cost + risk × CVaR that was found.

    Starts are the bounds' corners, the expected load and parts of it, and of each contract alone the energy that best
    brings the band of one of its positions to the expected load; each is followed down with L-BFGS-B, the best are
    refined by Nelder and Mead's method, since the cost has edges where a draw meets a band.
    """
    from scipy.optimize import minimize

    def objective(energy: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        cost, slope = book.cost(energy)
        weight = np.full(len(cost), 1 / len(cost))
        value = float(cost.mean())
        if risk:
            tail, in_tail = cvar(cost, level)
            value, weight = value + risk * tail, weight + risk * in_tail
        return value, weight @ slope

    free = book.most > book.least
    bounds = list(zip(book.least, book.most, strict=True))
    expected = book.share @ book.load.mean(axis=0) / np.maximum((book.share**2).sum(axis=1), 1e-12)
    span = np.minimum(book.most, np.maximum(expected * 2, book.least + 1))
    starts = [book.least, span, *(np.clip(expected * part, book.least, book.most) for part in (1, 0.5, 0.25))]
    starts.extend(np.where(np.arange(len(expected)) == k, span, book.least) for k in np.flatnonzero(free).tolist())
    starts.extend(_alone(book, k, lambda energy: objective(energy)[0]) for k in np.flatnonzero(free).tolist())
    scale = max(objective(starts[0])[0], 1.0)

    def scaled(energy: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = objective(energy)
        return value / scale, slope / scale

    found = [minimize(scaled, start, jac=True, method="L-BFGS-B", bounds=bounds).x for start in starts]
    found = sorted([*found, *starts], key=lambda energy: objective(energy)[0])
    best: NDArray[np.float64] = found[0]
    for start in found[:3]:
        refined = minimize(
            lambda energy: objective(energy)[0] / scale,
            start,
            method="Nelder-Mead",
            bounds=bounds,
            options={"xatol": 1e-4, "fatol": 1e-13, "maxiter": 400 * len(start), "adaptive": True},
        ).x
        refined = np.clip(refined, book.least, book.most)
        best = min(best, refined, key=lambda energy: objective(energy)[0])
    return best


def _alone(book: Book, k: int, objective: Callable[[NDArray[np.float64]], float]) -> NDArray[np.float64]:
    """Contract `k` with which the band of one of its positions meets the expected load there; of these, the best."""
    delivers = book.share[k] > 0
    upper = np.array([max(terms.upper, 1) for terms in book.terms]) / RATIO_ONE
    energies = np.clip(
        (book.load.mean(axis=0) / upper)[delivers] / book.share[k, delivers], book.least[k], book.most[k]
    )
    one_by_one = [np.where(np.arange(len(book.least)) == k, energy, book.least) for energy in np.unique(energies)]
    return min(one_by_one, key=objective)
