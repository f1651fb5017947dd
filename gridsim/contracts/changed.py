"""Contracts as traded, changed: what if a unit had more of them, or had bought at another price (docs/adr/0026).

Nothing is traded again. The energy of the chosen legs of a position is multiplied as a whole, rounded half up to the
kWh, and split over them by largest remainder, so that a reader who multiplies a contract total finds it.

Nothing here clears or loads a kernel: who only reads a result derives it again with this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import ScenarioError
from gridsim.scenario.changes import of_legs
from gridsim.scenario.vary import nothing_chosen
from gridsim.trading.held import contract_texts
from gridsim.trading.trades import NO_ROW
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook, Moves
    from gridsim.contracts.transfers import Split
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

    Ints = NDArray[np.int64]

__all__ = ["changed_legs"]


def changed_legs(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, trades: YearTrades, legs: ContractBook, split: Split
) -> ContractBook:
    """The contracts of a year as the scenario's changes make them.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    trades : YearTrades
    legs : ContractBook
        As traded, after transfers.
    split : callable
        By largest remainder (rulebook part 4).

    Returns
    -------
    ContractBook
        The one given, if nothing was changed; else its `traded` has energies and prices as they were.

    Raises
    ------
    ScenarioError
        A change chooses no leg at all.
    """
    changes = of_legs(scenario.changes)
    if not changes:
        return legs
    energy, price, paid = legs.energy, legs.price, legs.moves.price
    products = len(buyers.shape.products)
    position = ((legs.unit - legs.unit.min(initial=0)) * 12 + legs.month) * products + legs.product
    for change in changes:
        chosen = _chosen(scenario, buyers, sessions, trades, legs, change.where)
        if not chosen.any():
            raise ScenarioError([nothing_chosen(change.change)])
        if change.what == "energy":
            energy = _multiplied(energy, position, np.flatnonzero(chosen), change.ratio, split)
        else:
            price = np.where(chosen, times_ratio(price, change.ratio), price)
            paid = np.where(chosen[legs.moves.leg], times_ratio(paid, change.ratio), paid)
    moves = legs.moves._replace(energy=_moved(energy, legs.moves), price=paid)
    return replace(legs, energy=energy, price=price, moves=moves, traded=(legs.energy, legs.price))


def _multiplied(energy: Ints, position: Ints, leg: NDArray[np.intp], ratio: int, split: Split) -> Ints:
    """Energies with those of some legs multiplied, position by position."""
    leg = leg[energy[leg] > 0]  # nothing stays nothing
    if not len(leg):
        return energy
    order = leg[np.argsort(position[leg], kind="stable")]
    starts = np.flatnonzero(np.diff(position[order], prepend=-1))
    weight = energy[order]
    total = times_ratio(np.add.reduceat(weight, starts), ratio)
    made = energy.copy()
    made[order] = split(total, weight, np.append(starts, len(order)).astype(np.int64))
    return made


def _moved(energy: Ints, moves: Moves) -> Ints:
    """What changed hands with each move: what its leg has in the end, and all that was cut from it since."""
    moved = energy[moves.leg]
    if not np.isin(moves.source, moves.leg).any():
        return moved
    place = {leg: number for number, leg in enumerate(moves.leg.tolist())}
    for number in range(len(moved) - 1, -1, -1):  # a leg that was cut stands before its parts
        source = place.get(int(moves.source[number]))
        if source is not None:
            moved[source] += moved[number]
    return moved


def _chosen(
    scenario: Scenario,
    buyers: Buyers,
    sessions: Sessions,
    trades: YearTrades,
    legs: ContractBook,
    where: Mapping[str, list[str]],
) -> NDArray[np.bool_]:
    """Which legs have all that is asked for; a leg that changed hands is of its last session and its first contract."""
    origin = legs.trade.copy()
    origin[legs.moves.leg] = legs.moves.origin
    tables = scenario.tables
    texts_and_codes = {
        "unit": (buyers.unit_ids, np.maximum(legs.unit, NO_ROW)),
        "product": (buyers.shape.product_ids, legs.product),
        "month": (scenario.months, legs.month),
        "contract": (
            [*tables["bilateral"]["contract_id"].array.categories, *contract_texts(scenario)],
            trades.contract[origin],
        ),
        "session": ([*sessions.names, *tables["deals"]["session"].array.categories], trades.session[legs.trade]),
    }
    chosen = np.ones(len(legs), dtype=bool)
    for key, wanted in where.items():
        texts, codes = texts_and_codes[key]
        is_wanted = np.append(np.isin(np.array(texts, dtype=object), wanted), False)  # the last is nobody, or nothing
        chosen &= is_wanted[codes]
    return chosen
