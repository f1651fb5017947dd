"""A derivation held against the result tables: what is not the same is an error, and is never shown as if it were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gridsim.errors import ResultError
from gridsim.explain.agree import expect
from gridsim.integrity.places import TablePlace, differs
from gridsim.rules.shape import ENERGY, MARKET, OVERRUN, SHORTFALL, TRANSFER
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.explain.cells import Cell
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.model import Transfer

__all__ = ["Expected", "Ledger", "check", "fees_by_product", "matched"]


class Expected(NamedTuple):
    """A ledger line as the derivation has it: energy [kWh], price [micro-yuan/kWh]."""

    item: str
    payer: str
    payee: str
    user_id: str | None
    leg_id: str | None
    period: str | None
    energy_kwh: int
    price_micro_yuan_per_kwh: int
    clause: str
    tariff_period: str | None = None
    part: int = 0
    """Of the month, where a tariff begins within it; the ledger's lines stand in their order."""


@dataclass(frozen=True)
class Ledger:
    """The lines of the ledger that a derivation arrived at, each checked against it."""

    lines: tuple[Transfer, ...]
    _by_key: Mapping[tuple[str | int | None, ...], tuple[Transfer, ...]]

    def of(self, item: str) -> tuple[Transfer, ...]:
        """The lines of one item."""
        return tuple(line for line in self.lines if line.item == item)

    def of_leg(self, item: str, leg: str) -> tuple[Transfer, ...]:
        """The lines of a leg: of an item with several bands one for each that has energy."""
        return self._by_key.get((item, None, leg, None, None, 0), ())

    def of_cell(self, item: str, cell: Cell) -> tuple[Transfer, ...]:
        """The lines of a cell: of an item with several bands one for each that has energy."""
        return self._by_key.get((item, cell.user.id, None, cell.period, cell.tariff_period, cell.part), ())

    def without(self, left_out: Collection[Transfer]) -> Ledger:
        """The same less some lines, whose legs and cells still find theirs."""
        return replace(self, lines=tuple(line for line in self.lines if line not in left_out))


def check(position: Derivation, fees: Iterable[Transfer] = ()) -> Ledger:
    """Hold a settled position against positions, leg and cell settlement, and the ledger.

    Parameters
    ----------
    position : Derivation
    fees : iterable of Transfer
        Lines of the unit's month without leg and period that are this position's (`fees_by_product`).

    Returns
    -------
    Ledger
        The position's lines.

    Raises
    ------
    ResultError
        Something differs; the message says what.
    """
    facts, trial = position.facts, position.trial
    where = f"{facts.unit} {facts.month} {position.product}"
    expect(
        TablePlace("positions", where, trial),
        facts.positions.get((position.product, trial)),
        {
            "contract_kwh": position.contract,
            "metered_kwh": position.metered,
            "upper_kwh": position.upper,
            "lower_kwh": position.lower,
            "in_band_kwh": position.in_band,
            "overrun_kwh": position.overrun,
            "shortfall_kwh": position.shortfall,
            "energy_micro_yuan": position.energy_money,
            "overrun_micro_yuan": position.overrun_money,
            "shortfall_micro_yuan": position.shortfall_money,
        },
    )
    for leg in position.legs:
        expect(
            TablePlace("leg_settlement", leg.leg.id, trial),
            facts.leg_settlement.get((leg.leg.id, trial)),
            {
                "in_band_kwh": leg.in_band.value,
                "energy_micro_yuan": leg.energy_money,
                "shortfall_kwh": sum(share.value for share in leg.shortfall),
                "shortfall_micro_yuan": position.shortfall_money_of(leg),
            },
        )
    rows: dict[tuple[str, str, str], tuple[Cell, Counter[str]]] = {}
    for part in position.cells:
        _, sums = rows.setdefault(part.cell.key, (part.cell, Counter()))
        for charge, price in zip(position.way.charges, part.charge_prices, strict=True):
            if price is not None:
                sums[f"{charge.item}_micro_yuan"] += part.charged(charge) * price.rounded
        sums["metered_kwh"] += part.cell.metered
        sums["in_band_kwh"] += part.in_band.value
        sums["overrun_kwh"] += part.overrun
        sums["overrun_micro_yuan"] += part.overrun_money
    energies = ("metered_kwh", "in_band_kwh", "overrun_kwh", "overrun_micro_yuan")
    columns = (*energies, *(f"{item}_micro_yuan" for item in position.rules.shape.charge_items))
    for key, (cell, sums) in rows.items():
        expect(
            TablePlace("cell_settlement", f"{cell.user.id} {facts.month} {cell.in_row}", trial),
            facts.cell_settlement.get((*key, trial)),
            {name: sums[name] for name in columns},
        )
    legs = {leg.leg.id for leg in position.legs}
    periods = position.periods
    ours = [
        line
        for line in facts.ledger
        if line.trial == trial and (line.leg_id in legs if line.leg_id else line.period in periods)
    ]
    return matched(TablePlace("ledger", where, trial), _expected(position), [*ours, *fees])


