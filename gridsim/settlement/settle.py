"""Settle positions: hand legs, cells and bands to the kernels, and price what comes out (rulebook parts 5, 6 and 9)."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.settlement import arrays as core
from gridsim.core.settlement.arrays import LIMIT
from gridsim.errors import InputOverflowError
from gridsim.settlement.fees import fees_of
from gridsim.settlement.figures import Figure, largest
from gridsim.settlement.outcome import CellOutcome, LegOutcome, Outcome, PositionOutcome
from gridsim.settlement.position_prices import (
    bands_of,
    leg_prices,
    mean_prices,
    product_means,
    rests_in_band,
    sums_by_position,
    under_prices,
)
from gridsim.settlement.prices import priced_cells
from gridsim.settlement.ranges import over_ranges
from gridsim.settlement.unitless import tell_lacking
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.cell_price import CellPrice
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.prices import PricedCells, PriceTables

    Ints = NDArray[np.int64]
    Around = Callable[[str, tuple[str, ...]], Figure]

__all__ = ["OwnPrices", "Settler", "settle"]

OwnPrices = Callable[["NDArray[np.integer]", "Ints", "NDArray[np.integer]", "Ints"], "tuple[Ints, NDArray[np.bool_]]"]
"""Of the user, month and period of cells and what energy in band costs their positions: what it costs the user by a
contract of its own, and whether it has one. In charges that rest on the price of energy it stands for the mean."""

Settler = Callable[..., None]
"""What settles arrays, as `gridsim.settlement.driver.settle_within_bounds` does."""

_OVERRUN = "overrun"
_IN_BAND_MEAN = "in_band_mean"


def settle(
    positions: Positions,
    legs: ContractBook,
    meter: Meter,
    tables: PriceTables,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
    *,
    trial: bool,
    settler: Settler,
    order_of_legs: Ints | None = None,
    threads: int | None = None,
    own_prices: OwnPrices | None = None,
) -> Outcome:
    """Settle all `positions`, by the rules that count or, if `trial`, by those that a regime stands in place of.

    Parameters
    ----------
    positions : Positions
    legs : ContractBook
    meter : Meter
    tables : PriceTables
    is_peak_valley : (S,) bool array
        By state of a user.
        Whether each user is on the peak-valley tariff.
    rules : MonthlyRules
    trial : bool
    settler : callable
        What settles arrays: `gridsim.settlement.driver.settle_within_bounds`, or what is held against it.
    order_of_legs : (L,) int64 array, optional
        The packed legs in the order in which they are filled, each position's where its legs are; in proportion if
        left out.
    threads : int, optional
        How many share the positions out among themselves; the processors that there are if left out. The
        outcome does not depend on it: no position is shared.
    own_prices : callable, optional
        Prices of users by contracts of their own (rulebook part 14); none has one if left out.

    Raises
    ------
    ScenarioError
        A line needs a price that its month lacks.
    InputOverflowError
        Energies and prices whose products leave int64 (a checked scenario has none).
    KernelError
        A kernel refused inputs that the checks let through: a defect of gridsim.
    """
    way = rules.ways.of(positions, trial=trial)
    bands, under = _bands(positions, way, rules)
    prices = priced_cells(positions, meter, tables, is_peak_valley, rules, way)
    work = _Work(
        positions=positions,
        legs=legs,
        meter=meter,
        rules=rules,
        way=way,
        prices=prices,
        price_of_leg=leg_prices(positions, legs, way, rules),
        order=np.empty(0, dtype=np.int64) if order_of_legs is None else order_of_legs,
        bands=bands,
        under=under,
        settler=settler,
        product_mean=cache(partial(_product_mean, positions, legs, rules)),
        own_prices=own_prices,
    )
    room = _room(work)
    over_ranges(
        positions.leg_start, positions.cell_start, partial(_settle_range, work, room), threads or os.cpu_count() or 1
    )
    _tell_lacking(room.lacking, rules)
    by_position = PositionOutcome(**{name: getattr(room.totals, name) for name in PositionOutcome.__dataclass_fields__})
    by_leg = LegOutcome(
        in_band=room.legs.in_band,
        price=work.price_of_leg,
        energy_money=room.legs.energy_money,
        shortfall=room.legs.shortfall,
        shortfall_price=room.under_price,
        shortfall_money=room.legs.shortfall_money,
    )
    by_cell = CellOutcome(room.in_band, room.over, prices, room.over_price, room.charge_price)
    fees = fees_of(
        positions, way, by_position, by_leg, by_cell, rules, partial(_around, work, room.totals, slice(None))
    )
    return Outcome(positions, rules.ways, way, work.bands, by_position, by_leg, by_cell, fees, trial)


class _Work(NamedTuple):
    """What is settled, and by what."""

    positions: Positions
    legs: ContractBook
    meter: Meter
    rules: MonthlyRules
    way: Ints
    prices: PricedCells
    price_of_leg: Ints
    order: Ints
    bands: core.BandTables
    under: list[Figure] | None
    """By under band, the price of each set of bands; None where prices rest on the position."""
    settler: Settler
    product_mean: Callable[[str], Figure]
    own_prices: OwnPrices | None


class _Room(NamedTuple):
    """Where what comes out is written."""

    totals: core.PositionTotals
    legs: core.LegShares
    in_band: Ints
    over: Ints
    under_price: Ints
    over_price: tuple[Ints | None, ...]
    charge_price: tuple[Ints | None, ...]
    lacking: dict[str, set[int]]


def _bands(positions: Positions, way: Ints, rules: MonthlyRules) -> tuple[core.BandTables, list[Figure] | None]:
    """The sets of bands, and their prices below the contract where those are the same for all positions of a set."""
    bands = bands_of(rules, positions.month, way)
    prices = [band.price for each in rules.ways for band in each.under]
    if any(price.rests_on_position for price in prices):
        return bands, None
    month, way_of_set = np.divmod(np.arange(len(bands.under_edge)), len(rules.ways))
    under = under_prices(rules, month, way_of_set, bands.under_edge.shape[1])
    return bands._replace(under_price=np.stack([price.values for price in under], axis=1)), under


def _room(work: _Work) -> _Room:
    cells, positions = len(work.positions.cell), len(work.positions)
    over_bands, under_bands = work.bands.over_edge.shape[1], work.bands.under_edge.shape[1]
    totals, leg_shares, _ = core.allocate(positions, len(work.positions.leg), 0, over_bands, under_bands)

    def own(price: CellPrice) -> Ints | None:
        return np.empty(cells, dtype=np.int64) if price.resting else None

    return _Room(
        totals=totals,
        legs=leg_shares,
        in_band=np.empty(cells, dtype=np.int64),
        over=np.empty((over_bands, cells), dtype=np.int64),
        under_price=np.empty((under_bands, positions), dtype=np.int64),
        over_price=tuple(map(own, work.prices.over)),
        charge_price=tuple(map(own, work.prices.charges)),
        lacking={},
    )


def _settle_range(work: _Work, room: _Room, first: int, last: int) -> None:
    # What cells are settled with is made for these positions alone: of all of them at once it is more memory than
    # anything that is kept.
    positions = work.positions
    of_legs, leg_start = _run(positions.leg_start, first, last)
    of_cells, cell_start = _run(positions.cell_start, first, last)
    energy = work.meter.energy[positions.cell[of_cells]]
    place = work.prices.place[of_cells].astype(np.intp)  # of another type NumPy would convert it for every price
    totals = core.PositionTotals(*(values[first:last] for values in room.totals))
    leg_shares = core.LegShares(*(values[..., of_legs] for values in room.legs))
    order = work.order[of_legs] - of_legs.start if len(work.order) else work.order
    own_legs = core.Legs(leg_start, work.legs.energy[positions.leg[of_legs]], work.price_of_leg[of_legs], order)
    means: dict[str, Figure] = {}
    at = slice(first, last)

    def tell(position: int, cell: int | None) -> Sentence:
        return _too_large(first + position, None if cell is None else of_cells.start + cell)

    def around(word: str, arguments: tuple[str, ...]) -> Figure:
        if word == "mean_of_product":
            mean = work.product_mean(arguments[0])
            return Figure(mean.values[at], None if mean.is_there is None else mean.is_there[at])
        if word == "contract_mean" and word not in means:
            means[word] = _contract_mean(own_legs)
        return means[word]

    counts = np.diff(cell_start)

    def around_cells(word: str, arguments: tuple[str, ...]) -> Figure:
        values, is_there, _ = around(word, arguments)
        return Figure(np.repeat(values, counts), None if is_there is None else np.repeat(is_there, counts))

    shares = core.CellShares(
        np.empty(len(place), np.int64), np.empty((len(room.over), len(place)), np.int64), np.empty(len(place), np.int64)
    )

    def settled() -> tuple[list[Figure], list[Figure]]:
        over = [price.of(place, around_cells) for price in work.prices.over]
        under = _under_prices(work, at, around)
        cells = core.Cells(cell_start, energy, _by_band([price.values for price in over]))
        work.settler(
            own_legs,
            cells,
            _bands_at(work, at, under),
            None,
            core.SettledArrays(totals, leg_shares, shares),
            tell,
        )
        means[_IN_BAND_MEAN] = Figure(totals.average_price, totals.in_band > 0)
        return over, under

    if rests_in_band(work.rules):  # once for what is in band, and then with the prices that rest on what it costs
        means[_IN_BAND_MEAN] = Figure(np.zeros(last - first, np.int64), np.zeros(last - first, bool))
        settled()
    over, under = settled()
    room.in_band[of_cells], room.over[:, of_cells] = shares.in_band, shares.over

    def months() -> Ints:
        return np.repeat(positions.month[at], counts)

    for band, price in enumerate(over):
        _keep(room.over_price[band], of_cells, price)
        _note_lacking(room, _OVERRUN, price, shares.over[band] > 0, months)
    for band, price in enumerate(under):
        room.under_price[band, at] = price.values
        missing = sums_by_position(leg_shares.shortfall[band], leg_start) > 0
        _note_lacking(room, "shortfall", price, missing, lambda: positions.month[at])
    paid = _paid_by_contract(work, of_cells, around_cells(_IN_BAND_MEAN, ()), months)

    def around_charges(word: str, arguments: tuple[str, ...]) -> Figure:
        return paid if word == _IN_BAND_MEAN else around_cells(word, arguments)

    _charge_range(work, room, of_cells, place, energy, months, around_charges, cell_start, tell)


def _paid_by_contract(work: _Work, cells: slice, mean: Figure, months: Callable[[], Ints]) -> Figure:
    """What energy costs in band, of users with a contract of their own what it says (rulebook part 14)."""
    if work.own_prices is None:
        return mean
    cell, is_there = work.positions.cell[cells], np.asarray(mean.is_there)
    cost = np.where(is_there, mean.values, 0)
    price, has_own = work.own_prices(work.meter.user[cell], months(), work.meter.period[cell], cost)
    return Figure(np.where(has_own, price, mean.values), is_there | has_own)


def _charge_range(
    work: _Work, room: _Room, cells: slice, place: NDArray[np.intp], metered: Ints, months: Callable[[], Ints],
    around: Around, cell_start: Ints, tell: Callable[[int, int | None], Sentence],
) -> None:  # fmt: skip
    """Price the charges of a range of cells, and see that their money fits."""
    most = int(metered.max(initial=0))
    for item, charge in enumerate(work.prices.charges):
        if charge.is_plain and charge.largest * most <= LIMIT:
            continue  # nothing to compute, and no product that could leave int64
        try:
            price = charge.of(place, around)
        except InputOverflowError:  # somewhere in the range: the first cell stands for it
            raise InputOverflowError(tell(0, 0)) from None
        _keep(room.charge_price[item], cells, price)
        if largest(price.values) * most > LIMIT:
            energy = _energy_of(charge, room.in_band[cells], metered, place)
            too_large = np.flatnonzero(np.abs(energy.astype(float) * price.values) > LIMIT)
            if len(too_large):
                cell = int(too_large[0])
                raise InputOverflowError(tell(int(np.searchsorted(cell_start, cell, side="right")) - 1, cell))
        if price.is_there is not None:
            has_line = charge.applies.take(place) & (_energy_of(charge, room.in_band[cells], metered, place) != 0)
            _note_lacking(room, work.rules.ways.items[item], price, has_line, months)


def _energy_of(charge: CellPrice, in_band: Ints, metered: Ints, place: NDArray[np.intp]) -> Ints:
    """What the cells pay a charge on."""
    return in_band if charge.on_metered is None else np.where(charge.on_metered.take(place), metered, in_band)


def _keep(room: Ints | None, cells: slice, price: Figure) -> None:
    if room is not None:
        room[cells] = price.values


def _note_lacking(
    room: _Room, item: str, price: Figure, has_line: NDArray[np.bool_], months: Callable[[], Ints]
) -> None:
    if price.is_there is not None:
        lacking = months()[has_line & ~price.is_there]
        if len(lacking):
            room.lacking.setdefault(item, set()).update(lacking.tolist())


def _tell_lacking(lacking: dict[str, set[int]], rules: MonthlyRules) -> None:
    for item in sorted(lacking):
        tell_lacking(item, np.array(sorted(lacking[item])), rules)


def _by_band(values: list[Ints]) -> Ints:
    """(B, n) what there is by band; of one band without a copy."""
    return values[0].reshape(1, -1) if len(values) == 1 else np.stack(values)


def _under_prices(work: _Work, at: slice, around: Around) -> list[Figure]:
    """By under band, the prices of some positions."""
    if work.under is None:
        return under_prices(work.rules, work.positions.month[at], work.way[at], work.bands.under_edge.shape[1], around)
    row = work.bands.of_position[at]
    return [Figure(price.values[row], None if price.is_there is None else price.is_there[row]) for price in work.under]


def _bands_at(work: _Work, at: slice, under: list[Figure]) -> core.BandTables:
    """The bands of some positions; with a row for each where prices of under bands rest on the position."""
    of_position = work.bands.of_position[at]
    if work.under is not None:
        return work.bands._replace(of_position=of_position)
    return core.BandTables(
        of_position=np.arange(len(of_position)),
        over_edge=work.bands.over_edge[of_position],
        over_fee=work.bands.over_fee[of_position],
        under_edge=work.bands.under_edge[of_position],
        under_price=np.stack([price.values for price in under], axis=1),
        under_fee=work.bands.under_fee[of_position],
    )


def _contract_mean(legs: core.Legs) -> Figure:
    return mean_prices(
        sums_by_position(legs.energy * legs.price, legs.start), sums_by_position(legs.energy, legs.start)
    )


def _product_mean(positions: Positions, legs: ContractBook, rules: MonthlyRules, product: str) -> Figure:
    return product_means(positions, legs, rules.shape.product_ids.index(product))


def _around(work: _Work, totals: core.PositionTotals, at: slice, word: str, arguments: tuple[str, ...]) -> Figure:
    """What all positions have, after settling."""
    if word == "mean_of_product":
        return work.product_mean(arguments[0])
    if word == _IN_BAND_MEAN:
        return Figure(totals.average_price[at], totals.in_band[at] > 0)
    money = sums_by_position(work.legs.energy[work.positions.leg] * work.price_of_leg, work.positions.leg_start)
    return mean_prices(money, totals.contract)


def _run(start: Ints, first: int, last: int) -> tuple[slice, Ints]:
    """The packed legs or cells of a run of positions, and where those of each begin among them."""
    return slice(int(start[first]), int(start[last])), start[first : last + 1] - start[first]


def _too_large(position: int, cell: int | None) -> Sentence:
    if cell is not None:
        return Sentence("cell {number}: its energies and prices have products that leave int64", number=cell + 1)
    return Sentence("position {number}: its energies and prices have products that leave int64", number=position + 1)
