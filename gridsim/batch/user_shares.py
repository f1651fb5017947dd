"""What a retailer earns from each of its users in a draw: what the user pays it, less its part of the units' costs.

The parts are those of `gridsim.Result.margins` with ``own_deviation`` (rulebook part 14): energy money by energy in
band; of each band, fee and shortfall what the buyer's own plan left over goes by the users' deviations from their
plans. Who a position's users are and what they planned is what a result says of any draw, since no draw changes it.
The sharing is done here for all positions at once: a thousand users, one by one, would take longer than they settle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.plans import Plans
from gridsim.batch.settled_draws import SettledDraws, result_of
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.rules.shape import TAIL_ITEMS, WITHIN_UNITS
from gridsim.settlement.band_table import held_bands
from gridsim.shares import split_rows
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.batch.settled_draws import SettledDraw
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]

__all__ = ["UserShares"]

_MONTHS = 12
_WITHIN = np.array([item in WITHIN_UNITS for item in TAIL_ITEMS])


class UserShares:
    """The users of the retailers of some units, and what is theirs in a draw.

    Parameters
    ----------
    traded : Traded
        With retail contracts.
    rules : MonthlyRules
    units : slice
        Among those of `traded`.
    draw : SettledDraw
        Any draw of the positions of these units.

    Attributes
    ----------
    party, user : (N,) int64 array
        Retailer, among all parties, and row of the user: ascending, each pair once.
    """

    def __init__(self, traded: Traded, rules: MonthlyRules, units: slice, draw: SettledDraw) -> None:
        assert traded.retail is not None  # as who asks knows
        retail, positions = traded.retail, draw.outcome.positions
        names = retail.names
        first = int(traded.position_start[units.start])
        sells = np.isin(names.party_of_unit[positions.unit], names.retailers)
        of_retailers, meter = SettledDraws.of_some(traded, rules, first + np.flatnonzero(sells))
        held = HeldPositions(result_of(of_retailers.of(meter.energy), names, retail.inputs, retail.rules))
        plans = Plans(held)
        place = np.flatnonzero(sells)
        place = place[np.lexsort((positions.product[place], positions.month[place], positions.unit[place]))]
        mine = [(p, each) for p, each in zip(place.tolist(), held, strict=True) if len(each.users)]
        self._position = np.array([p for p, _ in mine], dtype=np.int64)
        self._length = np.array([len(each.users) for _, each in mine], dtype=np.int64)
        self._start = np.cumsum(self._length) - self._length
        self._row_of_position = np.full(len(positions), -1, dtype=np.int64)
        self._row_of_position[self._position] = np.arange(len(mine))
        none = np.zeros(0, dtype=np.int64)
        user = np.concatenate([none, *(each.users for _, each in mine)])
        self._plan = np.concatenate([none, *(np.array(plans.of(each).plan.energy, np.int64) for _, each in mine)])
        self._users, self._party_of_unit = len(names.users), names.party_of_unit
        self._find_cells(draw, user)
        row = np.repeat(np.arange(len(mine)), self._length)
        party, month = names.party_of_unit[positions.unit[self._position]], positions.month[self._position]
        self._key, place_of = np.unique(party[row] * self._users + user, return_inverse=True)
        self.party, self.user = np.divmod(self._key, self._users)
        self._slot = place_of * _MONTHS + month[row]

    def _find_cells(self, draw: SettledDraw, user: Ints) -> None:
        """Which cells are of users of these positions, and of which."""
        positions = draw.outcome.positions
        row = self._row_of_position[positions.position_of_cell]
        self._cell = np.flatnonzero(row >= 0)
        key = np.repeat(np.arange(len(self._length)), self._length) * self._users + user
        of_cell = row[self._cell] * self._users + draw.meter.user[positions.cell[self._cell]]
        self._member = np.searchsorted(key, of_cell)

    def of(self, draw: SettledDraw, lines: TailLines) -> Ints:
        """(N, 12) what is left of each user's month [micro-yuan].

        Parameters
        ----------
        draw : SettledDraw
        lines : TailLines
            Of the retail contracts in this draw.
        """
        found = np.zeros(len(self._key) * _MONTHS, dtype=np.int64)
        paid = np.flatnonzero(_WITHIN[lines.item])
        key = self._party_of_unit[lines.unit[paid]] * self._users + lines.user[paid]
        np.add.at(found, np.searchsorted(self._key, key) * _MONTHS + lines.month[paid], lines.amount[paid])
        if len(self._position):
            self._charge_energy(draw, found)
            self._charge_deviation(draw, found)
        return found.reshape(-1, _MONTHS)

    def _charge_energy(self, draw: SettledDraw, found: Ints) -> None:
        """A position's energy money by energy in band; without any it is nobody's."""
        in_band = self._by_user(draw.outcome.by_cell.in_band[self._cell])
        money = draw.outcome.by_position.energy_money[self._position]
        row = np.flatnonzero((self._sum(in_band) > 0) & (money != 0))
        self._charge(found, row, money[row], lambda members, _: in_band[members])

    def _charge_deviation(self, draw: SettledDraw, found: Ints) -> None:
        """Bands and their fees, without what would be there if every user kept its plan."""
        outcome, positions = draw.outcome, draw.outcome.positions
        bands = held_bands(outcome)
        metered = self._by_user(draw.meter.energy[positions.cell[self._cell]])
        each = np.tile(np.arange(len(bands.position)), 2)
        money = np.concatenate([bands.money, bands.fee])
        row = self._row_of_position[bands.position][each]
        some = (row >= 0) & (money != 0)
        each, money, row = each[some], money[some], row[some]
        position, side, ratio = bands.position[each], bands.side[each], bands.edge[each]
        contract = outcome.by_position.contract[position]
        is_open = ratio == OPEN_EDGE  # which holds energy without a contract alone, from the first kWh on
        edge = times_ratio(contract, np.where(is_open, 0, ratio))
        sign = np.where(side == 0, 1, -1)
        whole, planned = (np.maximum(0, sign * (self._sum(energies)[row] - edge)) for energies in (metered, self._plan))
        own = np.minimum(whole, planned)
        two = np.arange(0, 2 * len(row) + 1, 2)
        money = split_rows(money, two, np.stack([own, whole - own], axis=1).ravel())[1::2]
        weights = np.stack([self._weights(metered, metered - self._plan), self._weights(metered, self._plan - metered)])
        some = money != 0
        row, money, side = row[some], money[some], side[some]
        self._charge(found, row, money, lambda members, number: weights[side[number], members])

    def _weights(self, metered: Ints, gap: Ints) -> Ints:
        """What positions are shared by: deviations to one side; where there is none metered energy, plans, or heads."""
        found = np.maximum(gap, 0)
        for instead in (metered, self._plan, np.ones_like(metered)):
            found = np.where(np.repeat(self._sum(found) == 0, self._length), instead, found)
        return found

    def _charge(self, found: Ints, row: Ints, money: Ints, weights_of: Callable[[Ints, Ints], Ints]) -> None:
        """Take money of some positions from their users.

        Parameters
        ----------
        found : int64 array
            Output.
        row, money : (n,) int64 array
            Positions, and what of each is to be shared [micro-yuan].
        weights_of : callable
            The weights of members, each with the number of its money.
        """
        length = self._length[row]
        offsets = np.append(0, np.cumsum(length))
        number = np.repeat(np.arange(len(row)), length)
        members = np.arange(offsets[-1]) - (offsets[:-1] - self._start[row])[number]
        np.subtract.at(found, self._slot[members], split_rows(money, offsets, weights_of(members, number)))

    def _by_user(self, of_cell: Ints) -> Ints:
        """Energies of cells added up by user, position by position."""
        found = np.zeros(len(self._plan), dtype=np.int64)
        np.add.at(found, self._member, of_cell)
        return found

    def _sum(self, of_member: Ints) -> Ints:
        """By position."""
        return np.add.reduceat(of_member, self._start)
