"""What each cell and leg is settled at, position by position: the rules of parts 5 and 6 as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.columns import PERIODS, PRODUCTS
from gridsim.settlement.parted import cuts
from gridsim.settlement.tariffs import FLAT
from gridsim.units import RATIO_ONE, times_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.rules import RuleSet
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.tariffs import Tariffs

__all__ = [
    "CONVENTIONAL",
    "TOU",
    "TRANSITION",
    "CellPrices",
    "MonthlyRules",
    "PricedCells",
    "cell_prices",
    "leg_prices",
    "monthly_rules",
    "priced_cells",
    "regime_of",
]

CONVENTIONAL, TOU, TRANSITION = range(3)
"""How a position settles: rulebook part 5 in either mode, or the older method of part 6."""


@dataclass(frozen=True, eq=False)
class MonthlyRules:
    """The settlement values of a rule set, month by month of a year.

    Attributes
    ----------
    upper, lower : (12, 2) int64 array
        Band edges by month and mode [10⁻⁴].
    overrun_period : (12, 2, 3) int64 array
        Which period's catalogue price overrun pays, by month, mode and period.
    shortfall_price : (12,) int64 array
        [micro-yuan/kWh]
    coefficient : (12, 3) int64 array
        Time-of-use coefficient by month and period [10⁻⁴].
    fallback_multiple : (12,) int64 array
        [10⁻⁴]
    in_transition : (12,) bool array
    """

    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    overrun_period: NDArray[np.int64]
    shortfall_price: NDArray[np.int64]
    coefficient: NDArray[np.int64]
    fallback_multiple: NDArray[np.int64]
    in_transition: NDArray[np.bool_]


def monthly_rules(rules: RuleSet, year: int) -> MonthlyRules:
    """The settlement values in force in each month of `year`."""
    months = months_of(year)
    of_month = [rules.at(month) for month in months]
    modes = [(values.settlement.conventional, values.settlement.tou) for values in of_month]

    def array(rows: list) -> NDArray[np.int64]:  # type: ignore[type-arg]  # nested lists of any depth
        return np.array(rows, dtype=np.int64)

    return MonthlyRules(
        upper=array([[mode.upper for mode in pair] for pair in modes]),
        lower=array([[mode.lower for mode in pair] for pair in modes]),
        overrun_period=array(
            [[[PERIODS.index(getattr(mode.overrun_catalogue, p)) for p in PERIODS] for mode in pair] for pair in modes]
        ),
        shortfall_price=array([values.settlement.shortfall_price for values in of_month]),
        coefficient=array([[getattr(values.tariff.coefficient, p) for p in PERIODS] for values in of_month]),
        fallback_multiple=array([values.fallback.multiple for values in of_month]),
        in_transition=np.array([month in rules.values.transition.months for month in months], dtype=bool),
    )


def regime_of(positions: Positions, rules: MonthlyRules, *, trial: bool) -> NDArray[np.int64]:
    """How each position settles. A trial settles the months of transition by the new rules (part 6)."""
    mode: NDArray[np.int64] = positions.unit % 2
    if trial:
        return mode
    return np.where(rules.in_transition[positions.month], TRANSITION, mode)


def leg_prices(positions: Positions, legs: Legs, regime: NDArray[np.int64]) -> NDArray[np.int64]:
    """The price at which each packed leg settles [micro-yuan/kWh].

    Its own; but in a month of transition the legs of a unit's peak and valley take the energy-weighted mean
    price of its flat legs, the cleared flat price, if it has any with energy (rulebook part 6). Positions may stand by
    month and unit or by unit and month.
    """
    energy, price = legs.energy[positions.leg], legs.price[positions.leg].copy()
    money = _sum_by_position(energy * price, positions.leg_start)
    volume = _sum_by_position(energy, positions.leg_start)

    # The products of a unit and month stand together.
    is_flat = positions.product == PRODUCTS.index("flat")
    of_before = (np.diff(positions.unit, prepend=-1) == 0) & (np.diff(positions.month, prepend=-1) == 0)
    unit_month = np.cumsum(~of_before) - 1
    flat_of = np.full(len(positions), -1, dtype=np.int64)
    flat_of[unit_month[is_flat]] = np.flatnonzero(is_flat)
    flat_position = flat_of[unit_month]
    has_flat = (regime == TRANSITION) & (positions.unit % 2 == 1) & ~is_flat
    has_flat &= (flat_position >= 0) & (volume[flat_position] > 0)

    source = flat_position[has_flat]
    whole, rest = np.divmod(money[source], volume[source])
    cleared_flat_price = np.zeros(len(positions), dtype=np.int64)
    cleared_flat_price[has_flat] = whole + (rest >= volume[source] - rest)
    position = positions.position_of_leg
    replaced = has_flat[position]
    price[replaced] = cleared_flat_price[position[replaced]]
    return price


def _sum_by_position(values: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.concatenate([[0], np.cumsum(values)]).astype(np.int64)
    return total[start[1:]] - total[start[:-1]]


@dataclass(frozen=True, eq=False)
class CellPrices:
    """Prices of packed cells, each an (N,) int64 array [micro-yuan/kWh].

    Attributes
    ----------
    overrun : catalogue price that a kWh outside the band pays
    transmission : T&D tariff as the rule applies it
    transmission_base : T&D tariff itself
    coefficient : of the time-of-use adjustment [10⁻⁴]; 1.0 where there is none
    has_adjustment : (N,) bool array
    funds : government funds and surcharges
    """

    overrun: NDArray[np.int64]
    transmission: NDArray[np.int64]
    transmission_base: NDArray[np.int64]
    coefficient: NDArray[np.int64]
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
    rates, flags, months, regimes, periods = shape = (len(tariffs.transmission), 2, 12, 3, len(PERIODS))
    rate, flag, month, kind, period = np.indices(shape, sparse=True)
    table = _all_prices(rate, flag == 1, month, kind, period, tariffs, rules)

    # The last rate is that of users without one, whose number is -1.
    of_user = (tariffs.rate_of_user % rates * flags + is_peak_valley) * (months * regimes * periods)
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
    is_tou = regime == TOU

    # Off the peak-valley tariff the flat price holds in every period, but in `tou` mode N5.2 exempts nobody.
    mode = is_tou.astype(np.int64)
    charged = np.where(regime == TRANSITION, period, rules.overrun_period[month, mode, period])
    charged = np.where(is_tou | on_peak_valley, charged, FLAT)

    base = tariffs.transmission[rate, month]
    coefficient = rules.coefficient[month, period]
    has_adjustment = on_peak_valley & ~is_tou
    return CellPrices(
        overrun=tariffs.catalogue[rate, month, charged],
        transmission=np.where(is_tou, times_ratio(base, coefficient), base),
        transmission_base=base,
        coefficient=np.where(has_adjustment, coefficient, RATIO_ONE),
        has_adjustment=has_adjustment,
        funds=tariffs.funds[rate, month],
    )
