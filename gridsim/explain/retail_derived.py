"""What users pay their retailer of a unit's month, derived again and held against the ledger (rulebook part 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gridsim.errors import ResultError
from gridsim.integrity.places import TablePlace, differs
from gridsim.retail.deviation import WHOLE_MONTH, Charge, Metered, capped, charges_of_user
from gridsim.retail.prices import price_at_cost
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridsim.explain.derivation import CellPart, Derivation
    from gridsim.explain.model import Transfer
    from gridsim.explain.retail_facts import RetailMonth
    from gridsim.retail.contracts import RetailContract

__all__ = ["RetailDerivation", "Sold", "derive_retail"]

_ENERGY, _DELIVERY, _DEVIATION = "retail_energy", "retail_delivery", "retail_deviation"


class Sold(NamedTuple):
    """A cell of a user with a contract: what its kWh costs [micro-yuan/kWh], and its lines.

    Attributes
    ----------
    part : CellPart
    contract : RetailContract
    cost : int
        Of its position.
    price : int
        By the contract.
    added : int
        What deviation adds to it.
    delivery : tuple of (str, int)
        What a kWh of overrun would have paid in band beside its energy, by item; empty where the retailer bears it.
    energy_line, delivery_line : Transfer or None
    """

    part: CellPart
    contract: RetailContract
    cost: int
    price: int
    added: int
    delivery: tuple[tuple[str, int], ...]
    energy_line: Transfer | None
    delivery_line: Transfer | None

    @property
    def delivery_price(self) -> int:
        """[micro-yuan/kWh] all of that together."""
        return sum(price for _, price in self.delivery)


@dataclass(frozen=True, eq=False)
class RetailDerivation:
    """A unit's month as its users see it.

    Attributes
    ----------
    costs : tuple of (Derivation, int)
        The positions, and what energy costs in each [micro-yuan/kWh].
    sold : tuple of Sold
        By user, in each in the order of its cells.
    charges : tuple of (Charge, Transfer or None)
        What deviation costs, with the line where it is a charge of its own.
    extra_cost : int
        [micro-yuan] what deviation cost the retailer, not below 0.
    lines : tuple of Transfer
        All lines of the ledger that it arrives at.
    bears : bool
        Whether the retailer bears the delivery of overrun.
    """

    costs: tuple[tuple[Derivation, int], ...]
    sold: tuple[Sold, ...]
    charges: tuple[tuple[Charge, Transfer | None], ...]
    extra_cost: int
    lines: tuple[Transfer, ...]
    bears: bool

    def delivered(self) -> int:
        """[micro-yuan] what users pay for the delivery of overrun."""
        return sum(each.part.overrun * each.delivery_price for each in self.sold)


def derive_retail(positions: Sequence[Derivation], terms: RetailMonth, lines: Sequence[Transfer]) -> RetailDerivation:
    """Price what the users of a unit's month have bought, and hold it against the ledger.

    Parameters
    ----------
    positions : sequence of Derivation
        All of the unit's month, of the settlement that counts.
    terms : RetailMonth
    lines : sequence of Transfer
        The unit's lines of retail contracts.

    Raises
    ------
    ResultError
        The ledger has other lines.
    """
    place = TablePlace("ledger", f"{positions[0].facts.unit} {positions[0].facts.month}")
    costs = [(each, 0 if each.average_price is None else each.average_price.rounded) for each in positions]
    bears = positions[0].place.values.retail.overrun_delivery == "retailer_bears"
    ledger = _Lines(place, lines)
    cells = sorted(
        ((part, cost, position) for position, cost in costs for part in position.cells if _has(terms, part)),
        key=lambda each: terms.contracts[each[0].cell.user.id].user,
    )
    delivery = [() if bears or not part.overrun else tuple(_delivery(position, part)) for part, _, position in cells]
    delivered = sum(
        part.overrun * sum(price for _, price in prices) for (part, *_), prices in zip(cells, delivery, strict=True)
    )
    extra = max(
        0,
        sum(each.shortfall_money + each.overrun_money - each.overrun * cost for each, cost in costs) - delivered,
    )
    charges = capped(list(_charges(terms, costs, cells)), extra)
    sold = []
    for (part, cost, _), prices in zip(cells, delivery, strict=True):
        contract = terms.contracts[part.cell.user.id]
        price = price_at_cost(contract, terms.periods.index(part.cell.period), cost)
        added = sum(each.added_price for each in charges if _is_within(each, contract, part, terms))
        key = part.cell.user.id, part.cell.period, part.cell.tariff_period
        lines_of_cell = (
            ledger.taken(_ENERGY, key, part.cell.metered, price + added, part.cell.metered * (price + added)),
            ledger.taken(
                _DELIVERY,
                key,
                0 if bears else part.overrun,
                sum(each for _, each in prices),
                part.overrun * sum(each for _, each in prices),
            ),
        )
        sold.append(Sold(part, contract, cost, price, added, prices, *lines_of_cell))
    with_lines = [(each, _line_of(each, terms, ledger)) for each in charges]
    return RetailDerivation(tuple(costs), tuple(sold), tuple(with_lines), extra, ledger.all(), bears)


class _Lines:
    """The unit's lines of retail contracts, taken one by one."""

    def __init__(self, place: TablePlace, lines: Sequence[Transfer]) -> None:
        self._place, self._left = place, list(lines)
        self._taken: list[Transfer] = []

    def taken(
        self, item: str, key: tuple[str, str | None, str | None], energy: int, price: int | None, amount: int
    ) -> Transfer | None:
        """The line of an item and a cell, or of a user's month, which must say this; None: it has none."""
        if not energy and not amount:
            return None
        for line in self._left:
            if (line.item, line.user_id, line.period, line.tariff_period) == (item, *key):
                self._left.remove(line)
                self._taken.append(line)
                terms = {"energy_kwh": energy, "price_micro_yuan_per_kwh": price, "amount_micro_yuan": amount}
                for name, value in terms.items():
                    if getattr(line, name) != value:
                        raise differs(self._place.sentence, f"{item} {name}", getattr(line, name), value)
                return line
        place = self._place.sentence
        raise ResultError(
            Sentence("{place}: the table has no line {item} of {user}", place=place, item=item, user=key[0])
        )

    def all(self) -> tuple[Transfer, ...]:
        """What was taken; all that there is must have been."""
        if self._left:
            place = TablePlace("ledger", self._left[0].line).sentence
            raise ResultError(Sentence("{place}: the derivation arrives at no such transfer", place=place))
        return tuple(sorted(self._taken, key=lambda line: line.line))


