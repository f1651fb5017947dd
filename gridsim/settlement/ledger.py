"""The ledger: every transfer of money, one payer and one payee a line (rulebook part 5).

A line's amount is its energy times its price, so nothing is rounded, and the accounts of all parties
sum to zero. Lines stand by month, then by unit and product, then in the order of `ITEMS`.

A province's ledger has tens of millions of lines, so nobody holds it: its lines are made for a run of positions
at a time, whenever they are asked for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.arrow import coded, texts_of
from gridsim.settlement.parted import PartedTable, chunks, cuts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.clauses import LedgerClauses
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Meter

    Source = tuple[NDArray[np.integer], NDArray[np.integer]] | int
    """Where a column's numbers stand: an array and the row of each line in it, or one number for all lines."""

__all__ = ["ledger_table"]

_NONE = -1

_DTYPES: dict[str, type[np.integer]] = {
    "month": np.int8,
    "item": np.int8,
    "payer": np.int32,
    "payee": np.int32,
    "unit_id": np.int32,
    "user_id": np.int32,
    "leg_id": np.int32,
    "period": np.int8,
    "energy_kwh": np.int64,
    "price_micro_yuan_per_kwh": np.int64,
    "amount_micro_yuan": np.int64,
    "clause": np.int8,
}


class _Block(NamedTuple):
    """Lines of one item, and where the numbers of their columns stand; a text column without any is empty."""

    place: NDArray[np.int64]
    """(n,) by what the lines stand: month and position, users without one after all positions of the month."""
    columns: Mapping[str, Source]


def ledger_table(
    outcomes: Sequence[Outcome],
    unitless: UnitlessOutcome,
    legs: ContractBook,
    meter: Meter,
    names: PartyNames,
    leg_ids: pa.Array,
    clauses: LedgerClauses,
) -> PartedTable:
    """The exact table ``ledger``.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The settlement that counts, then the trial if there is one.
    unitless : UnitlessOutcome
    legs : ContractBook
    meter : Meter
    names : PartyNames
    leg_ids : Arrow array of str
        The id of each leg.
    clauses : LedgerClauses
        Of the rule set.
    """
    parties = texts_of(names.parties)
    texts = {
        "month": texts_of(names.months),
        "item": texts_of([item for item in names.shape.items if item != "transfer" or len(legs.moves.leg)]),
        "payer": parties,
        "payee": parties,
        "unit_id": texts_of(names.units.ids),
        "user_id": texts_of(names.users),
        "leg_id": leg_ids,
        "period": texts_of(names.shape.periods),
        "clause": texts_of(clauses.texts),
    }

    def parts(wanted: Collection[str] | None) -> Iterator[pa.Table]:
        line = 1
        for outcome in outcomes:
            for blocks in _Lines(outcome, unitless, legs, meter, names, clauses).runs():
                part = _part(blocks, texts, line, wanted, trial=outcome.trial)
                line += sum(len(block.place) for block in blocks)
                yield part

    return PartedTable(sum(_count(outcome, unitless, legs) for outcome in outcomes), parts)


def _count(outcome: Outcome, unitless: UnitlessOutcome, legs: ContractBook) -> int:
    """How many lines an outcome makes."""
    by_leg, by_cell = outcome.by_leg, outcome.by_cell
    in_band = by_cell.in_band != 0
    count = np.count_nonzero(by_leg.in_band) + np.count_nonzero(by_leg.shortfall) + np.count_nonzero(by_cell.overrun)
    count += 2 * np.count_nonzero(in_band)
    has_adjustment, place = by_cell.prices.table.has_adjustment, by_cell.prices.place
    count += sum(np.count_nonzero(in_band[run] & has_adjustment.take(place[run])) for run in chunks(len(place)))
    if not outcome.trial:
        bought = unitless.energy > 0
        count += np.count_nonzero(bought) + np.count_nonzero(bought & ~unitless.is_priority)  # the second: funds
    count += np.count_nonzero(np.isin(legs.moves.leg, outcome.positions.leg))
    return int(count)