def fees_by_product(positions: Sequence[Derivation]) -> dict[str, list[Transfer]]:
    """Whose the lines of a unit's month are that name no leg and no period: they stand in the order of positions.

    Parameters
    ----------
    positions : sequence of Derivation
        All of the unit's month, of one settlement.
    """
    first = positions[0]
    lines = [
        line for line in first.facts.ledger if line.trial == first.trial and line.leg_id is None and line.period is None
    ]
    found = {}
    for position in positions:
        count = sum(line.energy_kwh != 0 for line in _fees(position))
        found[position.product], lines = lines[:count], lines[count:]
    found[positions[-1].product] += lines  # too many: the check says so
    return found


def _expected(position: Derivation) -> Iterator[Expected]:
    shape, buyer = position.rules.shape, position.facts.buyer
    energy_clause = position.cited(ENERGY)
    for leg in position.legs:
        payee, leg_id = leg.leg.seller if shape.direct else MARKET, leg.leg.id
        yield Expected(ENERGY, buyer, payee, None, leg_id, None, leg.in_band.value, leg.price, energy_clause)
        for band, share in zip(position.under, leg.shortfall, strict=True):
            if share.value and (shape.direct or not band.band.price.is_zero):
                terms = share.value, band.price.rounded, position.cited(SHORTFALL)
                yield Expected(SHORTFALL, buyer, payee, None, leg_id, None, *terms)
    for part in position.cells:
        user, period = part.cell.user.id, part.cell.period
        for over, share, price in zip(position.way.over, part.over, part.over_prices, strict=True):
            if share.value:
                clause = position.clause(OVERRUN, period)
                paid = share.value, price.rounded, clause, part.cell.tariff_period, part.cell.part
                yield Expected(OVERRUN, buyer, over.payee, user, None, period, *paid)
        for charge, cost in zip(position.way.charges, part.charge_prices, strict=True):
            if cost is not None:
                clause, energy = position.clause(charge.item, period), part.charged(charge)
                paid = energy, cost.rounded, clause, part.cell.tariff_period, part.cell.part
                yield Expected(charge.item, user, charge.payee, user, None, period, *paid)
    yield from _fees(position)
    for leg in position.legs:
        move = position.facts.moves.made.get(leg.leg.id)
        if move is not None:
            terms = move.moved, move.paid, position.cited(TRANSFER)
            yield Expected(TRANSFER, move.taker, move.giver, None, move.leg, None, *terms)


def _fees(position: Derivation) -> Iterator[Expected]:
    fees = position.rules.shape.fees
    for band in (*position.over, *position.under):
        if band.fee is not None and fees is not None:
            terms = band.fee.energy, band.fee.price.rounded, position.cited(fees.item)
            yield Expected(fees.item, position.facts.buyer, fees.payee, None, None, None, *terms)


def matched(place: TablePlace, expected: Iterable[Expected], lines: Iterable[Transfer]) -> Ledger:
    """Hold derived transfers against lines of the ledger, one to one.

    Parameters
    ----------
    place : TablePlace
        Of the ledger; its row names what is derived.
    expected : iterable of Expected
    lines : iterable of Transfer

    Raises
    ------
    ResultError
        A line is missing, is too many, or differs.
    """
    key: tuple[str | None, ...]
    derived: dict[tuple[str | None, ...], list[Expected]] = {}
    for each in expected:
        if each.energy_kwh:
            key = each.item, each.user_id, each.leg_id, each.period, each.tariff_period
            derived.setdefault(key, []).append(each)
    found: dict[tuple[str | None, ...], list[Transfer]] = {key: [] for key in derived}
    by_key: dict[tuple[str | int | None, ...], list[Transfer]] = {}
    taken = []
    for line in lines:
        key = (line.item, line.user_id, line.leg_id, line.period, line.tariff_period)
        if len(found.get(key, ())) == len(derived.get(key, ())):
            raise ResultError(
                Sentence("{place}: the derivation arrives at no such transfer", place=_of_line(line, place))
            )
        wanted = derived[key][len(found[key])]
        pairs = {name: (getattr(line, name), getattr(wanted, name)) for name in Expected._fields if name != "part"}
        pairs["amount_micro_yuan"] = (line.amount_micro_yuan, wanted.energy_kwh * wanted.price_micro_yuan_per_kwh)
        for name, (stands, value) in pairs.items():
            if stands != value:
                raise differs(_of_line(line, place), name, stands, value)
        found[key].append(line)
        by_key.setdefault((*key, wanted.part), []).append(line)
        taken.append(line)
    for key, all_wanted in derived.items():
        for wanted in all_wanted[len(found[key]) :]:
            about = " ".join(part for part in key if part)
            raise ResultError(
                Sentence(
                    "ledger ({row}): the derivation arrives at a transfer from {payer} to {payee} ({about}), but the "
                    "table has no such line",
                    row=place.in_row,
                    payer=wanted.payer,
                    payee=wanted.payee,
                    about=about,
                )
            )
    return Ledger(tuple(taken), {name: tuple(each) for name, each in by_key.items()})


def _of_line(line: Transfer, place: TablePlace) -> Sentence:
    return Sentence("ledger, line {line} ({row})", line=line.line, row=place.in_row)
