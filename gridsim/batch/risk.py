"""Statistics of positions: rows that a plan with the metric ``positions`` kept, found by the grammar of statistics."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.arguments import check_name, cut
from gridsim.analysis.table import StatisticsTable
from gridsim.batch.spread import trimmed_level
from gridsim.errors import ResultError
from gridsim.metering import FORECAST, METERED, forecast_months
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.batch.stored import StoredBatch

__all__ = ["DIMENSIONS", "OF_POSITIONS", "Risk", "check_kept", "kept_table", "refuse_sums", "spread_names"]

DIMENSIONS = ("unit", "buyer", "user", "retailer", "month", "metering", "product")
"""What a row of positions and their sums is of, beside its point."""

OF_POSITIONS = ("buyer", "user", "retailer", "month", "metering", "product", "payer")
"""Those that no other table of a batch has."""

_ENERGIES = ("overrun", "shortfall")
_PROBABILITIES = {f"{name}_probability": f"{name}_draws" for name in _ENERGIES}
_COLUMNS = {"unit_id": "unit", "user_id": "user", "retailer_id": "retailer"}
_WHO = ("unit", "buyer", "user", "retailer")


class Risk:
    """Questions to the positions of a batch.

    Parameters
    ----------
    batch : StoredBatch

    Raises
    ------
    ResultError
        Its plan kept no positions.
    """

    def __init__(self, batch: StoredBatch) -> None:
        self._batch = batch
        self._forecast = forecast_months(batch.manifest)
        self._positions = _told_apart(batch.exact.positions, self._forecast)
        self._sums = _told_apart(batch.exact.position_sums, self._forecast)

    def values(self, dimension: str) -> list[str]:
        """The values of a dimension, in the order of the rows."""
        found = self._positions[dimension]
        return (
            sorted({text for text in found if text})
            if dimension == "month"
            else list(dict.fromkeys(found[found != ""]))
        )

    def table(
        self,
        figure: str,
        by: Sequence[str],
        chosen: Mapping[str, Collection[Any]],
        aggregates: Sequence[str] | None,
        top: int | None,
    ) -> StatisticsTable:
        """A figure of money by group.

        Parameters
        ----------
        figure : str
            ``deviation``, ``cost`` or ``buyer``.
        by : sequence of str
            Of `DIMENSIONS`, ``point`` and the parameters.
        chosen : mapping of str to collection
            By dimension, the values that are wanted.
        aggregates : sequence of str or None
            None: the mean, the standard deviation, all quantiles and the conditional value at risk that were kept.
        top : int or None

        Raises
        ------
        ResultError
            A level that was not kept, a sum that was not kept, or an unknown aggregate.
        """
        frame = self._rows(by, chosen)
        for name, wanted in chosen.items():
            frame = frame[frame[name].isin(wanted)]
        columns = self._columns(figure, aggregates, has_draws={"unit", "month", "product"} <= {*by, *chosen})
        return kept_table(frame, by, columns, self._batch, top)

    def _rows(self, by: Sequence[str], chosen: Mapping[str, Collection[Any]]) -> pd.DataFrame:
        """The rows that are asked for: of each dimension one value, or the sum over all that stands for it."""
        refuse_sums(DIMENSIONS, by, chosen)
        asked = {*by, *chosen}
        if "metering" in asked and "month" not in asked:
            return self._by_metering(asked - {"metering"})
        return self._kept(asked)

    def _by_metering(self, asked: AbstractSet[str]) -> pd.DataFrame:
        """Sums over the metered months, and over those of the forecast, from the sums over all of them.

        What was metered is the same in every draw (`docs/adr/0033-months-to-date.md`): one number, which shifts all
        that is told of the spread of the year. So the forecast's spread is the year's, moved, and the same integers as
        if its months had been added up draw by draw.
        """
        years: Any = self._kept(asked)
        months: Any = self._kept(asked | {"month"})
        keys = ["point", *(name for name in DIMENSIONS if name not in ("month", "metering"))]
        figures = [name for name in years if name.endswith(("_micro_yuan", "_kwh"))]
        spreads = [name for name in figures if name.endswith("_std_micro_yuan")]
        shifts = [name for name in figures if name not in spreads]
        of_kind = {kind: part for kind, part in months.groupby("metering", sort=False) if len(part)}
        rows = years.set_index(keys)
        metered: Any = pd.DataFrame(0, index=rows.index, columns=shifts)
        if METERED in of_kind and self._forecast:
            assert not of_kind[METERED][spreads].to_numpy().any()
            metered = of_kind[METERED].groupby(keys, sort=False)[shifts].sum().reindex(rows.index, fill_value=0)
        parts = []
        for kind, part in of_kind.items():
            found = rows[rows.index.isin(pd.MultiIndex.from_frame(part[keys]))].copy()
            own = metered.loc[found.index]
            if kind == FORECAST:
                found[shifts] -= own
            elif self._forecast:
                found[shifts], found[spreads] = own, 0
            parts.append(found.assign(metering=kind).reset_index())
        found_all: pd.DataFrame = pd.concat(parts)[list(years)] if parts else years.iloc[:0]
        return found_all

    def _kept(self, asked: AbstractSet[str]) -> pd.DataFrame:
        """Rows as they were kept: of each dimension that is asked for one value, or the sum over all."""
        of_month, of_product = "month" in asked, "product" in asked
        sums = self._sums[((self._sums["month"] != "") == of_month) & ((self._sums["product"] != "") == of_product)]
        if asked.isdisjoint(_WHO):
            return sums[(sums["unit"] == "") & (sums["buyer"] == "")]
        of_units = self._positions if of_month and of_product else sums[sums["unit"] != ""]
        if "unit" in asked:
            return of_units
        of_buyers = sums[(sums["unit"] == "") & (sums["buyer"] != "")]
        is_alone = (of_units["buyer"] != "") & ~of_units["buyer"].isin(of_buyers["buyer"])
        rows = pd.concat([of_units[is_alone], of_buyers])
        for name, others in (("user", {"retailer", "buyer"}), ("retailer", {"user", "buyer"})):
            if name in asked and asked.isdisjoint(others):
                rows = rows[rows[name] != ""]
        return rows

    def _columns(self, figure: str, aggregates: Sequence[str] | None, *, has_draws: bool) -> dict[str, str]:
        """By aggregate, the column that holds it; energies' draws are there of positions alone."""
        kept, known = spread_names(self._batch, figure)
        known |= {name: f"{name}_mean_kwh" for name in _ENERGIES}
        known |= _PROBABILITIES
        if aggregates is None:
            aggregates = [*kept, *(_ENERGIES if figure == "deviation" else ())]
        check_kept(aggregates, kept, known)
        for name in aggregates:
            if name in _PROBABILITIES and not has_draws:
                raise ResultError(
                    Sentence("{name} is kept of positions alone: group by unit, month and product", name=name)
                )
        return {name: known[name] for name in aggregates}


