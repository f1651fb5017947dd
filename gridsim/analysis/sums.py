"""Energy and money by group: plain sums over result tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from gridsim.analysis.arguments import check_dimensions
from gridsim.analysis.figures import Figure, count, energy, money, price
from gridsim.analysis.grouping import ROWS, Grouping, group, group_index, group_together, plain
from gridsim.analysis.sources import CELLS, LEDGER, LEG_SETTLEMENT, LEGS, POSITIONS
from gridsim.analysis.table import StatisticsTable
from gridsim.errors import InputOverflowError
from gridsim.rules.shape import WITHIN_UNITS
from gridsim.units import INT64_MAX
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Chosen
    from gridsim.analysis.grouping import How
    from gridsim.analysis.names import Dimensions
    from gridsim.analysis.sources import Source
    from gridsim.io.named_frames import ExactTables

__all__ = [
    "accounts_table",
    "breakdown_table",
    "columns_of",
    "energy_table",
    "finished",
    "joined",
    "money_table",
    "of_no_unit",
    "of_one_item",
    "overview_tables",
    "split_by_unit",
    "trial_months",
]

_SIDES = {"party": ("payer", "payee"), "party_group": ("payer_group", "payee_group")}
_ENERGIES = ("contract", "metered", "in_band", "overrun", "shortfall", "outside")

_COLUMNS: dict[str, tuple[str, ...]] = {
    "money": ("amount_yuan", "lines", "energy_mwh", "average_yuan_per_mwh"),
    "energy": tuple(f"{name}_mwh" for name in _ENERGIES),
    "deviation": (
        *("lower_mwh", "upper_mwh", "deviation_mwh", "deviation_rate", "overrun_rate", "shortfall_rate"),
        *("overrun_yuan", "shortfall_yuan", "deviation_yuan", "positions", "out_of_band"),
    ),
    "prices": tuple(
        f"{name}_yuan_per_mwh"
        for name in ("contract", "in_band", "with_deviation", "delivered_without_deviation", "delivered", "outside")
    ),
    "breakdown": ("total_yuan",),
    "accounts": ("turnover_yuan", "paid_yuan", "received_yuan", "net_yuan"),
}
"""Columns that a ranking may go by in every market."""


def columns_of(names: Dimensions) -> dict[str, tuple[str, ...]]:
    """Columns that a ranking may go by, by the method that gives them; those of two methods stand with the first."""
    return {**_COLUMNS, "breakdown": (*_COLUMNS["breakdown"], *(f"{item}_yuan" for item in names.index("item")))}


def joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Frames by group side by side; a group that one of them lacks has zeros there."""
    frames = list(frames)
    index = frames[0].index
    for frame in frames[1:]:
        index = index.union(frame.index)
    return pd.concat([frame.reindex(index, fill_value=0) for frame in frames], axis=1)


def finished(exact: pd.DataFrame, names: Dimensions, by: Sequence[str]) -> pd.DataFrame:
    """The frame with the texts of its groups for an index; over everything, one row even of nothing."""
    if not by:
        return exact.reindex([0], fill_value=0).set_axis(pd.RangeIndex(1))
    return exact.set_axis(group_index(names, by, exact.index.to_numpy()))


def split_by_unit(frame: pd.DataFrame, names: Dimensions) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Groups whose last dimension is the mode: those of units, and those of users without one, both without it."""
    size = len(names.index("mode")) + 1
    key, mode = np.divmod(frame.index.to_numpy(), size)
    has_unit = mode < size - 1
    inside, outside = frame[has_unit], frame[~has_unit]
    return inside.groupby(key[has_unit]).sum(), outside.set_axis(key[~has_unit])


def trial_months(exact: ExactTables, names: Dimensions, where: Chosen) -> Chosen:
    """`where`, within the months that have a trial settlement: legs know nothing of it."""
    months = group(exact, names, POSITIONS, ["month"], {}, {}, trial=True).index
    texts = [str(text) for text in names.texts("month")[months.to_numpy()]]
    asked = where.get("month")
    return {**where, "month": tuple(text for text in texts if asked is None or text in asked)}


def energy_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, aggregate: str, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.energy`."""
    sources = (POSITIONS, CELLS, LEG_SETTLEMENT)
    number = check_dimensions(by, where, [list(source.dimensions) for source in sources], "energy")
    how = cast("How", "sum" if aggregate == "mean" else aggregate)

    def of(source: Source, columns: Iterable[str], chosen: Chosen) -> pd.DataFrame:
        measures = {f"{name}_kwh": plain(f"{name}_kwh") for name in columns}
        return group(exact, names, source, by, chosen, measures, trial=trial, how=how)

    if number == 2:
        in_force = trial_months(exact, names, where) if trial else where
        contract = {"contract_kwh": plain("energy_kwh")}
        parts = {
            "legs": group(exact, names, LEGS, by, in_force, contract, how=how),
            "leg_settlement": of(LEG_SETTLEMENT, ("in_band", "shortfall"), where),
        }
    else:
        if number == 0:
            parts = {"positions": of(POSITIONS, _ENERGIES[:5], where)}
        else:
            parts = {"cells": of(CELLS, ("metered", "in_band", "overrun"), _of_units(names, where))}
        outside = of(CELLS, ("metered",), of_no_unit(where))
        parts["outside_cells"] = outside.rename(columns={"metered_kwh": "outside_kwh"})
    return _energies(parts, names, by, aggregate)


