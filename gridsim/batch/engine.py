"""The engine of batches: prepare a point, cut it into blocks, draw and settle a block (docs/adr/0007)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.batch.bills import DrawnBills
from gridsim.batch.drawn_load import LoadModel, check_largest_draw, check_seed, compile_load, load_of
from gridsim.batch.ending import go_on
from gridsim.batch.items import items_of
from gridsim.batch.margins import DrawnMargins
from gridsim.batch.market import TradedPoint, user_classes
from gridsim.batch.meter_draws import MeterDraws, common_draws, draws_of
from gridsim.batch.prepared import Prepared, prepare
from gridsim.batch.retail import settle_draws_of_retail
from gridsim.core.draws.arrays import (
    FIRST_ITEM,
    Ints,
    PositionSums,
    UnitSums,
    allocate_scratch,
    no_position_sums,
    nothing_to_settle,
)
from gridsim.core.draws.draw import (
    COMMON,
    CommonDraws,
    draw_factors,
    draw_shared,
)
from gridsim.core.draws.reduce import settle_draws
from gridsim.core.draws.spread import spread_rows, spread_sums
from gridsim.core.draws.sums import half_sums, means_of_halves, sum_rows
from gridsim.core.keeping import has_kept
from gridsim.errors import ScenarioError
from gridsim.scenario.vary import with_meter, with_scales
from gridsim.settlement.unitless import lacking_faults

if TYPE_CHECKING:
    from gridsim.scenario import Scenario

    Scale = str | int | float | Decimal

__all__ = [
    "ENERGIES",
    "Block",
    "BlockOutcome",
    "Prepared",
    "blocks",
    "compile_load",
    "drawn_meter",
    "items_of",
    "must_compile",
    "prepare",
    "scaled",
    "settle_block",
    "warm",
]

ENERGIES = ("contract", "metered", "in_band", "overrun", "shortfall")

_LANES = 256
_MOST_AT_ONCE = 2**17  # cells × lanes of a position: what still lies in a processor's second cache
_FEWEST_LANES = 16
_WORD = 0xFFFFFFFF


class Block(NamedTuple):
    """Units × draws that are settled in one go; the ends are not included."""

    unit_first: int
    unit_last: int
    draw_first: int
    draw_last: int


@dataclass(frozen=True, eq=False)
class BlockOutcome:
    """Sums of a block; int64, exact.

    Attributes
    ----------
    block : Block
    items : (draws, items) array
        Money of all its units by `Prepared.items` [micro-yuan].
    energies : (draws, 5) array
        Energy of its settlement units by `ENERGIES` [kWh]; users outside the market are not in it.
    cost : (units, draws) array
        What the unit and its users pay in all [micro-yuan].
    metered, overrun, shortfall : (units, draws) array
        [kWh]
    positions : PositionSums or None
        By position of these units, if it was asked for.
    margins : DrawnMargins or None
        Of the retailers of these units, if it was asked for.
    """

    block: Block
    items: Ints
    energies: Ints
    cost: Ints
    metered: Ints
    overrun: Ints
    shortfall: Ints
    positions: PositionSums | None = None
    margins: DrawnMargins | None = None


def scaled(scenario: Scenario, *, contract_scale: Scale = 1, load_scale: Scale = 1, price_scale: Scale = 1) -> Scenario:
    """A point of a sweep over scales as an ordinary scenario; see `gridsim.scenario.vary.with_scales`."""
    return with_scales(scenario, contracts=contract_scale, load=load_scale, prices=price_scale)


def blocks(
    point: Prepared | TradedPoint,
    draws: int,
    cells_per_block: int = 20_000_000,
    *,
    whole_parties: bool = False,
    whole_market: bool = False,
) -> list[Block]:
    """Cut units × draws into blocks of about equal work.

    A unit has all its draws in one block, unless it is too large for that: then it is cut by draws.

    Parameters
    ----------
    point : Prepared or TradedPoint
        All units of it.
    draws : int
    cells_per_block : int
        Cells × draws; legs and positions count as cells, since they take as long.
    whole_parties : bool
        Whether all units of a party stand in the same blocks: what they cost together is known draw by draw then.
    whole_market : bool
        Whether all units stand in the same blocks.

    Returns
    -------
    list of Block
        Units ascending, then draws.
    """
    start = point.party_start if whole_parties else np.arange(len(point.work))
    if whole_market:
        start = np.unique(start[[0, -1]])
    load = point.work[start]
    most = max(1, cells_per_block // max(draws, 1))  # of one draw
    cut: list[Block] = []
    first = 0
    while first < len(load) - 1:
        last = int(np.searchsorted(load, load[first] + most, side="right")) - 1
        if last > first:
            cut.append(Block(int(start[first]), int(start[last]), 0, draws))
            first = last
            continue
        units = int(start[first]), int(start[first + 1])
        pieces = -(-int(load[first + 1] - load[first]) * draws // cells_per_block)
        step = max(1, -(-draws // pieces))
        step = -(-step // _FEWEST_LANES) * _FEWEST_LANES
        cut += [Block(*units, draw, min(draw + step, draws)) for draw in range(0, draws, step)]
        first += 1
    return cut


def settle_block(
    prepared: Prepared, block: Block, seed: int, *, figures: int = 0, by_retailer: bool = False, by_user: bool = False
) -> BlockOutcome:
    """Draw and settle a block. Releases the GIL; the integers depend on nothing but what is given.

    Parameters
    ----------
    prepared : Prepared
        With the block's units among its own.
    block : Block
    seed : int
        0 to 2⁶⁴ − 1.
    figures : int
        How many figures of money are asked for of each position: none, two, or, with what buyers pay, three.
    by_retailer : bool
        Whether margins are asked for, in a market with retail contracts: all units of a party are in the block, and
        all of the market where fees of deviation go back.
    by_user : bool
        Whether they are asked for by user, too.
    """
    if prepared.as_runs is not None and prepared.as_runs.traded.retail is not None:
        return _settle_by_runs(prepared, block, seed, figures=figures, by_retailer=by_retailer, by_user=by_user)
    draw_first, draw_last = block.draw_first, block.draw_last
    first, last = block.unit_first - prepared.unit_first, block.unit_last - prepared.unit_first
    check_seed(seed, draw_last)
    draws, units = draw_last - draw_first, last - first
    packed, market = prepared.packed, prepared.market
    kernel_items = len(packed.items) - 1  # without transfers
    positions = slice(int(market.position_start[first]), int(market.position_start[last]) + 1)
    cells, legs = _longest(market.cell_start[positions]), _longest(market.leg_start[positions])
    lanes = _lanes_for(cells, draws)
    shared = common_draws(prepared.load, prepared.classes, seed, draw_first, -(-draws // lanes) * lanes)
    scratch = allocate_scratch(
        _longest(market.user_start[first : last + 1]),
        legs,
        cells,
        _longest(packed.groups.start[positions]),
        lanes,
        items=kernel_items,
        periods=prepared.periods if len(prepared.load.factors.period) else 0,
    )
    items = np.zeros((kernel_items, draws), dtype=np.int64)
    lacking = np.zeros((FIRST_ITEM + kernel_items, 12), dtype=np.int64)
    sums = UnitSums(*(np.zeros((units, draws), dtype=np.int64) for _ in UnitSums._fields))
    of_positions = _position_sums(prepared, first, last, draws, figures) if figures else no_position_sums()
    settle_draws(
        first, last, draw_first, draw_last, seed & _WORD, seed >> 32, lanes, market, packed.groups, packed.terms,
        prepared.load.factors, shared, prepared.periods, scratch, items, sums, of_positions, lacking,
    )  # fmt: skip
    _tell_lacking(prepared, lacking)
    inside = ~prepared.is_outside[first:last]
    metered, overrun, shortfall = (each[inside].sum(axis=0) for each in sums[1:])
    contract = np.full(draws, prepared.contract_kwh[first:last].sum(), dtype=np.int64)
    energies = np.stack([contract, metered, metered - overrun, overrun, shortfall], axis=1)
    transferred = prepared.transferred[first:last]
    sums.cost[...] += transferred[:, None]
    money = np.zeros((draws, len(prepared.items)), dtype=np.int64)
    money[:, :kernel_items], money[:, -1] = items.T, transferred.sum()
    if len(prepared.items) > len(packed.items):
        _add_bills(prepared, block, seed, money, sums.cost)
    return BlockOutcome(block, money, energies, *sums, positions=of_positions if figures else None)


def _add_bills(prepared: Prepared, block: Block, seed: int, money: Ints, cost: Ints) -> None:
    """Add what else users are billed, by item and by unit."""
    assert prepared.as_runs is not None  # as who asks knows
    traded, rules, values = prepared.as_runs
    bills = DrawnBills(traded, rules, values, slice(block.unit_first, block.unit_last))
    of_draw = bills.alone(lambda meter: draws_of(meter, traded.class_of_user, prepared.load, prepared.periods, seed))
    places = [prepared.items.index(item) for item in bills.items]
    for number, draw in enumerate(range(block.draw_first, block.draw_last)):
        go_on()
        of_units = of_draw(draw)
        cost[:, number] += of_units.sum(axis=1)
        money[number, places] += of_units.sum(axis=0)


def _position_sums(prepared: Prepared, first: int, last: int, draws: int, figures: int) -> PositionSums:
    """Room for what the positions of some units cost; the kernel writes each cost once, so that none need be there."""
    start = prepared.market.position_start
    transferred = prepared.transferred_at[start[first] : start[last]]
    money = np.empty((figures, len(transferred), draws), dtype=np.int64)
    return PositionSums(money, np.zeros((len(transferred), 2, 3), dtype=np.int64), transferred)


def _tell_lacking(prepared: Prepared, lacking: Ints) -> None:
    """Raise the faults of the first item whose price a month lacks, as a run does."""
    rows = sorted(np.flatnonzero(lacking.any(axis=1)), key=lambda row: prepared.items[row - FIRST_ITEM])
    if rows:
        months = [prepared.packed.months[month] for month in np.flatnonzero(lacking[rows[0]])]
        raise ScenarioError(lacking_faults(prepared.items[rows[0] - FIRST_ITEM], months))


def drawn_meter(scenario: Scenario, load: LoadModel, seed: int, draw: int) -> Scenario:
    """A draw as an ordinary scenario, to be run alone.

    Parameters
    ----------
    scenario : Scenario
        A point of the sweep (`scaled`).
    load : LoadModel
    seed, draw : int
    """
    check_seed(seed, draw + 1)
    tables = load_of(scenario, load)
    check_largest_draw(scenario, tables)
    meter = scenario.tables["meter"]
    user = scenario.row_of(meter["user_id"], "users", "user_id")
    month, period = (meter[name].cat.codes.to_numpy().astype(np.int64) for name in ("month", "period"))
    energy, periods = meter["energy_kwh"].to_numpy(), len(scenario.rules.shape.periods)
    drawn = MeterDraws(user, month, period, energy, user_classes(scenario), tables, periods, seed)
    return with_meter(scenario, drawn.energy(draw))


def _settle_by_runs(
    prepared: Prepared, block: Block, seed: int, *, figures: int, by_retailer: bool, by_user: bool
) -> BlockOutcome:
    """Draw and settle a block of a market with retail contracts."""
    assert prepared.as_runs is not None  # as who asks knows
    traded, rules, values = prepared.as_runs
    check_seed(seed, block.draw_last)
    units, draws = slice(block.unit_first, block.unit_last), range(block.draw_first, block.draw_last)
    own = slice(block.unit_first - prepared.unit_first, block.unit_last - prepared.unit_first)
    of_positions = _position_sums(prepared, own.start, own.stop, len(draws), figures) if figures else None
    drawn = draws_of(traded.meter, traded.class_of_user, prepared.load, prepared.periods, seed)
    bills = None if traded.bills is None else DrawnBills(traded, rules, values, units)
    margins = DrawnMargins(traded, rules, units, draws, by_user=by_user) if by_retailer else None
    sums = settle_draws_of_retail(traded, rules, prepared.items, units, draws, drawn, of_positions, bills, margins)
    inside = ~traded.is_outside[units]
    metered, overrun, shortfall = (each[inside].sum(axis=0) for each in (sums.metered, sums.overrun, sums.shortfall))
    contract = np.full(len(draws), prepared.contract_kwh[own].sum(), dtype=np.int64)
    energies = np.stack([contract, metered, metered - overrun, overrun, shortfall], axis=1)
    transferred = traded.transferred[units]
    sums.cost[...] += transferred[:, None]
    sums.items[:, -1] = transferred.sum()
    return BlockOutcome(
        block, sums.items, energies, sums.cost, sums.metered, sums.overrun, sums.shortfall, of_positions, margins
    )


def must_compile() -> bool:
    """Whether the kernels of batches still have to be compiled on this machine."""
    kernels = (draw_shared, draw_factors, settle_draws, sum_rows, half_sums, means_of_halves, spread_rows)
    return not all(has_kept(kernel) for kernel in kernels)


@lru_cache(maxsize=1)
def warm() -> None:
    """Load the kernels, compiled first if need be; call it before workers start, so that they don't compile each."""
    nothing, none = np.zeros(0, dtype=np.int64), np.zeros((0, 1), dtype=np.int64)
    start = np.zeros(1, dtype=np.int64)
    market, groups, terms = nothing_to_settle()
    load = compile_load(LoadModel())
    shared = CommonDraws(none, none, np.ones(12, dtype=bool))
    scratch = allocate_scratch(0, 0, 0, 0, 1, items=0)
    units = UnitSums(none, none, none, none)
    sum_rows(none, nothing, start, none)
    half_sums(none, none)
    means_of_halves(none, 1, nothing)
    spread_sums(np.zeros((1, 1), dtype=np.int64), start, 0, 0)
    draw_shared(0, 0, 0, COMMON, 0, np.zeros(2**13, dtype=np.int64), np.zeros((12, 1), dtype=np.int64), 0, start, 1)
    draw_factors(0, 0, 0, 0, nothing, 0, 0, nothing, load.factors, shared, 0, 0, scratch.factor, scratch.draw, 1)
    settle_draws(
        0, 0, 0, 1, 0, 0, 1, market, groups, terms, load.factors, shared, 0, scratch,
        np.zeros((0, 1), np.int64), units, no_position_sums(), np.zeros((FIRST_ITEM, 12), np.int64),
    )  # fmt: skip


def _lanes_for(cells: int, draws: int) -> int:
    lanes = _LANES
    while lanes > _FEWEST_LANES and (cells * lanes > _MOST_AT_ONCE or lanes >= 2 * draws):
        lanes //= 2
    return lanes


def _longest(start: Ints) -> int:
    return int(np.diff(start).max(initial=0))
