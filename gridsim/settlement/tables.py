"""The result tables of contracts and settlement, exact, as Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.arrow import coded, texts_of
from gridsim.settlement.parted import PartedTable, chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome

__all__ = ["cell_settlement_table", "leg_ids", "leg_settlement_table", "legs_table", "positions_table"]


def leg_ids(count: int) -> pa.Array:
    """``L1``, ``L2``, … in the order of the legs."""
    return pc.binary_join_element_wise("L", pa.array(np.arange(1, count + 1)).cast(pa.string()), "")


def legs_table(legs: ContractBook, trades: pa.Table, names: PartyNames, ids: pa.Array) -> pa.Table:
    """The exact table ``legs``.

    Parameters
    ----------
    legs : ContractBook
    trades : Arrow table
        The exact table ``trades``, whose rows the legs name.
    names : PartyNames
    ids : Arrow array of str
        The id of each leg.
    """
    contract, sources = legs.trade, pa.nulls(len(legs), pa.string())
    if len(legs.moves.leg):
        contract, source = contract.copy(), np.full(len(legs), -1, dtype=np.int64)
        contract[legs.moves.leg], source[legs.moves.leg] = legs.moves.origin, legs.moves.source
        sources = ids.take(pa.array(source, mask=source < 0))

    def text(name: str, trade: NDArray[np.int64] = legs.trade) -> pa.Array:
        return trades.column(name).combine_chunks().dictionary_encode().take(pa.array(trade))

    return pa.table(
        {
            "leg_id": ids,
            "unit_id": coded(legs.unit.astype(np.int32), names.units.ids),
            "month": coded(legs.month.astype(np.int8), names.months),
            "product": coded(legs.product.astype(np.int8), names.shape.product_ids),
            "seller_id": coded(legs.seller.astype(np.int32), names.sellers),
            "energy_kwh": legs.energy,
            "price_micro_yuan_per_kwh": legs.price,
            "session": text("session"),
            "contract_id": text("contract_id", contract),
            "segment": text("segment"),
            "trade_row": legs.trade + 1,
            "from_leg_id": sources,
            **_as_traded(legs),
        }
    )


def _as_traded(legs: ContractBook) -> dict[str, Any]:
    """Energy and price as traded, of legs that a scenario changed."""
    names = ("traded_kwh", "traded_micro_yuan_per_kwh")
    if legs.traded is None:
        return {name: pa.nulls(len(legs), pa.int64()) for name in names}
    same = (legs.energy == legs.traded[0]) & (legs.price == legs.traded[1])
    return {name: pa.array(values, mask=same) for name, values in zip(names, legs.traded, strict=True)}


def positions_table(outcomes: Sequence[Outcome], names: PartyNames) -> pa.Table:
    """The exact table ``positions``: by unit, month and product, the trial after what counts."""
    parts = []
    for outcome in outcomes:
        positions, money = outcome.positions, outcome.by_position
        order = np.lexsort((positions.product, positions.month, positions.unit))
        columns = {
            "contract_kwh": money.contract,
            "metered_kwh": money.metered,
            "upper_kwh": money.upper,
            "lower_kwh": money.lower,
            "in_band_kwh": money.in_band,
            "overrun_kwh": money.overrun,
            "shortfall_kwh": money.shortfall,
            "energy_micro_yuan": money.energy_money,
            "overrun_micro_yuan": money.overrun_money,
            "shortfall_micro_yuan": money.shortfall_money,
        }
        parts.append(
            pa.table(
                {
                    "unit_id": coded(positions.unit[order].astype(np.int32), names.units.ids),
                    "month": coded(positions.month[order].astype(np.int8), names.months),
                    "product": coded(positions.product[order].astype(np.int8), names.shape.product_ids),
                    **{name: values[order] for name, values in columns.items()},
                    "trial": np.full(len(order), outcome.trial),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


def leg_settlement_table(outcomes: Sequence[Outcome], ids: pa.Array) -> PartedTable:
    """The exact table ``leg_settlement``: in the order of the legs, the trial after what counts."""

    def parts(wanted: Collection[str] | None) -> Iterator[pa.Table]:
        for outcome in outcomes:
            by_leg, order = outcome.by_leg, np.argsort(outcome.positions.leg)
            for chunk in chunks(len(order)):
                row = order[chunk]
                made = {
                    "leg_id": ids.take(pa.array(outcome.positions.leg[row])),
                    "in_band_kwh": by_leg.in_band[row],
                    "energy_micro_yuan": by_leg.energy_money[row],
                    "shortfall_kwh": by_leg.shortfall[:, row].sum(axis=0),
                    "shortfall_micro_yuan": by_leg.shortfall_money[row],
                    "trial": np.full(len(row), outcome.trial),
                }
                yield _only(wanted, made)

    return PartedTable(sum(len(outcome.positions.leg) for outcome in outcomes), parts)


def cell_settlement_table(
    outcomes: Sequence[Outcome], unitless: UnitlessOutcome, meter: Meter, names: PartyNames
) -> PartedTable:
    """The exact table ``cell_settlement``: in the order of the meter table, the trial after what counts."""
    users, units, months, periods = (
        texts_of(values) for values in (names.users, names.units.ids, names.months, names.shape.periods)
    )

    def parts(wanted: Collection[str] | None) -> Iterator[pa.Table]:
        for outcome in outcomes:
            settled = _Settled(outcome, None if outcome.trial else unitless, meter, names.shape.charge_items)
            trial_rows = np.sort(outcome.positions.cell) if outcome.trial else None
            count = len(meter.user) if trial_rows is None else len(trial_rows)
            # A row that has several cells stands in one piece.
            for chunk in chunks(count) if meter.row is None else [slice(0, count)]:
                cells = np.arange(chunk.start, chunk.stop) if trial_rows is None else trial_rows[chunk]
                row, amounts = _of_rows(cells, meter, settled.amounts(cells))
                made = {
                    "user_id": coded(meter.user[row].astype(np.int32), users),
                    "unit_id": coded(meter.unit[row].astype(np.int32), units),
                    "month": coded(meter.month[row].astype(np.int8), months),
                    "period": coded(meter.period[row].astype(np.int8), periods),
                    **amounts,
                    "trial": np.full(len(row), outcome.trial),
                    "tariff_period": coded(meter.tariff_period[row].astype(np.int8), periods),
                }
                yield _only(wanted, made)

    def rows(cells: NDArray[np.integer]) -> int:
        return len(cells) if meter.row is None else len(np.unique(meter.row[cells]))

    trial_rows = sum(rows(outcome.positions.cell) for outcome in outcomes if outcome.trial)
    return PartedTable(rows(np.arange(len(meter.user))) + trial_rows, parts)


def _of_rows(
    cells: NDArray[np.int64], meter: Meter, amounts: dict[str, NDArray[np.int64]]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.int64]]]:
    """Cells with their amounts, those of one row of the meter table added up."""
    amounts = {"metered_kwh": meter.energy[cells], **amounts}
    if meter.row is None or not len(cells):
        return cells, amounts
    of = meter.row[cells]
    start = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    return cells[start], {name: np.add.reduceat(values, start) for name, values in amounts.items()}


class _Settled:
    """The amounts of any rows of the meter table."""

    def __init__(self, outcome: Outcome, unitless: UnitlessOutcome | None, meter: Meter, items: Sequence[str]) -> None:
        rows = len(meter.user)
        self._cells, self._unitless, self._metered = outcome.by_cell, unitless, meter.energy
        self._items = outcome.ways.items
        self._columns = ("in_band_kwh", "overrun_kwh", "overrun_micro_yuan", *(f"{item}_micro_yuan" for item in items))
        self._place_of_cell = _places(outcome.positions.cell, rows)
        self._place_of_unitless = None if unitless is None else _places(unitless.cell, rows)

    def amounts(self, row: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """By column, of these rows; zero where none is said of a row."""
        made = {name: np.zeros(len(row), dtype=np.int64) for name in self._columns}
        place = self._place_of_cell[row]
        here = np.flatnonzero(place >= 0)
        self._add_cells(made, here, place[here], self._metered[row[here]])
        if self._place_of_unitless is not None:
            place = self._place_of_unitless[row]
            self._add_unitless(made, np.flatnonzero(place >= 0), place[place >= 0])
        return made

    def _add_cells(
        self,
        made: dict[str, NDArray[np.int64]],
        here: NDArray[np.intp],
        place: NDArray[np.integer],
        metered: NDArray[np.int64],
    ) -> None:
        cells = self._cells
        made["in_band_kwh"][here] = cells.in_band[place]
        for band, over in enumerate(cells.over):
            energy = over[place]
            made["overrun_kwh"][here] += energy
            made["overrun_micro_yuan"][here] += energy * cells.price_of_over(band, place)
        for number, item in enumerate(self._items):
            energy = cells.energy_of_charge(number, place, metered)
            made[f"{item}_micro_yuan"][here] = energy * cells.price_of_charge(number, place)

    def _add_unitless(
        self, made: dict[str, NDArray[np.int64]], here: NDArray[np.intp], place: NDArray[np.integer]
    ) -> None:
        unitless = self._unitless
        assert unitless is not None  # or there were no places
        for charge in unitless.charges:
            money = np.zeros(len(unitless.cell), dtype=np.int64)
            money[charge.row] = unitless.energy[charge.row] * charge.price
            made[f"{charge.item}_micro_yuan"][here] += money[place]


def _places(row: NDArray[np.int64], rows: int) -> NDArray[np.int32]:
    """(rows,) where each row of a table stands in `row`; -1 where it does not."""
    places = np.full(rows, -1, dtype=np.int32)
    places[row] = np.arange(len(row), dtype=np.int32)
    return places


def _only(wanted: Collection[str] | None, made: Mapping[str, Any]) -> pa.Table:
    return pa.table({name: values for name, values in made.items() if wanted is None or name in wanted})
