"""Transfers: contracted energy that buyers, or generators, give away and take over (rulebook part 10).

Nothing here clears or loads a kernel: who only reads a result derives its transfers again with this, and a run brings
its kernels along (`gridsim.contracts.concluded`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import Moves, month_of_delivery
from gridsim.trading.deals import BUYERS, GENERATORS, NEW_ENERGY, generators_of, traded_as
from gridsim.trading.standing import EXCEEDS_CONTRACTS, ONE_DIRECTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.deals import Deals

    Ints = NDArray[np.int64]
    Split = Callable[[Ints, Ints, Ints], Ints]
    """Of totals, and of weights with where those of each total begin, the shares of the weights."""

__all__ = ["tested", "with_moves"]

_SIDES = {BUYERS: "unit", GENERATORS: "seller"}
"""By who transfers: the column of the leg that changes."""


def tested(scenario: Scenario, buyers: Buyers, reason: NDArray[np.int8], legs: ContractBook) -> NDArray[np.int8]:
    """Why each row of the orders is not used, once transfers are held against the contracts.

    Who gives and takes in one month and product may not take; the first order to give that exceeds what is contracted,
    and every later one, is not used.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    reason : (orders,) int8 array
        As `gridsim.trading.standing.standing_orders` gives it.
    legs : ContractBook
        Of new energy.
    """
    orders, among = scenario.tables["orders"], traded_as(scenario)
    row = np.flatnonzero((reason == 0) & (among != NEW_ENERGY))
    if not len(row):
        return reason
    product = orders["product"].array.codes[row].astype(np.int64)
    month = month_of_delivery(orders["month"].array.codes[row].astype(np.int64))
    is_generator = among[row] == GENERATORS
    mode = buyers.shape.mode_of_product[product]
    unit = buyers.units.number[buyers.position_of(orders["participant_id"])[row], mode]
    generator = generators_of(scenario)[row]
    holder = np.where(is_generator, len(buyers.units) + generator, unit)
    products = len(buyers.shape.products)
    key = (holder * 12 + month) * products + product

    held = np.zeros((len(buyers.units) + len(scenario.tables["generators"])) * 12 * products, dtype=np.int64)
    may_move = ~buyers.is_by_own_periods(legs.unit)
    for of_leg in (legs.unit, len(buyers.units) + legs.seller):
        key_of_leg = (of_leg * 12 + legs.month) * products + legs.product
        np.add.at(held, key_of_leg[may_move], legs.energy[may_move])

    gives = (orders["side"].array == "buy")[row] == is_generator
    reason = reason.copy()
    reason[row[~gives & np.isin(key, key[gives])]] = ONE_DIRECTION
    by_key = np.flatnonzero(gives)[np.argsort(key[gives], kind="stable")]
    energy, of = orders["energy_kwh"].to_numpy()[row[by_key]], key[by_key]
    so_far = np.cumsum(energy)
    before = (so_far - energy)[np.searchsorted(of, of)]  # of all keys that come first
    reason[row[by_key[so_far - before > held[of]]]] = EXCEEDS_CONTRACTS
    return reason


def with_moves(legs: ContractBook, deals: Deals, buyers: Buyers, split: Split) -> ContractBook:
    """Cut what is given away from the legs of new energy, trade by trade; each part becomes a leg behind all others.

    Parameters
    ----------
    legs : ContractBook
        Of new energy.
    deals : Deals
        All trades.
    buyers : Buyers
        None is cut from the legs of those with periods of their own (rulebook part 11).
    split : callable
        By largest remainder (rulebook part 4).
    """
    transfers = np.flatnonzero(deals.transfer != NEW_ENERGY)
    if not len(transfers):
        return legs
    book = _Book(legs, deals, ~buyers.is_by_own_periods(legs.unit), split)
    for trade in transfers.tolist():
        book.cut(trade)
    return book.closed()


class _Book:
    """Legs while they are cut; those that each giver holds of a month and product are looked up by it."""

    def __init__(self, legs: ContractBook, deals: Deals, may_move: NDArray[np.bool_], split: Split) -> None:
        self._legs, self._deals, self._split = legs, deals, split
        names = ("trade", "unit", "month", "product", "seller", "energy", "price")
        self._columns = {name: getattr(legs, name).tolist() for name in names}
        self._origin = legs.trade.tolist()
        self._taken: list[frozenset[int]] = [frozenset()] * len(legs)
        self._moves: list[tuple[int, int, int, int, int]] = []
        self._own: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
        for leg in np.flatnonzero(may_move).tolist():
            self._file(leg)

    def cut(self, trade: int) -> None:
        """Cut the energy of a transfer from what its giver holds, in proportion."""
        deals, columns = self._deals, self._columns
        among, price = int(deals.transfer[trade]), int(deals.price[trade])
        month = int(month_of_delivery(deals.month[trade]))
        product, energy = int(deals.product[trade]), int(deals.energy[trade])
        own = list(self._own[among, int(deals.giver[trade]), month, product])
        weights = np.array([columns["energy"][leg] for leg in own], dtype=np.int64)
        parts = self._split(np.array([energy]), weights, np.array([0, len(own)]))
        for source, part in zip(own, parts.tolist(), strict=True):
            if part:
                self._move(source, part, trade, among, price)

    def _move(self, source: int, part: int, trade: int, among: int, price: int) -> None:
        columns, leg = self._columns, len(self._columns["trade"])
        columns["energy"][source] -= part
        more = price - columns["price"][source]
        self._moves.append((leg, source, part, more if among == BUYERS else -more, self._origin[source]))
        for values in columns.values():
            values.append(values[source])
        columns["energy"][leg], columns["trade"][leg] = part, trade
        self._origin.append(self._origin[source])
        columns[_SIDES[among]][leg] = int(getattr(self._deals, _SIDES[among])[trade])
        self._taken.append(self._taken[source] | {among})
        self._file(leg)

    def _file(self, leg: int) -> None:
        """Put a leg to what its two sides may give away: whoever took it over may not, the other side may."""
        for among, name in _SIDES.items():
            if among not in self._taken[leg]:
                columns = self._columns
                self._own[among, columns[name][leg], columns["month"][leg], columns["product"][leg]].append(leg)

    def closed(self) -> ContractBook:
        """The legs as they stand in the end."""
        columns = {name: np.array(values, dtype=np.int64) for name, values in self._columns.items()}
        moves = Moves(*np.array(self._moves, dtype=np.int64).reshape(-1, len(Moves._fields)).T)
        return replace(self._legs, **columns, moves=moves)
