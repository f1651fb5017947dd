"""The ledger: every transfer of money, one payer and one payee a line (rulebook part 5).

A line's amount is its energy times its price, so nothing is rounded, and the accounts of all parties
sum to zero. Lines stand by month, then by unit and product, then in the order of the items of the
market.

A province's ledger has tens of millions of lines, so nobody holds it: its lines are made for a run of positions
at a time, whenever they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.arrow import texts_of
from gridsim.calendar import month_text
from gridsim.rules.shape import ENERGY, MARKET, OVERRUN, SHORTFALL, TRANSFER
from gridsim.settlement.ledger_parts import NONE, Block, amounts, part_of_ledger
from gridsim.settlement.ledger_tail import NO_TAIL, items_of_ledger, tail_blocks
from gridsim.settlement.parted import PartedTable, cuts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.cell_price import CellPrice
    from gridsim.settlement.clauses import LedgerClauses
    from gridsim.settlement.closing import ClosingLines
    from gridsim.settlement.ledger_parts import Source
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Positions

    Ints = NDArray[np.int64]

__all__ = ["ledger_table"]


def ledger_table(
    outcomes: Sequence[Outcome],
    unitless: UnitlessOutcome,
    legs: ContractBook,
    meter: Meter,
    names: PartyNames,
    leg_ids: pa.Array,
    clauses: LedgerClauses,
    closing: tuple[ClosingLines, ClosingLines] | None = None,
    tail: TailLines = NO_TAIL,
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
    closing : pair of ClosingLines, optional
        Lines that close the months: of the settlement that counts, and of the trial.
    tail : TailLines
        Lines behind all others.
    """
    items = (*names.shape.items, *tail.items)
    parties = texts_of(names.parties)
    earlier = np.unique(tail.corrects_month[tail.corrects_month >= 0])
    corrected = [month_text(ordinal) for ordinal in earlier.tolist()]
    texts = {
        "month": texts_of(names.months),
        "item": texts_of([item for item in items if item != TRANSFER or len(legs.moves.leg) or len(tail.item)]),
        "payer": parties,
        "payee": parties,
        "unit_id": texts_of(names.units.ids),
        "user_id": texts_of(names.users),
        "leg_id": leg_ids,
        "period": texts_of(names.shape.periods),
        "tariff_period": texts_of(names.shape.periods),
        "corrects_month": texts_of(corrected),
        "corrects_item": texts_of(items_of_ledger(names.shape.items)),
        "clause": texts_of(clauses.texts),
    }

    def parts(wanted: Collection[str] | None) -> Iterator[pa.Table]:
        line = 1
        for outcome in outcomes:
            of_outcome = None if closing is None else closing[outcome.trial]
            for blocks in _Lines(outcome, unitless, legs, meter, names, clauses, of_outcome).runs():
                part = part_of_ledger(blocks, texts, line, wanted, trial=outcome.trial)
                line += sum(len(block.place) for block in blocks)
                yield part
        of_tail = {item: clauses.apart((item,)) for item in tail.items}
        for block in tail_blocks(tail, items, of_tail, earlier):
            yield part_of_ledger([block], texts, line, wanted, trial=False)
            line += len(block.place)

    more = len(tail.month) + (0 if closing is None else sum(len(closing[each.trial].month) for each in outcomes))
    return PartedTable(sum(_count(outcome, unitless, legs, meter) for outcome in outcomes) + more, parts)


def _count(outcome: Outcome, unitless: UnitlessOutcome, legs: ContractBook, meter: Meter) -> int:
    """How many lines an outcome makes."""
    positions, by_leg, by_cell = outcome.positions, outcome.by_leg, outcome.by_cell
    count = np.count_nonzero(by_leg.in_band) + np.count_nonzero(by_cell.over)
    for band, paid in enumerate(_paid_under_bands(outcome)):
        short = by_leg.shortfall[band]
        count += np.count_nonzero(short if paid.all() else short * paid.take(outcome.way)[positions.position_of_leg])
    prices = by_cell.prices
    rows = len(prices.over[0].applies)
    in_band = np.bincount(prices.place[by_cell.in_band != 0], minlength=rows)  # cells by row of the table of prices
    for charge in prices.charges:
        cells = in_band
        if charge.on_metered is not None:
            metered = np.bincount(prices.place[meter.energy[positions.cell] != 0], minlength=rows)
            cells = np.where(charge.on_metered, metered, in_band)
        count += cells[charge.applies].sum()
    count += sum(np.count_nonzero(fee.energy) for fee in outcome.fees)
    if not outcome.trial:
        count += sum(np.count_nonzero(unitless.energy[charge.row]) for charge in unitless.charges)
    count += np.count_nonzero(np.isin(legs.moves.leg[legs.moves.energy > 0], outcome.positions.leg))
    return int(count)


