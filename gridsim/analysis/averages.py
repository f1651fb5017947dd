"""Deviation rates and average prices: quotients of exact sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.arguments import check_dimensions
from gridsim.analysis.energy_money import shared_by_user
from gridsim.analysis.figures import count, energy, money, price, ratio
from gridsim.analysis.grouping import ROWS, Measure, group, plain, product
from gridsim.analysis.items import outside_items
from gridsim.analysis.sources import CELLS, LEG_SETTLEMENT, LEGS, POSITION_BANDS, POSITIONS
from gridsim.analysis.sums import finished, joined, of_no_unit, split_by_unit, trial_months
from gridsim.analysis.table import StatisticsTable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Chosen
    from gridsim.analysis.names import Dimensions
    from gridsim.io.named_frames import ExactTables

__all__ = ["deviation_table", "prices_table"]

_OUT_OF_BAND = Measure(
    ("overrun_kwh", "shortfall_kwh"), lambda over, short: ((over > 0) | (short > 0)).astype(np.int64)
)

_CONTRACT_PRICES = (
    price("contract", "contract_micro_yuan", "contract_kwh"),
    price("in_band", "energy_micro_yuan", "in_band_kwh"),
)
_WITHOUT_DEVIATION = price("delivered_without_deviation", "without_deviation_micro_yuan", "in_band_kwh")
_OUTSIDE = price("outside", "outside_micro_yuan", "outside_kwh")


def deviation_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.deviation`."""
    check_dimensions(by, where, [list(POSITIONS.dimensions)], "deviation")
    energies = ("contract", "metered", "lower", "upper", "overrun", "shortfall")
    measures = {
        **{f"{name}_kwh": plain(f"{name}_kwh") for name in energies},
        **{f"{name}_micro_yuan": plain(f"{name}_micro_yuan") for name in ("overrun", "shortfall")},
        "out_of_band": _OUT_OF_BAND,
    }
    frame = group(exact, names, POSITIONS, by, where, measures, trial=trial).rename(columns={ROWS: "positions"})
    frame["deviation_kwh"] = frame["metered_kwh"] - frame["contract_kwh"]
    paid = ["overrun", "shortfall"]
    if names.shape.fees is not None:
        fees = group(exact, names, POSITION_BANDS, by, where, {"fee_micro_yuan": plain("fee_micro_yuan")}, trial=trial)
        frame["fee_micro_yuan"] = fees["fee_micro_yuan"].reindex(frame.index, fill_value=0)
        paid.append("fee")
    frame["deviation_micro_yuan"] = sum(frame[f"{name}_micro_yuan"] for name in paid)
    figures = [
        *(energy(name) for name in ("contract", "metered", "lower", "upper", "deviation", "overrun", "shortfall")),
        ratio("deviation_rate", "deviation_kwh", "contract_kwh"),
        ratio("overrun_rate", "overrun_kwh", "contract_kwh"),
        ratio("shortfall_rate", "shortfall_kwh", "contract_kwh"),
        *(money(name) for name in (*paid, "deviation")),
        count("positions"),
        count("out_of_band"),
    ]
    return StatisticsTable.of(finished(frame, names, by), figures)


def prices_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.prices`."""
    sources = (POSITIONS, CELLS, LEG_SETTLEMENT)
    number = check_dimensions(by, where, [list(source.dimensions) for source in sources], "prices")
    if number == 1:
        return _prices_by_user(exact, names, by, where, trial=trial)
    in_force = trial_months(exact, names, where) if trial else where
    contract = {
        "contract_kwh": plain("energy_kwh"),
        "contract_micro_yuan": product("energy_kwh", "price_micro_yuan_per_kwh"),
    }
    legs = group(exact, names, LEGS, by, in_force, contract)
    if number == 2:
        settled = {"in_band_kwh": plain("in_band_kwh"), "energy_micro_yuan": plain("energy_micro_yuan")}
        shares = group(exact, names, LEG_SETTLEMENT, by, where, settled, trial=trial)
        frame = joined([legs[list(contract)], shares[list(settled)]])
        return StatisticsTable.of(finished(frame, names, by), _CONTRACT_PRICES)
    of_positions = ("in_band_kwh", "metered_kwh", "energy_micro_yuan", "overrun_micro_yuan", "shortfall_micro_yuan")
    positions = group(exact, names, POSITIONS, by, where, {name: plain(name) for name in of_positions}, trial=trial)
    of_cells = {f"{name}_micro_yuan": plain(f"{name}_micro_yuan") for name in names.shape.charge_items}
    cells = group(
        exact, names, CELLS, (*by, "mode"), where, {"outside_kwh": plain("metered_kwh"), **of_cells}, trial=trial
    )
    inside, outside = split_by_unit(cells, names)
    inside["charges_micro_yuan"] = _sum(inside, of_cells)
    outside["outside_micro_yuan"] = _sum(outside, of_cells)
    frame = joined(
        [
            legs[list(contract)],
            positions[list(of_positions)],
            inside[["charges_micro_yuan"]],
            outside[["outside_kwh", "outside_micro_yuan"]],
        ]
    )
    deviation = frame["overrun_micro_yuan"] + frame["shortfall_micro_yuan"]
    frame["with_deviation_micro_yuan"] = frame["energy_micro_yuan"] + deviation
    frame["without_deviation_micro_yuan"] = frame["energy_micro_yuan"] + frame["charges_micro_yuan"]
    frame["delivered_micro_yuan"] = frame["without_deviation_micro_yuan"] + deviation
    figures = [
        *_CONTRACT_PRICES,
        price("with_deviation", "with_deviation_micro_yuan", "metered_kwh"),
        _WITHOUT_DEVIATION,
        price("delivered", "delivered_micro_yuan", "metered_kwh"),
        _OUTSIDE,
    ]
    return StatisticsTable.of(finished(frame, names, by), figures)


def _sum(frame: pd.DataFrame, columns: Iterable[str]) -> NDArray[np.int64]:
    """The sum of some columns by row; zero of none: a market need not have charges."""
    total: NDArray[np.int64] = frame[list(columns)].to_numpy(dtype=np.int64).sum(axis=1, dtype=np.int64)
    return total


def _prices_by_user(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """Prices of in-band energy by what only cells know; deviation is the unit's, not its users'."""
    frame = shared_by_user(exact, names, by, where, trial=trial)
    frame["without_deviation_micro_yuan"] = frame["energy_micro_yuan"] + frame["charges_micro_yuan"]
    charges = [f"{name}_micro_yuan" for name in outside_items(names.shape)]
    measures = {"outside_kwh": plain("metered_kwh"), **{name: plain(name) for name in charges}}
    outside = group(exact, names, CELLS, by, of_no_unit(where), measures, trial=trial)
    outside["outside_micro_yuan"] = _sum(outside, charges)
    paid = [f"{name}_micro_yuan" for name in ("overrun", *names.shape.charge_items)]
    every = group(
        exact, names, CELLS, by, where, {"metered_kwh": plain("metered_kwh"), **{name: plain(name) for name in paid}},
        trial=trial,
    )  # fmt: skip
    every["paid_micro_yuan"] = _sum(every, paid)
    whole = joined([frame, outside[["outside_kwh", "outside_micro_yuan"]], every[["metered_kwh", "paid_micro_yuan"]]])
    whole["all_in_micro_yuan"] = whole["energy_micro_yuan"] + whole["paid_micro_yuan"]
    figures = [_CONTRACT_PRICES[1], _WITHOUT_DEVIATION, _OUTSIDE, price("all_in", "all_in_micro_yuan", "metered_kwh")]
    return StatisticsTable.of(finished(whole, names, by), figures)
