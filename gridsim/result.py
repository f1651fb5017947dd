"""What a run leaves behind: tables to work with, the exact integers beneath them, and where they came from."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridsim.io.named_frames import ExactTables, SettledFrames, to_pandas
from gridsim.io.results import FORMATS, Format, hold_results, read_result, write_result
from gridsim.io.whole_folder import WholeFolder
from gridsim.metering import forecast_months, months_table
from gridsim.result_tables import ResultTables
from gridsim.spoken import spoken_lang
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import pandas as pd

    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.charts import Plots
    from gridsim.analysis.compare import Comparison
    from gridsim.analysis.table import StatisticsTable
    from gridsim.explain import Explanation
    from gridsim.exporting import ExportFormat
    from gridsim.reconcile.reconciliation import Reconciliation
    from gridsim.scenario import Scenario
    from gridsim.summary import Summary
    from gridsim.words import Lang, Sentence

__all__ = ["ExactTables", "Result", "SettlementPart", "to_pandas"]


@helpful
class SettlementPart(SettledFrames):
    """Of every table that has a trial settlement in it, the rows of one of the two alone.

    Attributes
    ----------
    positions, leg_settlement, cell_settlement, ledger : DataFrame
        As those of the result, less the other's rows; numbered from 0.
    """

    def __init__(self, result: Result, *, trial: bool) -> None:
        super().__init__()
        self._result = result
        self._trial = trial

    def __repr__(self) -> str:
        return f"SettlementPart({self._result!r}, trial={self._trial})"

    def _make(self, name: str) -> pd.DataFrame:
        return self._result._shown(self._result.exact.arrow(name, {"trial": self._trial}), name)


@helpful
class Result(ResultTables):
    """The outcome of one run. Made by `gridsim.run`, or read from a folder by `Result.load`.

    The tables are DataFrames in MWh, yuan/MWh and yuan (float64, the nearest to the exact value); `exact` has
    the same rows as integers. Their columns stand in `gridsim.result_columns.RESULT_TABLES` and on the formats page.
    Rows with ``trial`` belong to the trial settlement of the first quarter (N5) and are never added to the others.

    Attributes
    ----------
    trades, legs, positions, position_bands, leg_settlement, cell_settlement, ledger, rejected, compliance : DataFrame
        Each made when it is first asked for, and kept.
    exact : ExactTables
        The same tables as int64 [kWh], [micro-yuan/kWh], [micro-yuan].
    inputs : mapping of str to Arrow table
        The exact input tables, meter apart: its figures stand in ``cell_settlement``.
    manifest : mapping
        Hashes of scenario and rule set, versions, assumptions taken, counts.
    rules : RuleSet
        By which it was settled.

    Examples
    --------
    >>> result = gridsim.run(gridsim.example("henan-2021-mini"))
    >>> result.settled.ledger[["unit_id", "month", "item", "amount_yuan"]].head(2)
      unit_id    month          item  amount_yuan
    0  U4/tou  2021-01        energy      46540.0
    1  U4/tou  2021-01  transmission      22750.0
    >>> result.exact.ledger["amount_micro_yuan"].dtype
    dtype('int64')
    """

    @property
    def settled(self) -> SettlementPart:
        """The settlement that counts, without the trial: ``result.settled.ledger``."""
        return SettlementPart(self, trial=False)

    @property
    def trial(self) -> SettlementPart:
        """The trial settlement of the first quarter alone (N5): ``result.trial.ledger``."""
        return SettlementPart(self, trial=True)

    @property
    def months(self) -> pd.DataFrame:
        """Which months are metered and which are a forecast: ``month``, ``metering`` (``metered`` or ``forecast``).

        Returns
        -------
        DataFrame
            A row for each month of the year. Without a table ``forecast`` all are metered.

        Examples
        --------
        >>> result.months.head(2)
             month metering
        0  2021-01  metered
        1  2021-02  metered
        """
        return months_table(self.manifest)

    def save(
        self, directory: str | Path | WholeFolder, format: Format = "parquet", *, threads: int | None = None
    ) -> None:
        """Write all tables and ``manifest.json``.

        The folder changes as a whole: whatever happens meanwhile, it holds the old result or the new one. Other
        files in it are kept.

        Parameters
        ----------
        directory : str or Path
            Made if missing. A folder that is held (`gridsim.io.results.hold_results`) is taken, too.
        format : {"parquet", "csv"}
            Amounts are exact in both: decimals in Parquet; in CSV energies and prices have 3 decimals, money 6.
        threads : int, optional
            How many tables are written side by side; as many as there are processors if left out.

        Raises
        ------
        ValueError
            Another `format`; nothing was written.
        ResultError
            Another run is at work there, or it is no folder that can be written to.
        OSError
            The disk is full, or the like. The folder is as it was before.

        Examples
        --------
        >>> result.save("out")
        >>> gridsim.Result.load("out")
        Result('henan-2021-mini (synthetic)', 2021, 777 ledger lines)
        """
        if format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
        with nullcontext(directory) if isinstance(directory, WholeFolder) else hold_results(Path(directory)) as folder:
            write_result(folder, self._arrow, self.inputs, self.manifest, format, self.rules.shape, threads=threads)

    @classmethod
    def load(cls, directory: str | Path) -> Result:
        """Read what `save` wrote.

        Parameters
        ----------
        directory : str or Path
            The folder that was given to `save`, or to ``gridsim run --out``.

        Returns
        -------
        Result
            The tables as they were saved.

        Raises
        ------
        ResultError
            The folder holds no result, or one of its files is missing or has another size; a table that is broken, or
            not the one that was written, is told of when it is used.

        Examples
        --------
        >>> result.save("out")
        >>> gridsim.Result.load("out").ledger.equals(result.ledger)
        True
        """
        tables, inputs, manifest, rules = read_result(Path(directory))
        return cls(tables, inputs, manifest, rules)

    def summary(self) -> Summary:
        """Who paid whom, how much, and how far each unit was off its contracts: integers, without the trial.

        Returns
        -------
        Summary
            ``flows``, ``accounts``, ``deviations`` in kWh and micro-yuan, and counts of what was not used.

        Examples
        --------
        >>> summary = result.summary()
        >>> summary.balance_micro_yuan
        0
        >>> summary.deviations[0].unit, summary.deviations[0].shortfall_kwh
        ('U5/conventional', 72675000)
        """
        from gridsim.summary import summarise

        return summarise(self.exact, self.inputs, self.manifest, self.rules)

    def export(
        self,
        out: str | Path,
        format: ExportFormat = "xlsx",
        *,
        headings: Lang = "zh",
        tables: Sequence[str] | None = None,
    ) -> list[Path]:
        """Write result tables for people: a workbook, or a file for each table.

        Parameters
        ----------
        out : str or Path
            The workbook, or the folder of the files.
        format : {"csv", "parquet", "xlsx"}
            A file for each table, or one workbook with a sheet for each.
        headings : {"en", "zh"}
            ``zh``: headings, codes and flags in Chinese; ``en``: as the formats page has them.
        tables : sequence of str, optional
            Which (``["ledger"]``); all that the result has if left out.

        Returns
        -------
        list of Path
            The files that were written. `Result.load` does not read them: `save` writes what it reads.

        Raises
        ------
        ResultError
            There is no such table, one has more rows than a sheet holds, a workbook is not named ``.xlsx``, or a file
            cannot be written.
        ValueError
            Another format.

        Examples
        --------
        >>> [path.name for path in result.export("tables", "csv", headings="en", tables=["ledger", "positions"])]
        ['positions.csv', 'ledger.csv']
        """
        from gridsim.exporting import export_tables

        return export_tables(self, Path(out), format, headings=headings, tables=tables)

    def scenario(self) -> Scenario:
        """The scenario that this result was made from: its stored inputs, with the metered energy of its cells.

        Returns
        -------
        Scenario
            A run of it gives this result again.

        Raises
        ------
        ResultError
            What is stored is such as no run has; every fault is listed.

        Examples
        --------
        >>> import gridsim
        >>> result = gridsim.run("scenarios/henan-2021-mini")
        >>> result.scenario().hash == result.manifest["scenario"]["hash"]
        True
        """
        from gridsim.integrity.rebuilt import scenario_of

        return scenario_of(self._arrow, self.inputs, self.manifest, self.rules)

    def check(self) -> None:
        """Derive everything again that follows from inputs, metered energy and rules, and compare it with the tables.

        Statements and reports ask it before they print. What can't be derived is taken as it stands: metered energy
        (whose hash, with that of all inputs, is compared with the manifest's), warnings and versions.

        Raises
        ------
        ResultError
            A table or the manifest says something else; the message names the place, what stands there, and what was
            derived.

        Examples
        --------
        >>> result.check()  # nothing is said of what holds
        """
        from gridsim.integrity import check_result

        check_result(self._arrow, self.inputs, self.manifest, self.rules)

    def explain(
        self,
        unit: str,
        month: str,
        product: str | None = None,
        lang: Lang | None = None,
        *,
        user: str | None = None,
        method: Method = "own_deviation",
    ) -> Explanation:
        """The derivation of a unit's month, step by step, from orders and contracts to every ledger line.

        Parameters
        ----------
        unit : str
            Settlement unit, the buyer and its mode: ``R1/tou`` or, in Chinese, ``R1/分时段``; or a user. A name that
            one participant alone has is as good as its id.
        month : str
            ``YYYY-MM``, or as people write it: ``2021年5月``, ``5月``.
        product : str, optional
            One product alone, by its code or by what it is called: ``peak``, ``峰段``.
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.
        user : str, optional
            A user of the unit: instead, why it bears what it bears of the unit's deviation (`attribution`).
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            By which the deviation is shared then.

        Returns
        -------
        Explanation
            Shown by `print` and in a notebook, written by `Explanation.save`; each step has its numbers, formula and
            clause.

        Raises
        ------
        ResultError
            There is no such position; the message lists what there is.

        Examples
        --------
        >>> explanation = result.explain("R1/tou", "2021-05", "valley")
        >>> for step in explanation.steps[:3]:
        ...     print(step.number, step.title, step.clause)
        1 Contracts of the month N2.2, N3.1
        2 Metered energy N5.2
        3 The band and the deviation N5.2
        """
        lang = spoken_lang(lang)
        names = self.statistics.names
        unit, month = names.meant_subject(unit), names.meant("month", month)
        product = product and names.meant("product", product)
        if user is not None:
            from gridsim.analysis.attribution.explained import explain_attribution

            user = names.meant("user", user)
            return explain_attribution(self, unit, month, user, product, method=method, lang=lang)
        from gridsim.explain import explain
        from gridsim.manifest import changes_of

        return explain(
            self.exact, self.inputs, self.rules, unit, month, product, lang=lang,
            changes=changes_of(self.manifest), forecast=forecast_months(self.manifest),
        )  # fmt: skip

    def attribution(
        self,
        method: Method = "own_deviation",
        ledger: LedgerName = "real",
        *,
        units: Sequence[str] = (),
        months: Sequence[str] = (),
    ) -> StatisticsTable:
        r"""Whose deviation was it: each band's money, each fee and the shortfall, shared over a unit's users.

        A plan is a user's nomination, or its share of the contract that nominations leave, by its history. What
        would be there if every user had kept its plan is the buyer's own: a row without ``user_id``. The rest goes
        to the users, and all rows of an item add up to what its bands hold, to the micro-yuan (rulebook part 14).

        With ``shapley`` a user :math:`i`, one of :math:`n`, bears, of what the deviation of a set of :math:`s` users
        alone would cost, :math:`v(S)` (Shapley, A value for n-person games, 1953):

        .. math:: \phi_i = \sum_{S \not\ni i} \frac{s! \, (n - s - 1)!}{n!} \, (v(S \cup \{i\}) - v(S))

        Parameters
        ----------
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            By each user's deviation from its plan in the item's direction; by metered energy; by what would not be
            there had that user alone kept its plan; by the mean, over all orders in which users can come, of what each
            adds (negative: a credit). Above twelve users 2,000 orders are drawn, by the scenario's seed.
        ledger : {"real", "trial"}
            The settlement that counts, or the trial beside it.
        units, months : sequence of str, optional
            Only these; all if left out.

        Returns
        -------
        DataFrame
            ``unit_id``, ``month``, ``product``, ``item``, ``side``, ``user_id``, ``metered_mwh``, ``plan_mwh``,
            ``plan_from``, ``weight`` [MWh], ``share_mwh``, ``amount_yuan``, ``standard_error_yuan``; its ``exact`` has
            the same rows in kWh and micro-yuan.

        Raises
        ------
        ResultError
            There is no such method or ledger, or the result holds no bands (gridsim 0.1).

        Examples
        --------
        >>> import gridsim
        >>> result = gridsim.run("scenarios/henan-2021-mini")
        >>> table = result.attribution("shapley", months=["2021-05"])
        >>> int(table.exact["amount_micro_yuan"].sum()) == int(
        ...     result.exact.position_bands.query("month == '2021-05' and not trial")["amount_micro_yuan"].sum()
        ... )
        True
        """
        from gridsim.analysis.attribution.asked import attribution_table

        return attribution_table(self, method, ledger, units, months)

    def netting(
        self, ledger: LedgerName = "real", *, units: Sequence[str] = (), months: Sequence[str] = ()
    ) -> StatisticsTable:
        """What the users of each position save by settling together; it belongs to nobody.

        Parameters
        ----------
        ledger : {"real", "trial"}
            The settlement that counts, or the trial beside it.
        units, months : sequence of str, optional
            Only these; all if left out.

        Returns
        -------
        DataFrame
            ``unit_id``, ``month``, ``product``, ``over_mwh`` and ``under_mwh`` (what each user would overrun or fall
            short alone, with its plan as its contract, less the unit's), ``saved_yuan``; and ``exact``.

        Raises
        ------
        ResultError
            As for `attribution`.

        Examples
        --------
        >>> table = result.netting(units=["R1/conventional"])
        >>> table[table["saved_yuan"] > 0][["month", "product", "saved_yuan"]].head(2)
             month product    saved_yuan
        4  2021-05   total  11836.979493
        5  2021-06   total  18802.850660
        """
        from gridsim.analysis.attribution.asked import netting_table

        return netting_table(self, ledger, units, months)

    def margins(self, method: Method = "own_deviation") -> StatisticsTable:
        """What each retailer earns by user and month.

        Parameters
        ----------
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            How overrun, fees and shortfall are shared over users (`attribution`).

        Returns
        -------
        DataFrame
            ``retailer_id``, ``month``, ``user_id``; received: ``retail_energy_yuan``, ``retail_delivery_yuan``,
            ``retail_deviation_yuan``; paid: ``energy_yuan``, ``overrun_yuan``, ``fee_yuan``, ``shortfall_yuan``,
            ``other_yuan``; ``margin_yuan``. The row of a month without ``user_id`` has what belongs to no user. A
            month's margins add up to the retailer's account in the ledger, exactly. And ``exact``.

        Raises
        ------
        ResultError
            As for `attribution`.

        Examples
        --------
        >>> retailer = gridsim.run(gridsim.example("retailer-2021"))
        >>> retailer.margins()[["month", "user_id", "margin_yuan"]].head(2)
             month user_id   margin_yuan
        0  2021-01     U01  14875.152232
        1  2021-01     U02   9007.727064
        """
        from gridsim.analysis.attribution.asked import margins_table

        return margins_table(self, method)

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

        Returns
        -------
        Comparison
            ``changes`` and tables of differences; `Comparison.text` says it in words.

        Raises
        ------
        ResultError
            The results are of two years.

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> result.compare(dearer)
        Comparison('henan-2021-mini (synthetic)', 'henan-2021-mini (synthetic)', 1 changes)
        """
        from gridsim.analysis.compare import compare

        return compare(self, other)

    def reconcile(
        self,
        statement: pd.DataFrame | str | Path | Sequence[str | Path],
        *,
        map: str | Path | Mapping[str, Any] | None = None,  # noqa: A002  # as the option is named
        party: str = "",
        tolerance: str | float | Decimal = "0.01",
    ) -> Reconciliation:
        """Hold a settlement statement or a bill of the other side against this result.

        Lines are matched at the finest level that both have: by unit or user, month, product or period, contract and
        item. For each that differs the cause is sought by settling the market again as the other side may have it; a
        cause is named only if with it every line that it changes is the statement's.

        Parameters
        ----------
        statement : DataFrame, path or sequence of path
            Files as exchanges and grid companies print them (CSV, ``.xlsx``, ``.xls``, ``.ods``), or a frame whose
            columns are named as such headings: ``month``, ``unit_id``, ``user_id``, ``product``, ``period``, ``item``,
            ``contract_id``, ``energy (MWh)``, ``price (yuan/MWh)``, ``amount (yuan)``. What is owed is positive.
        map : path or mapping, optional
            A MAP.yaml, or what stands in one: ``party``, ``shows``, ``items``, ``units``, ``users``, ``products``,
            ``periods``, each a map of the statement's names to gridsim's.
        party : str, optional
            Whose statement it is, where neither its lines nor the map tell.
        tolerance : str, float or Decimal
            A line whose money differs by no more is not called unexplained [yuan].

        Returns
        -------
        Reconciliation
            ``lines``, ``causes``, ``bridge``, ``document(lang)``, ``to_excel(path, lang)``.

        Raises
        ------
        ScenarioError
            Every fault of the files and the map.
        ResultError
            The result does not hold.

        Examples
        --------
        >>> theirs = {"unit_id": ["R1/tou"], "month": ["2021-05"], "item": ["energy"], "amount (yuan)": [788_282.288]}
        >>> found = result.reconcile(pd.DataFrame(theirs), party="R1", tolerance=20_000)
        >>> found.lines[["item", "amount_yuan_ours", "amount_yuan_theirs", "status"]]
              item  amount_yuan_ours  amount_yuan_theirs     status
        0   energy        788282.288          788282.288      equal
        1  overrun         18544.000                 NaN  explained
        """
        from gridsim.reconcile.reconciliation import reconcile

        return reconcile(self, statement, map=map, party=party, tolerance=tolerance)

    def in_words(self, table: Literal["rejected", "compliance"], lang: Lang | None = None) -> pd.DataFrame:
        """A table with what it says in words told in a language: its files and `exact` have them in English alone.

        Parameters
        ----------
        table : {"rejected", "compliance"}
            The tables with a column ``detail``.
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        DataFrame
            As ``result.rejected``, with ``detail`` in that language.

        Examples
        --------
        >>> result.in_words("rejected", "zh")["detail"].iloc[0]
        '以同一合同较后确认的申报为准'
        """
        from gridsim.details import detail_of

        frame: pd.DataFrame = getattr(self, table).copy()
        told = {text: detail_of(text).told(spoken_lang(lang)) for text in frame["detail"].dropna().unique()}
        frame["detail"] = frame["detail"].map(told)
        return frame

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What is no fault of the scenario but ought to be known; each knows its Chinese (``.zh``)."""
        from gridsim.manifest import warnings_of

        return warnings_of(self.manifest)

    def _repr_html_(self) -> str:
        from gridsim.analysis.notebook import result_document
        from gridsim.show.html import html

        return html(result_document(self, spoken_lang()))

    def __repr__(self) -> str:
        scenario = self.manifest["scenario"]
        lines = self.manifest["counts"]["results"]["ledger"]
        return f"Result({scenario['name']!r}, {scenario['year']}, {lines} ledger lines)"