def _has(terms: RetailMonth, part: CellPart) -> bool:
    return part.cell.user.id in terms.contracts


def _delivery(position: Derivation, part: CellPart) -> Iterator[tuple[str, int]]:
    """What a kWh of a cell's overrun would have paid in band beside its energy."""
    for number, charge in enumerate(position.way.charges):
        price = part.charge_prices[number]
        if charge.base == "in_band" and price is not None:
            yield charge.item, part.price_of(charge).rounded


def _charges(
    terms: RetailMonth, costs: Sequence[tuple[Derivation, int]], cells: Sequence[tuple[CellPart, int, Derivation]]
) -> Iterator[Charge]:
    cost_of = [0] * len(terms.periods)
    deviates = [(False, False)] * len(terms.periods)
    for position, cost in costs:
        for period in position.periods:
            place = terms.periods.index(period)
            cost_of[place], deviates[place] = cost, (position.overrun > 0, position.shortfall > 0)
    whole = (any(each.overrun for each, _ in costs), any(each.shortfall for each, _ in costs))
    for user, contract in terms.contracts.items():
        mine = [
            Metered(
                terms.periods.index(part.cell.period),
                part.cell.metered,
                price_at_cost(contract, terms.periods.index(part.cell.period), cost),
            )
            for part, cost, _ in cells
            if part.cell.user.id == user
        ]
        if contract.deviation == "retailer" or not mine:
            continue

        def price_of(period: int, contract: RetailContract = contract) -> int:
            return price_at_cost(contract, period, cost_of[period])

        yield from charges_of_user(contract, terms.nominations, terms.month, mine, price_of, [*deviates, whole])


def _is_within(charge: Charge, contract: RetailContract, part: CellPart, terms: RetailMonth) -> bool:
    """Whether a charge is part of a cell's price."""
    of_period = charge.period in (WHOLE_MONTH, terms.periods.index(part.cell.period))
    return charge.contract is contract and contract.deviation == "price" and of_period


def _line_of(charge: Charge, terms: RetailMonth, ledger: _Lines) -> Transfer | None:
    if charge.contract.deviation != "own":
        return None
    user = next(user for user, contract in terms.contracts.items() if contract is charge.contract)
    period = None if charge.period == WHOLE_MONTH else terms.periods[charge.period]
    key, amount = (user, period, period), charge.amount
    if charge.share is not None:
        return ledger.taken(_DEVIATION, key, 0, None, amount)
    return ledger.taken(_DEVIATION, key, charge.energy, charge.price, amount)
