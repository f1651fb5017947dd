"""What a position pays for each kWh, in band, over and missing: the terms under which a contract is sized."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gridsim.analysis.cover.faults import fault, raise_if_any
from gridsim.calendar import months_of
from gridsim.contracts.book import ContractBook
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.position_prices import bands_of, under_prices
from gridsim.settlement.positions import meter_of, pack
from gridsim.settlement.prices import pairs_of, priced_cells
from gridsim.settlement.tariffs import tariffs_of
from gridsim.suggest import nearest, nearest_in_words
from gridsim.trading.buyers import buyers_of
from gridsim.units import RATIO_ONE, round_half_up, times_ratio
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.settlement.prices import CellPrice

__all__ = ["Payer", "Terms", "adjustment_of", "terms_of"]

Payer = Literal["unit", "buyer"]


@dataclass(frozen=True, eq=False)
class Terms:
    """One position's bands and prices (rulebook part 5), its cells seen as one.

    A price is the mean over the position's cells, weighted by the scenario's metered energy and rounded half up to
    the micro-yuan/kWh; the position of one user's period has one cell, and its prices are those of the settlement.

    Attributes
    ----------
    unit, month, product : str
    upper, lower : int
        Edges of the band [10⁻⁴ of the contract].
    shortfall_price : int
        [micro-yuan/kWh]
    overrun_price : int
        [micro-yuan/kWh]
    charges : int
        T&D and funds of a kWh in band [micro-yuan/kWh]; 0 if the buyer alone is looked at and its users pay them.
    energy : (N,) int64 array
        Metered energy of each cell in the scenario [kWh].
    adjustment_base, adjustment_ratio : (N,) int64 array
        What the time-of-use adjustment of each cell rests on beside the contract price [micro-yuan/kWh], and its
        coefficient [10⁻⁴]; coefficient 1 for none.
    adjusts_price : bool
        Whether it rests on the contract price at all.
    shape : MarketShape or None
        Of the rule set, for what the product is called.
    """

    unit: str
    month: str
    product: str
    upper: int
    lower: int
    shortfall_price: int
    overrun_price: int
    charges: int
    energy: NDArray[np.int64]
    adjustment_base: NDArray[np.int64]
    adjustment_ratio: NDArray[np.int64]
    adjusts_price: bool = True
    shape: MarketShape | None = None

    @property
    def metered(self) -> int:
        """Metered energy of the scenario [kWh]."""
        return int(self.energy.sum())

    def in_band_price(self, contract_price: int) -> int:
        """All that a kWh in band costs under one contract price [micro-yuan/kWh]."""
        adjustment = times_ratio(
            contract_price * self.adjusts_price + self.adjustment_base, self.adjustment_ratio - RATIO_ONE
        )
        return contract_price + self.charges + _mean(adjustment, self.energy)

    @property
    def adjustment(self) -> tuple[float, float]:
        """Time-of-use adjustment of a kWh in band as a + b × contract price: a [micro-yuan/kWh], b [1]."""
        share = self.energy / max(self.metered, 1)
        excess = self.adjustment_ratio / RATIO_ONE - 1
        return float(share @ (self.adjustment_base * excess)), float(share @ excess) * self.adjusts_price


def terms_of(scenario: Scenario, unit: str, months: Sequence[str] | None, payer: Payer) -> list[Terms]:
    """The terms of each of a unit's positions, by month and product.

    Parameters
    ----------
    scenario : Scenario
    unit : str
        ``<buyer>/conventional`` or ``<buyer>/tou``.
    months : sequence of str, optional
        ``YYYY-MM``; if left out, all months with bands (all but those of the transition, rulebook part 6).
    payer : {"unit", "buyer"}
        Whose money is counted: all that the buyer and its users pay, or what the buyer pays.

    Raises
    ------
    ScenarioError
        An unknown unit or month, a month without bands, or a unit that consumes nothing in a month.
    """
    buyers = buyers_of(scenario)
    unit_ids = buyers.unit_ids[buyers.has_mode.reshape(-1)]
    faults = []
    if payer not in ("unit", "buyer"):
        faults.append(
            fault("payer", payer, Sentence("not a payer"), Sentence("{names} or {last}", names="unit", last="buyer"))
        )
    if unit not in set(unit_ids):
        near = nearest(unit, unit_ids)
        hint = nearest_in_words(near)
        allowed = listed(Sentence("a settlement unit of the scenario"), hint)
        faults.append(fault("unit", unit, Sentence("no such settlement unit"), allowed))
    rules = monthly_rules(scenario.rules, scenario.year)
    in_regime = rules.ways.regime_of_month >= 0
    faults.extend(_month_faults(scenario, months, in_regime))
    raise_if_any(faults)

    wanted = ~in_regime
    if months is not None:
        wanted &= np.isin(scenario.months, list(months))
    number = int(np.flatnonzero(buyers.unit_ids == unit)[0])
    meter = meter_of(scenario, buyers)
    positions = pack(_no_legs(), meter, buyers.units, wanted)
    is_peak_valley = scenario.tables["users"]["peak_valley_tariff"].to_numpy(dtype=bool)
    way = rules.ways.of(positions, trial=False)
    tariffs = tariffs_of(scenario)
    found_prices = priced_cells(
        positions, meter, pairs_of(meter, len(rules.shape.periods)), tariffs, is_peak_valley, rules, way
    )
    charge = dict(zip(rules.ways.items, found_prices.charges, strict=True))
    bands = bands_of(rules, positions.month, way)
    (shortfall_price,) = (price.values for price in under_prices(rules, positions.month, way, 1))
    direct = buyers.ids[buyers.units.buyer[number]] not in set(scenario.tables["retailers"]["retailer_id"])
    counts_charges = direct or payer == "unit"
    found = []
    for p in np.flatnonzero(positions.unit == number):
        cells = slice(positions.cell_start[p], positions.cell_start[p + 1])
        energy = meter.energy[positions.cell[cells]]
        if not energy.any():
            continue
        month = positions.month[p]
        place = found_prices.place[cells].astype(np.intp)
        fixed = charge["transmission"].values.take(place) + charge["funds"].values.take(place)
        base, ratio, rests = adjustment_of(charge["tou_adjustment"], place)
        adjusts_price = bool(rests.any())
        if not adjusts_price:  # a price of its own is no base that is multiplied: × (2 − 1)
            ratio = np.where(charge["tou_adjustment"].applies.take(place), 2 * RATIO_ONE, RATIO_ONE)
        found.append(
            Terms(
                unit=unit,
                month=scenario.months[month],
                product=rules.shape.product_ids[positions.product[p]],
                upper=int(bands.over_edge[bands.of_position[p], 0]),
                lower=int(bands.under_edge[bands.of_position[p], 0]),
                shortfall_price=int(shortfall_price[p]),
                overrun_price=_mean(found_prices.over[0].values.take(place), energy),
                charges=_mean(fixed, energy) if counts_charges else 0,
                energy=energy,
                adjustment_base=base,
                adjustment_ratio=ratio if counts_charges else np.full(len(energy), RATIO_ONE),
                adjusts_price=adjusts_price,
                shape=scenario.rules.shape,
            )
        )
    without = sorted(set(np.array(scenario.months)[wanted]) - {terms.month for terms in found})
    if months is not None and without:
        raise_if_any(
            [
                fault(
                    "months", month, Sentence("{unit} consumes nothing then", unit=unit), Sentence("a month with load")
                )
                for month in without
            ]
        )
    if not found:
        raise_if_any(
            [fault("unit", unit, Sentence("consumes nothing in any month with bands"), Sentence("a unit with load"))]
        )
    return found


def adjustment_of(
    price: CellPrice, place: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """A charge (mean in band + base) × (ratio − 1): base, ratio [10⁻⁴], and whether it rests on the mean at all.

    Parameters
    ----------
    price : CellPrice
    place : (n,) integer array
    """
    base, ratio = price.values.take(place), np.full(len(place), RATIO_ONE, dtype=np.int64)
    rests = np.zeros(len(place), dtype=bool)
    for _, is_here, columns in price.resting:
        here = is_here.take(place)
        rests |= here
        for column in columns.values():
            values = column.values.take(place)
            if column.decimals:
                ratio[here] = values[here] + RATIO_ONE
            else:
                base[here] = values[here]
    return base, ratio, rests


def _month_faults(scenario: Scenario, months: Collection[str] | None, in_transition: NDArray[np.bool_]) -> list:  # type: ignore[type-arg]
    faults = []
    of_year = months_of(scenario.year)
    for month in months or ():
        if month not in of_year:
            faults.append(
                fault(
                    "months",
                    month,
                    Sentence("not a month of the scenario"),
                    Sentence("{low} to {high}", low=of_year[0], high=of_year[-1]),
                )
            )
        elif in_transition[of_year.index(month)]:
            faults.append(
                fault(
                    "months",
                    month,
                    Sentence("a month of transition: without bands no contract energy is better"),
                    Sentence("another"),
                )
            )
    if months is not None and not months:
        faults.append(fault("months", "", Sentence("no month"), Sentence("at least one")))
    return faults


def _no_legs() -> ContractBook:
    nothing = np.empty(0, dtype=np.int64)
    return ContractBook(nothing, nothing, nothing, nothing, nothing, nothing, nothing)


def _mean(price: NDArray[np.int64], energy: NDArray[np.int64]) -> int:
    """Energy-weighted mean, rounded half away from zero; in Python's integers, which don't overflow."""
    return round_half_up(int((price.astype(object) * energy).sum()), int(energy.sum()))
