"""What a run leaves behind: tables to work with, the exact integers beneath them, and where they came from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsim.columns import RESULT_TABLES
from gridsim.io.decimals import floats_of_table
from gridsim.io.results import Format, read_result, write_result
from gridsim.io.table_sets import MadeTables, Tables
from gridsim.rules import RuleSet

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.charts import Plots
    from gridsim.analysis.compare import Comparison
    from gridsim.analysis.statistics import Statistics
    from gridsim.explain import Explanation
    from gridsim.summary import Summary

__all__ = ["ExactTables", "Result", "to_pandas"]


class _Tables:
    """The result tables by name, each made into a DataFrame when first asked for."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._arrow = tables if isinstance(tables, Tables) else MadeTables(tables)
        self._frames: dict[str, pd.DataFrame] = {}

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self._make(name)
        return self._frames[name]

    def _make(self, name: str) -> pd.DataFrame:
        raise NotImplementedError

    @property
    def trades(self) -> pd.DataFrame:
        """Matched pairs and valid bilateral rows."""
        return self._frame("trades")

    @property
    def legs(self) -> pd.DataFrame:
        """Contract legs after decomposition to months."""
        return self._frame("legs")

    @property
    def positions(self) -> pd.DataFrame:
        """Settlement unit × month × product."""
        return self._frame("positions")

    @property
    def leg_settlement(self) -> pd.DataFrame:
        """The settlement of each leg."""
        return self._frame("leg_settlement")

    @property
    def cell_settlement(self) -> pd.DataFrame:
        """User × month × period."""
        return self._frame("cell_settlement")

    @property
    def ledger(self) -> pd.DataFrame:
        """Every transfer of money."""
        return self._frame("ledger")

    @property
    def rejected(self) -> pd.DataFrame:
        """Orders and filings that were not used, and why."""
        return self._frame("rejected")

    @property
    def compliance(self) -> pd.DataFrame:
        """Checks that are reported, never enforced."""
        return self._frame("compliance")


