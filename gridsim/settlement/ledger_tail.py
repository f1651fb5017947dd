"""Lines behind all others of the ledger: retail contracts, the rest of users' bills, corrections of earlier months.

They stand in the settlement that counts alone, and they follow what was settled: no line before them changes. Each part
of the rulebook that has such lines (13, 14, 16) makes its `TailLines`; `joined` puts them one behind the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.shape import TAIL_ITEMS
from gridsim.settlement.ledger_parts import Block
from gridsim.settlement.parted import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.settlement.ledger_parts import Source

    Ints = NDArray[np.int64]

__all__ = ["NOBODY", "NO_TAIL", "TailLines", "items_of_ledger", "joined", "tail_blocks"]

NOBODY = -1
"""Where a line has no unit, no user, no period, or corrects nothing."""


class TailLines(NamedTuple):
    """Lines of the ledger as they stand, each an (n,) int64 array.

    Attributes
    ----------
    month, item, payer, payee, unit, user, period, tariff_period : int64 array
        `item` is a place among `gridsim.rules.shape.TAIL_ITEMS`; `payer` and `payee` among the parties
        (`gridsim.settlement.names.PartyNames`); unit, user and periods may be `NOBODY`.
    energy : int64 array
        [kWh] 0 of a charge without energy.
    price : int64 array
        [micro-yuan/kWh] `gridsim.settlement.closing.NO_PRICE` of a line whose money is no energy times a price.
    amount : int64 array
        [micro-yuan]
    corrects_month : int64 array
        Of a correction: the earlier month, as `gridsim.calendar.month_ordinal` counts.
    corrects_item : int64 array
        Of a correction: a place among `items_of_ledger`.
    """

    month: Ints
    item: Ints
    payer: Ints
    payee: Ints
    unit: Ints
    user: Ints
    period: Ints
    tariff_period: Ints
    energy: Ints
    price: Ints
    amount: Ints
    corrects_month: Ints
    corrects_item: Ints

    @classmethod
    def plain(cls, **columns: Ints) -> TailLines:
        """Lines that correct nothing, by attribute."""
        nothing = np.full(len(columns["month"]), NOBODY, dtype=np.int64)
        return cls(**columns, corrects_month=nothing, corrects_item=nothing)

    @classmethod
    def of(cls, item: str, rows: Sequence[Sequence[int]]) -> TailLines:
        """Lines of one item, a row each: all that is said of a line but its item, in the order of the attributes.

        What lines that correct nothing don't say, the last two, may be left out.
        """
        table = np.array(rows, dtype=np.int64).reshape(len(rows), -1 if len(rows) else len(cls._fields) - 1)
        unsaid = len(cls._fields) - 1 - table.shape[1]
        month, *others = np.pad(table, ((0, 0), (0, unsaid)), constant_values=NOBODY).T
        return cls(month, np.full(len(table), TAIL_ITEMS.index(item)), *others)

    def has_line(self) -> NDArray[np.bool_]:
        """(n,) whether each is a line at all: those of no money and no energy are left out."""
        has_line: NDArray[np.bool_] = (self.amount != 0) | (self.energy != 0)
        return has_line

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_] | slice) -> TailLines:
        """Some of them."""
        return TailLines(*(values[rows] for values in self))

    @property
    def items(self) -> tuple[str, ...]:
        """The items that have lines, in the order of `TAIL_ITEMS`."""
        return tuple(TAIL_ITEMS[number] for number in np.unique(self.item).tolist())


NO_TAIL = TailLines(*np.zeros((len(TailLines._fields), 0), dtype=np.int64))


def joined(parts: Sequence[TailLines]) -> TailLines:
    """The lines of several parts one behind the other, without those of no money and no energy."""
    whole = TailLines(*(np.concatenate(values) for values in zip(*parts, strict=True))) if parts else NO_TAIL
    return whole.take(whole.has_line())


def items_of_ledger(items: Sequence[str]) -> tuple[str, ...]:
    """What a line may correct: the items of a market's ledger, and behind them `TAIL_ITEMS`.

    Parameters
    ----------
    items : sequence of str
        Those of the market.
    """
    return tuple(dict.fromkeys((*items, *TAIL_ITEMS)))


def tail_blocks(
    tail: TailLines, items: Sequence[str], clause_of_item: dict[str, int], months: NDArray[np.int64]
) -> Iterator[Block]:
    """The lines as blocks of the ledger, so many at a time that no one holds a province's.

    Parameters
    ----------
    tail : TailLines
    items : sequence of str
        The items of the ledger, by code.
    clause_of_item : dict of str to int
        The code of what each item cites.
    months : int64 array
        Months that are corrected, ascending, by code.
    """
    place_of_item = np.array([items.index(item) if item in items else NOBODY for item in TAIL_ITEMS])
    clause = np.array([clause_of_item.get(item, NOBODY) for item in TAIL_ITEMS])
    for chunk in chunks(len(tail.month)) if len(tail.month) else ():
        lines = tail.take(chunk)
        every = np.arange(len(lines.month))
        columns: dict[str, Source] = {
            "month": (lines.month, every),
            "item": (place_of_item, lines.item),
            "payer": (lines.payer, every),
            "payee": (lines.payee, every),
            "unit_id": (lines.unit, every),
            "user_id": (lines.user, every),
            "period": (lines.period, every),
            "tariff_period": (lines.tariff_period, every),
            "energy_kwh": (lines.energy, every),
            "price_micro_yuan_per_kwh": (lines.price, every),
            "amount_micro_yuan": (lines.amount, every),
            "clause": (clause, lines.item),
            "corrects_month": (
                np.where(lines.corrects_month < 0, NOBODY, np.searchsorted(months, lines.corrects_month)),
                every,
            ),
            "corrects_item": (lines.corrects_item, every),
        }
        yield Block(every, columns)
