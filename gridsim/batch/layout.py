"""A run of units of a traded market, laid out for the kernel of batches: all that no price and no band decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.draws.draw import TERM
from gridsim.settlement.position_prices import sums_by_position
from gridsim.settlement.prices import state_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.settlement.positions import Positions

    Ints = NDArray[np.int64]

__all__ = ["Layout", "lay_out"]

_NOBODY = -1


@dataclass(frozen=True, eq=False)
class Layout:
    """Units, positions, legs and cells of a part of a market, without prices and bands.

    U counts its units, those outside the market last, V their users, P positions, L legs, N cells.

    Attributes
    ----------
    traded : Traded
        The whole market.
    unit_first : int
        Number of its first unit in the whole market.
    positions : Positions
        Those of its units; units are counted as in the whole market.
    inside : int
        How many of them are of settlement units: the first ones.
    cell_kind : (N,) int64 array
        Of each cell, what its prices depend on beside its position: the kind of its user
        (`gridsim.settlement.prices.state_kinds`) times the number of pairs of periods, and its pair.
    user_start, user, user_class, position_start, contract, leg_energy, leg_order, cell_energy, cell_factor
    cell_parts_after, cell_weight
        As `gridsim.core.draws.arrays.Portfolio` has them.
    """

    traded: Traded
    unit_first: int
    positions: Positions
    inside: int
    cell_kind: Ints
    user_start: Ints
    user: Ints
    user_class: Ints
    position_start: Ints
    contract: Ints
    leg_energy: Ints
    leg_order: Ints
    cell_energy: Ints
    cell_factor: Ints
    cell_parts_after: Ints
    cell_weight: Ints

    @property
    def inside_cells(self) -> int:
        """How many cells settlement units have: the first ones."""
        return int(self.positions.cell_start[self.inside])


def lay_out(traded: Traded, first: int, last: int, *, has_period: bool) -> Layout:
    """Lay units `first` up to, not including, `last` out for the kernel.

    Parameters
    ----------
    traded : Traded
    first, last : int
    has_period : bool
        Whether each period has a factor of its own in the draws.
    """
    meter = traded.meter
    start = traded.position_start[first : last + 1]
    positions = traded.positions.run(int(start[0]), int(start[-1]))
    inside = int(np.count_nonzero(~traded.is_outside[positions.unit]))
    leg_energy = traded.legs.energy[positions.leg]
    order = positions.in_order(traded.leg_rank)
    columns = (meter.user, meter.state, meter.period, meter.month)
    user, state, period, month = (values[positions.cell] for values in columns)
    users, user_start, local = _users(user, positions, inside, first, last)
    parts, none = meter.parts, np.empty(0, dtype=np.int64)
    factor = local * np.int64(traded.periods) + period if has_period else local
    return Layout(
        traded=traded,
        unit_first=first,
        positions=positions,
        inside=inside,
        cell_kind=state_kinds(traded.tariffs, traded.is_peak_valley)[state] * len(traded.pairs.contract)
        + traded.pairs.of_cell[positions.cell],
        user_start=user_start,
        user=users,
        user_class=traded.class_of_user[users],
        position_start=start - start[0],
        contract=sums_by_position(leg_energy, positions.leg_start),
        leg_energy=leg_energy,
        leg_order=np.empty(0, dtype=np.int64) if order is None else order,
        cell_energy=meter.whole[positions.cell].astype(np.int64, copy=False),
        cell_factor=factor * TERM + month % TERM,
        cell_parts_after=none if parts is None else parts.after[positions.cell],
        cell_weight=none if parts is None else parts.weight[positions.cell],
    )


def _users(
    user: NDArray[np.integer], positions: Positions, inside: int, first: int, last: int
) -> tuple[Ints, Ints, Ints]:
    """The users of each unit by row; where they start; and the place of each cell's user among them.

    A user has one unit, in the market, unless it changes its retailer: then it is a user of each, with the same draws.
    Once it has left, it is a unit of its own.
    """
    unit_of_cell = positions.unit[positions.position_of_cell]
    cells = int(positions.cell_start[inside])
    unit_of_user = np.full(int(user.max(initial=-1)) + 1, _NOBODY, dtype=np.int64)
    unit_of_user[user[:cells]] = unit_of_cell[:cells]
    if not np.array_equal(unit_of_user[user[:cells]], unit_of_cell[:cells]):
        return _users_of_several(user.astype(np.int64), unit_of_cell, cells, first, last)
    members = np.flatnonzero(unit_of_user >= 0)
    members = members[np.argsort(unit_of_user[members], kind="stable")]
    alone, its_user = np.unique(unit_of_cell[cells:], return_index=True)
    users = np.concatenate([members, user[cells:][its_user]]).astype(np.int64)
    units = np.concatenate([unit_of_user[members], alone])
    start = np.searchsorted(units, np.arange(first, last + 1)).astype(np.int64)
    place_of_user = np.zeros(len(unit_of_user), dtype=np.int64)
    place_of_user[members] = np.arange(len(members)) - start[unit_of_user[members] - first]
    local = np.concatenate([place_of_user[user[:cells]], np.zeros(len(user) - cells, dtype=np.int64)])
    return users, start, local


def _users_of_several(user: Ints, unit_of_cell: Ints, cells: int, first: int, last: int) -> tuple[Ints, Ints, Ints]:
    """The same where users have several units: a place for each pair of user and unit."""
    count = int(user.max()) + 1
    pair, place = np.unique(unit_of_cell * count + user, return_inverse=True)
    units, users = np.divmod(pair, count)
    start = np.searchsorted(units, np.arange(first, last + 1)).astype(np.int64)
    local = place - start[units[place] - first]
    local[cells:] = 0  # outside the market each is alone
    return users, start, local
