"""Transfers: contracted energy that buyers, or generators, give away and take over (rulebook part 10).

Nothing here clears or loads a kernel: who only reads a result derives its transfers again with this, and a run brings
its kernels along (`gridsim.contracts.concluded`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.contracts.book import Moves
from gridsim.trading.deliveries import month_of_delivery
from gridsim.trading.trades import BUYERS, GENERATORS, NEW_ENERGY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

    Ints = NDArray[np.int64]
    Split = Callable[[Ints, Ints, Ints], Ints]
    """Of totals, and of weights with where those of each total begin, the shares of the weights."""

__all__ = ["with_moves"]

_SIDES = {BUYERS: "unit", GENERATORS: "seller"}
"""By who transfers: the column of the leg that changes."""


def with_moves(
    legs: ContractBook, trades: YearTrades, buyers: Buyers, sessions: Sessions, split: Split
) -> ContractBook:
    """Cut what is given away from the legs of new energy, trade by trade; each part becomes a leg behind all others.

    Where transfers count closed sessions alone, they apply in order of closing, and none is cut from a leg that a later
    session made.

    Parameters
    ----------
    legs : ContractBook
        Of new energy.
    trades : YearTrades
        All trades.
    buyers : Buyers
        None is cut from the legs of those with periods of their own (rulebook part 11).
    sessions : Sessions
    split : callable
        By largest remainder (rulebook part 4).
    """
    transfers = np.flatnonzero(trades.transfer != NEW_ENERGY)
    if not len(transfers):
        return legs
    turn = sessions.turn_of(trades.session)
    transfers = transfers[np.argsort(turn[transfers], kind="stable")]
    may_move, of_leg = ~buyers.is_by_own_periods(legs.unit), turn[legs.trade]
    book, known = _Book(legs, trades, split), -2  # a turn before all others
    for trade in transfers.tolist():
        if turn[trade] > known:
            book.let_give(np.flatnonzero(may_move & (of_leg > known) & (of_leg <= turn[trade])))
            known = turn[trade]
        book.cut(trade)
    return book.closed()


class _Book:
    """Legs while they are cut; those that each giver holds of a month and product are looked up by it."""

    def __init__(self, legs: ContractBook, trades: YearTrades, split: Split) -> None:
        self._legs, self._trades, self._split = legs, trades, split
        names = ("trade", "unit", "month", "product", "seller", "energy", "price")
        self._columns = {name: getattr(legs, name).tolist() for name in names}
        self._origin = legs.trade.tolist()
        self._taken: list[frozenset[int]] = [frozenset()] * len(legs)
        self._moves: list[tuple[int, int, int, int, int]] = []
        self._own: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)

    def let_give(self, legs: Ints) -> None:
        """From now on these legs may be given away."""
        for leg in legs.tolist():
            self._file(leg)

    def cut(self, trade: int) -> None:
        """Cut the energy of a transfer from what its giver holds, in proportion."""
        trades, columns = self._trades, self._columns
        among, price = int(trades.transfer[trade]), int(trades.price[trade])
        month = int(month_of_delivery(trades.month[trade]))
        product, energy = int(trades.product[trade]), int(trades.energy[trade])
        own = sorted(self._own[among, int(trades.giver[trade]), month, product])
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
        columns[_SIDES[among]][leg] = int(getattr(self._trades, _SIDES[among])[trade])
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
        columns: dict[str, Any] = {name: np.array(values, dtype=np.int64) for name, values in self._columns.items()}
        moves = Moves(*np.array(self._moves, dtype=np.int64).reshape(-1, len(Moves._fields)).T)
        of_deal = np.concatenate([self._legs.of_deal, np.zeros(len(moves.leg), dtype=bool)])
        return replace(self._legs, **columns, of_deal=of_deal, moves=moves)