def _of_units(names: Dimensions, where: Chosen) -> Chosen:
    modes = where.get("mode", tuple(names.index("mode")))
    return {**where, "mode": tuple(mode for mode in modes if mode)}


def of_no_unit(where: Chosen) -> Chosen:
    """`where`, of users without a unit alone."""
    return {**where, "mode": tuple(mode for mode in where.get("mode", ("",)) if not mode)}


def _energies(parts: dict[str, pd.DataFrame], names: Dimensions, by: Sequence[str], aggregate: str) -> StatisticsTable:
    """Energies of several tables side by side, each aggregated over its own rows."""
    frames, figures = [], {}
    for table, frame in parts.items():
        rows = f"{table}_rows"
        for column in frame.columns.drop(ROWS):
            name = column.removesuffix("_kwh")
            shown = energy(name)
            if aggregate == "mean":
                shown = Figure(shown.name, shown.kind, shown.of, rows, scale=shown.scale)
            elif aggregate != "sum":
                shown = Figure(shown.name, shown.kind, shown.of, f"{table}_has_rows", scale=shown.scale)
            figures[name] = shown
        frame = frame.rename(columns={ROWS: rows})
        if aggregate in ("min", "max"):
            frame[f"{table}_has_rows"] = (frame[rows] > 0).astype(np.int64)
        frames.append(frame)
    whole = finished(joined(frames), names, by)
    if aggregate == "sum":
        whole = whole[[figure.of for figure in figures.values()]]
    ordered = [figures[name] for name in _ENERGIES if name in figures]
    return StatisticsTable.of(whole, ordered, adds_up=aggregate in ("sum", "mean"))