class _Lines:
    """The lines of one outcome, for some positions at a time."""

    def __init__(
        self,
        outcome: Outcome,
        unitless: UnitlessOutcome,
        legs: ContractBook,
        meter: Meter,
        names: PartyNames,
        clauses: LedgerClauses,
    ) -> None:
        self._outcome, self._unitless, self._meter, self._names = outcome, unitless, meter, names
        self._positions = positions = outcome.positions
        self._clauses = clauses.of_item
        self._clause_of_position = {
            item: codes[:, 0].astype(np.int8).take(outcome.regime)
            for item, codes in clauses.of_item.items()
            if (codes == codes[:, :1]).all() and len(set(codes[:, 0])) > 1
        }
        self._party_of_unit = names.party_of_unit
        self._item = {name: code for code, name in enumerate(names.shape.items)}
        self._party_of_leg = names.party_of_seller[legs.seller]
        self._legs = legs
        self._move_of_leg = np.full(len(legs), _NONE, dtype=np.int64)
        self._move_of_leg[legs.moves.leg] = np.arange(len(legs.moves.leg))
        self._months_first = len(positions) + 1  # places of one month
        self._place = positions.month.astype(np.int64) * self._months_first + np.arange(len(positions))

    def runs(self) -> Iterator[list[_Block]]:
        """The blocks of one run of positions after the other, with the users without a unit who come in between."""
        positions, unitless = self._positions, self._unitless
        bounds = cuts(2 * positions.leg_start + 4 * positions.cell_start)
        month = self._meter.month[unitless.cell]
        row = np.argsort(month, kind="stable")
        # Those of a month stand after its last position, those of the months after all positions at the end.
        shares = np.searchsorted(np.searchsorted(positions.month, month[row], side="right"), bounds, side="right")
        shares[0], shares[-1] = 0, len(row)
        for first, last, begin, end in zip(bounds[:-1], bounds[1:], shares[:-1], shares[1:], strict=True):
            blocks = [*self._of_legs(int(first), int(last)), *self._of_cells(int(first), int(last))]
            blocks.extend(self._of_moves(int(first), int(last)))
            if not self._outcome.trial:
                blocks.extend(self._of_unitless(np.sort(row[begin:end])))
            yield blocks

    def _of_legs(self, first: int, last: int) -> Iterator[_Block]:
        positions, by_leg = self._positions, self._outcome.by_leg
        packed, position = _packed(positions.leg_start, first, last)
        for item, energy, price in (
            ("energy", by_leg.in_band, by_leg.price),
            ("shortfall", by_leg.shortfall, by_leg.shortfall_price),
        ):
            found = np.flatnonzero(energy[packed])
            of, line = position[found], packed.start + found
            columns: dict[str, Source] = {
                "month": (positions.month, of),
                "item": self._item[item],
                "payer": (self._party_of_unit, positions.unit[of]),
                "payee": (self._party_of_leg, positions.leg[line]),
                "unit_id": (positions.unit, of),
                "leg_id": (positions.leg, line),
                "clause": self._clause(item, of),
            }
            yield _Block(self._place[of], columns | _amounts((energy, line), (price, line)))

    def _of_moves(self, first: int, last: int) -> Iterator[_Block]:
        """What takers of contracted energy pay its givers, for all of it whatever is metered (rulebook part 10)."""
        legs, moves, positions = self._legs, self._legs.moves, self._positions
        if not len(moves.leg):
            return
        packed, position = _packed(positions.leg_start, first, last)
        found = np.flatnonzero(self._move_of_leg[positions.leg[packed]] >= 0)
        of, line = position[found], packed.start + found
        move = self._move_of_leg[positions.leg[line]]
        leg, source = moves.leg[move], moves.source[move]
        among_buyers = legs.unit[leg] != legs.unit[source]
        payer, payee = (
            np.where(among_buyers, self._party_of_unit[legs.unit[row]], self._party_of_leg[row])
            for row in (leg, source)
        )
        every = np.arange(len(move))
        columns: dict[str, Source] = {
            "month": (positions.month, of),
            "item": self._item["transfer"],
            "payer": (payer, every),
            "payee": (payee, every),
            "unit_id": (positions.unit, of),
            "leg_id": (positions.leg, line),
            "clause": self._clause("transfer", of),
        }
        yield _Block(self._place[of], columns | _amounts((moves.energy, move), (moves.price, move)))

    def _of_cells(self, first: int, last: int) -> Iterator[_Block]:
        positions, by_cell, meter, names = self._positions, self._outcome.by_cell, self._meter, self._names
        packed, position = _packed(positions.cell_start, first, last)
        in_band = by_cell.in_band[packed] != 0
        prices, place = by_cell.prices.table, by_cell.prices.place[packed].astype(np.intp)
        is_adjusted = in_band & prices.has_adjustment.take(place)
        for item, has_line, energy, price in (
            ("overrun", by_cell.overrun[packed], by_cell.overrun, prices.overrun),
            ("transmission", in_band, by_cell.in_band, prices.transmission),
            ("tou_adjustment", is_adjusted, by_cell.in_band, None),
            ("funds", in_band, by_cell.in_band, prices.funds),
        ):
            found = np.flatnonzero(has_line)
            of, line = position[found], packed.start + found
            price_of_line = (by_cell.adjustment_price, line) if price is None else (price, place[found])
            cell = positions.cell[line]
            columns: dict[str, Source] = {
                "month": (positions.month, of),
                "item": self._item[item],
                "payer": (names.party_of_user, meter.user[cell]),
                "payee": names.government if item == "funds" else names.grid,
                "unit_id": (positions.unit, of),
                "user_id": (meter.user, cell),
                "period": (meter.period, cell),
                "clause": self._clause(item, of, cell),
            }
            if item == "overrun":
                columns["payer"] = (self._party_of_unit, positions.unit[of])
            yield _Block(self._place[of], columns | _amounts((energy, line), price_of_line))

    def _of_unitless(self, row: NDArray[np.int64]) -> Iterator[_Block]:
        unitless, meter, names = self._unitless, self._meter, self._names
        left = ~unitless.is_priority
        for item, applies, price in (
            ("fallback", left, unitless.price),
            ("funds", left, unitless.funds_price),
            ("catalogue", unitless.is_priority, unitless.price),
        ):
            line = row[applies[row] & (unitless.energy[row] > 0)]
            cell = unitless.cell[line]
            columns: dict[str, Source] = {
                "month": (meter.month, cell),
                "item": self._item[item],
                "payer": (names.party_of_user, meter.user[cell]),
                "payee": names.government if item == "funds" else names.grid,
                "user_id": (meter.user, cell),
                "period": (meter.period, cell),
                "clause": int(self._clauses["fallback_funds" if item == "funds" else item][0, 0]),
            }
            place = meter.month[cell].astype(np.int64) * self._months_first + (self._months_first - 1)
            yield _Block(place, columns | _amounts((unitless.energy, line), (price, line)))

    def _clause(self, item: str, of: NDArray[np.int64], cell: NDArray[np.int64] | None = None) -> Source:
        """Where the clauses of lines stand, by their positions and, where the period decides, by their cells."""
        codes = self._clauses[item]
        if (codes == codes[0, 0]).all():
            return int(codes[0, 0])
        if item in self._clause_of_position:
            return self._clause_of_position[item], of
        assert cell is not None  # a leg's clauses are those of all periods
        return codes.ravel(), self._outcome.regime[of] * codes.shape[1] + self._meter.period[cell]


