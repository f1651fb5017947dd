"""The result tables of bands and of sellers, exact, as Arrow tables (rulebook part 9, `jiangsu-2023`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.arrow import coded, texts_of
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.fees import over_energy, under_energy
from gridsim.settlement.parted import PartedTable
from gridsim.settlement.position_prices import sums_by_position

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome
    from gridsim.settlement.sellers import SellerOutcome

    Ints = NDArray[np.int64]

__all__ = ["HeldBands", "held_bands", "position_bands_table", "seller_settlement_table"]

_SIDES = ("over", "under")
_SEVERAL = NO_PRICE


def position_bands_table(outcomes: Sequence[Outcome], names: PartyNames) -> PartedTable:
    """The exact table ``position_bands``: a row for each position and band that holds energy.

    Positions stand as in ``positions``, the trial after what counts; over bands before under bands, as the rule set has
    them.

    Parameters
    ----------
    outcomes : sequence of Outcome
    names : PartyNames
    """

    def parts(wanted: Collection[str] | None) -> Iterator[pa.Table]:
        for outcome in outcomes:
            made = _bands_of(outcome, names)
            yield made if wanted is None else made.select([name for name in made.column_names if name in wanted])

    return PartedTable(sum(map(_count, outcomes)), parts)


def _count(outcome: Outcome) -> int:
    """How many bands hold energy."""
    positions, by_position = outcome.positions, outcome.by_position
    over = (over_energy(positions, by_position, outcome.by_cell, band) for band in range(len(outcome.by_cell.over)))
    under = (
        under_energy(positions, by_position, outcome.by_leg, band) for band in range(len(outcome.by_leg.shortfall))
    )
    return sum(int(np.count_nonzero(energy)) for energy in (*over, *under))


class HeldBands(NamedTuple):
    """Bands that hold energy, each an (n,) int64 array.

    Attributes
    ----------
    position : int64 array
        Among those of the outcome.
    side : int64 array
        0 above the contract, 1 below it.
    edge : int64 array
        [10⁻⁴] of the contract; `gridsim.core.settlement.arrays.OPEN_EDGE`: open.
    energy : int64 array
        [kWh]
    price : int64 array
        [micro-yuan/kWh]; `gridsim.settlement.closing.NO_PRICE` where there are several.
    money, fee : int64 array
        [micro-yuan]
    """

    position: Ints
    side: Ints
    edge: Ints
    energy: Ints
    price: Ints
    money: Ints
    fee: Ints


def held_bands(outcome: Outcome) -> HeldBands:
    """The bands of all positions that hold energy, position by position; over bands before under bands.

    Parameters
    ----------
    outcome : Outcome
    """
    positions = outcome.positions
    place = np.empty(len(positions), dtype=np.int64)
    place[np.lexsort((positions.product, positions.month, positions.unit))] = np.arange(len(positions))
    fees: dict[tuple[str, int], Ints] = {(fee.side, fee.band): fee.energy * fee.price for fee in outcome.fees}
    none = np.zeros(len(positions), dtype=np.int64)
    parts = []
    for code, side in enumerate(_SIDES):
        bands = outcome.by_cell.over if side == "over" else outcome.by_leg.shortfall
        for band in range(len(bands)):
            energy, price, money = _over(outcome, band) if side == "over" else _under(outcome, band)
            p = np.flatnonzero(energy)
            edges = outcome.bands.over_edge if side == "over" else outcome.bands.under_edge
            fee = fees.get((side, band), none)
            columns = (p, np.full(len(p), code), edges[outcome.bands.of_position[p], band])
            parts.append(np.stack([*columns, energy[p], price[p], money[p], fee[p]]))
    found = np.concatenate(parts, axis=1)
    return HeldBands(*found[:, np.argsort(place[found[0]], kind="stable")])


def _bands_of(outcome: Outcome, names: PartyNames) -> pa.Table:
    positions = outcome.positions
    p, side_code, edge, energy, price, money, fee = held_bands(outcome)
    return pa.table(
        {
            "unit_id": coded(positions.unit[p].astype(np.int32), names.units.ids),
            "month": coded(positions.month[p].astype(np.int8), names.months),
            "product": coded(positions.product[p].astype(np.int8), names.shape.product_ids),
            "trial": np.full(len(p), outcome.trial),
            "side": coded(side_code.astype(np.int8), texts_of(_SIDES)),
            "edge": _or_empty(edge, OPEN_EDGE),
            "energy_kwh": energy,
            "price_micro_yuan_per_kwh": _or_empty(price, _SEVERAL),
            "amount_micro_yuan": money,
            "fee_micro_yuan": fee,
        }
    )


def _or_empty(values: Ints, none: int) -> pa.Array:
    """Numbers, and empty cells in place of `none`; under an empty cell stands 0, which any decimal can hold."""
    is_empty = values == none
    return pa.array(np.where(is_empty, 0, values), mask=is_empty)


def _over(outcome: Outcome, band: int) -> tuple[Ints, Ints, Ints]:
    """By position: energy of an over band, its price if it has but one, its money."""
    positions, by_cell = outcome.positions, outcome.by_cell
    held = over_energy(positions, outcome.by_position, by_cell, band)
    cells = np.flatnonzero(by_cell.over[band])
    price = np.full(len(positions), _SEVERAL, dtype=np.int64)
    money = np.zeros(len(positions), dtype=np.int64)
    if len(cells):
        position = np.searchsorted(positions.cell_start, cells, side="right") - 1
        prices = by_cell.price_of_over(band, cells)
        first = np.flatnonzero(np.diff(position, prepend=-1))
        lowest, highest = np.minimum.reduceat(prices, first), np.maximum.reduceat(prices, first)
        price[position[first]] = np.where(lowest == highest, lowest, _SEVERAL)
        money[position[first]] = np.add.reduceat(by_cell.over[band][cells] * prices, first)
    return held, price, money


def _under(outcome: Outcome, band: int) -> tuple[Ints, Ints, Ints]:
    """By position: energy that is missing in an under band, its price, its money."""
    positions, by_leg = outcome.positions, outcome.by_leg
    held = under_energy(positions, outcome.by_position, by_leg, band)
    price = by_leg.shortfall_price[band]
    if len(by_leg.shortfall) == 1:
        return held, price, outcome.by_position.shortfall_money
    return held, price, sums_by_position(by_leg.shortfall[band], positions.leg_start) * price


def seller_settlement_table(closed: SellerOutcome, names: PartyNames) -> pa.Table:
    """The exact table ``seller_settlement``: a row for each generator and month that settles, month by month.

    Parameters
    ----------
    closed : SellerOutcome
    names : PartyNames
    """
    return pa.table(
        {
            "generator_id": coded(closed.seller.astype(np.int32), names.sellers),
            "month": coded(closed.month.astype(np.int8), names.months),
            "contract_kwh": closed.contract,
            "generated_kwh": closed.generated,
            "structural_kwh": closed.structural,
            "deviation_kwh": closed.deviation,
            "price_micro_yuan_per_kwh": _or_empty(closed.price, NO_PRICE),
            "energy_micro_yuan": closed.energy_money,
            "structural_micro_yuan": closed.structural_money,
            "deviation_micro_yuan": closed.deviation_money,
            "fee_micro_yuan": closed.fee_money,
            "balance_micro_yuan": closed.balance_money,
        }
    )
