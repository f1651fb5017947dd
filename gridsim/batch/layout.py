"""A run of units laid out for the kernel: users, positions, legs and cells; all but prices and bands.

Trading and the contract book are those of the whole market (`gridsim.batch.market`); what follows is made for the
units that are to be settled and for no others. A sweep of settlement values changes neither, so both are made once for
all of its points (`gridsim.batch.worker`); prices and bands are laid over them point by point
(`gridsim.batch.prepared`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.market import SLOTS, sorted_rows
from gridsim.columns import PERIODS, PRODUCTS
from gridsim.core.draws.draw import TERM
from gridsim.settlement.positions import Positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.market import Traded

    Ints = NDArray[np.int64]

__all__ = ["Layout", "lay_out"]


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
    inside : Positions
        Those of settlement units: by unit, month and product, the first of all positions.
    cell_kind : (N,) int64 array
        Of each cell, what its prices depend on beside its position: twice the rate of its user, and 1 if that is on
        the peak-valley tariff, times three, and its period.
    outside : (N₂,) int64 array
        Rows of the meter table outside the market, the last of all cells.
    user_start, user, user_class, position_start, month, contract, leg_start, leg_energy, cell_start, cell_energy,
    cell_factor
        As `gridsim.core.draws.arrays.Portfolio` has them.
    """

    traded: Traded
    unit_first: int
    inside: Positions
    cell_kind: Ints
    outside: Ints
    user_start: Ints
    user: Ints
    user_class: Ints
    position_start: Ints
    month: Ints
    contract: Ints
    leg_start: Ints
    leg_energy: Ints
    cell_start: Ints
    cell_energy: Ints
    cell_factor: Ints


def lay_out(traded: Traded, first: int, last: int, *, has_period: bool) -> Layout:
    """Put legs and cells of units `first` up to, not including, `last` in the order of their positions.

    A position exists wherever a leg or a cell does, be its energy zero. A conventional unit has a position for each
    month, a ``tou`` unit for each month and period, a user outside the market for each month.

    Parameters
    ----------
    traded : Traded
    first, last : int
    has_period : bool
        Whether each period has a factor of its own in the draws.
    """
    meter, legs, count = traded.meter, traded.legs, last - first

    def slots(start: Ints, month: NDArray[np.integer], product: NDArray[np.integer]) -> Ints:
        of_unit = np.repeat(np.arange(count), np.diff(start[first : last + 1]))
        slot: Ints = of_unit * SLOTS + month * np.int64(len(PRODUCTS)) + product
        return slot

    leg = traded.leg[traded.leg_start[first] : traded.leg_start[last]]
    leg, leg_count = _by_slot(leg, slots(traded.leg_start, legs.month[leg], legs.product[leg]), count)
    cell = traded.cell[traded.cell_start[first] : traded.cell_start[last]]
    unit = meter.unit[cell]
    product = np.where((unit >= 0) & (unit % 2 == 1), 1 + meter.period[cell], 0)
    cell, cell_count = _by_slot(cell, slots(traded.cell_start, meter.month[cell], product), count)

    slot = np.flatnonzero(leg_count + cell_count)
    leg_start, cell_start = _starts(leg_count[slot]), _starts(cell_count[slot])
    place, of_year = np.divmod(slot, SLOTS)
    month, kind = np.divmod(of_year, len(PRODUCTS))
    position_start = np.searchsorted(place, np.arange(count + 1)).astype(np.int64)
    unit_number = traded.unit_number[first:last][place]

    inside_count = int(np.count_nonzero(~traded.is_outside[first:last][place]))
    inside_cells = int(cell_start[inside_count])
    leg_energy = legs.energy[leg]
    total = _starts(leg_energy)
    user, period, month_of_cell = meter.user[cell], meter.period[cell], meter.month[cell]
    users, user_start, local = _users(user, inside_cells, place, cell_start, count, len(traded.class_of_user))
    factor = local * np.int64(len(PERIODS)) + period if has_period else local
    rate = traded.tariffs.rate_of_user % len(traded.tariffs.transmission)  # the last is that of users without one
    kind_of_user = (rate * 2 + traded.is_peak_valley) * len(PERIODS)
    return Layout(
        traded=traded,
        unit_first=first,
        inside=Positions(
            month=month[:inside_count],
            unit=unit_number[:inside_count],
            product=kind[:inside_count],
            leg=leg,
            leg_start=leg_start[: inside_count + 1],
            cell=cell[:inside_cells],
            cell_start=cell_start[: inside_count + 1],
        ),
        cell_kind=kind_of_user[user] + period,
        outside=cell[inside_cells:],
        user_start=user_start,
        user=users,
        user_class=traded.class_of_user[users],
        position_start=position_start,
        month=month,
        contract=total[leg_start[1:]] - total[leg_start[:-1]],
        leg_start=leg_start,
        leg_energy=leg_energy,
        cell_start=cell_start,
        cell_energy=meter.energy[cell].astype(np.int64, copy=False),
        cell_factor=factor * TERM + month_of_cell % TERM,
    )


def _by_slot(row: Ints, slot: Ints, units: int) -> tuple[Ints, Ints]:
    """Rows by their slot, those of one in their own order; and how many rows each slot has."""
    return row[sorted_rows(slot, units * SLOTS)], np.bincount(slot, minlength=units * SLOTS)


def _users(
    user: NDArray[np.integer], inside: int, place: Ints, cell_start: Ints, units: int, count: int
) -> tuple[Ints, Ints, Ints]:
    """The users of each unit by row; where they start; and the place of each cell's user among them.

    A user has one unit, in the market; once it has left, it is a unit of its own.
    """
    unit_of_cell = np.repeat(place, np.diff(cell_start))
    unit_of_user = np.full(count, -1, dtype=np.int64)
    unit_of_user[user[:inside]] = unit_of_cell[:inside]
    members = np.flatnonzero(unit_of_user >= 0)
    members = members[np.argsort(unit_of_user[members], kind="stable")]
    alone, its_user = np.unique(unit_of_cell[inside:], return_index=True)
    users = np.concatenate([members, user[inside:][its_user]]).astype(np.int64)
    start = np.searchsorted(np.concatenate([unit_of_user[members], alone]), np.arange(units + 1)).astype(np.int64)
    place_of_user = np.zeros(count, dtype=np.int64)
    place_of_user[members] = np.arange(len(members)) - start[unit_of_user[members]]
    local = np.concatenate([place_of_user[user[:inside]], np.zeros(len(user) - inside, dtype=np.int64)])
    return users, start, local


def _starts(length: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
