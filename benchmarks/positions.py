"""Positions to settle, in the shape of the notice: what the benchmarks of settlement work on."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairs import MismatchError
from gridsim.core.jit import OK
from gridsim.core.settlement import settle as of_today
from gridsim.core.settlement.arrays import (
    BandTables,
    Cells,
    CellShares,
    ChargePrices,
    Legs,
    LegShares,
    PositionTotals,
    allocate,
    allocate_charges,
)
from gridsim.core.settlement.bounds import check_charges, check_positions
from gridsim.core.settlement.charge import charge_cells
from gridsim.core.split import scratch_size as room_of_today
from gridsim.settlement.ranges import over_ranges

Ints = NDArray[np.int64]
SEED = 991

if os.environ.get("GRIDSIM_FORMER") == "settlement":  # see benchmarks/former
    from benchmarks.former.settle import settle_positions
    from benchmarks.former.split import scratch_size
else:
    settle_positions, scratch_size = of_today.settle_positions, room_of_today


class Portfolio(NamedTuple):
    """What a settlement kernel is given."""

    legs: Legs
    cells: Cells
    bands: BandTables
    charges: ChargePrices

    @property
    def positions(self) -> int:
        return len(self.bands.of_position)

    @property
    def longest(self) -> int:
        """The longest run of legs or cells."""
        return max(int(np.diff(run).max(initial=0)) for run in (self.legs.start, self.cells.start))


class Settled(NamedTuple):
    """What a contender returns."""

    totals: PositionTotals
    legs: LegShares
    cells: CellShares


def henan_bands(of_position: Ints) -> BandTables:
    """Conventional (row 0) and time-of-use positions (row 1), as the notice has them (N5.1, N5.2)."""
    return BandTables(
        of_position=of_position,
        over_edge=np.array([[10_500], [10_800]]),
        over_fee=np.zeros((2, 1), dtype=np.int64),
        under_edge=np.array([[9_500], [9_200]]),
        under_price=np.full((2, 1), 10_000),
        under_fee=np.zeros((2, 1), dtype=np.int64),
    )


def portfolio(positions: int, legs: int = 3, cells: int = 3) -> Portfolio:
    """So many positions of so many legs and cells each.

    Legs of 10 to 2,000 MWh at 300 to 500 yuan/MWh; metered energy 85 to 115 % of the contract, so that about a third
    of the positions each is over, in band and short, in no order that a processor could guess; modes are mixed too.
    """
    draw = np.random.default_rng(SEED)
    contracts = draw.integers(10_000, 2_000_000, (positions, legs))
    metered = contracts.sum(axis=1) * draw.uniform(0.85, 1.15, positions)
    weights = draw.uniform(0.2, 1.0, (positions, cells))
    energy = np.rint(metered[:, None] * weights / weights.sum(axis=1, keepdims=True)).astype(np.int64).ravel()
    count = positions * cells
    is_tou = draw.integers(0, 2, positions)
    base = draw.integers(14_000, 22_000, count) * 10
    coefficient = np.tile(np.array([15_700, 10_000, 5_000]), -(-count // 3))[:count]
    return Portfolio(
        Legs(np.arange(positions + 1) * legs, contracts.ravel(), draw.integers(30_000, 50_001, positions * legs) * 10),
        Cells(np.arange(positions + 1) * cells, energy, draw.integers(40_000, 90_000, (1, count)) * 10),
        henan_bands(is_tou),
        ChargePrices(
            price=np.stack([base, draw.integers(2_000, 4_000, count) * 10]),
            adjustment_base=base,
            adjustment_ratio=np.where(np.repeat(is_tou, cells) == 1, 10_000, coefficient),
        ),
    )


def memory_for(given: Portfolio) -> Settled:
    """Results, touched once."""
    made = Settled(*allocate(given.positions, len(given.legs.energy), len(given.cells.energy)))
    for part in made:
        for array in part:
            array.fill(0)
    return made


def kernel(given: Portfolio, threads: int = 1) -> Callable[[], Settled]:
    """A call of gridsim's kernel with memory that is used again; by as many threads, as a run shares positions out."""
    out = memory_for(given)
    room = scratch_size(given.longest)

    def settle_range(first: int, last: int) -> None:
        status = settle_positions(first, last, *given[:3], *out, np.empty(room, dtype=np.int64))
        assert status == OK

    def call() -> Settled:
        if threads == 1:
            settle_range(0, given.positions)
        else:
            over_ranges(given.legs.start, given.cells.start, settle_range, threads)
        return out

    return call


def stages(given: Portfolio) -> dict[str, Callable[[], object]]:
    """The kernels that a run calls, one after the other, each on all positions."""
    out = memory_for(given)
    charges = allocate_charges(len(given.cells.energy), len(given.charges.price))
    scratch = np.empty(scratch_size(given.longest), dtype=np.int64)
    everything = (0, given.positions)
    of_cells = (given.cells.start, out.totals.average_price, out.cells.in_band, given.charges)
    return {
        "check positions": lambda: check_positions(*everything, *given[:3]),
        "settle": lambda: settle_positions(*everything, *given[:3], *out, scratch),
        "check charges": lambda: check_charges(*everything, *of_cells),
        "charge": lambda: charge_cells(*everything, *of_cells, charges),
    }


def require_equal(expected: Settled, found: Settled, who: str) -> None:
    """Raise `MismatchError` unless every number of every position, leg and cell agrees."""
    for part, other in zip(expected, found, strict=True):
        for name, left, right in zip(part._fields, part, other, strict=True):
            if not np.array_equal(left, right):
                raise MismatchError(f"{who}: {name} of {type(part).__name__} differs")
