"""One position settled again on plain integers (rulebook parts 5 and 6), so that each step can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from gridsim.columns import PERIODS
from gridsim.explain.arithmetic import Quotient, Share, split
from gridsim.rules.citations import clauses_together
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridsim.explain.facts import Cell, Leg, UnitMonth
    from gridsim.rules import RuleSet, RuleValues

__all__ = ["GOVERNMENT", "GRID", "CellPart", "Derivation", "LegPart", "Regime", "derive"]

Regime = Literal["conventional", "tou", "transition"]
GRID, GOVERNMENT = "GRID", "GOVERNMENT"


@dataclass(frozen=True, slots=True)
class LegPart:
    """What falls on a leg: energies as shares [kWh], the price it settles at [micro-yuan/kWh]."""

    leg: Leg
    price: int
    in_band: Share
    shortfall: Share

    @property
    def energy_money(self) -> int:
        """Money of in-band energy [micro-yuan]."""
        return self.in_band.value * self.price


@dataclass(frozen=True, slots=True)
class CellPart:
    """What falls on a cell: in-band energy as a share [kWh], and its prices [micro-yuan/kWh].

    Attributes
    ----------
    catalogue_period : str
        The period whose catalogue price overrun pays.
    coefficient : int
        Of the cell's period [10⁻⁴].
    transmission, adjustment : Quotient
        Before they are rounded; the adjustment is None where none is due.
    """

    cell: Cell
    in_band: Share
    overrun: int
    catalogue_period: str
    coefficient: int
    transmission: Quotient
    adjustment: Quotient | None

    @property
    def overrun_price(self) -> int:
        """The catalogue price that overrun pays [micro-yuan/kWh]."""
        return self.cell.tariff.catalogue[self.catalogue_period]


@dataclass(frozen=True)
class Derivation:
    """A settled position.

    Attributes
    ----------
    facts : UnitMonth
    rules : RuleSet
    values : RuleValues
        Of the month.
    product : str
    trial : bool
    regime : {"conventional", "tou", "transition"}
    contract, metered, upper, lower, in_band, overrun, shortfall : int
        [kWh]
    upper_exact, lower_exact : Quotient or None
        The edges before they are rounded; None in transition, which has no band.
    flat_legs : tuple of Leg
        In transition, the legs whose mean price replaces that of `legs`; empty: each leg has its own price.
    cleared_flat_price : Quotient or None
        Their mean price before it is rounded.
    legs : tuple of LegPart
    average_price : Quotient or None
        None without in-band energy.
    shortfall_price : int
        [micro-yuan/kWh]
    cells : tuple of CellPart
    """

    facts: UnitMonth
    rules: RuleSet
    values: RuleValues
    product: str
    trial: bool
    regime: Regime
    contract: int
    metered: int
    upper: int
    lower: int
    in_band: int
    overrun: int
    shortfall: int
    upper_exact: Quotient | None
    lower_exact: Quotient | None
    flat_legs: tuple[Leg, ...]
    cleared_flat_price: Quotient | None
    legs: tuple[LegPart, ...]
    average_price: Quotient | None
    shortfall_price: int
    cells: tuple[CellPart, ...]

    def cited(self, item: str, periods: Iterable[str] = ()) -> str:
        """The clauses that its lines of an item cite, in these periods; in all of them if none is given."""
        return clauses_together(self.clauses[item, period] for period in periods or PERIODS)

    @cached_property
    def clauses(self) -> Mapping[tuple[str, str], str]:
        """The clauses that its ledger lines cite, by item and period."""
        found = {}
        for item in ("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "transfer"):
            for name in (f"ledger.{item}.{self.regime}", f"ledger.{item}"):
                if name in self.rules.citations:
                    found.update({(item, period): self.rules.cited(name, period) for period in PERIODS})
        return found

    @property
    def energy_money(self) -> int:
        """Money of in-band energy [micro-yuan]."""
        return sum(part.energy_money for part in self.legs)

    @property
    def overrun_money(self) -> int:
        """Money of overrun [micro-yuan]."""
        return sum(part.overrun * part.overrun_price for part in self.cells)

    @property
    def shortfall_money(self) -> int:
        """Fee of shortfall [micro-yuan]."""
        return self.shortfall * self.shortfall_price


def derive(facts: UnitMonth, rules: RuleSet, product: str, *, trial: bool) -> Derivation:
    """Settle one position of a unit's month.

    Parameters
    ----------
    facts : UnitMonth
    rules : RuleSet
    product : str
    trial : bool
        By the new rules, in a month of transition.
    """
    values = rules.at(facts.month)
    in_transition = facts.month in rules.values.transition.months and not trial
    mode: Regime = "conventional" if product == "total" else "tou"
    regime: Regime = "transition" if in_transition else mode
    band = values.settlement.conventional if mode == "conventional" else values.settlement.tou

    legs, cells = facts.legs_of(product), facts.cells.get(product, ())
    contract = sum(leg.energy for leg in legs)
    metered = sum(cell.metered for cell in cells)
    upper_exact = lower_exact = None
    if in_transition:
        upper, lower = (metered if contract else 0), 0
    else:
        upper_exact = Quotient(contract * band.upper, RATIO_ONE)
        lower_exact = Quotient(contract * band.lower, RATIO_ONE)
        upper, lower = upper_exact.rounded, lower_exact.rounded
    in_band = min(metered, upper)
    shortfall = max(0, lower - metered)

    flat_legs = _flat_legs(facts, product) if in_transition else ()
    cleared = _mean_price(flat_legs) if flat_legs else None
    weights = [leg.energy for leg in legs]
    leg_parts = tuple(
        LegPart(leg, leg.price if cleared is None else cleared.rounded, share, short)
        for leg, share, short in zip(legs, split(in_band, weights), split(shortfall, weights), strict=True)
    )
    money = sum(part.energy_money for part in leg_parts)
    average = Quotient(money, in_band) if in_band else None
    shares = split(in_band, [cell.metered for cell in cells])
    return Derivation(
        facts=facts,
        rules=rules,
        values=values,
        product=product,
        trial=trial,
        regime=regime,
        contract=contract,
        metered=metered,
        upper=upper,
        lower=lower,
        in_band=in_band,
        overrun=metered - in_band,
        shortfall=shortfall,
        upper_exact=upper_exact,
        lower_exact=lower_exact,
        flat_legs=flat_legs,
        cleared_flat_price=cleared,
        legs=leg_parts,
        average_price=average,
        shortfall_price=values.settlement.shortfall_price,
        cells=tuple(
            _cell_part(cell, share, regime, values, average.rounded if average else 0)
            for cell, share in zip(cells, shares, strict=True)
        ),
    )


def _flat_legs(facts: UnitMonth, product: str) -> tuple[Leg, ...]:
    """The legs whose mean is the cleared flat price of a unit's peak and valley in the months of transition."""
    if product not in ("peak", "valley"):
        return ()
    return tuple(leg for leg in facts.legs_of("flat") if leg.energy > 0)