def _packed(start: NDArray[np.int64], first: int, last: int) -> tuple[slice, NDArray[np.int64]]:
    """The packed legs or cells of a run of positions, and the position of each."""
    counts = np.diff(start[first : last + 1])
    return slice(int(start[first]), int(start[last])), np.repeat(np.arange(first, last), counts)


def _amounts(energy: Source, price: Source) -> dict[str, Source]:
    return {"energy_kwh": energy, "price_micro_yuan_per_kwh": price}


def _part(
    blocks: Sequence[_Block], texts: Mapping[str, pa.Array], line: int, wanted: Collection[str] | None, *, trial: bool
) -> pa.Table:
    """Some lines as an Arrow table; `line` is the number of the first."""
    order = np.argsort(np.concatenate([block.place for block in blocks]), kind="stable")

    @cache
    def column(name: str) -> NDArray[np.integer]:
        if name == "amount_micro_yuan":
            return column("energy_kwh") * column("price_micro_yuan_per_kwh")
        values = np.empty(len(order), dtype=_DTYPES[name])
        filled = 0
        for block in blocks:
            end = filled + len(block.place)
            source = block.columns.get(name, _NONE)
            values[filled:end] = source if isinstance(source, int) else source[0].take(source[1])
            filled = end
        return values.take(order)

    made = {}
    if wanted is None or "line" in wanted:
        made["line"] = pa.array(np.arange(line, line + len(order)))
    for name in _DTYPES:
        if wanted is None or name in wanted:
            made[name] = coded(column(name), texts[name]) if name in texts else pa.array(column(name))
    if wanted is None or "trial" in wanted:
        made["trial"] = pa.array(np.full(len(order), trial))
    return pa.table(made)