def _paid_under_bands(outcome: Outcome) -> list[NDArray[np.bool_]]:
    """By under band and way, whether what is missing there makes a line: a plain 0 to MARKET makes none."""
    is_direct = outcome.ways.shape.direct
    return [
        np.array([band >= len(way.under) or is_direct or not way.under[band].price.is_zero for way in outcome.ways])
        for band in range(max(len(way.under) for way in outcome.ways))  # a set without any makes no line
    ]


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
        closing: ClosingLines | None,
    ) -> None:
        self._closing = closing
        self._outcome, self._unitless, self._meter, self._names = outcome, unitless, meter, names
        self._positions = positions = outcome.positions
        self._clauses, self._apart = clauses.of_item, clauses.apart
        self._clause_of_position = {
            item: codes[:, 0].astype(np.int8).take(outcome.way)
            for item, codes in clauses.of_item.items()
            if (codes == codes[:, :1]).all() and len(set(codes[:, 0])) > 1
        }
        self._party_of_unit = names.party_of_unit
        self._item = {name: code for code, name in enumerate(names.shape.items)}
        self._legs, self._party_of_seller = legs, names.party_of_seller[legs.seller]
        market = names.shape.accounts.index(MARKET) if not names.shape.direct else None
        self._party_of_leg = (
            self._party_of_seller
            if market is None
            else np.full(len(legs), names.party_of_account[market], dtype=np.int64)
        )
        self._move_of_leg = np.full(len(legs), NONE, dtype=np.int64)
        moved = np.flatnonzero(legs.moves.energy)  # a what-if may leave nothing of what changed hands
        self._move_of_leg[legs.moves.leg[moved]] = moved
        self._months_first = len(positions) + 1  # places of one month
        self._place = positions.month.astype(np.int64) * self._months_first + np.arange(len(positions))

    def runs(self) -> Iterator[list[Block]]:
        """The blocks of one run of positions after the other, with the users without a unit who come in between."""
        positions, unitless = self._positions, self._unitless
        bounds = cuts(2 * positions.leg_start + 4 * positions.cell_start)
        month = self._meter.month[unitless.cell]
        row = np.argsort(month, kind="stable")
        outside = self._shares(month[row], bounds)
        closing = self._shares(np.zeros(0, dtype=np.int64) if self._closing is None else self._closing.month, bounds)
        for number, run in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            blocks = [*self._of_legs(*run), *self._of_cells(*run), *self._of_fees(*run), *self._of_moves(*run)]
            if not self._outcome.trial:
                blocks.extend(self._of_unitless(np.sort(row[outside[number] : outside[number + 1]])))
            blocks.extend(self._of_closing(slice(*closing[number : number + 2].tolist())))
            yield blocks

    def _shares(self, months: NDArray[np.integer], bounds: Ints) -> Ints:
        """Which of some lines, by month, each run has: those of a month stand behind its last position.

        Those of months behind all positions are at the end.
        """
        shares = np.searchsorted(
            np.searchsorted(self._positions.month, months, side="right"), bounds, side="right"
        ).astype(np.int64)
        shares[0], shares[-1] = 0, len(months)
        return shares

    def _of_closing(self, run: slice) -> Iterator[Block]:
        closing = self._closing
        if closing is None or run.start == run.stop:
            return
        line = np.arange(run.start, run.stop)
        codes = np.array(list(map(self._apart, closing.governed_by)), dtype=np.int64)
        columns: dict[str, Source] = {
            name: (getattr(closing, name), line) for name in ("month", "item", "payer", "payee")
        }
        columns |= {"leg_id": (closing.leg, line), "clause": (codes, closing.clause[line])}
        columns |= amounts((closing.energy, line), (closing.price, line)) | {
            "amount_micro_yuan": (closing.amount, line)
        }
        yield Block(closing.month[line] * self._months_first + (self._months_first - 1), columns)

    def _of_legs(self, first: int, last: int) -> Iterator[Block]:
        positions, outcome, by_leg = self._positions, self._outcome, self._outcome.by_leg
        packed, position = _packed(positions.leg_start, first, last)
        yield self._leg_block(ENERGY, by_leg.in_band, (by_leg.price, None), packed, position)
        for band, paid in enumerate(_paid_under_bands(outcome)):
            short = by_leg.shortfall[band]
            kept = None if paid.all() else paid.take(outcome.way)
            yield self._leg_block(SHORTFALL, short, (by_leg.shortfall_price[band], positions), packed, position, kept)

    def _leg_block(
        self, item: str, energy: Ints, price: tuple[Ints, Positions | None], packed: slice, position: Ints,
        kept: NDArray[np.bool_] | None = None,
    ) -> Block:  # fmt: skip
        """Lines of legs; the price is by leg, or by position. `kept`: by position, whether it makes lines at all."""
        positions = self._positions
        has_line = energy[packed] if kept is None else energy[packed] * kept[position]
        found = np.flatnonzero(has_line)
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
        values, by_position = price
        return Block(self._place[of], columns | amounts((energy, line), (values, line if by_position is None else of)))

    def _of_moves(self, first: int, last: int) -> Iterator[Block]:
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
            np.where(among_buyers, self._party_of_unit[legs.unit[row]], self._party_of_seller[row])
            for row in (leg, source)
        )
        every = np.arange(len(move))
        columns: dict[str, Source] = {
            "month": (positions.month, of),
            "item": self._item[TRANSFER],
            "payer": (payer, every),
            "payee": (payee, every),
            "unit_id": (positions.unit, of),
            "leg_id": (positions.leg, line),
            "clause": self._clause(TRANSFER, of),
        }
        yield Block(self._place[of], columns | amounts((moves.energy, move), (moves.price, move)))

    def _of_cells(self, first: int, last: int) -> Iterator[Block]:
        positions, by_cell = self._positions, self._outcome.by_cell
        packed, position = _packed(positions.cell_start, first, last)
        for band, over in enumerate(by_cell.over):
            found = np.flatnonzero(over[packed])
            prices = by_cell.prices.over[band]
            price = self._cell_price(by_cell.over_price[band], prices, packed, found)
            columns = self._cell_columns(OVERRUN, prices, packed, position, found)
            columns["payer"] = (self._party_of_unit, positions.unit[position[found]])
            yield Block(self._place[position[found]], columns | amounts((over, packed.start + found), price))
        metered = self._meter.energy[positions.cell[packed]]
        for number, item in enumerate(self._outcome.ways.items):
            energy = by_cell.energy_of_charge(number, packed, metered)
            found = np.flatnonzero(energy)
            prices = by_cell.prices.charges[number]
            price = self._cell_price(by_cell.charge_price[number], prices, packed, found)
            columns = self._cell_columns(item, prices, packed, position, found)
            yield Block(self._place[position[found]], columns | amounts((energy, found), price))

    def _cell_price(self, own: Ints | None, table: CellPrice, packed: slice, found: Ints) -> Source:
        if own is not None:
            return own, packed.start + found
        return table.values, self._outcome.by_cell.prices.place[packed][found].astype(np.intp)

    def _cell_columns(
        self, item: str, prices: CellPrice, packed: slice, position: Ints, found: Ints
    ) -> dict[str, Source]:
        positions, meter, names = self._positions, self._meter, self._names
        of, line = position[found], packed.start + found
        cell = positions.cell[line]
        account = prices.account
        payee: Source
        if (account == account[0]).all():
            payee = int(names.party_of_account[account[0]])
        else:
            payee = names.party_of_account, account.take(self._outcome.by_cell.prices.place[line])
        return {
            "month": (positions.month, of),
            "item": self._item[item],
            "payer": (names.party_of_user, meter.user[cell]),
            "payee": payee,
            "unit_id": (positions.unit, of),
            "user_id": (meter.user, cell),
            "period": (meter.period, cell),
            "tariff_period": (meter.tariff_period, cell),
            "clause": self._clause(item, of, cell),
        }

    def _of_fees(self, first: int, last: int) -> Iterator[Block]:
        positions, names, fees = self._positions, self._names, self._names.shape.fees
        for fee in self._outcome.fees:
            assert fees is not None  # or there would be no fee
            of = first + np.flatnonzero(fee.energy[first:last])
            columns: dict[str, Source] = {
                "month": (positions.month, of),
                "item": self._item[fees.item],
                "payer": (self._party_of_unit, positions.unit[of]),
                "payee": int(names.party_of_account[names.shape.accounts.index(fees.payee)]),
                "unit_id": (positions.unit, of),
                "clause": self._clause(fees.item, of),
            }
            yield Block(self._place[of], columns | amounts((fee.energy, of), (fee.price, of)))

    def _of_unitless(self, row: NDArray[np.int64]) -> Iterator[Block]:
        unitless, meter, names = self._unitless, self._meter, self._names
        is_wanted = np.zeros(len(unitless.cell), dtype=bool)
        is_wanted[row] = True
        for charge in unitless.charges:
            found = np.flatnonzero(is_wanted[charge.row] & (unitless.energy[charge.row] > 0))
            line = charge.row[found]
            cell = unitless.cell[line]
            columns: dict[str, Source] = {
                "month": (meter.month, cell),
                "item": self._item[charge.item],
                "payer": (names.party_of_user, meter.user[cell]),
                "payee": int(names.party_of_account[charge.account]),
                "user_id": (meter.user, cell),
                "period": (meter.period, cell),
                "tariff_period": (meter.tariff_period, cell),
                "clause": self._apart(charge.governed_by),
            }
            place = meter.month[cell].astype(np.int64) * self._months_first + (self._months_first - 1)
            yield Block(place, columns | amounts((unitless.energy, line), (charge.price, found)))

    def _clause(self, item: str, of: NDArray[np.int64], cell: NDArray[np.int64] | None = None) -> Source:
        """Where the clauses of lines stand, by their positions and, where the period decides, by their cells."""
        codes = self._clauses[item]
        if (codes == codes[0, 0]).all():
            return int(codes[0, 0])
        if item in self._clause_of_position:
            return self._clause_of_position[item], of
        assert cell is not None  # a leg's clauses are those of all periods
        return codes.ravel(), self._outcome.way[of] * codes.shape[1] + self._meter.period[cell]


def _packed(start: NDArray[np.int64], first: int, last: int) -> tuple[slice, NDArray[np.int64]]:
    """The packed legs or cells of a run of positions, and the position of each."""
    counts = np.diff(start[first : last + 1])
    return slice(int(start[first]), int(start[last])), np.repeat(np.arange(first, last), counts)
