"""The lines of retail contracts behind all others of the ledger (rulebook part 14)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from gridsim.retail.deviation import Metered, capped, charges_of_user
from gridsim.retail.prices import price_at_cost
from gridsim.rules.shape import TAIL_ITEMS
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.ledger_tail import NO_TAIL, NOBODY, TailLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.retail.contracts import RetailBook, RetailContract
    from gridsim.retail.deviation import Charge
    from gridsim.retail.prices import RetailPrices
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["retail_lines"]

_MONTHS = 12
_ENERGY, _DELIVERY, _DEVIATION = (
    TAIL_ITEMS.index(item) for item in ("retail_energy", "retail_delivery", "retail_deviation")
)
_BEARS = "retailer_bears"


def retail_lines(
    book: RetailBook, prices: RetailPrices, outcome: Outcome, meter: Meter, names: PartyNames, rules: MonthlyRules
) -> TailLines:
    """What users with retail contracts pay their retailers, by unit, month and user.

    Parameters
    ----------
    book : RetailBook
    prices : RetailPrices
        The same contracts.
    outcome : Outcome
        Settled with `prices.of_cells` as its users' own prices.
    meter : Meter
        What was settled.
    names : PartyNames
    rules : MonthlyRules

    Returns
    -------
    TailLines
        Lines of no energy and no money among them.
    """
    if not book.contracts:
        return NO_TAIL
    sold = _Sold(book, prices, outcome, meter, names, rules)
    if not len(sold.packed):
        return NO_TAIL
    delivery, delivered = sold.delivery_prices(), sold.delivered()
    added, deviations = sold.deviations(delivery * delivered)
    energy = sold.lines(_ENERGY, sold.energy, sold.price + added)
    lines = TailLines(
        *(
            np.concatenate(values)
            for values in zip(energy, sold.lines(_DELIVERY, delivered, delivery), deviations, strict=True)
        )
    )
    return lines.take(np.lexsort((lines.item, lines.user, lines.month, lines.unit)))


class _Sold:
    """The cells of users with retail contracts, in the settlement that counts."""

    def __init__(
        self,
        book: RetailBook,
        prices: RetailPrices,
        outcome: Outcome,
        meter: Meter,
        names: PartyNames,
        rules: MonthlyRules,
    ) -> None:
        self._book, self._prices = book, prices
        self._outcome, self._meter, self._names, self._rules = outcome, meter, names, rules
        positions, by_position = self._outcome.positions, self._outcome.by_position
        self._cost = np.where(by_position.in_band > 0, by_position.average_price, 0)
        cell, position = positions.cell, positions.position_of_cell
        user, month, period = meter.user[cell], positions.month[position], meter.period[cell]
        price, has = prices.of_cells(user, month, period, self._cost[position])
        self.packed = np.flatnonzero(has)
        """Packed cells."""
        self._cell, self._position = cell[self.packed], position[self.packed]
        self.user, self.month = user[self.packed].astype(np.int64), month[self.packed]
        self.period, self.unit = period[self.packed].astype(np.int64), positions.unit[self._position]
        self.price, self.energy = price[self.packed], meter.energy[self._cell]
        self.over = self._outcome.by_cell.over[:, self.packed].sum(axis=0)

    def delivery_prices(self) -> Ints:
        """[micro-yuan/kWh] what a kWh of each cell pays in band beside its energy."""
        by_cell, total = self._outcome.by_cell, np.zeros(len(self.packed), dtype=np.int64)
        place = by_cell.prices.place[self.packed].astype(np.intp)
        for item, charge in enumerate(by_cell.prices.charges):
            applies = charge.applies.take(place)
            if charge.on_metered is not None:  # paid on overrun energy as on all
                applies = applies & ~charge.on_metered.take(place)
            total += by_cell.price_of_charge(item, self.packed) * applies
        return total

    def delivered(self) -> Ints:
        """[kWh] overrun of each cell whose delivery the user pays for."""
        bears = np.array([text == _BEARS for text in self._rules.texts("retail.overrun_delivery")])
        return np.where(bears[self.month], 0, self.over)

    def lines(self, item: int, energy: Ints, price: Ints) -> TailLines:
        """A line of each cell."""
        names = self._names
        return TailLines.plain(
            month=self.month,
            item=np.full(len(energy), item),
            payer=names.party_of_user[self.user],
            payee=names.party_of_unit[self.unit],
            unit=self.unit,
            user=self.user,
            period=self.period,
            tariff_period=self._meter.tariff_period[self._cell].astype(np.int64),
            energy=energy,
            price=price,
            amount=energy * price,
        )

    def deviations(self, delivered: Ints) -> tuple[Ints, TailLines]:
        """What deviation adds to the price of each cell, and the lines of separate charges.

        Parameters
        ----------
        delivered : (n,) int64 array
            [micro-yuan] what each cell pays for delivery of its overrun.
        """
        contracts = self._book.contracts
        added = np.zeros(len(self.packed), dtype=np.int64)
        contract = self._book.contract_of[self.user, self.month]
        bears = np.array([each.deviation != "retailer" for each in contracts])[contract]
        if not bears.any():
            return added, NO_TAIL
        cells_of: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        rows_of = np.flatnonzero(bears)
        where = (each[rows_of].tolist() for each in (self.unit, self.month, self.user))
        for row, unit, month, user in zip(rows_of.tolist(), *where, strict=True):
            cells_of[unit, month][user].append(row)
        extra_cost = self._extra_cost(delivered)
        rows: list[Sequence[int]] = []
        for (unit, month), of_users in sorted(cells_of.items()):
            charges = list(self._charges(unit, month, of_users))
            for charge in capped(charges, extra_cost[unit, month]):
                if charge.contract.deviation == "own":
                    rows.append(self._line(charge, unit, month))
                    continue
                for row in of_users[charge.contract.user]:
                    if charge.period in (NOBODY, self.period[row]):
                        added[row] += charge.added_price
        return added, TailLines.of(TAIL_ITEMS[_DEVIATION], rows)

    def _charges(self, unit: int, month: int, of_users: dict[int, list[int]]) -> Iterator[Charge]:
        costs, deviates = self._around(unit, month)
        rows = [row for user in sorted(of_users) for row in of_users[user]]
        cells = iter(zip(*(each[rows].tolist() for each in (self.period, self.energy, self.price)), strict=True))
        for user in sorted(of_users):
            contract = self._book.at(user, month)
            assert contract is not None  # these cells have one
            mine = [Metered(*next(cells)) for _ in of_users[user]]

            def price_of(period: int, contract: RetailContract = contract) -> int:
                return price_at_cost(contract, period, costs[period])

            yield from charges_of_user(contract, self._book.nominations, month, mine, price_of, deviates)

    def _around(self, unit: int, month: int) -> tuple[list[int], list[tuple[bool, bool]]]:
        """By period, what energy costs the unit; and whether its positions deviate, of all of them last."""
        positions, by_position = self._outcome.positions, self._outcome.by_position
        shape = self._names.shape
        found = np.flatnonzero((positions.unit == unit) & (positions.month == month))
        mode = int(self._names.units.mode[unit])
        costs, deviates = [0] * len(shape.periods), [(False, False)] * len(shape.periods)
        for position in found.tolist():
            sides = bool(by_position.overrun[position]), bool(by_position.shortfall[position])
            for period in np.flatnonzero(shape.product_of_cell[mode] == positions.product[position]).tolist():
                costs[period], deviates[period] = int(self._cost[position]), sides
        whole = (bool(by_position.overrun[found].any()), bool(by_position.shortfall[found].any()))
        return costs, [*deviates, whole]

    def _extra_cost(self, delivered: Ints) -> dict[tuple[int, int], int]:
        """[micro-yuan] by unit and month, what deviation cost the retailer beside the energy; not below 0."""
        positions, by_position = self._outcome.positions, self._outcome.by_position
        found: dict[tuple[int, int], int] = defaultdict(int)
        money = by_position.shortfall_money + by_position.overrun_money - by_position.overrun * self._cost
        for unit, month, amount in zip(positions.unit.tolist(), positions.month.tolist(), money.tolist(), strict=True):
            found[unit, month] += amount
        for unit, month, amount in zip(self.unit.tolist(), self.month.tolist(), delivered.tolist(), strict=True):
            found[unit, month] -= amount
        return {key: max(0, amount) for key, amount in found.items()}

    def _line(self, charge: Charge, unit: int, month: int) -> Sequence[int]:
        names, user = self._names, charge.contract.user
        is_cut = charge.share is not None
        return (
            month, int(names.party_of_user[user]), int(names.party_of_unit[unit]), unit, user, charge.period,
            charge.period, 0 if is_cut else charge.energy, NO_PRICE if is_cut else charge.price, charge.amount,
        )  # fmt: skip