class ExactTables(_Tables):
    """The result tables as integers: ``energy_kwh``, ``price_micro_yuan_per_kwh``, ``amount_micro_yuan``."""

    def _make(self, name: str) -> pd.DataFrame:
        return to_pandas(self._arrow[name])

    def arrow(
        self,
        name: str,
        where: Mapping[str, str | Sequence[str]] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """The table as Arrow has it, for what is too large for pandas.

        Parameters
        ----------
        name : str
        where : mapping of str to str or sequence of str, optional
            Which rows are wanted, by the text of a column: more may come, but of a stored table no more are read.
        columns : sequence of str, optional
            Which columns are wanted, by their exact names (``amount_micro_yuan``); all if not given.
        """
        if where is None and columns is None:
            return self._arrow[name]
        return self._arrow.at_least(name, where or {}, columns)

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """The table as Arrow tables of some hundred thousand rows, one after another, of what is too large to hold.

        Parameters
        ----------
        name : str
        columns : collection of str, optional
            Exact names of those that are wanted.

        Yields
        ------
        Arrow table
            At least one. The codes of a text column mean the same within a part, not from part to part.
        """
        return self._arrow.parts(name, columns)


class Result(_Tables):
    """The outcome of one run.

    The tables are DataFrames in MWh, yuan/MWh and yuan (float64, the nearest to the exact value); `exact` has
    the same rows as integers. Their columns stand in `gridsim.columns.RESULT_TABLES` and on the formats page. Rows with
    ``trial`` belong to the trial settlement of the first quarter (N5) and are never added to the others.

    Attributes
    ----------
    trades, legs, positions, leg_settlement, cell_settlement, ledger, rejected, compliance : DataFrame
        Each made when it is first asked for, and kept.
    exact : ExactTables
        The same tables as int64 [kWh], [micro-yuan/kWh], [micro-yuan].
    inputs : mapping of str to Arrow table
        The exact input tables, meter apart: its figures stand in ``cell_settlement``.
    manifest : mapping
        Hashes of scenario and rule set, versions, assumptions taken, counts.
    rules : RuleSet
    """

    def __init__(
        self,
        tables: Mapping[str, pa.Table],
        inputs: Mapping[str, pa.Table],
        manifest: Mapping[str, Any],
        rules: RuleSet | None = None,
    ) -> None:
        super().__init__(tables)
        self.exact = ExactTables(self._arrow)
        self.inputs = MappingProxyType(dict(inputs))
        self.manifest = MappingProxyType(dict(manifest))
        self.rules = rules or RuleSet.from_dict(manifest["rules"])
        self._statistics: Statistics | None = None

    def _make(self, name: str) -> pd.DataFrame:
        return to_pandas(floats_of_table(self._arrow[name], RESULT_TABLES[name].columns))

    def save(self, directory: str | Path, format: Format = "parquet", *, threads: int | None = None) -> None:
        """Write all tables and ``manifest.json``.

        Parameters
        ----------
        directory : str or Path
            Made if missing.
        format : {"parquet", "csv"}
            Amounts are exact in both: decimals in Parquet; in CSV energies and prices have 3 decimals, money 6.
        threads : int, optional
            How many tables are written side by side; as many as there are processors if left out.

        Raises
        ------
        ValueError
            Another `format`; nothing was written.
        OSError
            The folder cannot be written. It has no manifest then, and so is no result.
        """
        manifest = {"format": format, **self.manifest}
        write_result(Path(directory), self._arrow, self.inputs, manifest, format, threads=threads)

    @classmethod
    def load(cls, directory: str | Path) -> Result:
        """Read what `save` wrote.

        Raises
        ------
        ResultError
            The folder holds no result, or one of its files is missing; a broken table is told of when it is used.
        """
        tables, inputs, manifest = read_result(Path(directory))
        del manifest["format"]
        return cls(tables, inputs, manifest)

    def summary(self) -> Summary:
        """Who paid whom, how much, and how far each unit was off its contracts: integers, without the trial."""
        from gridsim.summary import summarise

        return summarise(self.exact, self.inputs, self.manifest)

    def explain(self, unit: str, month: str, product: str | None = None, lang: str = "en") -> Explanation:
        """The derivation of a unit's month, step by step, from orders and contracts to every ledger line.

        Parameters
        ----------
        unit : str
            Settlement unit, ``<buyer>/conventional`` or ``<buyer>/tou``.
        month : str
            ``YYYY-MM``.
        product : str, optional
            One product alone.
        lang : {"en", "zh"}

        Raises
        ------
        ResultError
            There is no such position; the message lists what there is.
        """
        from gridsim.explain import explain

        return explain(self.exact, self.inputs, self.rules, unit, month, product, lang)

    @property
    def statistics(self) -> Statistics:
        """Grouped tables over this result: ``result.statistics.money(groupby=("unit", "item"))``."""
        if self._statistics is None:
            from gridsim.analysis.statistics import Statistics

            self._statistics = Statistics(
                self.exact,
                self.inputs,
                self.manifest["scenario"]["year"],
                self.rules,
            )
        return self._statistics

    @property
    def plot(self) -> Plots:
        """Charts of this result: ``result.plot.cost_waterfall(unit="R1/tou", lang="zh")``."""
        from gridsim.analysis.charts import Plots

        return Plots(self)

    def compare(self, other: Result) -> Comparison:
        """What changed between this run and another of the same year, and what it moved.

        Parameters
        ----------
        other : Result
            The later one: differences are its figures less this one's.

        Raises
        ------
        ResultError
            The results are of two years.
        """
        from gridsim.analysis.compare import compare

        return compare(self, other)

    def _repr_html_(self) -> str:
        from gridsim.analysis.html import result_html

        return result_html(self)

    def __repr__(self) -> str:
        scenario = self.manifest["scenario"]
        lines = self.manifest["counts"]["results"]["ledger"]
        return f"Result({scenario['name']!r}, {scenario['year']}, {lines} ledger lines)"


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A DataFrame with texts as ``str``, integers that may be missing as ``Int64``, flags as bool.

    Parameters
    ----------
    table : pyarrow.Table
    """
    import pandas as pd

    frame = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_string(column.type):
            frame[name] = pd.Series(pd.array(column, dtype="str"))
        elif pa.types.is_integer(column.type) and column.null_count:
            frame[name] = pd.Series(column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
        elif pa.types.is_boolean(column.type) and column.null_count:
            frame[name] = pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
        else:
            frame[name] = column.to_pandas()
    return pd.DataFrame(frame)
