"""Retailers' margins over the draws of a point: what their users pay them by contract, less what they pay (part 14).

By draw, retailer and month, since a year's loss is no sum of months' losses: what is asked of several months is added
up draw by draw. Blocks hold whole parties where margins are kept (`gridsim.batch.engine.blocks`), so that a retailer's
draws each come once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.arrow import coded
from gridsim.rules.shape import TAIL_ITEMS, WITHIN_UNITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.positions import Positions

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["DrawnMargins", "margin_arrays", "margin_columns"]

_MONTHS = 12
_SALE, _PURCHASE = range(2)
_PREFIX = "margins "
_WITHIN = np.array([item in WITHIN_UNITS for item in TAIL_ITEMS])


class DrawnMargins:
    """What the retailers of some units receive and pay in some draws.

    Fees that go back are in none of it: they rest on the whole market's, and no batch has them.

    Parameters
    ----------
    traded : Traded
        With retail contracts.
    units : slice
        Among those of `traded`; all units of their parties.
    draws : range

    Attributes
    ----------
    draws : range
    ids : (R,) array of str
        Retailers, in the order of their table.
    order : (R,) int64 array
        Where each stands among all parties.
    money : (2, R, 12, draws) int64 array
        Received, and paid: energy, deviation and transfers [micro-yuan].
    """

    def __init__(self, traded: Traded, units: slice, draws: range) -> None:
        assert traded.retail is not None  # as who asks knows
        self.draws, names = draws, traded.retail.names
        mine = traded.unit_number[units][traded.is_retailer[units]]
        self.order = np.unique(names.party_of_unit[mine])
        self.ids = np.asarray(names.parties[self.order], dtype=np.str_)
        row_of_party = np.full(len(names.parties), -1, dtype=np.int64)
        row_of_party[self.order] = np.arange(len(self.order))
        self._row_of_unit = row_of_party[names.party_of_unit]
        self.money = np.zeros((2, len(self.order), _MONTHS, len(draws)), dtype=np.int64)
        self._transfer(traded)

    def pay(self, number: int, positions: Positions, money: Ints) -> None:
        """Count what the buyers of positions pay in a draw [micro-yuan]."""
        self._add(_PURCHASE, self._row_of_unit[positions.unit], positions.month, money, number)

    def receive(self, number: int, lines: TailLines) -> None:
        """Count what users pay their retailers in a draw."""
        amount = np.where(_WITHIN[lines.item], lines.amount, 0)
        self._add(_SALE, self._row_of_unit[lines.unit], lines.month, amount, number)

    def _add(self, side: int, row: Ints, month: Ints, money: Ints, number: int | slice) -> None:
        is_mine = row >= 0
        place = row[is_mine], month[is_mine]
        np.add.at(self.money[side, :, :, number], place, money[is_mine])

    def _transfer(self, traded: Traded) -> None:
        """Count in every draw what contracts cost that were taken over, less what those brought that were given away.

        As in the ledger, of legs that stand in a position, and between buyers alone.
        """
        legs, moves = traded.legs, traded.legs.moves
        taker, giver = legs.unit[moves.leg], legs.unit[moves.source]
        counts = np.isin(moves.leg, traded.positions.leg) & (taker != giver)
        money = (moves.energy * moves.price)[counts, None]
        month = legs.month[moves.leg][counts]
        for unit, sign in ((taker, 1), (giver, -1)):
            self._add(_PURCHASE, self._row_of_unit[unit[counts]], month, sign * money, slice(None))


def margin_arrays(parts: Sequence[DrawnMargins], months: Sequence[str]) -> dict[str, NDArray[Any]]:
    """What blocks have of margins, by names that `margin_columns` knows."""
    found: dict[str, NDArray[Any]] = {f"{_PREFIX}months": np.array(months, dtype=np.str_)}
    for number, margins in enumerate(parts):
        place = f"{_PREFIX}{number}"
        found |= {f"{place} ids": margins.ids, f"{place} order": margins.order, f"{place} money": margins.money}
        found[f"{place} draws"] = np.array([margins.draws.start, margins.draws.stop], dtype=np.int64)
    return found


def margin_columns(parts: Sequence[Arrays], draws: int) -> dict[str, Any]:
    """The exact columns of ``margins``, from all blocks of a point.

    A month in which a retailer neither receives nor pays anything in any draw has no row.

    Parameters
    ----------
    parts : sequence of mapping
        With what `margin_arrays` gives, at least one.
    draws : int
        How many there are in all.
    """
    whole: dict[int, tuple[str, Ints]] = {}
    for arrays in parts:
        for number in range(sum(name.startswith(_PREFIX) and name.endswith(" draws") for name in arrays)):
            ids, order, money, ends = (
                arrays[f"{_PREFIX}{number} {name}"] for name in ("ids", "order", "money", "draws")
            )
            for row, place in enumerate(order.tolist()):
                empty = np.zeros((2, _MONTHS, draws), dtype=np.int64)
                _, of_retailer = whole.setdefault(place, (str(ids[row]), empty))
                of_retailer[:, :, slice(*ends.tolist())] = money[:, row]
    names = [whole[place][0] for place in sorted(whole)]
    every = [np.zeros((2, 0, _MONTHS, draws), dtype=np.int64)]
    money = np.concatenate([*every, *(whole[place][1][:, None] for place in sorted(whole))], axis=1)
    retailer, month = np.nonzero(money.any(axis=(0, 3)))
    sale, purchase = money[:, retailer, month].reshape(2, -1)
    months: list[str] = max((arrays[f"{_PREFIX}months"].tolist() for arrays in parts), key=len)  # none without a block
    return {
        "retailer_id": coded(np.repeat(retailer.astype(np.int32), draws), names),
        "month": coded(np.repeat(month.astype(np.int32), draws), months),
        "draw": np.tile(np.arange(draws, dtype=np.int64), len(month)),
        "sale_micro_yuan": sale,
        "purchase_micro_yuan": purchase,
        "margin_micro_yuan": sale - purchase,
    }
