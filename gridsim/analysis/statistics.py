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
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.book import BookCurve
    from gridsim.analysis.table import StatisticsTable
    from gridsim.io.table_sets import ExactTables
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
    ``month``, ``period``, ``product``, ``item``, ``clause``, ``session``, ``kind``, ``payer``, ``payee``,
    ``payer_group``, ``payee_group``; of corrections of earlier months ``corrects_month`` and ``corrects_item``; of
    deviation that is shared ``side``; of trades also ``delivery``, ``segment`` and ``transfer``. A leg's ledger line
    has no user, unless its buyer is a user that buys for itself.

    Parameters
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
    manifest : mapping
    rules : RuleSet
        By which it was settled.
    """

    def __init__(
        self, exact: ExactTables, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any], rules: RuleSet
    ) -> None:
        super().__init__()
        self._exact = exact
        self._heat_priority = rules.values.matching.heat_priority
        self._inputs, self._manifest, self._rules = inputs, manifest, rules
        self._names = Dimensions(exact, inputs, manifest["scenario"]["year"], rules.shape)

    @property
    def names(self) -> Dimensions:
        """The values of every dimension, and their codes."""
        return self._names

    def values(self, dimension: str) -> list[str]:
        """The values of a dimension in this result, in the order of the tables.

        Raises
        ------
        ResultError
            There is no such dimension.
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
        ``in_band_mwh``, ``overrun_mwh``, ``shortfall_mwh``, and ``outside_mwh``, the metered energy of users without a
        unit. By ``user``, ``tariff_class``, ``voltage`` or ``period`` there is no contract and no shortfall; by
        ``generator``, ``session`` or ``kind`` there is only what belongs to legs. `aggregate` is over positions, cells
        or legs.
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

        Columns: ``amount_yuan``, ``lines``; by item, or of one item alone, also ``energy_mwh`` and
        ``average_yuan_per_mwh`` (over several items one kWh would count several times). `aggregate` is over lines.
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        table = sums.money_table(self._exact, self._names, by, chosen, _checked(aggregate), trial=trial)
        return cut(table, top)

    def breakdown(
        self, groupby: GroupBy = (), where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """Money of the ledger items side by side [yuan]: ``total_yuan``, ``energy_yuan``, ``shortfall_yuan``….

        What users pay their retailer stands in columns of its own and, unless payers, payees or items are asked for, in
        no total: the total is what units and their users pay in all.
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(sums.breakdown_table(self._exact, self._names, by, chosen, trial=trial), top)

    def accounts(
        self, groupby: GroupBy = "party", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """What each party paid and received [yuan]: ``turnover_yuan``, ``paid_yuan``, ``received_yuan``, ``net_yuan``.

        Dimensions: ``party``, ``party_group``, and of the ledger ``month``, ``item``, ``clause``, ``unit``, ``period``,
        ``product``.
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(sums.accounts_table(self._exact, self._names, by, chosen, trial=trial), top)

    def overview(self, where: Where | None = None, *, trial: bool = False) -> dict[str, StatisticsTable]:
        """Money by item, by unit and by month, and what each party paid and received, from one reading of the ledger.

        Returns
        -------
        dict of str to StatisticsTable
            ``"item"``, ``"unit"`` and ``"month"`` as `money` gives them, ``"party"`` as `accounts` does. A ledger of
            millions of lines is made or read part by part each time that it is asked; this asks once.
        """
        tables = sums.overview_tables(self._exact, self._names, self._chosen(where), trial=trial)
        return {name: table.limited() for name, table in tables.items()}

    def deviation(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """How far metered energy was off the contracts, and what it cost (N5).

        Columns: ``contract_mwh``, ``metered_mwh``, ``lower_mwh`` and ``upper_mwh`` (band edges), ``deviation_mwh``
        (metered less contract), ``overrun_mwh``, ``shortfall_mwh``, ``deviation_rate`` (metered over contract, less
        one), ``overrun_rate`` and ``shortfall_rate`` (of the contract), ``overrun_yuan``, ``shortfall_yuan``,
        ``fee_yuan`` (where the market takes a fee of deviation), ``deviation_yuan`` (their sum), ``positions``,
        ``out_of_band`` (positions with an overrun or a shortfall). Periods and months are never netted in the bands,
        but ``deviation_rate`` of a group is of its sums.
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(averages.deviation_table(self._exact, self._names, by, chosen, trial=trial), top)

    def prices(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """Average prices [yuan/MWh].

        Columns: ``contract`` (of the legs as signed), ``in_band`` (energy money by in-band energy), ``with_deviation``
        (energy, overrun and shortfall money by metered energy), ``delivered_without_deviation`` (energy, T&D,
        adjustment and funds by in-band energy), ``delivered`` (all that unit and users paid, by metered energy) and
        ``outside`` (users without a unit), each ending in ``_yuan_per_mwh``. A price of no energy is missing (NaN).

        By ``user``, ``tariff_class``, ``voltage`` or ``period`` there are ``in_band``, ``delivered_without_deviation``,
        ``outside`` and ``all_in`` (in-band energy at the unit's cost, overrun, T&D, funds and what is paid outside of
        units, by metered energy): the unit's energy money is shared over its users' in-band energy, by largest
        remainder, and deviation is the unit's. By ``generator``, ``session`` or ``kind`` there are ``contract`` and
        ``in_band``.
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
        """Whose deviation it was (rulebook part 14): ``amount_yuan``, ``parts``; of one item also ``share_mwh``.

        The rows of `gridsim.Result.attribution`, grouped: ``parts`` counts them. The buyer's own part stands under the
        empty user. Dimensions: those of positions, ``item``, ``side`` (``over``, ``under``), ``user``,
        ``tariff_class``, ``voltage``.

        Parameters
        ----------
        groupby, where, top, trial
            As everywhere.
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            How it is shared.
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(bearing.attribution_sums(self._result, self._names, by, chosen, method, trial=trial), top)

    def netting(
        self, groupby: GroupBy = "unit", where: Where | None = None, *, top: int | None = None, trial: bool = False
    ) -> StatisticsTable:
        """What users save by settling together: ``saved_yuan``, ``over_mwh``, ``under_mwh``, ``positions``.

        It belongs to nobody. Dimensions: those of positions.
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

        Dimensions: ``retailer``, ``month``, ``user`` (empty: what belongs to no user), ``tariff_class``, ``voltage``.

        Parameters
        ----------
        groupby, where, top
            As everywhere.
        method : {"own_deviation", "pro_rata", "marginal", "shapley"}
            How overrun, fees and shortfall are shared over users.
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
        groupby, where, top, trial
            As everywhere.
        within : str or sequence of str
            Dimensions of `groupby` in each of which the shares add up to one.
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
        groupby, where, trial
            As everywhere.
        by : str
            A column of `money`, `energy`, `deviation` or `prices`. Prices and rates have no shares.
        top : int
            So many rows.
        ascending : bool
            The smallest instead.

        Raises
        ------
        ResultError
            An unknown column, dimension or value; the message names what is allowed.
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
        """How concentrated contracted energy is among sellers (or whoever `of` names).

        Columns: ``energy_mwh``, ``hhi`` (Herfindahl–Hirschman index, the sum of squared shares in percent, to 10,000),
        ``sellers`` (their number), ``largest`` (who), ``largest_share``, ``top4_share``. What is bought of nobody, as
        deals that lack their seller are, is left out.

        Parameters
        ----------
        groupby, where, top
            As everywhere.
        of : {"generator", "buyer", "retailer", "unit"}
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(market.concentration_table(self._exact, self._names, by, chosen, of), top)

    def market_prices(
        self, groupby: GroupBy = "session", where: Where | None = None, *, top: int | None = None
    ) -> StatisticsTable:
        """Prices of the market's trades of new energy by session, in the order of their opening.

        Columns: ``energy_mwh``, ``average_yuan_per_mwh`` (weighted by energy), ``lowest_yuan_per_mwh``,
        ``highest_yuan_per_mwh``, ``trades``, ``sellers``, ``buyers``, and where the scenario has deals ``one_sided``:
        how many of the trades lack their seller or buyer. Dimensions: ``session``, ``kind``, ``product``,
        ``delivery``, ``segment``, ``generator``, ``buyer``, ``retailer``, ``transfer`` (contracted energy that changed
        hands among ``buyers`` or among ``generators``; it counts where this dimension is asked for alone).
        """
        by, chosen = dimensions_of(groupby), self._chosen(where)
        return cut(market.price_table(self._exact, self._names, by, chosen), top)

    def curve(
        self, session: str, product: str | None = None, delivery: str | None = None, segment: str | None = None
    ) -> BookCurve:
        """Supply and demand of one book: its standing orders in the order of matching, and the matched pairs.

        Parameters
        ----------
        session : str
        product, delivery, segment : str, optional
            May be left out where the session has but one.

        Raises
        ------
        ResultError
            There is no such book, or there are several; the message lists them.
        """
        from gridsim.analysis.book import curve_of

        asked = {"session": session, "product": product, "delivery": delivery, "segment": segment}
        return curve_of(self._exact, self._inputs, asked, self._heat_priority)

    def _dimensions(self) -> Collection[str]:
        return VALUES_OF

    def _known(self, dimension: str) -> Collection[object]:
        return self._names.index(VALUES_OF[dimension])


def _checked(aggregate: Aggregate) -> Aggregate:
    check_name("aggregate", aggregate, ("sum", "mean", "min", "max"), Sentence("aggregate"))
    return aggregate
