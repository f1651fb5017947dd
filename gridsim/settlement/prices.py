"""What each cell and leg is settled at, position by position: the rules of parts 5 and 6 as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.settlement.parted import cuts
from gridsim.units import RATIO_ONE, times_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.tariffs import Tariffs

__all__ = [
    "CellPrices",
    "MonthlyRules",
    "PricedCells",
    "cell_prices",
    "kinds_shape",
    "leg_prices",
    "monthly_rules",
    "priced_cells",
    "regime_of",
    "sums_by_position",
    "user_kinds",
]

_ADJUSTMENT = "tou_adjustment"


@dataclass(frozen=True, eq=False)
class MonthlyRules:
    """The settlement values of a rule set, month by month of a year.

    Attributes
    ----------
    shape : MarketShape
    upper, lower : (12, modes) int64 array
        Band edges by month and mode [10⁻⁴].
    overrun_period : (12, regimes, periods) int64 array
        Which period's catalogue price overrun pays, by month, regime and period. Regimes are the modes, and behind
        them the transition.
    exempts_off_tariff, by_coefficient, has_adjustment : (regimes,) bool array
        Whether users off the peak-valley tariff pay one period's price always; whether T&D is multiplied by the
        coefficient; whether there is a peak-valley adjustment.
    off_tariff_period : int
        That one period.
    shortfall_price : (12,) int64 array
        [micro-yuan/kWh]
    coefficient : (12, periods) int64 array
        Time-of-use coefficient by month and period [10⁻⁴].
    adjusts_average, adjusts_transmission : (12,) bool array
        Whether the average in-band price and the T&D price are in the base of the adjustment. Without the average
        there is no such base: the adjustment is what the catalogue price of the period has above that of
        `off_tariff_period`.
    fallback_multiple : (12,) int64 array
        [10⁻⁴]
    in_transition : (12,) bool array
    """

    shape: MarketShape
    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    overrun_period: NDArray[np.int64]
    exempts_off_tariff: NDArray[np.bool_]
    by_coefficient: NDArray[np.bool_]
    has_adjustment: NDArray[np.bool_]
    off_tariff_period: int
    shortfall_price: NDArray[np.int64]
    coefficient: NDArray[np.int64]
    adjusts_average: NDArray[np.bool_]
    adjusts_transmission: NDArray[np.bool_]
    fallback_multiple: NDArray[np.int64]
    in_transition: NDArray[np.bool_]

    @property
    def transition(self) -> int:
        """The regime of the months of transition: the one behind the modes."""
        return len(self.shape.modes)


def monthly_rules(rules: RuleSet, year: int) -> MonthlyRules:
    """The settlement values in force in each month of `year`."""
    months = months_of(year)
    of_month = [rules.at(month) for month in months]
    shape = rules.shape
    bands = [shape.bands(values) for values in of_month]
    itself = list(range(len(shape.periods)))

    def array(rows: list) -> NDArray[np.int64]:  # type: ignore[type-arg]  # nested lists of any depth
        return np.array(rows, dtype=np.int64)

    def adjusts(*bases: str) -> NDArray[np.bool_]:
        return np.array([values.settlement.tou_adjustment_base in bases for values in of_month], dtype=bool)

    def by_regime(of_modes: list[bool], in_transition: bool) -> NDArray[np.bool_]:
        return np.array([*of_modes, in_transition], dtype=bool)

    return MonthlyRules(
        shape=shape,
        upper=array([[band.upper for band in of_modes] for of_modes in bands]),
        lower=array([[band.lower for band in of_modes] for of_modes in bands]),
        overrun_period=array(
            [
                [*([shape.periods.index(period) for period in band.overrun_catalogue] for band in of_modes), itself]
                for of_modes in bands
            ]
        ),
        exempts_off_tariff=by_regime([band.exempts_off_tariff for band in bands[0]], True),
        by_coefficient=by_regime([band.transmission_by_coefficient for band in bands[0]], False),
        has_adjustment=by_regime([_ADJUSTMENT in mode.charges for mode in shape.modes], True),
        off_tariff_period=shape.periods.index(shape.off_tariff_period),
        shortfall_price=array([values.settlement.shortfall_price for values in of_month]),
        coefficient=array([shape.coefficients(values) for values in of_month]),
        adjusts_average=adjusts("average_energy_price_plus_transmission", "average_energy_price"),
        adjusts_transmission=adjusts("average_energy_price_plus_transmission"),
        fallback_multiple=array([values.fallback.multiple for values in of_month]),
        in_transition=np.array([month in rules.values.transition.months for month in months], dtype=bool),
    )


def regime_of(positions: Positions, rules: MonthlyRules, *, trial: bool) -> NDArray[np.int64]:
    """How each position settles. A trial settles the months of transition by the new rules (part 6)."""
    mode: NDArray[np.int64] = rules.shape.mode_of_product[positions.product]
    if trial:
        return mode
    return np.where(rules.in_transition[positions.month], rules.transition, mode)


def leg_prices(
    positions: Positions, legs: ContractBook, regime: NDArray[np.int64], rules: MonthlyRules
) -> NDArray[np.int64]:
    """The price at which each packed leg settles [micro-yuan/kWh].

    Its own; but in a month of transition one product of a mode makes the price of the mode's others: the mean price,
    weighted by energy, of a unit's legs of it, if there are any with energy (rulebook part 6: the cleared flat price).
    Positions may stand by month and unit or by unit and month.
    """
    mean_product = rules.shape.product_ids.index(rules.shape.mean_product)
    mode_of_product = rules.shape.mode_of_product
    energy, price = legs.energy[positions.leg], legs.price[positions.leg].copy()
    money = sums_by_position(energy * price, positions.leg_start)
    volume = sums_by_position(energy, positions.leg_start)

    # The products of a unit and month stand together.
    is_flat = positions.product == mean_product
    of_before = (np.diff(positions.unit, prepend=-1) == 0) & (np.diff(positions.month, prepend=-1) == 0)
    unit_month = np.cumsum(~of_before) - 1
    flat_of = np.full(len(positions), -1, dtype=np.int64)
    flat_of[unit_month[is_flat]] = np.flatnonzero(is_flat)
    flat_position = flat_of[unit_month]
    is_of_its_mode = mode_of_product[positions.product] == mode_of_product[mean_product]
    has_flat = (regime == rules.transition) & is_of_its_mode & ~is_flat
    has_flat &= (flat_position >= 0) & (volume[flat_position] > 0)

    source = flat_position[has_flat]
    whole, rest = np.divmod(money[source], volume[source])
    cleared_flat_price = np.zeros(len(positions), dtype=np.int64)
    cleared_flat_price[has_flat] = whole + (rest >= volume[source] - rest)
    position = positions.position_of_leg
    replaced = has_flat[position]
    price[replaced] = cleared_flat_price[position[replaced]]
    return price


def sums_by_position(values: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of the packed values of each position, which begin at ``start``."""
    total = np.concatenate([[0], np.cumsum(values)]).astype(np.int64)
    return total[start[1:]] - total[start[:-1]]