def refuse_sums(dimensions: Sequence[str], by: Sequence[str], chosen: Mapping[str, Collection[Any]]) -> None:
    """Refuse the sum of several values of a dimension, whose draws are gone.

    Raises
    ------
    ResultError
        Several values of one of `dimensions` are chosen that are not told apart.
    """
    for name in dimensions:
        if name in chosen and name not in by and len(set(chosen[name])) > 1:
            raise ResultError(
                Sentence(
                    "where: the draws of several values of {name} were not kept, so their sum has no spread: group "
                    "by {name} too, or choose one",
                    name=name,
                )
            )


def spread_names(batch: StoredBatch, figure: str) -> tuple[list[str], dict[str, str]]:
    """The spread that a plan kept of a figure of money, and by aggregate the column that holds it."""
    quantiles = [trimmed_level(fixed_point(level, RATIO_DECIMALS)) for level in batch.manifest["quantiles"]]
    tail = trimmed_level(fixed_point(batch.manifest["tail"], RATIO_DECIMALS))
    kept = ["mean", "std", *(f"q{level}" for level in quantiles), f"cvar{tail}"]
    known = {name: f"{figure}_{name}_micro_yuan" for name in ("mean", "std", "min", *kept[2:], "max")}
    if "q50" in known:
        known["median"] = known["q50"]
    return kept, known


def check_kept(aggregates: Sequence[str], kept: Sequence[str], known: Collection[str]) -> None:
    """Refuse aggregates that were not kept.

    Raises
    ------
    ResultError
        A level that the plan does not name, or an unknown aggregate.
    """
    for name in aggregates:
        if name not in known and name[:1] in "qc" and name.strip("qcvar").isdigit():
            raise ResultError(
                listed(
                    Sentence("aggregate: this plan kept no {name}", name=name),
                    Sentence("kept: {names}", names=named(kept[2:])),
                    Sentence("name the level in the plan's quantiles or tail, and run it again"),
                )
            )
        check_name("aggregate", name, known, Sentence("aggregate"))


def kept_table(
    frame: pd.DataFrame, by: Sequence[str], columns: Mapping[str, str], batch: StoredBatch, top: int | None
) -> StatisticsTable:
    """Rows of a batch as statistics show them.

    Parameters
    ----------
    frame : DataFrame
        Exact, one row for each group.
    by : sequence of str
    columns : mapping of str to str
        By aggregate, the column that holds it; of draws the share is shown.
    batch : StoredBatch
    top : int or None

    Raises
    ------
    ResultError
        A group has several rows.
    """
    if frame.duplicated(list(by)).any() if by else len(frame) > 1:
        raise ResultError(
            Sentence("each point has its own draws: group by point or by the parameters, or choose one point")
        )
    index: pd.Index = pd.RangeIndex(len(frame))
    if len(by) == 1:
        index = pd.Index(frame[by[0]], name=by[0])
    elif by:
        index = pd.MultiIndex.from_frame(frame[list(by)])
    draws = int(batch.manifest["draws"])
    exact, shown = {}, {}
    for name, column in columns.items():
        values = frame[column].tolist()
        exact[_exact_name(name, column)] = values
        if column.endswith("_draws"):
            shown[name] = [value / draws for value in values]
        else:
            unit, decimals = ("mwh", ENERGY_DECIMALS) if column.endswith("_kwh") else ("yuan", MONEY_DECIMALS)
            shown[f"{name}_{unit}"] = [float(f"{value}e-{decimals}") for value in values]
    return cut(StatisticsTable.shown(pd.DataFrame(shown, index=index), pd.DataFrame(exact, index=index)), top)


def _told_apart(frame: pd.DataFrame, forecast: Collection[str]) -> pd.DataFrame:
    """Rows with plain texts for their dimensions, empty where a row is a sum over all."""
    frame = frame.rename(columns=_COLUMNS).copy()
    for name in ("unit", "user", "retailer", "month", "product"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
    frame.insert(0, "buyer", frame["user"].where(frame["user"] != "", frame["retailer"]))
    kinds = ["" if not month else FORECAST if month in forecast else METERED for month in frame["month"]]
    frame.insert(0, "metering", pd.Series(kinds, frame.index, dtype=object))
    return frame


def _exact_name(name: str, column: str) -> str:
    if column.endswith("_draws"):
        return column
    return f"{name}_kwh" if column.endswith("_kwh") else f"{name}_micro_yuan"
