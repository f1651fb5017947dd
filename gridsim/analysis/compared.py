"""Two results of one year side by side: what changed in their inputs and rules, and what that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.analysis import sums
from gridsim.analysis.arguments import check_name
from gridsim.analysis.figures import Figure, ratio
from gridsim.analysis.sources import VALUES_OF
from gridsim.analysis.table import StatisticsTable
from gridsim.scenario.party_names import party_names
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.analysis.changes import Change
    from gridsim.analysis.statistics import Statistics
    from gridsim.result_tables import ResultTables

__all__ = ["ComparedResults"]

_METHODS = ("money", "energy", "breakdown", "deviation", "accounts")


class ComparedResults:
    """Two results of one year; `gridsim.analysis.compare.Comparison` is this with the forms that it is shown in.

    Attributes
    ----------
    before, after : Result
    changes : tuple of Change
        Each thing by itself that is not the same in rules, inputs or program.
    """

    def __init__(self, before: ResultTables, after: ResultTables, changes: tuple[Change, ...]) -> None:
        self.before = before
        self.after = after
        self.changes = changes

    @property
    def items(self) -> tuple[str, ...]:
        """The items that a ledger of the two can have, in its order."""
        of_both = (result.rules.shape.items_with(result.inputs) for result in (self.before, self.after))
        return tuple(dict.fromkeys(item for items in of_both for item in items))

    @property
    def names(self) -> dict[str, str]:
        """Names of the participants of the two, by id; the later one's where they differ."""
        return party_names(self.before.inputs) | party_names(self.after.inputs)

    @property
    def sellers(self) -> tuple[str, ...]:
        """The generators of the two, if one of their markets settles its sellers."""
        results = (self.before, self.after)
        if all(result.rules.shape.sellers is None for result in results):
            return ()
        names = (result.inputs["generators"].column("generator_id").to_pylist() for result in results)
        return tuple(dict.fromkeys(name for of_side in names for name in of_side))

    @property
    def rules(self) -> pd.DataFrame:
        """Rule values, and places in lists, that changed: ``before``, ``after``, ``clause`` by ``path``."""
        rows = [change for change in self.changes if change.kind == "rule"]
        index = pd.Index([change.name for change in rows], dtype="str", name="path")
        columns = {name: [getattr(change, name) for change in rows] for name in ("before", "after", "clause")}
        return pd.DataFrame(columns, index=index, dtype="str")

    @property
    def inputs(self) -> pd.DataFrame:
        """Input tables that changed: ``added``, ``removed``, ``changed`` rows, ``columns``, energies [MWh]."""
        tables = list(dict.fromkeys(change.table for change in self.changes if change.table is not None))
        energies = {
            f"energy_mwh_{side}": np.array(
                [
                    np.nan if energy is None else energy / 1000
                    for energy in (getattr(t, f"energy_{side}") for t in tables)
                ],
                dtype=np.float64,
            )
            for side in ("before", "after")
        }
        return pd.DataFrame(
            {
                **{how: [getattr(table, how) for table in tables] for how in ("added", "removed", "changed")},
                "columns": pd.array(
                    [", ".join(column.column.name for column in table.columns) for table in tables], dtype="str"
                ),
                **energies,
            },
            index=pd.Index([table.table for table in tables], dtype="str", name="table"),
        )

    def details(self, table: str) -> pd.DataFrame:
        """The rows of an input table that changed, one by one, as exact integers.

        Parameters
        ----------
        table : str
            A name of the index of `inputs`: ``meter``.

        Returns
        -------
        DataFrame
            One row for each row that was added, removed or changed, with its figures before and after [kWh,
            micro-yuan/kWh].

        Raises
        ------
        ResultError
            Nothing changed in that table.

        Examples
        --------
        >>> more = gridsim.run(scenario.with_load("1.07", users=["U3"]))
        >>> result.compare(more).details("meter").head(2)
               how user_id    month period energy_kwh_before energy_kwh_after
        0  changed      U3  2021-01   peak            780000           834600
        1  changed      U3  2021-01   flat            640000           684800
        """
        found = {change.table.table: change.table.rows for change in self.changes if change.table is not None}
        check_name("details", table, found, Sentence("changed table"))
        return found[table]

    def difference(
        self,
        column: str = "amount_yuan",
        groupby: GroupBy = "item",
        where: Where | None = None,
        *,
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """One column of the statistics before and after, the largest difference first.

        Parameters
        ----------
        column : str
            A sum of `Statistics.money`, `energy`, `breakdown`, `deviation` or `accounts`; averages and rates do not add
            up and are compared from their own tables.
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values; a value that only one of the results has is nothing in the other.
        top : int, optional
            Only so many rows, those with the largest difference.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``before_<column>``, ``after_<column>``, ``difference_<column>``, in the column's unit, and ``relative``
            (the difference to the magnitude of what was before); ``exact`` has the integers.

        Raises
        ------
        ResultError
            A column that does not add up, or a dimension or value that neither result has.

        Examples
        --------
        >>> wider = gridsim.run(scenario.with_overrides({"settlement.conventional.upper": "1.10"}))
        >>> result.compare(wider).difference("overrun_yuan", "unit", top=1)
                         before_overrun_yuan  after_overrun_yuan  difference_overrun_yuan  relative
        unit
        R1/conventional            102166.58                 0.0               -102166.58      -1.0
        (others)                   119575.20            119575.2                     0.00       0.0
        """
        tables = [getattr(self, side).statistics for side in ("before", "after")]
        method = _method_of(column, tables)
        chosen = self._chosen(where)
        before, after = (
            getattr(statistics, method)(groupby, of_side, trial=trial)
            for statistics, of_side in zip(tables, chosen, strict=True)
        )
        table = _difference(before, after, column)
        return table if top is None else table.first(top)

    def overview(self) -> dict[str, StatisticsTable]:
        """Differences of money by ``item``, ``unit`` and ``month``, and of each ``party``'s net, from one reading.

        Each table is what `money` or `parties` gives; the ledgers of both results are read once for all of them.

        Returns
        -------
        dict of str to StatisticsTable
            ``"item"``, ``"unit"`` and ``"month"`` as `money` gives them, ``"party"`` as `parties` does [yuan].

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> list(result.compare(dearer).overview())
        ['item', 'unit', 'month', 'party']
        """
        before, after = self.before.statistics.overview(), self.after.statistics.overview()
        columns = {"item": "amount_yuan", "unit": "amount_yuan", "month": "amount_yuan", "party": "net_yuan"}
        return {name: _difference(before[name], after[name], column) for name, column in columns.items()}

    def money(
        self, groupby: GroupBy = "item", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """Money of the ledger before and after [yuan]; see `difference`.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            As `difference` of ``amount_yuan``.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> result.compare(dearer).money("item", top=1)["difference_amount_yuan"]
        item
        shortfall    729608.4
        (others)          0.0
        Name: difference_amount_yuan, dtype: float64
        """
        return self.difference("amount_yuan", groupby, where, top=top, trial=trial)

    def energy(
        self,
        groupby: GroupBy = "unit",
        where: Where | None = None,
        *,
        of: str = "metered",
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """Energy before and after [MWh]: `of` one of the columns of `Statistics.energy`; see `difference`.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        of : str
            ``metered``, ``contract``, ``in_band``, ``overrun``, ``shortfall`` or ``outside``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            As `difference` of the energy [MWh].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> more = gridsim.run(scenario.with_load("1.07", users=["U3"]))
        >>> result.compare(more).energy("unit", top=1)
                  before_metered_mwh  after_metered_mwh  difference_metered_mwh  relative
        unit
        R1/tou               24225.0           25920.75                 1695.75      0.07
        (others)            157520.0          157520.00                    0.00      0.00
        """
        return self.difference(f"{of}_mwh", groupby, where, top=top, trial=trial)

    def parties(self, where: Where | None = None, *, top: int | None = None, trial: bool = False) -> StatisticsTable:
        """What each party received less what it paid, before and after [yuan].

        Parameters
        ----------
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            As `difference` of ``net_yuan`` by party.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> result.compare(dearer).parties(top=1)["difference_net_yuan"]
        party
        G3          727205.76
        (others)   -727205.76
        Name: difference_net_yuan, dtype: float64
        """
        return self.difference("net_yuan", "party", where, top=top, trial=trial)

    def causes(self, item: str | None = None) -> list[Change]:
        """The changes that can have moved a ledger item, or any money at all.

        A change is left out only where the rules exclude it, as the price of a shortfall moves no T&D money.

        Parameters
        ----------
        item : str, optional
            A ledger item; any money if left out.

        Returns
        -------
        list of Change
            Empty if nothing that changed can have moved it.

        Raises
        ------
        ResultError
            No ledger has such an item.

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> comparison = result.compare(dearer)
        >>> [change.name for change in comparison.causes("shortfall")]
        ['settlement.shortfall_price']
        >>> comparison.causes("transmission")
        []
        """
        if item is not None:
            check_name("item", item, self.items, Sentence("item"))
        return [change for change in self.changes if (item in change.items if item else change.items)]

    def concerned(self, unit: str) -> list[str]:
        """The input tables with a change in the unit's own rows: its users, meters, contracts, orders or tariffs.

        ``contracts`` are its contracts as traded, which a what-if changed. A unit with a difference and nothing of
        this was reached through the market or the rules.

        Parameters
        ----------
        unit : str
            Its id: ``R1/tou``.

        Returns
        -------
        list of str
            Names of input tables, and ``contracts``.

        Examples
        --------
        >>> more = gridsim.run(scenario.with_load("1.07", users=["U3"]))
        >>> result.compare(more).concerned("R1/tou")
        ['meter']
        """
        tables = dict.fromkeys(change.table for change in self.changes if change.table is not None)
        own = [table.table for table in tables if unit in table.units]
        is_changed = any(
            change.kind == "contracts" and (change.units is None or unit in change.units) for change in self.changes
        )
        return [*own, "contracts"] if is_changed else own

    def __repr__(self) -> str:
        names = [result.manifest["scenario"]["name"] for result in (self.before, self.after)]
        return f"Comparison({names[0]!r}, {names[1]!r}, {len(self.changes)} changes)"

    def _chosen(self, where: Where | None) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """``where=`` for each side: the values that it knows. One that neither knows is refused by the first."""
        sides: tuple[dict[str, tuple[str, ...]], ...] = ({}, {})
        for name, wanted in (where or {}).items():
            check_name("where", name, VALUES_OF)
            texts = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            known = [{*getattr(self, side).statistics.values(name), ""} for side in ("before", "after")]
            for texts_of_side, of_side in zip(known, sides, strict=True):
                of_side[name] = tuple(t for t in texts if t in texts_of_side or t not in known[0] | known[1])
        return sides


def _difference(before: StatisticsTable, after: StatisticsTable, column: str) -> StatisticsTable:
    """One column of two tables side by side, the largest difference first."""
    figure = next(figure for figure in before.figures if figure.name == column)
    one, other = (table.exact[figure.of] for table in (before, after))
    index = one.index.append(other.index[~other.index.isin(one.index)])
    exact = pd.DataFrame({side: of.reindex(index, fill_value=0) for side, of in (("before", one), ("after", other))})
    exact["difference"] = exact["after"] - exact["before"]
    exact["magnitude"] = exact["before"].abs()
    shown = [
        Figure(f"{side}_{column}", figure.kind, side, scale=figure.scale) for side in ("before", "after", "difference")
    ]
    order = np.argsort(-exact["difference"].abs().to_numpy(), kind="stable")
    return StatisticsTable.of(exact.iloc[order], [*shown, ratio("relative", "difference", "magnitude")])


def _method_of(column: str, sides: Sequence[Statistics]) -> str:
    """The method of `Statistics` that has a column that adds up, in one of the results at least."""
    columns = [sums.columns_of(side.names) for side in sides]
    found = {
        name: method
        for method in reversed(_METHODS)
        for name in dict.fromkeys(name for of_side in columns for name in of_side[method])
        if not name.endswith(("_per_mwh", "_rate"))
    }
    check_name("column", column, found, Sentence("column that adds up"))
    return found[column]