def _mean_price(legs: tuple[Leg, ...]) -> Quotient:
    return Quotient(sum(leg.energy * leg.price for leg in legs), sum(leg.energy for leg in legs))


def _adjustment(cell: Cell, values: RuleValues, average: int) -> Quotient:
    """The price of the peak-valley adjustment before it is rounded."""
    rests_on = values.settlement.tou_adjustment_base
    if rests_on == "catalogue_difference":
        return Quotient(cell.tariff.catalogue[cell.period] - cell.tariff.catalogue["flat"], 1)
    base = average if rests_on == "average_energy_price" else average + cell.tariff.transmission
    return Quotient(base * (getattr(values.tariff.coefficient, cell.period) - RATIO_ONE), RATIO_ONE)


def _cell_part(cell: Cell, share: Share, regime: Regime, values: RuleValues, average: int) -> CellPart:
    coefficient = getattr(values.tariff.coefficient, cell.period)
    transmission = cell.tariff.transmission
    if regime == "tou":
        period = getattr(values.settlement.tou.overrun_catalogue, cell.period)
    elif not cell.user.is_peak_valley:
        period = "flat"
    elif regime == "conventional":
        period = getattr(values.settlement.conventional.overrun_catalogue, cell.period)
    else:
        period = cell.period
    adjustment = None
    if cell.user.is_peak_valley and regime != "tou":
        adjustment = _adjustment(cell, values, average)
    return CellPart(
        cell=cell,
        in_band=share,
        overrun=cell.metered - share.value,
        catalogue_period=period,
        coefficient=coefficient,
        transmission=Quotient(transmission * (coefficient if regime == "tou" else RATIO_ONE), RATIO_ONE),
        adjustment=adjustment,
    )