@dataclass(frozen=True, eq=False)
class CellPrices:
    """Prices of packed cells, each an (N,) int64 array [micro-yuan/kWh].

    Attributes
    ----------
    overrun : catalogue price that a kWh outside the band pays
    transmission : T&D tariff as the rule applies it
    adjustment_base : what the time-of-use adjustment rests on beside the average price in band
    adjustment_ratio : the adjustment is its base × (this − 1) [10⁻⁴]; 1.0 where there is none
    has_adjustment : (N,) bool array
    funds : government funds and surcharges
    """

    overrun: NDArray[np.int64]
    transmission: NDArray[np.int64]
    adjustment_base: NDArray[np.int64]
    adjustment_ratio: NDArray[np.int64]
    has_adjustment: NDArray[np.bool_]
    funds: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PricedCells:
    """Packed cells with their prices: few prices for many cells, so each is told its place among them.

    Attributes
    ----------
    place : (N,) int32 array
        Of each cell in the arrays of `table`.
    table : CellPrices
        All prices that can occur.
    """

    place: NDArray[np.int32]
    table: CellPrices

    def of(self, cells: slice) -> CellPrices:
        """The prices of some cells, each as an array of its own."""
        place = self.place[cells].astype(np.intp)  # of another type NumPy would convert it for every price
        return CellPrices(**{name: values.take(place) for name, values in vars(self.table).items()})


