"""The result tables of contracts and settlement, exact, as Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.columns import PERIODS, PRODUCTS
from gridsim.settlement.ledger import coded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.settlement.names import Names
    from gridsim.settlement.outcome import CellOutcome, Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Meter

__all__ = ["cell_settlement_table", "leg_ids", "leg_settlement_table", "legs_table", "positions_table"]


def leg_ids(count: int) -> pa.Array:
    """``L1``, ``L2``, … in the order of the legs."""
    return pa.array([f"L{number}" for number in range(1, count + 1)], type=pa.string())


def legs_table(legs: Legs, trades: pd.DataFrame, names: Names, ids: pa.Array) -> pa.Table:
    """The exact table ``legs``."""
    of_trade = trades.iloc[legs.trade]

    def text(name: str) -> pa.Array:
        return pa.array(of_trade[name].astype(object), type=pa.string(), from_pandas=True)

    return pa.table(
        {
            "leg_id": ids,
            "unit_id": coded(legs.unit, names.units),
            "month": coded(legs.month, names.months),
            "product": coded(legs.product, PRODUCTS),
            "seller_id": coded(legs.seller, names.sellers),
            "energy_kwh": legs.energy,
            "price_micro_yuan_per_kwh": legs.price,
            "session": text("session"),
            "contract_id": text("contract_id"),
            "segment": text("segment"),
            "trade_row": legs.trade + 1,
        }
    )


def positions_table(outcomes: Sequence[Outcome], names: Names) -> pa.Table:
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
                    "unit_id": coded(positions.unit[order], names.units),
                    "month": coded(positions.month[order], names.months),
                    "product": coded(positions.product[order], PRODUCTS),
                    **{name: values[order] for name, values in columns.items()},
                    "trial": np.full(len(order), outcome.trial),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


def leg_settlement_table(outcomes: Sequence[Outcome], ids: pa.Array) -> pa.Table:
    """The exact table ``leg_settlement``: in the order of the legs, the trial after what counts."""
    parts = []
    for outcome in outcomes:
        order = np.argsort(outcome.positions.leg)
        by_leg = outcome.by_leg
        parts.append(
            pa.table(
                {
                    "leg_id": ids.take(pa.array(outcome.positions.leg[order])),
                    "in_band_kwh": by_leg.in_band[order],
                    "energy_micro_yuan": by_leg.energy_money[order],
                    "shortfall_kwh": by_leg.shortfall[order],
                    "shortfall_micro_yuan": by_leg.shortfall_money[order],
                    "trial": np.full(len(order), outcome.trial),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


_CELL_AMOUNTS = (
    "metered_kwh",
    "in_band_kwh",
    "overrun_kwh",
    "overrun_micro_yuan",
    "transmission_micro_yuan",
    "tou_adjustment_micro_yuan",
    "funds_micro_yuan",
    "fallback_micro_yuan",
    "catalogue_micro_yuan",
)


def cell_settlement_table(
    outcomes: Sequence[Outcome], unitless: UnitlessOutcome, meter: Meter, names: Names
) -> pa.Table:
    """The exact table ``cell_settlement``: in the order of the meter table, the trial after what counts."""
    parts = []
    for outcome in outcomes:
        cells = outcome.positions.cell
        amounts = {name: np.zeros(len(meter.user), dtype=np.int64) for name in _CELL_AMOUNTS}
        for name, values in _amounts_of_cells(outcome.by_cell).items():
            amounts[name][cells] = values
        if outcome.trial:
            row = np.sort(cells)
        else:
            row = np.arange(len(meter.user))
            for name, values in _amounts_of_unitless(unitless).items():
                amounts[name][unitless.cell] = values
        parts.append(
            pa.table(
                {
                    "user_id": coded(meter.user[row].astype(np.int32), names.users),
                    "unit_id": coded(meter.unit[row].astype(np.int32), names.units),
                    "month": coded(meter.month[row].astype(np.int8), names.months),
                    "period": coded(meter.period[row].astype(np.int8), PERIODS),
                    **{name: values[row] for name, values in amounts.items()},
                    "trial": np.full(len(row), outcome.trial),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


def _amounts_of_cells(cells: CellOutcome) -> dict[str, NDArray[np.int64]]:
    return {
        "metered_kwh": cells.metered,
        "in_band_kwh": cells.in_band,
        "overrun_kwh": cells.overrun,
        "overrun_micro_yuan": cells.overrun_money,
        "transmission_micro_yuan": cells.transmission_money,
        "tou_adjustment_micro_yuan": cells.adjustment_money,
        "funds_micro_yuan": cells.funds_money,
    }


def _amounts_of_unitless(unitless: UnitlessOutcome) -> dict[str, NDArray[np.int64]]:
    nothing = np.zeros(len(unitless.cell), dtype=np.int64)
    return {
        "metered_kwh": unitless.energy,
        "funds_micro_yuan": unitless.funds_money,
        "fallback_micro_yuan": np.where(unitless.is_priority, nothing, unitless.money),
        "catalogue_micro_yuan": np.where(unitless.is_priority, unitless.money, nothing),
    }