def money_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, aggregate: str, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.money`."""
    check_dimensions(by, where, [list(LEDGER.dimensions)], "money")
    asked = _money_asked(by, where, aggregate)
    (frame,) = group_together(exact, names, LEDGER, [asked], trial=trial)
    return _money_shown(frame, names, asked, aggregate)


def _money_asked(by: Sequence[str], where: Chosen, aggregate: str) -> Grouping:
    measures = {"amount_micro_yuan": plain("amount_micro_yuan")}
    if "item" in by or len(where.get("item", ())) == 1:  # energy of several items would count a kWh several times
        measures["energy_kwh"] = plain("energy_kwh")
    return Grouping(by, where, measures, cast("How", "sum" if aggregate == "mean" else aggregate))


def _money_shown(frame: pd.DataFrame, names: Dimensions, asked: Grouping, aggregate: str) -> StatisticsTable:
    has_energy = "energy_kwh" in asked.measures
    frame = finished(frame.rename(columns={ROWS: "lines"}), names, asked.by)
    shown = [money("amount")]
    if has_energy:
        shown.append(energy("energy"))
    if aggregate != "sum":
        per = "lines"
        if aggregate != "mean":
            per = "has_lines"
            frame[per] = (frame["lines"] > 0).astype(np.int64)
        shown = [Figure(figure.name, figure.kind, figure.of, per, scale=figure.scale) for figure in shown]
    figures = [shown[0], count("lines"), *shown[1:]]
    if has_energy and aggregate == "sum":
        figures.append(price("average", "amount_micro_yuan", "energy_kwh"))
    if "item" not in asked.by or aggregate != "sum":
        return StatisticsTable.of(frame, figures, adds_up=aggregate in ("sum", "mean"))
    figures[2], apart = of_one_item(frame, "energy")
    return StatisticsTable.of(frame, figures, apart=apart)


def of_one_item(frame: pd.DataFrame, name: str) -> tuple[Figure, tuple[str, ...]]:
    """An energy that is missing of several items, as in the row of all others: a kWh would count several times.

    Parameters
    ----------
    frame : DataFrame
        By item, with the energy; it gets a column more.
    name : str
        Of the energy.

    Returns
    -------
    Figure
    tuple of str
        Columns that stand apart, as `StatisticsTable.of` takes them.
    """
    frame["of_one_item"] = np.int64(1)
    shown = energy(name)
    figure = Figure(shown.name, shown.kind, shown.of, "of_one_item", scale=shown.scale)
    return figure, (shown.of, "of_one_item")


def breakdown_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.breakdown`."""
    check_dimensions(by, where, [list(LEDGER.dimensions)], "breakdown")
    measures = {"amount": plain("amount_micro_yuan")}
    frame = group(exact, names, LEDGER, (*by, "item"), where, measures, trial=trial)
    items = list(names.index("item"))
    key, item = np.divmod(frame.index.to_numpy(), len(items) + 1)
    places, place = np.unique(key, return_inverse=True)
    wide: NDArray[np.int64] = np.zeros((len(places), len(items)), dtype=np.int64)
    wide[place, item] = frame["amount"].to_numpy()
    by_item = {f"{name}_micro_yuan": wide[:, code] for code, name in enumerate(items)}
    is_paid = np.array([name not in WITHIN_UNITS or not _by_unit(by, where) for name in items], dtype=bool)
    whole = pd.DataFrame({"total_micro_yuan": wide[:, is_paid].sum(axis=1), **by_item}, index=places)
    return StatisticsTable.of(finished(whole, names, by), [money("total"), *(money(item) for item in items)])


def _by_unit(by: Sequence[str], where: Chosen) -> bool:
    """Whether money is asked for as what units and their users pay in all, not as who pays whom or for what."""
    return not any(name.startswith(("payer", "payee")) or name == "item" for name in (*by, *where))


def accounts_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.accounts`."""
    asked = _accounts_asked(by, where)
    return _accounts_shown(group_together(exact, names, LEDGER, asked, trial=trial), names, by)


def _accounts_asked(by: Sequence[str], where: Chosen) -> list[Grouping]:
    """What was paid, and what was received."""
    allowed = [*_SIDES, "month", "item", "clause", "unit", "period", "product"]
    check_dimensions(by, where, [allowed], "accounts")
    groupings = []
    for side, column in enumerate(("paid_micro_yuan", "received_micro_yuan")):
        of = [_SIDES[name][side] if name in _SIDES else name for name in by]
        chosen = {_SIDES[name][side] if name in _SIDES else name: texts for name, texts in where.items()}
        groupings.append(Grouping(of, chosen, {column: plain("amount_micro_yuan")}))
    return groupings


def _accounts_shown(frames: Sequence[pd.DataFrame], names: Dimensions, by: Sequence[str]) -> StatisticsTable:
    whole = joined(frame.drop(columns=ROWS) for frame in frames)
    paid, received = whole["paid_micro_yuan"], whole["received_micro_yuan"]
    if int(paid.abs().max() if len(whole) else 0) + int(received.abs().max() if len(whole) else 0) > INT64_MAX:
        # The largest payer need not be the largest payee.
        for one, other in zip(paid.tolist(), received.tolist(), strict=True):
            if max(abs(one + other), abs(other - one)) > INT64_MAX:
                raise InputOverflowError(
                    Sentence("accounts: what a group paid and received, together, leaves int64; group by party")
                )
    whole.insert(0, "turnover_micro_yuan", paid + received)
    whole["net_micro_yuan"] = received - paid
    return StatisticsTable.of(
        finished(whole, names, by), [money(name) for name in ("turnover", "paid", "received", "net")]
    )


def overview_tables(exact: ExactTables, names: Dimensions, where: Chosen, *, trial: bool) -> dict[str, StatisticsTable]:
    """See `Statistics.overview`."""
    check_dimensions((), where, [list(LEDGER.dimensions)], "overview")
    money = {name: _money_asked((name,), where, "sum") for name in ("item", "unit", "month")}
    asked = [*money.values(), *_accounts_asked(("party",), where)]
    *of_money, paid, received = group_together(exact, names, LEDGER, asked, trial=trial)
    shown = {
        name: _money_shown(frame, names, grouping, "sum")
        for (name, grouping), frame in zip(money.items(), of_money, strict=True)
    }
    return {**shown, "party": _accounts_shown((paid, received), names, ("party",))}
