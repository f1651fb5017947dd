"""No product and no sum of a run may leave int64, which wraps silently in compiled code (rulebook part 1).

The bounds are conservative: each takes the largest price that could meet an energy, and the largest energy that
could meet a price. All is counted in Python's integers. A cell holds at most 10¹⁵ kWh or 10¹² micro-yuan/kWh
(`gridsim.tables.allowed.LARGEST`) and a rule's ratio is at most 100, so a price times a ratio stays in int64 by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridsim.calendar import months_of
from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.tables.blocks import blocks
from gridsim.tables.read_table import IntArray, ReadTable
from gridsim.units import ENERGY_DECIMALS, INT64_MAX, MONEY_DECIMALS, PRICE_DECIMALS, RATIO_ONE, format_fixed
from gridsim.words import MWH, YUAN, YUAN_PER_MWH, Sentence, listed

__all__ = ["LARGEST_SUM", "contract_products", "energy_sums", "meter_products", "money_of_the_run"]

LARGEST_SUM = 10**15
"""All energies of one table together [kWh]: so much can be split exactly (`gridsim.core.split`)."""

_CATALOGUE = ("catalogue_peak", "catalogue_flat", "catalogue_valley")
_SELL = 1


@dataclass(frozen=True)
class _Price:
    """The largest price of some columns [micro-yuan/kWh], and where it stands."""

    value: int = 0
    file: str = ""
    row: int | None = None
    column: str = ""

    def in_words(self) -> Sentence:
        price = Sentence("{amount} {unit}", amount=format_fixed(self.value, PRICE_DECIMALS), unit=YUAN_PER_MWH)
        if self.row is None:
            return price
        return Sentence(
            "{price} ({file}, row {row}, {column})", price=price, file=self.file, row=self.row, column=self.column
        )


@dataclass(frozen=True)
class _LargestValues:
    """The largest price of each kind, and the largest values of the rules for the year."""

    contract: _Price
    catalogue: _Price
    transmission: _Price
    funds: _Price
    shortfall: int  # [micro-yuan/kWh]
    band: int  # [10⁻⁴]
    coefficient: int  # [10⁻⁴]
    swing: int  # of a coefficient, up or down from one [10⁻⁴]
    fallback: int  # [10⁻⁴]
    has_difference: bool  # of catalogue prices, which takes the place of the adjustment

    @property
    def of_a_metered_kwh(self) -> int:
        """Upper bound of all that one metered kWh can cost [micro-yuan/kWh]."""
        ratio = max(self.coefficient, RATIO_ONE)
        delivered = _times(self.transmission.value, ratio) + self.funds.value
        adjustment = _times(self.contract.value + self.transmission.value, self.swing)
        if self.has_difference:
            adjustment = max(adjustment, self.catalogue.value)
        in_band = self.contract.value + delivered + adjustment
        left = _times(self.catalogue.value, max(self.fallback, RATIO_ONE)) + self.funds.value
        return max(in_band, left)

    @property
    def of_a_contract_kwh(self) -> int:
        """Upper bound of what one contracted kWh can be multiplied by [micro-yuan/kWh]."""
        return max(self.contract.value, self.shortfall)

    @property
    def largest(self) -> _Price:
        prices = (self.contract, self.catalogue, self.transmission, self.funds)
        return max(prices, key=lambda price: price.value)


def meter_products(draft: Draft) -> Iterator[Fault]:
    """A metered energy whose money could leave int64."""
    meter = draft.get("meter", "energy_kwh")
    bounds = _bounds(draft)
    if meter is None or bounds is None:
        return
    yield from _product_fault(meter, _energies(meter), bounds.of_a_metered_kwh, bounds.largest)


def contract_products(draft: Draft) -> Iterator[Fault]:
    """A filing or order whose money could leave int64."""
    bounds = _bounds(draft)
    if bounds is None:
        return
    for name in ("bilateral", "orders"):
        table = draft.get(name, "energy_kwh")
        if table is not None:
            yield from _product_fault(table, _energies(table), bounds.of_a_contract_kwh, bounds.contract)


def energy_sums(draft: Draft) -> Iterator[Fault]:
    """Energies of one table that are together more than can be split, or than a band's ratio can multiply."""
    bounds = _bounds(draft)
    for name in ("history", "bilateral", "orders", "meter"):
        table = draft.get(name, "energy_kwh")
        if table is None:
            continue
        limit = LARGEST_SUM
        energies = _energies(table)
        if bounds is not None and name != "history":
            limit = min(limit, INT64_MAX // max(bounds.band, 1) - 1)
            price = bounds.of_a_metered_kwh if name == "meter" else bounds.of_a_contract_kwh
            if price * int(energies.max(initial=0)) > INT64_MAX:
                continue  # said already
        total = _sum(energies)
        if total > limit:
            yield _row_fault(
                table,
                int(np.argmax(energies)),
                Sentence("the energies of this table sum to {sum}, of which this is the largest", sum=_mwh(total)),
                Sentence("a sum of at most {number}", number=_mwh(limit)),
            )


def money_of_the_run(draft: Draft) -> Iterator[Fault]:
    """All money of the run together could leave int64, though no single product does.

    Bounded are the ledger, in which a metered kWh pays once and a contracted one at most the fee of a shortfall (one
    that changes hands also a price), and by itself the value of all contracts, of which means are taken.
    """
    bounds = _bounds(draft)
    if bounds is None or any(list(check(draft)) for check in (meter_products, contract_products, energy_sums)):
        return
    ledger: list[tuple[int, ReadTable, IntArray]] = []
    contracts: list[tuple[int, ReadTable, IntArray]] = []
    meter = draft.get("meter", "energy_kwh")
    if meter is not None:
        energies = _energies(meter)
        ledger.append((_sum(energies) * bounds.of_a_metered_kwh, meter, energies))
    for name in ("bilateral", "orders"):
        table = draft.get(name, "energy_kwh")
        if table is None:
            continue
        energies = _energies(table)
        if name == "orders":  # of a matched pair one side's energy counts
            energies = np.where(table.codes("side") == _SELL, energies, 0)
        total = _sum(energies)
        moved = _sum(energies[table.frame["transfer"].to_numpy(dtype=bool)]) if name == "orders" else 0
        ledger.append((total * bounds.shortfall + moved * bounds.contract.value, table, energies))
        contracts.append((total * bounds.contract.value, table, energies))
    for sums in (ledger, contracts):
        money = sum(part for part, _, _ in sums)
        if money <= INT64_MAX:
            continue
        _, table, energies = max(sums, key=lambda item: item[0])
        yield _row_fault(
            table,
            int(np.argmax(energies)),
            Sentence("the money of the run could reach {money}; this is the largest energy", money=_yuan(money)),
            listed(
                Sentence("less than {number} in all", number=_yuan(INT64_MAX)),
                Sentence("the largest price is {price}", price=bounds.largest.in_words()),
            ),
        )
        return


def _product_fault(table: ReadTable, energies: IntArray, price: int, named: _Price) -> Iterator[Fault]:
    """One fault for the largest energy; a price out of proportion would else make one of every row."""
    if not price or not len(energies):
        return
    limit = INT64_MAX // price
    if int(energies.max()) <= limit:
        return
    beyond = np.flatnonzero(energies > limit)
    position = int(np.argmax(energies))
    yield _row_fault(
        table,
        position,
        Sentence("energy times price could leave int64 (and so do {count} more rows)", count=len(beyond) - 1)
        if len(beyond) > 1
        else Sentence("energy times price could leave int64"),
        listed(
            Sentence("at most {number} at the prices given", number=_mwh(limit)),
            Sentence("the largest is {price}", price=named.in_words()),
        ),
    )


def _row_fault(table: ReadTable, position: int, message: Sentence, allowed: Sentence) -> Fault:
    value = table.shown(position, "energy_mwh")
    return Fault(table.file, table.row_number(position), "energy_mwh", value, message, allowed)


def _bounds(draft: Draft) -> _LargestValues | None:
    if __name__ not in draft.found:
        draft.found[__name__] = _bounds_of(draft)
    bounds: _LargestValues | None = draft.found[__name__]
    return bounds


def _bounds_of(draft: Draft) -> _LargestValues | None:
    if draft.rules is None or draft.year is None:
        return None
    values = [draft.rules.at(month) for month in months_of(draft.year)]
    bands = [mode for value in values for mode in (value.settlement.conventional, value.settlement.tou)]
    coefficients = [each for value in values for each in vars(value.tariff.coefficient).values()]
    return _LargestValues(
        contract=_largest(draft, ("bilateral", "orders"), ("price_yuan_per_mwh",)),
        catalogue=_largest(draft, ("tariffs",), _CATALOGUE),
        transmission=_largest(draft, ("tariffs",), ("transmission",)),
        funds=_largest(draft, ("tariffs",), ("funds",)),
        shortfall=max(value.settlement.shortfall_price for value in values),
        band=max(max(band.upper, band.lower) for band in bands),
        coefficient=max(coefficients),
        swing=max(abs(each - RATIO_ONE) for each in coefficients),
        fallback=max(value.fallback.multiple for value in values),
        has_difference=any(value.settlement.tou_adjustment_base == "catalogue_difference" for value in values),
    )


def _largest(draft: Draft, tables: tuple[str, ...], columns: tuple[str, ...]) -> _Price:
    found = _Price()
    for name in tables:
        table = draft.tables.get(name)
        if table is None or not len(table):
            continue
        for column in columns:
            exact = table.table[column].exact
            prices = np.where(table.usable(exact), table.frame[exact].to_numpy(), 0)
            position = int(np.argmax(prices))
            if prices[position] > found.value:
                found = _Price(int(prices[position]), table.file, table.row_number(position), column)
    return found


def _energies(table: ReadTable) -> IntArray:
    energies: IntArray = table.frame["energy_kwh"].to_numpy()
    return np.where(table.usable("energy_kwh"), energies, 0) if "energy_kwh" in table.bad else energies


def _sum(values: IntArray) -> int:
    """An exact sum of integers that are not negative, whatever its size."""
    total = 0
    for block in blocks(len(values)):
        high, low = values[block] >> 20, values[block] & (2**20 - 1)
        total += int(high.sum()) * 2**20 + int(low.sum())
    return total


def _times(price: int, ratio: int) -> int:
    bound: int = (price * ratio + RATIO_ONE - 1) // RATIO_ONE  # rounded up
    return bound


def _mwh(energy_kwh: int) -> Sentence:
    return Sentence("{amount} {unit}", amount=format_fixed(energy_kwh, ENERGY_DECIMALS), unit=MWH)


def _yuan(amount_micro_yuan: int) -> Sentence:
    return Sentence("{amount} {unit}", amount=format_fixed(amount_micro_yuan, MONEY_DECIMALS), unit=YUAN)
