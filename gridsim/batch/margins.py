"""Retailers' margins over the draws of a point: what their users pay them by contract, less what they pay (part 14).

By draw, retailer and month, since a year's loss is no sum of months' losses: what is asked of several months is added
up draw by draw. Blocks hold whole parties where margins are kept (`gridsim.batch.engine.blocks`), so that a retailer's
draws each come once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.arrow import coded
from gridsim.batch.returned_fees import ReturnedFees
from gridsim.batch.user_shares import UserShares
from gridsim.rules.shape import TAIL_ITEMS, WITHIN_UNITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.batch.settled_draws import SettledDraw
    from gridsim.rules.shape import MarketShape
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.positions import Positions

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["NOBODY", "DrawnMargins", "UserMargins", "fees_return", "margin_arrays", "margin_columns"]

NOBODY = -1
"""In the place of a user: what of a retailer's margin is no user's."""

_MONTHS = 12
_SALE, _PURCHASE = range(2)
_PREFIX = "margins "
_WITHIN = np.array([item in WITHIN_UNITS for item in TAIL_ITEMS])


class UserMargins(NamedTuple):
    """Users of retailers, N of them, and what is left of each in some draws.

    Attributes
    ----------
    party, party_id : (N,) array
        The retailer.
    user, user_id : (N,) array
        The user; `NOBODY` and an empty text for what is no user's.
    money : (N, 12, draws) int64 array
        [micro-yuan]
    """

    party: Ints
    party_id: NDArray[np.str_]
    user: Ints
    user_id: NDArray[np.str_]
    money: Ints


def fees_return(shape: MarketShape) -> bool:
    """Whether fees of deviation go back to who consumed, so that each margin rests on the whole market."""
    return shape.fees is not None and bool(shape.fees.returned_item)


class MonthMargins(NamedTuple):
    """What retailers receive and pay in some draws; the fields are those of `DrawnMargins`."""

    draws: range
    ids: NDArray[np.str_]
    order: Ints
    money: Ints


class DrawnMargins:
    """What the retailers of some units receive and pay in some draws.

    Parameters
    ----------
    traded : Traded
        With retail contracts.
    rules : MonthlyRules
    units : slice
        Among those of `traded`; all units of their parties, and all there are where fees of deviation go back.
    draws : range
    by_user : bool
        Whether it is asked for by user, too.

    Attributes
    ----------
    draws : range
    ids : (R,) array of str
        Retailers, in the order of their table.
    order : (R,) int64 array
        Where each stands among all parties.
    money : (2, R, 12, draws) int64 array
        Received, and paid: energy, deviation and transfers, less the fees that come back [micro-yuan].
    """

    def __init__(
        self, traded: Traded, rules: MonthlyRules, units: slice, draws: range, *, by_user: bool = False
    ) -> None:
        assert traded.retail is not None  # as who asks knows
        self.draws, names = draws, traded.retail.names
        self._traded, self._retail, self._rules, self._by_user = traded, traded.retail, rules, by_user
        self._units = units
        self._returned: ReturnedFees | None = None
        self._shares: UserShares | None = None
        self._of_users = np.zeros((0, _MONTHS, len(draws)), dtype=np.int64)
        mine = traded.unit_number[units][traded.is_retailer[units]]
        self.order = np.unique(names.party_of_unit[mine])
        self.ids = np.asarray(names.parties[self.order], dtype=np.str_)
        row_of_party = np.full(len(names.parties), -1, dtype=np.int64)
        row_of_party[self.order] = np.arange(len(self.order))
        self._row_of_party, self._row_of_unit = row_of_party, row_of_party[names.party_of_unit]
        self.money = np.zeros((2, len(self.order), _MONTHS, len(draws)), dtype=np.int64)
        self._transfer(traded)

    def pay(self, number: int, positions: Positions, money: Ints) -> None:
        """Count what the buyers of positions pay in a draw [micro-yuan]."""
        self._add(_PURCHASE, self._row_of_unit[positions.unit], positions.month, money, number)

    def close(self, number: int, draw: SettledDraw, lines: TailLines) -> None:
        """Count what users pay their retailers in a draw, and what comes back to these at the end of a month."""
        amount = np.where(_WITHIN[lines.item], lines.amount, 0)
        self._add(_SALE, self._row_of_unit[lines.unit], lines.month, amount, number)
        if fees_return(self._rules.shape):
            if self._returned is None:
                self._returned = ReturnedFees(self._traded, self._rules, draw)
            for party, month, share in self._returned.of(draw):
                row = self._row_of_party[party]
                if row >= 0:
                    self.money[_PURCHASE, row, month, number] -= share
        if self._by_user:
            if self._shares is None:
                self._shares = UserShares(self._traded, self._rules, self._units, draw)
                self._of_users = np.zeros((len(self._shares.user), _MONTHS, len(self.draws)), dtype=np.int64)
            self._of_users[:, :, number] = self._shares.of(draw, lines)

    def by_month(self) -> MonthMargins:
        """What is kept of them by draw; the users' go."""
        return MonthMargins(self.draws, self.ids, self.order, self.money)

    def by_user(self) -> UserMargins:
        """What is left of each user, and behind all of them what of each retailer is no user's: it adds up to both."""
        shares, nobody = self._shares, np.full(len(self.order), NOBODY)
        if shares is None:  # nothing is settled
            row, user = nobody[:0], nobody[:0]
        else:
            row, user = self._row_of_party[shares.party], shares.user
        rest = self.money[_SALE] - self.money[_PURCHASE]
        np.subtract.at(rest, row, self._of_users)
        return UserMargins(
            np.append(self.order[row], self.order),
            np.append(self.ids[row], self.ids),
            np.append(user, nobody),
            np.append(self._retail.names.users[user].astype(np.str_), np.full(len(nobody), "", dtype=np.str_)),
            np.concatenate([self._of_users, rest]),
        )

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


def margin_arrays(parts: Sequence[MonthMargins], months: Sequence[str]) -> dict[str, NDArray[Any]]:
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
