"""The terms of a unit's positions, as a scenario and its rules make them; and what of a market no terms can tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.cover.faults import fault, raise_if_any
from gridsim.analysis.cover.position_terms import AtContractPrice, Moving, Payer, Terms, mean_price
from gridsim.calendar import months_of
from gridsim.contracts.book import ContractBook
from gridsim.rules.shape import FEE, OVERRUN
from gridsim.scenario.party_names import apart, names_in_tables
from gridsim.settlement.cell_price import OfCells
from gridsim.settlement.fees import fee_of
from gridsim.settlement.figures import Figure
from gridsim.settlement.linear import linear
from gridsim.settlement.meter import meter_of
from gridsim.settlement.monthly import MonthPrices, monthly_rules
from gridsim.settlement.position_prices import bands_of, figures_by_way, under_prices
from gridsim.settlement.positions import pack
from gridsim.settlement.prices import pairs_of, price_tables, priced_cells
from gridsim.settlement.tariffs import tariffs_of
from gridsim.settlement.unitless import lacking_faults
from gridsim.suggest import nearest, nearest_in_words
from gridsim.trading.bounds import market_columns
from gridsim.trading.buyers import buyers_of
from gridsim.units import RATIO_ONE
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.errors import Fault
    from gridsim.scenario import Scenario
    from gridsim.settlement.cell_price import CellPrice
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.prices import PricedCells
    from gridsim.settlement.ways import Way

__all__ = ["terms_of"]


_MEANS = ("contract_mean", "in_band_mean")


def _has_retail_contracts(scenario: Scenario, unit: str) -> bool:
    users = scenario.states.rows
    buyer = unit.rpartition("/")[0]
    mine = users.loc[(users["retailer_id"] == buyer).to_numpy(dtype=bool), "user_id"]
    return bool(scenario.tables["retail_contracts"]["user_id"].isin(mine).any())


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
    unit_ids = buyers.unit_ids[buyers.has_mode.reshape(-1)].tolist()
    unit = scenario.meant.value("unit", unit, unit_ids)
    months = None if months is None else [scenario.meant.value("month", each, scenario.months) for each in months]
    faults = []
    if payer not in ("unit", "buyer"):
        faults.append(
            fault("payer", payer, Sentence("not a payer"), Sentence("{names} or {last}", names="unit", last="buyer"))
        )
    if unit not in set(unit_ids):
        there_are = Sentence("one of {allowed}", allowed=named(unit_ids, most=LISTED))
        allowed = listed(there_are, nearest_in_words(nearest(unit, unit_ids)))
        faults.append(fault("unit", unit, Sentence("no such settlement unit"), allowed))
    if payer == "unit" and _has_retail_contracts(scenario, unit):
        told = Sentence("users of {unit} have retail contracts, on which what they pay rests", unit=unit)
        faults.append(fault("payer", payer, told, Sentence("buyer: what the retailer pays")))
    columns = market_columns(scenario)
    known = MonthPrices({name: Figure(values, is_there) for name, (values, is_there) in columns.items()})
    rules = monthly_rules(scenario.rules, scenario.year, known)
    in_regime = rules.ways.regime_of_month >= 0
    faults.extend(_month_faults(scenario, months, in_regime))
    raise_if_any(faults)

    wanted = ~in_regime
    if months is not None:
        wanted &= np.isin(scenario.months, list(months))
    number = int(np.flatnonzero(buyers.unit_ids == unit)[0])
    meter = meter_of(scenario, buyers)
    positions = pack(_no_legs(), meter, buyers.units, wanted)
    tariffs = tariffs_of(scenario)
    way = rules.ways.of(positions, trial=False)
    tables = price_tables(rules, tariffs, pairs_of(meter, len(rules.shape.periods)))
    prices = priced_cells(positions, meter, tables, tariffs.on_peak_valley, rules, way)
    direct = buyers.ids[buyers.units.buyer[number]] not in set(scenario.tables["retailers"]["retailer_id"])
    people = apart(names_in_tables(scenario.tables))
    found = []
    for p in np.flatnonzero(positions.unit == number):
        cells = slice(positions.cell_start[p], positions.cell_start[p + 1])
        position = _Position(
            product=rules.shape.product_ids[positions.product[p]],
            way=rules.ways.ways[way[p]],
            place=prices.place[cells].astype(np.intp),
            energy=meter.energy[positions.cell[cells]],
        )
        if not position.energy.any():
            continue
        raise_if_any(position.faults(rules))
        raise_if_any(position.lacking(prices, rules, scenario.months[positions.month[p]]))
        month, at = positions.month[p : p + 1], way[p : p + 1]
        bands = bands_of(rules, month, at)
        over_edges, under_edges = (
            table[bands.of_position[0]].tolist() for table in (bands.over_edge, bands.under_edge)
        )
        paid = [int(each.values[0]) for each in under_prices(rules, month, at, len(under_edges))]
        fees = {side: _fees(side, rules, month, at) for side in ("over", "under")}
        resting = position.resting_over(prices)
        over = [
            (edge, (0 if band in resting else mean_price(price.values.take(position.place), position.energy)) + fee)
            for band, (edge, price, fee) in enumerate(zip(over_edges, prices.over, fees["over"], strict=False))
        ][: max(len(position.way.over), 1)]
        under = [(edge, price + fee) for edge, price, fee in zip(under_edges, paid, fees["under"], strict=False)][
            : max(len(position.way.under), 1)
        ]
        fixed, metered, moving = position.charges(prices, rules) if direct or payer == "unit" else (0, 0, ())
        found.append(
            Terms(
                unit=unit,
                month=scenario.months[month[0]],
                product=position.product,
                upper=over[0][0],
                lower=under[0][0],
                shortfall_price=under[0][1],
                overrun_price=over[0][1] + metered,
                charges=fixed + metered,
                energy=position.energy,
                moving=moving,
                more_over=tuple((edge, price + metered) for edge, price in over[1:]),
                more_under=tuple(under[1:]),
                resting_over=resting,
                is_in_order=bool(rules.shape.order_of_legs),
                shape=scenario.rules.shape,
                people=people,
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


@dataclass(frozen=True, eq=False)
class _Position:
    """A position on its way to its terms."""

    product: str
    way: Way
    place: NDArray[np.intp]
    energy: NDArray[np.int64]

    def faults(self, rules: MonthlyRules) -> list[Fault]:
        """What of its shape no hinge can tell."""
        over, under = self.way.over, self.way.under
        fees = [fee for fee in (*(band.fee for band in over), *(band.fee for band in under)) if fee is not None]
        all_prices = [*(band.price for band in over), *(charge.price for charge in self.way.charges)]
        problems = {
            Sentence("the prices of missing energy, or fees, rest on its own contracts"): any(
                each.rests_on_position for each in (*fees, *(band.price for band in under))
            ),
            Sentence("its prices rest on the price of another product"): any(
                each.word == "mean_of_product" for price in all_prices for each in price.walk()
            ),
            Sentence("a charge on all metered energy rests on its contracts"): any(
                charge.base == "metered" and charge.price.rests_on_position for charge in self.way.charges
            ),
        }
        allowed = Sentence("a market in which hinges above and below tell what a contract costs")
        return [
            fault("rules", rules.shape.mode_ids[self.way.mode], what, allowed)
            for what, is_so in problems.items()
            if is_so
        ]

    def resting_over(self, prices: PricedCells) -> dict[int, AtContractPrice]:
        """The over bands whose price rests on that of the contracts."""
        everywhere = np.ones(len(self.place), dtype=bool)
        return {
            number: AtContractPrice(prices.over[number], self.place, everywhere)
            for number, band in enumerate(self.way.over)
            if band.price.rests_on_position
        }

    def lacking(self, prices: PricedCells, rules: MonthlyRules, month: str) -> list[Fault]:
        """The items whose price isn't there: no table has it, and of trades nothing is known here."""
        priced = [(OVERRUN, price) for price in prices.over] + list(zip(rules.ways.items, prices.charges, strict=True))
        return [
            found
            for item, price in priced
            if price.is_there is not None and (~price.is_there.take(self.place) & price.applies.take(self.place)).any()
            for found in lacking_faults(item, [month])
        ]

    def charges(self, prices: PricedCells, rules: MonthlyRules) -> tuple[int, int, tuple[Moving, ...]]:
        """The charges on energy in band and on metered energy that rest on nothing, and those that move."""
        sums = {"in_band": np.zeros(len(self.place), np.int64), "metered": np.zeros(len(self.place), np.int64)}
        moving = []
        for charge in self.way.charges:
            price = prices.charges[rules.ways.items.index(charge.item)]
            applies = price.applies.take(self.place)
            if charge.price.rests_on_position:
                moving.append(self._moving(price, applies))
            else:
                sums[charge.base] = sums[charge.base] + price.values.take(self.place) * applies
        return mean_price(sums["in_band"], self.energy), mean_price(sums["metered"], self.energy), tuple(moving)

    def _moving(self, price: CellPrice, applies: NDArray[np.bool_]) -> Moving:
        at = AtContractPrice(price, self.place, applies)
        nothing = np.zeros(len(self.place), dtype=np.int64)
        base, swing = nothing, nothing
        if not price.resting or not any(is_here.take(self.place).any() for _, is_here, _ in price.resting):
            return Moving(at, (price.values.take(self.place), np.where(applies, RATIO_ONE, 0)), is_on_price=False)
        for expression, is_here, columns in price.resting:
            if not is_here.take(self.place).any():
                continue
            found = linear(expression, OfCells(self.place, columns, lambda *_: Figure(nothing)), _MEANS)
            if found is None:
                return Moving(at, None)
            base, swing = (np.broadcast_to(each, len(self.place)) for each in found)
        return Moving(at, (base, swing * applies))


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


def _fees(side: str, rules: MonthlyRules, month: NDArray[np.int64], way: NDArray[np.int64]) -> list[int]:
    """The fee of each band of a side [micro-yuan/kWh].

    Raises
    ------
    ScenarioError
        It is not there.
    """
    bands = max(1, *(len(each.over if side == "over" else each.under) for each in rules.ways))
    found = [figures_by_way(partial(fee_of, side, band), month, way, rules) for band in range(bands)]
    if any(each.is_there is not None and not each.is_there.all() for each in found):
        raise_if_any(lacking_faults(FEE, [rules.months[int(each)] for each in month]))
    return [int(each.values[0]) for each in found]


def _no_legs() -> ContractBook:
    nothing = np.empty(0, dtype=np.int64)
    return ContractBook(nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing.astype(bool))
