"""No product and no sum of a run may leave int64, which wraps silently in compiled code (rulebook part 1).

The bounds are conservative: each takes the largest price that could meet an energy, and the largest energy that
could meet a price. All is counted in Python's integers. A cell holds at most 10¹⁵ kWh or 10¹² micro-yuan/kWh
(`gridsim.tables.allowed.LARGEST`) and a rule's ratio is at most 100, so a price times a ratio stays in int64 by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.scenario.largest_prices import LargestPrice, LargestPrices, largest_prices
from gridsim.tables.blocks import blocks
from gridsim.tables.read_table import IntArray, ReadTable
from gridsim.units import ENERGY_DECIMALS, INT64_MAX, MONEY_DECIMALS, RATIO_ONE, format_fixed
from gridsim.words import MWH, YUAN, Sentence, listed

__all__ = ["LARGEST_SUM", "contract_products", "energy_sums", "meter_products", "money_of_the_run", "retail_money"]

LARGEST_SUM = 10**15
"""All energies of one table together [kWh]: so much can be split exactly (`gridsim.core.split`)."""

_SELL = 1


def meter_products(draft: Draft) -> Iterator[Fault]:
    """A metered or generated energy whose money could leave int64."""
    bounds = _bounds(draft)
    if bounds is None:
        return
    for name, price in (("meter", bounds.of_a_metered_kwh), ("generation", bounds.of_a_generated_kwh)):
        table = draft.get(name, "energy_kwh")
        if table is not None:
            yield from _product_fault(table, _energies(table), price, bounds.largest)


def contract_products(draft: Draft) -> Iterator[Fault]:
    """A filing, order or deal whose money could leave int64."""
    bounds = _bounds(draft)
    if bounds is None:
        return
    for name in ("bilateral", "orders", "deals"):
        table = draft.get(name, "energy_kwh")
        if table is not None:
            yield from _product_fault(table, _energies(table), bounds.of_a_contract_kwh, bounds.contract)


def energy_sums(draft: Draft) -> Iterator[Fault]:
    """Energies of one table that are together more than can be split, or than a band's ratio can multiply."""
    bounds = _bounds(draft)
    for name in ("history", "bilateral", "orders", "deals", "meter", "generation", "nominations"):
        table = draft.get(name, "energy_kwh")
        if table is None:
            continue
        limit = LARGEST_SUM
        energies = _energies(table)
        if bounds is not None and name not in ("history", "nominations"):
            limit = min(limit, INT64_MAX // max(bounds.band, 1) - 1)
            price = {"meter": bounds.of_a_metered_kwh, "generation": bounds.of_a_generated_kwh}.get(
                name, bounds.of_a_contract_kwh
            )
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
    for name, price in (("meter", bounds.of_a_metered_kwh), ("generation", bounds.of_a_generated_kwh)):
        table = draft.get(name, "energy_kwh")
        if table is not None:
            energies = _energies(table)
            ledger.append((_sum(energies) * price, table, energies))
    for name in ("bilateral", "orders", "deals"):
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
    for sums, more in ((ledger, _corrected(draft)), (contracts, 0)):
        money = sum(part for part, _, _ in sums) + more
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


def _corrected(draft: Draft) -> int:
    """All corrections of earlier months, whichever way they go [micro-yuan]."""
    table = draft.tables.get("corrections")
    if table is None or not len(table):
        return 0
    amounts = np.where(table.usable("amount_micro_yuan"), table.frame["amount_micro_yuan"].to_numpy(), 0)
    return _sum(np.abs(amounts))


def retail_money(draft: Draft) -> Iterator[Fault]:
    """Prices of retail contracts by which what users pay their retailers could leave int64 (rulebook part 14)."""
    bounds, table = _bounds(draft), draft.tables.get("retail_contracts")
    meter, nominations = draft.get("meter", "energy_kwh"), draft.get("nominations", "energy_kwh")
    if bounds is None or table is None or meter is None or not len(table):
        return
    size = {
        column.name: int(np.abs(table.frame[column.exact].fillna(0).to_numpy(dtype=np.int64)).max(initial=0))
        for column in table.table
        if column.kind in ("price", "ratio")
    }
    cost = bounds.contract.value
    spread = size["reference"] + (size["share"] * (cost + size["reference"]) // RATIO_ONE + 1)
    others = ("share", "rate", "free", "fee", "deviation_price", "reference")
    price = max([cost + size["fee"], spread, *(value for name, value in size.items() if name not in others)])
    charge = max(size["deviation_price"], size["rate"] * price // RATIO_ONE + 1)
    metered = _sum(_energies(meter))
    nominated = 0 if nominations is None else 2 * _sum(_energies(nominations))
    money = metered * (price + bounds.of_a_metered_kwh) + (metered + nominated) * charge
    if money > INT64_MAX:
        message = Sentence("what users pay their retailers could reach {money}", money=_yuan(money))
        yield Fault.of_file(table.file, message, Sentence("less than {number} in all", number=_yuan(INT64_MAX)))


def _product_fault(table: ReadTable, energies: IntArray, price: int, named: LargestPrice) -> Iterator[Fault]:
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
    return Fault(table.file_of(position), table.row_number(position), "energy_mwh", value, message, allowed)


def _bounds(draft: Draft) -> LargestPrices | None:
    if __name__ not in draft.found:
        draft.found[__name__] = largest_prices(draft)
    bounds: LargestPrices | None = draft.found[__name__]
    return bounds


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


def _mwh(energy_kwh: int) -> Sentence:
    return Sentence("{amount} {unit}", amount=format_fixed(energy_kwh, ENERGY_DECIMALS), unit=MWH)


def _yuan(amount_micro_yuan: int) -> Sentence:
    return Sentence("{amount} {unit}", amount=format_fixed(amount_micro_yuan, MONEY_DECIMALS), unit=YUAN)
