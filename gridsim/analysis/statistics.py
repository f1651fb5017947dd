"""``result.statistics``: grouped tables over a result, exact until they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

from gridsim.analysis import averages, bearing, market, sums
from gridsim.analysis.arguments import Narrowed, check_name, cut, dimensions_of
from gridsim.analysis.attribution.settled import SettledFacts
from gridsim.analysis.names import Dimensions
from gridsim.analysis.ranking import ranked, shared
from gridsim.analysis.sources import VALUES_OF
from gridsim.metering import forecast_months
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.book import BookCurve
    from gridsim.analysis.table import StatisticsTable
    from gridsim.io.named_frames import ExactTables
    from gridsim.rules import RuleSet

    Aggregate = Literal["sum", "mean", "min", "max"]

__all__ = ["Statistics"]


@helpful
class Statistics(Narrowed):
    """Grouped, chainable tables over any result.

    All methods share one grammar:

    groupby : str or sequence of str
        One or several dimensions; ``()`` for one row over everything. They are the index of the table. A row that
        does not have a dimension, as a T&D line has no generator, stands under the empty text.
    where : mapping of str to str or sequence of str
        Only rows with one of these values: ``{"month": ["2021-04", "2021-05"], "retailer": "R1"}``.
    aggregate : {"sum", "mean", "min", "max"}
        What becomes of the rows of a group (`energy` and `money`).
    top : int
        Only the largest groups by the first column, largest first; the others are summed in a row ``(others)``.
    trial : bool
        The trial settlement of the first quarter alone (N5), which is never mixed with the other.

    A table has at most 200,000 rows; of more groups the largest stand there and the others in ``(others)``.
    The tables are DataFrames in MWh, yuan and yuan/MWh; their ``exact`` holds the integers. Wrong dimensions,
    values and columns are a `gridsim.ResultError` that names what is allowed.

    Dimensions: ``unit``, ``buyer``, ``retailer``, ``mode``, ``user``, ``tariff_class``, ``voltage``, ``generator``,
    ``month``, ``metering`` (``metered`` or ``forecast``: `gridsim.Result.months`), ``period``, ``product``,
    ``item``, ``clause``, ``session``, ``kind``, ``payer``, ``payee``, ``payer_group``, ``payee_group``; of
    corrections of earlier months ``corrects_month`` and ``corrects_item``; of deviation that is shared ``side``; of
    trades also ``delivery``, ``segment`` and ``transfer``. A leg's ledger line has no user, unless its buyer is a
    user that buys for itself.

    Parameters
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
    manifest : mapping
    rules : RuleSet
        By which it was settled.

    Examples
    --------
    >>> result = gridsim.run(gridsim.example("henan-2021-mini"))
    >>> result.statistics.money(("month", "item"), where={"unit": "R1/tou"}, top=2)
                        amount_yuan  lines  energy_mwh  average_yuan_per_mwh
    month    item
    2021-08  energy    8.273500e+05      4      2170.0            381.267283
    2021-12  energy    7.990171e+05      4      2100.0            380.484352
    (others) (others)  1.280229e+07    129         NaN                   NaN
    >>> result.statistics.money("item", top=1).exact["amount_micro_yuan"]
    item
    energy      65836329254000
    (others)    74840370410225
    Name: amount_micro_yuan, dtype: int64
    """

    def __init__(
        self, exact: ExactTables, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any], rules: RuleSet
    ) -> None:
        super().__init__()
        self._exact = exact
        self._heat_priority = rules.values.matching.heat_priority
        self._inputs, self._manifest, self._rules = inputs, manifest, rules
        self._names = Dimensions(exact, inputs, manifest["scenario"]["year"], rules.shape, forecast_months(manifest))

    @property
    def names(self) -> Dimensions:
        """The values of every dimension, and their codes."""
        return self._names

    def values(self, dimension: str) -> list[str]:
        """The values of a dimension in this result, in the order of the tables.

        Parameters
        ----------
        dimension : str
            One of those that the class lists: ``month``.

        Returns
        -------
        list of str
            Each once: what ``where=`` may ask for.

        Raises
        ------
        ResultError
            There is no such dimension.

        Examples
        --------
        >>> result.statistics.values("unit")
        ['R1/conventional', 'R1/tou', 'U4/tou', 'U5/conventional']
        >>> result.statistics.values("retailer")
        ['R1']
        """
        check_name("values", dimension, VALUES_OF)
        return list(self._names.index(VALUES_OF[dimension]))

    def energy(
        self,
        groupby: GroupBy = "unit",
        where: Where | None = None,
        aggregate: Aggregate = "sum",
        *,
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """Energy [MWh]: contracted, metered, in band, overrun, shortfall.

        Columns: ``contract_mwh``, ``metered_mwh`` (of users in a unit; in-band energy and overrun together),
        ``in_band_mwh``, ``overrun_mwh``, ``shortfall_mwh``, and ``outside_mwh``, the metered energy of users without
        a unit. By ``user``, ``tariff_class``, ``voltage`` or ``period`` there is no contract and no shortfall; by
        ``generator``, ``session`` or ``kind`` there is only what belongs to legs. `aggregate` is over positions,
        cells or legs.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        aggregate : {"sum", "mean", "min", "max"}
            Over positions, cells or legs of a group.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``contract_mwh``, ``metered_mwh`` (of users in a unit; in-band energy and overrun together),
            ``in_band_mwh``, ``overrun_mwh``, ``shortfall_mwh``, and ``outside_mwh``, the metered energy of users
            without a unit [MWh].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.energy("unit", where={"month": "2021-04"})[["contract_mwh", "metered_mwh"]]
                         contract_mwh  metered_mwh
        unit
        R1/conventional      4100.001       4400.0
        R1/tou               1980.000       2038.0
        U4/tou                335.000        345.0
        U5/conventional     15100.000      15855.0
                                0.000          0.0
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        table = sums.energy_table(self._exact, self._names, by, chosen, _checked(aggregate), trial=trial)
        return cut(table, top)

    def money(
        self,
        groupby: GroupBy = "item",
        where: Where | None = None,
        aggregate: Aggregate = "sum",
        *,
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """Money of the ledger [yuan].

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        aggregate : {"sum", "mean", "min", "max"}
            Over ledger lines of a group.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``amount_yuan``, ``lines``; by item, or of one item alone, also ``energy_mwh`` and ``average_yuan_per_mwh``
            (over several items one kWh would count several times).

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.money("item", where={"month": "2021-04"}, top=2)
                       amount_yuan  lines  energy_mwh  average_yuan_per_mwh
        item
        energy        8.155603e+06     14   22523.001            362.101090
        transmission  3.695542e+06     15   22523.001            164.078579
        (others)      1.410706e+06     33         NaN                   NaN
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        table = sums.money_table(self._exact, self._names, by, chosen, _checked(aggregate), trial=trial)
        return cut(table, top)

    def breakdown(
        self, groupby: GroupBy = (), where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """Money of the ledger items side by side [yuan]: ``total_yuan``, ``energy_yuan``, ``shortfall_yuan``….

        What users pay their retailer stands in columns of its own and, unless payers, payees or items are asked for,
        in no total: the total is what units and their users pay in all.

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
            ``total_yuan``, then a column for each ledger item that the market has, and for its retail items [yuan].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.breakdown("unit")[["total_yuan", "energy_yuan", "shortfall_yuan"]]
                           total_yuan   energy_yuan  shortfall_yuan
        unit
        R1/conventional  2.752793e+07  1.701550e+07          2200.0
        R1/tou           1.442866e+07  9.064856e+06           472.0
        U4/tou           2.934645e+06  1.735321e+06           186.4
        U5/conventional  6.127167e+07  3.802066e+07        726750.0
                         3.451380e+07  0.000000e+00             0.0
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(sums.breakdown_table(self._exact, self._names, by, chosen, trial=trial), top)

    def accounts(
        self, groupby: GroupBy = "party", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """What each party paid and received [yuan]: ``turnover_yuan``, ``paid_yuan``, ``received_yuan``, ``net_yuan``.

        Dimensions: ``party``, ``party_group``, and of the ledger ``month``, ``item``, ``clause``, ``unit``,
        ``period``, ``product``.

        Parameters
        ----------
        groupby : str or sequence of str
            ``party``, ``party_group``, and of the ledger ``month``, ``item``, ``clause``, ``unit``, ``period``,
            ``product``.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``turnover_yuan``, ``paid_yuan``, ``received_yuan``, ``net_yuan`` (received less paid) [yuan].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> int(result.statistics.accounts().exact["net_micro_yuan"].sum())  # what one pays another receives
        0
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(sums.accounts_table(self._exact, self._names, by, chosen, trial=trial), top)

    def overview(self, where: Where | None = None, *, trial: bool = False) -> dict[str, StatisticsTable]:
        """Money by item, by unit and by month, and what each party paid and received, from one reading of the ledger.

        Parameters
        ----------
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        dict of str to StatisticsTable
            ``"item"``, ``"unit"`` and ``"month"`` as `money` gives them, ``"party"`` as `accounts` does. A ledger of
            millions of lines is made or read part by part each time that it is asked; this asks once.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> tables = result.statistics.overview()
        >>> list(tables)
        ['item', 'unit', 'month', 'party']
        >>> tables["month"]["amount_yuan"].head(2)
        month
        2021-01    1.278040e+07
        2021-02    1.137528e+07
        Name: amount_yuan, dtype: float64
        """
        tables = sums.overview_tables(self._exact, self._names, self._chosen(where), trial=trial)
        return {name: table.limited() for name, table in tables.items()}

    def deviation(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        r"""How far metered energy was off the contracts, and what it cost (N5).

        Periods and months are never netted in the bands, but ``deviation_rate`` of a group is of its sums:

        .. math:: r = \frac{\sum_i \mathrm{metered}_i}{\sum_i \mathrm{contract}_i} - 1

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
            ``contract_mwh``, ``metered_mwh``, ``lower_mwh`` and ``upper_mwh`` (band edges), ``deviation_mwh`` (metered
            less contract), ``overrun_mwh``, ``shortfall_mwh`` [MWh]; ``deviation_rate`` (metered over contract, less
            one), ``overrun_rate`` and ``shortfall_rate`` (of the contract); ``overrun_yuan``, ``shortfall_yuan``,
            ``fee_yuan`` (where the market takes a fee of deviation), ``deviation_yuan`` (their sum) [yuan];
            ``positions``, ``out_of_band`` (positions with an overrun or a shortfall).

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.deviation("unit")[["deviation_rate", "deviation_yuan", "out_of_band"]]
                         deviation_rate  deviation_yuan  out_of_band
        unit
        R1/conventional        0.006682       104366.58            4
        R1/tou                 0.002276        37316.00            4
        U4/tou                 0.055822        82917.60            7
        U5/conventional       -0.418373       726750.00            5
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(averages.deviation_table(self._exact, self._names, by, chosen, trial=trial), top)

    def prices(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        r"""Average prices [yuan/MWh]: money over energy, each summed over the group before it is divided.

        .. math:: p = \frac{\sum_i \mathrm{amount}_i}{\sum_i \mathrm{energy}_i}

        By ``user``, ``tariff_class``, ``voltage`` or ``period`` the unit's energy money is shared over its users'
        in-band energy, by largest remainder, and deviation is the unit's. A price of no energy is missing (NaN).

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
            ``contract`` (of the legs as signed), ``in_band`` (energy money by in-band energy), ``with_deviation``
            (energy, overrun and shortfall money by metered energy), ``delivered_without_deviation`` (energy, T&D,
            adjustment and funds by in-band energy), ``delivered`` (all that unit and users paid, by metered energy) and
            ``outside`` (users without a unit), each ending in ``_yuan_per_mwh``. By ``user``, ``tariff_class``,
            ``voltage`` or ``period``: ``in_band``, ``delivered_without_deviation``, ``outside`` and ``all_in`` (in-band
            energy at the unit's cost, overrun, T&D, funds and what is paid outside of units, by metered energy). By
            ``generator``, ``session`` or ``kind``: ``contract`` and ``in_band``.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.prices("generator").round(3)
                   contract_yuan_per_mwh  in_band_yuan_per_mwh
        generator
        G1                       370.061               368.814
        G2                       380.355               374.535
        G3                       358.363               358.585
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(averages.prices_table(self._exact, self._names, by, chosen, trial=trial), top)

    def attribution(
        self,
        groupby: GroupBy = "user",
        where: Where | None = None,
        *,
        method: Method = "own_deviation",
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """Whose deviation it was (rulebook part 14): the rows of `gridsim.Result.attribution`, grouped.

        The buyer's own part stands under the empty user.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions of positions, ``item``, ``side`` (``over``, ``under``), ``user``, ``tariff_class``, ``voltage``.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            How it is shared over users; `gridsim.Result.attribution` says what each does.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``amount_yuan`` [yuan], ``parts`` (how many rows); of one item also ``share_mwh`` [MWh].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.attribution("user", where={"unit": "R1/conventional"}, method="marginal")
               amount_yuan  parts
        user
        U1    69870.399479      4
        U2    34496.180521      4
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(bearing.attribution_sums(self._result, self._names, by, chosen, method, trial=trial), top)

    def netting(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """What users save by settling together (rulebook part 14); it belongs to nobody.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions of positions: ``unit``, ``buyer``, ``retailer``, ``mode``, ``month``, ``product``.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``saved_yuan`` [yuan], ``over_mwh``, ``under_mwh`` [MWh], ``positions``; `gridsim.Result.netting` has them
            one by one.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.netting("unit")
                            saved_yuan  over_mwh  under_mwh  positions
        unit
        R1/conventional  101098.994401   385.637    194.091         12
        R1/tou                0.000000     0.000      0.000         36
        U4/tou                0.000000     0.000      0.000         36
        U5/conventional       0.000000     0.000      0.000         12
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(bearing.netting_sums(self._result, self._names, by, chosen, trial=trial), top)

    def margins(
        self,
        groupby: GroupBy = "user",
        where: Where | None = None,
        *,
        method: Method = "own_deviation",
        top: int | None = None,
    ) -> StatisticsTable:
        """Retailers' margins [yuan]: ``margin_yuan``, and the columns of `gridsim.Result.margins` that it is made of.

        Dimensions: ``retailer``, ``month``, ``user`` (empty: what belongs to no user), ``tariff_class``,
        ``voltage``.

        Parameters
        ----------
        groupby : str or sequence of str
            ``retailer``, ``month``, ``user`` (empty: what belongs to no user), ``tariff_class``, ``voltage``.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            How it is shared over users; `gridsim.Result.attribution` says what each does.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.

        Returns
        -------
        StatisticsTable
            ``margin_yuan``, and what was received and paid as `gridsim.Result.margins` has it [yuan].

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> retailer = gridsim.run(gridsim.example("retailer-2021"))
        >>> retailer.statistics.margins("retailer")[["margin_yuan"]]
                   margin_yuan
        retailer
        R1        4.842531e+06
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(bearing.margin_sums(self._result, self._names, by, chosen, method), top)

    @property
    def _result(self) -> SettledFacts:
        return SettledFacts(self._exact, self._inputs, self._manifest, self._rules, self)

    def shares(
        self,
        groupby: GroupBy = "item",
        where: Where | None = None,
        *,
        within: GroupBy = (),
        top: int | None = None,
        trial: bool = False,
    ) -> StatisticsTable:
        """Shares of the money: ``amount_yuan``, and ``share`` of all or of the group that `within` names.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        within : str or sequence of str
            Dimensions of `groupby` in each of which the shares add up to one.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``amount_yuan`` [yuan], ``share`` (1 is all, or all of the group that `within` names).

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.shares(("month", "item"), within="month", top=2)
                            amount_yuan     share
        month    item
        2021-04  energy    8.155603e+06  0.614967
        2021-07  energy    7.962150e+06  0.624332
        (others) (others)  1.245589e+08       NaN
        """
        by, chosen, inside = dimensions_of(groupby), self._chosen(where), dimensions_of(within)
        for name in inside:
            check_name("within", name, by)
        money = sums.money_table(self._exact, self._names, by, chosen, "sum", trial=trial)
        return shared(money, inside, top)

    def ranking(
        self,
        groupby: GroupBy = "unit",
        where: Where | None = None,
        *,
        by: str = "amount_yuan",
        top: int = 20,
        ascending: bool = False,
        trial: bool = False,
    ) -> StatisticsTable:
        """The groups with the largest figure: ``rank``, the figure, ``share`` and ``cumulative_share`` of the whole.

        Parameters
        ----------
        groupby : str or sequence of str
            Dimensions whose values make the rows; ``()`` for one row over everything.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        by : str
            A column of `money`, `energy`, `breakdown`, `deviation`, `prices` or `accounts`. Prices and rates have no
            shares.
        top : int
            So many rows.
        ascending : bool
            The smallest instead.
        trial : bool
            The trial settlement of the first quarter alone (N5), which is never mixed with the other.

        Returns
        -------
        StatisticsTable
            ``rank``, the figure in its unit, and ``share`` and ``cumulative_share`` of the whole.

        Raises
        ------
        ResultError
            An unknown column, dimension or value; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.ranking("unit", by="shortfall_mwh", top=2)
                         rank  shortfall_mwh     share  cumulative_share
        unit
        U5/conventional     1        72675.0  0.996082          0.996082
        R1/conventional     2          220.0  0.003015          0.999098
        """
        known = sums.columns_of(self._names)
        for method in (self.money, self.energy, self.breakdown, self.deviation, self.prices, self.accounts):
            if by in known[method.__name__]:
                return ranked(method(groupby, where, trial=trial), by, top, ascending=ascending)
        columns = dict.fromkeys(name for names in known.values() for name in names)
        check_name("by", by, columns, Sentence("column"))
        raise AssertionError(by)

    def concentration(
        self,
        groupby: GroupBy = "session",
        where: Where | None = None,
        *,
        of: str = "generator",
        top: int | None = None,
    ) -> StatisticsTable:
        r"""How concentrated contracted energy is among sellers (or whoever `of` names).

        The Herfindahl–Hirschman index is the sum of squared shares in percent, to 10,000 for a single seller:

        .. math:: \mathrm{HHI} = \sum_i \left(100 \, \frac{e_i}{\sum_j e_j}\right)^2

        What is bought of nobody, as deals that lack their seller are, is left out.

        Parameters
        ----------
        groupby : str or sequence of str
            ``session``, ``kind``, ``product``, ``month`` and what else trades have.
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        of : {"generator", "buyer", "retailer", "unit"}
            Whose shares they are.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.

        Returns
        -------
        StatisticsTable
            ``energy_mwh`` [MWh], ``hhi``, ``sellers`` (their number), ``largest`` (who), ``largest_share``,
            ``top4_share``.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.concentration("kind")[["energy_mwh", "hhi", "largest"]]
                          energy_mwh          hhi largest
        kind
        annual_bilateral  246330.008  5846.807876      G3
        annual_matched      7665.000  9092.970522      G3
        half_year           2576.000  5612.244898      G1
        monthly              820.000  4571.683522      G2
        intra_month          140.000  5612.244898      G3
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(market.concentration_table(self._exact, self._names, by, chosen, of), top)

    def market_prices(
        self, groupby: GroupBy = "session", where: Where | None = None, *, top: int | None = None
    ) -> StatisticsTable:
        """Prices of the market's trades of new energy by session, in the order of their opening.

        Parameters
        ----------
        groupby : str or sequence of str
            ``session``, ``kind``, ``product``, ``delivery``, ``segment``, ``generator``, ``buyer``, ``retailer``,
            ``transfer`` (contracted energy that changed hands among ``buyers`` or among ``generators``; it counts where
            this dimension is asked for alone).
        where : mapping of str to str or sequence of str, optional
            Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
        top : int, optional
            Only so many rows, the largest by the first column, largest first; the others in one row ``(others)``.

        Returns
        -------
        StatisticsTable
            ``energy_mwh`` [MWh], ``average_yuan_per_mwh`` (weighted by energy), ``lowest_yuan_per_mwh``,
            ``highest_yuan_per_mwh`` [yuan/MWh], ``trades``, ``sellers``, ``buyers``, and where the scenario has deals
            ``one_sided``: how many of the trades lack their seller or buyer.

        Raises
        ------
        ResultError
            A dimension or a value that there is none of; the message names what is allowed.

        Examples
        --------
        >>> result.statistics.market_prices(top=2)[["energy_mwh", "average_yuan_per_mwh", "trades"]]
                 energy_mwh  average_yuan_per_mwh  trades
        session
        AB-2021  246330.008            362.321601      11
        AM-2021    7665.000            356.571429       2
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(market.price_table(self._exact, self._names, by, chosen), top)

    def curve(
        self, session: str, product: str | None = None, delivery: str | None = None, segment: str | None = None
    ) -> BookCurve:
        """Supply and demand of one book: its standing orders in the order of matching, and the matched pairs (N3).

        Parameters
        ----------
        session : str
            Its id: ``result.statistics.values("session")``.
        product, delivery, segment : str, optional
            May be left out where the session has but one.

        Returns
        -------
        BookCurve
            Its points [MWh, yuan/MWh] and pairs; ``.exact`` has them as integers.

        Raises
        ------
        ResultError
            There is no such book, or there are several; the message lists them.

        Examples
        --------
        >>> curve = result.statistics.curve("M-2021-04", product="total")
        >>> curve.supply[["participant", "price_yuan_per_mwh", "to_mwh"]]
          participant  price_yuan_per_mwh  to_mwh
        0          G2               350.0   300.0
        1          G1               350.0   600.0
        2          G3               360.0  1000.0
        """
        from gridsim.analysis.book import curve_of

        asked = {"session": session, "product": product, "delivery": delivery, "segment": segment}
        return curve_of(self._exact, self._inputs, asked, self._heat_priority)

    def _dimensions(self) -> Collection[str]:
        return VALUES_OF

    def _known(self, dimension: str) -> Collection[object]:
        return self._names.index(VALUES_OF[dimension])

    def _meant(self, dimension: str, asked: str) -> str:
        return self._names.meant(VALUES_OF[dimension], asked)


def _checked(aggregate: Aggregate) -> Aggregate:
    check_name("aggregate", aggregate, ("sum", "mean", "min", "max"), Sentence("aggregate"))
    return aggregate
