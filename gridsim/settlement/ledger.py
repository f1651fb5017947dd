"""The ledger: every transfer of money, one payer and one payee a line (rulebook part 5).

A line's amount is its energy times its price, so nothing is rounded, and the accounts of all parties
sum to zero. Lines stand by month, then by unit and product, then in the order of `ITEMS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.columns import PERIODS
from gridsim.settlement.prices import TOU, TRANSITION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.settlement.names import Names
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Meter

__all__ = ["CLAUSES", "ITEMS", "coded", "ledger_table"]

ITEMS = ("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")
CLAUSES = ("N5.1", "N5.2", "N5", "N4", "N6", "choice")
_ITEM = {name: code for code, name in enumerate(ITEMS)}
_N4, _N6, _CHOICE = (CLAUSES.index(name) for name in ("N4", "N6", "choice"))
_CLAUSE_OF_REGIME = np.arange(3)  # conventional N5.1, tou N5.2, transition N5: the head of CLAUSES
assert (TOU, TRANSITION) == (1, 2)
_NONE = -1


class _Block(NamedTuple):
    """Lines of one item: arrays of one length, or one number for all of them. -1 stands for an empty text."""

    order: NDArray[np.int64]
    month: NDArray[np.int64]
    item: int
    payer: NDArray[np.int64]
    payee: NDArray[np.int64] | int
    unit: NDArray[np.int64] | int
    user: NDArray[np.int64] | int
    leg: NDArray[np.int64] | int
    period: NDArray[np.int64] | int
    energy: NDArray[np.int64]
    price: NDArray[np.int64]
    amount: NDArray[np.int64]
    clause: NDArray[np.int64] | int


def ledger_table(
    outcomes: Sequence[Outcome], unitless: UnitlessOutcome, legs: Legs, meter: Meter, names: Names, leg_ids: pa.Array
) -> pa.Table:
    """The exact table ``ledger``.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The settlement that counts, then the trial if there is one.
    unitless : UnitlessOutcome
    legs : Legs
    meter : Meter
    names : Names
    leg_ids : Arrow array of str
        The id of each leg.
    """
    parts = []
    for outcome in outcomes:
        blocks = [*_leg_blocks(outcome, legs, names), *_cell_blocks(outcome, meter, names)]
        if not outcome.trial:
            blocks.extend(_unitless_blocks(unitless, meter, names, len(names.units)))
        parts.append(_part(blocks, names, leg_ids, trial=outcome.trial))
    table = pa.concat_tables(parts).combine_chunks()
    return table.add_column(0, "line", pa.array(np.arange(1, len(table) + 1)))


def _leg_blocks(outcome: Outcome, legs: Legs, names: Names) -> Iterator[_Block]:
    positions, by_leg = outcome.positions, outcome.by_leg
    position = positions.position_of_leg
    for item, energy, price, amount in (
        ("energy", by_leg.in_band, by_leg.price, by_leg.energy_money),
        ("shortfall", by_leg.shortfall, by_leg.shortfall_price, by_leg.shortfall_money),
    ):
        line = np.flatnonzero(energy)
        leg, of = positions.leg[line], position[line]
        unit = positions.unit[of]
        yield _Block(
            order=_order(positions.month[of], unit, positions.product[of]),
            month=positions.month[of],
            item=_ITEM[item],
            payer=names.party_of_buyer[unit // 2],
            payee=names.party_of_seller[legs.seller[leg]],
            unit=unit,
            user=_NONE,
            leg=leg,
            period=_NONE,
            energy=energy[line],
            price=price[line],
            amount=amount[line],
            clause=_CLAUSE_OF_REGIME[outcome.regime[of]],
        )


def _cell_blocks(outcome: Outcome, meter: Meter, names: Names) -> Iterator[_Block]:
    positions, by_cell = outcome.positions, outcome.by_cell
    position = positions.position_of_cell
    in_band = by_cell.in_band
    for item, energy, price, amount in (
        ("overrun", by_cell.overrun, by_cell.overrun_price, by_cell.overrun_money),
        ("transmission", in_band, by_cell.transmission_price, by_cell.transmission_money),
        ("tou_adjustment", in_band * by_cell.has_adjustment, by_cell.adjustment_price, by_cell.adjustment_money),
        ("funds", in_band, by_cell.funds_price, by_cell.funds_money),
    ):
        line = np.flatnonzero(energy)
        cell, of = positions.cell[line], position[line]
        unit, user = positions.unit[of], meter.user[cell]
        is_overrun = item == "overrun"
        yield _Block(
            order=_order(positions.month[of], unit, positions.product[of]),
            month=positions.month[of],
            item=_ITEM[item],
            payer=names.party_of_buyer[unit // 2] if is_overrun else names.party_of_user[user],
            payee=names.government if item == "funds" else names.grid,
            unit=unit,
            user=user,
            leg=_NONE,
            period=meter.period[cell],
            energy=energy[line],
            price=price[line],
            amount=amount[line],
            clause=_CLAUSE_OF_REGIME[outcome.regime[of]] if is_overrun else (_CHOICE if item == "funds" else _N4),
        )


def _unitless_blocks(unitless: UnitlessOutcome, meter: Meter, names: Names, unit_count: int) -> Iterator[_Block]:
    left = ~unitless.is_priority
    for item, applies, price, amount in (
        ("fallback", left, unitless.price, unitless.money),
        ("funds", left, unitless.funds_price, unitless.funds_money),
        ("catalogue", unitless.is_priority, unitless.price, unitless.money),
    ):
        line = np.flatnonzero(applies & (unitless.energy > 0))
        cell = unitless.cell[line]
        user, month = meter.user[cell], meter.month[cell]
        yield _Block(
            order=_order(month, np.full(len(line), unit_count), np.zeros(len(line), dtype=np.int64)),
            month=month,
            item=_ITEM[item],
            payer=names.party_of_user[user],
            payee=names.government if item == "funds" else names.grid,
            unit=_NONE,
            user=user,
            leg=_NONE,
            period=meter.period[cell],
            energy=unitless.energy[line],
            price=price[line],
            amount=amount[line],
            clause=_CHOICE if item == "funds" else _N6,
        )


def _order(month: NDArray[np.int64], unit: NDArray[np.int64], product: NDArray[np.int64]) -> NDArray[np.int64]:
    """A key by which lines stand: month, unit (users without one last), product."""
    return (month << 48) | (unit << 8) | product


def _part(blocks: Sequence[_Block], names: Names, leg_ids: pa.Array, *, trial: bool) -> pa.Table:
    order = np.argsort(np.concatenate([block.order for block in blocks]), kind="stable")

    def column(name: str, dtype: type[np.integer]) -> NDArray[np.int64]:
        pieces = []
        for block in blocks:
            value = getattr(block, name)
            pieces.append(np.broadcast_to(np.asarray(value, dtype=dtype), len(block.order)))
        return np.concatenate(pieces)[order]

    return pa.table(
        {
            "month": coded(column("month", np.int8), names.months),
            "item": coded(column("item", np.int8), ITEMS),
            "payer": coded(column("payer", np.int32), names.parties),
            "payee": coded(column("payee", np.int32), names.parties),
            "unit_id": coded(column("unit", np.int32), names.units),
            "user_id": coded(column("user", np.int32), names.users),
            "leg_id": coded(column("leg", np.int32), leg_ids),
            "period": coded(column("period", np.int8), PERIODS),
            "energy_kwh": column("energy", np.int64),
            "price_micro_yuan_per_kwh": column("price", np.int64),
            "amount_micro_yuan": column("amount", np.int64),
            "clause": coded(column("clause", np.int8), CLAUSES),
            "trial": pa.array(np.full(len(order), trial)),
        }
    )


def coded(codes: NDArray[np.integer], values: Sequence[str] | NDArray[np.object_] | pa.Array) -> pa.DictionaryArray:
    """Integer codes as an Arrow dictionary column; a code of -1 is an empty cell."""
    dictionary = values if isinstance(values, pa.Array) else pa.array(list(values), type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), dictionary)