def cell_prices(
    positions: Positions,
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
    regime: NDArray[np.int64],
) -> CellPrices:
    """As `priced_cells`, with the prices of all cells as arrays."""
    return priced_cells(positions, meter, tariffs, is_peak_valley, rules, regime).of(slice(None))


def priced_cells(
    positions: Positions,
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
    regime: NDArray[np.int64],
) -> PricedCells:
    """What a kWh of each packed cell costs, inside and outside the band (rulebook parts 5 and 6).

    Parameters
    ----------
    positions : Positions
    meter : Meter
    tariffs : Tariffs
    is_peak_valley : (U,) bool array
        Whether each user is on the peak-valley tariff.
    rules : MonthlyRules
    regime : (P,) int64 array
        As `regime_of` gives it.
    """
    regimes, periods, months = len(rules.has_adjustment), len(rules.shape.periods), 12
    shape = (*kinds_shape(tariffs), months, regimes, periods)
    rate, flag, month, kind, period = np.indices(shape, sparse=True)
    table = _all_prices(rate, flag == 1, month, kind, period, tariffs, rules)

    of_user = user_kinds(tariffs, is_peak_valley) * (months * regimes * periods)
    of_position = (positions.month * regimes + regime) * periods
    start = positions.cell_start
    place = np.empty(len(positions.cell), dtype=np.int32)
    for first, last in pairwise(cuts(start).tolist()):
        cells = slice(int(start[first]), int(start[last]))
        row = positions.cell[cells]
        of_cells = of_user[meter.user[row]]
        of_cells += meter.period[row]
        of_cells += np.repeat(of_position[first:last], np.diff(start[first : last + 1]))
        place[cells] = of_cells

    return PricedCells(
        place, CellPrices(**{name: np.broadcast_to(values, shape).reshape(-1) for name, values in vars(table).items()})
    )


def kinds_shape(tariffs: Tariffs) -> tuple[int, int]:
    """How many kinds of users there could be: by rate, and by whether they are on the peak-valley tariff."""
    return len(tariffs.transmission), 2


def user_kinds(tariffs: Tariffs, is_peak_valley: NDArray[np.bool_]) -> NDArray[np.int64]:
    """What the prices of a user's cells depend on beside position and period: its place in an array of `kinds_shape`.

    Parameters
    ----------
    tariffs : Tariffs
    is_peak_valley : (U,) bool array
        Whether each user is on the peak-valley tariff.

    Returns
    -------
    (U,) int64 array
    """
    rates, flags = kinds_shape(tariffs)
    return tariffs.rate_of_user % rates * flags + is_peak_valley  # the last rate is that of users without one, -1


def _all_prices(
    rate: NDArray[np.int64],
    on_peak_valley: NDArray[np.bool_],
    month: NDArray[np.int64],
    regime: NDArray[np.int64],
    period: NDArray[np.int64],
    tariffs: Tariffs,
    rules: MonthlyRules,
) -> CellPrices:
    """The prices of every combination: arrays that are broadcast against each other."""
    # Off the peak-valley tariff one period's price holds in every period, but not in each mode (N5.2 exempts nobody).
    charged = rules.overrun_period[month, regime, period]
    charged = np.where(rules.exempts_off_tariff[regime] & ~on_peak_valley, rules.off_tariff_period, charged)

    transmission = tariffs.transmission[rate, month]
    coefficient = rules.coefficient[month, period]
    has_adjustment = on_peak_valley & rules.has_adjustment[regime]
    difference = tariffs.catalogue[rate, month, period] - tariffs.catalogue[rate, month, rules.off_tariff_period]
    adjusts_average = rules.adjusts_average[month]
    # A difference of catalogue prices is no base that is multiplied: × (2 − 1).
    ratio = np.where(adjusts_average, coefficient, 2 * RATIO_ONE)
    return CellPrices(
        overrun=tariffs.catalogue[rate, month, charged],
        transmission=np.where(rules.by_coefficient[regime], times_ratio(transmission, coefficient), transmission),
        adjustment_base=np.where(
            adjusts_average, np.where(rules.adjusts_transmission[month], transmission, 0), difference
        ),
        adjustment_ratio=np.where(has_adjustment, ratio, RATIO_ONE),
        has_adjustment=has_adjustment,
        funds=tariffs.funds[rate, month],
    )
