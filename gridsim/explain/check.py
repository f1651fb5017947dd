"""A derivation held against the result tables: what is not the same is an error, and is never shown as if it were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.errors import ResultError
from gridsim.explain.derive import GOVERNMENT, GRID
from gridsim.integrity.places import TablePlace, differs
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.explain.derive import Derivation
    from gridsim.explain.model import Transfer

__all__ = ["Expected", "Ledger", "check", "expect", "matched", "same"]


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


@dataclass(frozen=True)
class Ledger:
    """The lines of the ledger that a derivation arrived at, each checked against it."""

    lines: tuple[Transfer, ...]
    _by_key: Mapping[tuple[str | None, ...], Transfer]

    def of(self, item: str) -> tuple[Transfer, ...]:
        """The lines of one item."""
        return tuple(line for line in self.lines if line.item == item)

    def of_leg(self, item: str, leg: str) -> Transfer | None:
        """The line of a leg, if it has energy."""
        return self._by_key.get((item, None, leg, None))

    def of_cell(self, item: str, user: str, period: str) -> Transfer | None:
        """The line of a cell, if it has energy."""
        return self._by_key.get((item, user, None, period))


def check(position: Derivation) -> Ledger:
    """Hold a settled position against positions, leg and cell settlement, and the ledger.

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
                "shortfall_kwh": leg.shortfall.value,
                "shortfall_micro_yuan": leg.shortfall.value * position.shortfall_price,
            },
        )
    for part in position.cells:
        user, period = part.cell.user.id, part.cell.period
        in_band = part.in_band.value
        expect(
            TablePlace("cell_settlement", f"{user} {facts.month} {period}", trial),
            facts.cell_settlement.get((user, period, trial)),
            {
                "metered_kwh": part.cell.metered,
                "in_band_kwh": in_band,
                "overrun_kwh": part.overrun,
                "overrun_micro_yuan": part.overrun * part.overrun_price,
                "transmission_micro_yuan": in_band * part.transmission.rounded,
                "tou_adjustment_micro_yuan": in_band * (part.adjustment.rounded if part.adjustment else 0),
                "funds_micro_yuan": in_band * part.cell.tariff.funds,
            },
        )
    legs = {leg.leg.id for leg in position.legs}

    def is_ours(line: Transfer) -> bool:
        if line.trial != trial:
            return False
        return line.leg_id in legs if line.leg_id else position.product in ("total", line.period)

    ours = [line for line in facts.ledger if is_ours(line)]
    return matched(TablePlace("ledger", where, trial), _expected(position), ours)


def _expected(position: Derivation) -> Iterator[Expected]:
    buyer, clauses = position.facts.buyer, position.clauses
    energy_clause = position.cited("energy")
    for leg in position.legs:
        seller, leg_id = leg.leg.seller, leg.leg.id
        yield Expected("energy", buyer, seller, None, leg_id, None, leg.in_band.value, leg.price, energy_clause)
        short = leg.shortfall.value
        if short:
            clause = position.cited("shortfall")
            yield Expected("shortfall", buyer, seller, None, leg_id, None, short, position.shortfall_price, clause)
    for part in position.cells:
        user, period, energy = part.cell.user.id, part.cell.period, part.in_band.value
        over, over_price = part.overrun, part.overrun_price
        yield Expected("overrun", buyer, GRID, user, None, period, over, over_price, clauses["overrun", period])
        for item, payee, price in (
            ("transmission", GRID, part.transmission.rounded),
            ("tou_adjustment", GRID, part.adjustment.rounded if part.adjustment is not None else None),
            ("funds", GOVERNMENT, part.cell.tariff.funds),
        ):
            if price is not None:
                yield Expected(item, user, payee, user, None, period, energy, price, clauses[item, period])
    for leg in position.legs:
        move = position.facts.moves.made.get(leg.leg.id)
        if move is not None:
            terms = move.share.value, move.paid, position.cited("transfer")
            yield Expected("transfer", move.taker, move.giver, None, move.leg, None, *terms)


def expect(place: TablePlace, row: Mapping[str, Any] | None, derived: Mapping[str, int]) -> None:
    """A row of a result table must have the derived numbers.

    Raises
    ------
    ResultError
        It has others, or there is no such row.
    """
    if row is None:
        raise ResultError(
            Sentence("{place}: the derivation arrives at this row, but the table has none", place=place.sentence)
        )
    for name, value in derived.items():
        if row[name] != value:
            raise differs(place.sentence, name, row[name], value)


def same(place: TablePlace, column: str, stands: object, derived: object) -> None:
    """What stands in a column must be what was derived.

    Raises
    ------
    ResultError
        It is not.
    """
    if stands != derived:
        raise differs(place.sentence, column, stands, derived)


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
    derived = {(line.item, line.user_id, line.leg_id, line.period): line for line in expected if line.energy_kwh}
    found: dict[tuple[str | None, ...], Transfer] = {}
    for line in lines:
        key = (line.item, line.user_id, line.leg_id, line.period)
        if key not in derived or key in found:
            raise ResultError(
                Sentence("{place}: the derivation arrives at no such transfer", place=_of_line(line, place))
            )
        wanted = derived[key]
        pairs = {name: (getattr(line, name), getattr(wanted, name)) for name in Expected._fields}
        pairs["amount_micro_yuan"] = (line.amount_micro_yuan, wanted.energy_kwh * wanted.price_micro_yuan_per_kwh)
        for name, (stands, value) in pairs.items():
            if stands != value:
                raise differs(_of_line(line, place), name, stands, value)
        found[key] = line
    for key, wanted in derived.items():
        if key not in found:
            about = " ".join(str(part) for part in key if part)
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
    return Ledger(tuple(found.values()), found)


def _of_line(line: Transfer, place: TablePlace) -> Sentence:
    return Sentence("ledger, line {line} ({row})", line=line.line, row=place.in_row)
