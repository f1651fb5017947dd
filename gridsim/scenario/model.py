"""A scenario: what it holds, checked, and the same market under other loads and rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gridsim.scenario.content import ScenarioContent
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.scenario.changes import Basis
    from gridsim.scenario.where import Where
    from gridsim.tables.any_frame import FrameLike

__all__ = ["Scenario"]


@helpful
class Scenario(ScenarioContent):
    """What a market is fed with for one year.

    Made by `gridsim.load` (a folder) or `gridsim.io.scenario_from_tables` (DataFrames), which check it;
    whatever holds a Scenario may rely on it.

    Attributes
    ----------
    name : str
    year : int
    rules : RuleSet
        With the scenario's overrides in it.
    seed : int or None
        Only what is drawn uses it: loads of batches, orders of users in an attribution.
    tables : mapping of str to DataFrame
        One exact frame for every input table but ``load`` and ``forecast``, whose energy is in ``meter``: integers in
        kWh, micro-yuan/kWh; texts as categories; row i is data row i + 1, and rows of ``forecast`` stand behind those
        of ``meter``. A table that was not given is an empty frame. Of ``users`` the rows without ``effective_from``;
        if there are others, they stand in ``user_changes``.
    given : frozenset of str
        The tables that the input really had.
    source : str
        Where it came from, as the user named it.
    hash : str
        SHA-256 of the content; the same for the same content in another file format.
    warnings : tuple of Sentence
        What is no fault but ought to be known.
    period_sets : PeriodSets
        Hours that units have agreed on for themselves, which `period_set` of users names.
    changes : tuple of Change
        The verbs that made it of another scenario, in order.
    changed_from : str
        The hash of that scenario; empty without changes.
    settled_months : tuple of str or None
        The months that settle, ascending, where a market is settled to date (`gridsim.Market`); None: all.
    forecast_months : tuple of str
        The months to which the table ``forecast`` has given what ``meter`` holds, ascending.

    Examples
    --------
    >>> scenario = gridsim.load(gridsim.example("henan-2021-mini"))
    >>> scenario.tables["users"][["user_id", "retailer_id", "mode"]].head(2)
      user_id retailer_id          mode
    0      U1          R1  conventional
    1      U2          R1  conventional
    >>> scenario.months[0], scenario.rules
    ('2021-01', RuleSet('henan-2021'))
    """

    def with_load(
        self,
        multiple: str | float | Decimal,
        users: Collection[str] | None = None,
        *,
        where: Where | None = None,
    ) -> Scenario:
        """The same scenario with more load, or less, as if consumption ran 7 % over.

        Parameters
        ----------
        multiple : str, float or Decimal
            Of every metered energy, 0 to 100, at most 4 decimals: ``1.07``. Each product is rounded half up to
            the kWh. Where a forecast stands behind metered months, of the forecast alone: these are what they are.
        users : collection of str, optional
            Only of these users; of all if left out.
        where : mapping, optional
            Which rows of ``meter``: ``user``, ``unit``, ``month``, each one value or several; all if left out.

        Returns
        -------
        Scenario
            Checked as one that was loaded, with a hash of its own.

        Raises
        ------
        ScenarioError
            `multiple` is out of range, a user, unit or month is unknown, only metered months of months to date are
            asked for, or energies and prices could leave int64.

        Examples
        --------
        >>> more = scenario.with_load("1.07", where={"unit": "R1/tou", "month": "2021-05"})
        >>> int(more.tables["meter"]["energy_kwh"].sum() - scenario.tables["meter"]["energy_kwh"].sum())
        148050
        """
        from gridsim.scenario.vary import with_load

        return with_load(self, multiple, users, where)

    def with_contracts(
        self, scale: str | float | Decimal, *, where: Where | None = None, basis: Basis = "legs"
    ) -> Scenario:
        """The same scenario with more contract energy, or less, as if a unit had bought 2 % more.

        Parameters
        ----------
        scale : str, float or Decimal
            Of contract energies, 0 to 100, at most 4 decimals: ``1.02``.
        where : mapping, optional
            Which contracts: ``unit``, ``product``, ``month``, ``contract``, ``session``, each one value or several;
            all if left out. A contract must have all of it.
        basis : {"legs", "orders"}
            On the contracts as traded: each settlement unit's contracts of a month and product together are multiplied,
            rounded half up to the kWh, and split over the contracts by largest remainder; sellers deliver what buyers
            have, and what changed hands goes with the contract that it became. Nothing is traded again, and prices
            that rest on trades stay.
            On what is ordered: rows of ``bilateral``, ``orders`` and ``deals`` are multiplied, each half up to the
            kWh, and traded again; ``unit`` is the buyer of a row, and ``month`` its delivery as the table has it.

        Returns
        -------
        Scenario
            Checked, with a hash of its own; `changes` and the manifest of its runs say what was done.

        Raises
        ------
        ScenarioError
            `scale` is out of range; an unknown key of `where`, or a value that matches nothing, with the nearest right
            one; energies and prices that could leave int64. That no contract has all of `where` is known, on the basis
            of legs, when it is traded: then `gridsim.run` raises it.

        Examples
        --------
        >>> import gridsim
        >>> scenario = gridsim.load("scenarios/henan-2021-mini")
        >>> more = scenario.with_contracts("1.02", where={"unit": "R1/tou", "product": "peak"})
        >>> print(more.changes[0].sentence)
        contracts × 1.02 (unit: R1/tou, product: peak)
        """
        from gridsim.scenario.vary import with_contracts

        return with_contracts(self, scale, where, basis)

    def with_prices(
        self, scale: str | float | Decimal, *, where: Where | None = None, basis: Basis = "legs"
    ) -> Scenario:
        """The same scenario at other contract prices, as if a unit had bought 1 % cheaper; tariffs stay.

        Parameters
        ----------
        scale : str, float or Decimal
            Of contract prices, 0 to 100, at most 4 decimals: ``0.99``; each is rounded half up to the micro-yuan/kWh.
        where : mapping, optional
            Which contracts, as for `with_contracts`; all if left out.
        basis : {"legs", "orders"}
            As for `with_contracts`. On legs, what is paid for energy that changed hands is multiplied with the contract
            that it became.

        Returns
        -------
        Scenario
            Checked, with a hash of its own; `changes` and the manifest of its runs say what was done.

        Raises
        ------
        ScenarioError
            As for `with_contracts`.

        Examples
        --------
        >>> print(scenario.with_prices("0.99", where={"unit": "R1/tou"}).changes[0].sentence)
        contract prices × 0.99 (unit: R1/tou)
        """
        from gridsim.scenario.vary import with_prices

        return with_prices(self, scale, where, basis)

    def with_table(self, name: str, frame: FrameLike) -> Scenario:
        """The same scenario with another table in place of one, or with a table that it did not have.

        Parameters
        ----------
        name : str
            Of an input table: ``tariffs``.
        frame : frame or records
            As `gridsim.scenario_from_tables` takes it, in MWh and yuan/MWh.

        Returns
        -------
        Scenario
            Checked as a whole.

        Raises
        ------
        ScenarioError
            Every fault of the table, and of the scenario with it.

        Examples
        --------
        >>> tariffs = pd.read_csv("scenarios/henan-2021-mini/tariffs.csv").assign(funds=40)
        >>> dearer = gridsim.run(scenario.with_table("tariffs", tariffs))
        >>> result.compare(dearer).money("item", top=1)[["before_amount_yuan", "after_amount_yuan"]]
                  before_amount_yuan  after_amount_yuan
        item
        funds           6.838096e+06       9.051549e+06
        (others)        1.338386e+08       1.332986e+08
        """
        from gridsim.scenario.replaced import with_table

        return with_table(self, name, frame)

    def with_changes(
        self, changes: Sequence[Mapping[str, Any]], tables: Mapping[str, FrameLike] | None = None
    ) -> Scenario:
        """The changes of another run made to this scenario: what its ``manifest.json`` has under ``what_if``.

        Parameters
        ----------
        changes : sequence of mapping
            ``manifest["scenario"]["what_if"]["changes"]``.
        tables : mapping of str to frame, optional
            The tables that `with_table` was given then; the record has the hash of their rows alone.

        Returns
        -------
        Scenario
            With the hash of that run, if this scenario is the one that it was made from.

        Raises
        ------
        ScenarioError
            What a verb raises; a table that is not given, or has other rows.

        Examples
        --------
        >>> more = scenario.with_contracts("1.02", where={"unit": "R1/tou"})
        >>> record = gridsim.run(more).manifest["scenario"]["what_if"]
        >>> scenario.with_changes(record["changes"]).hash == more.hash
        True
        """
        from gridsim.scenario.again import with_changes
        from gridsim.scenario.changes import changes_of_data

        return with_changes(self, changes_of_data(changes), tables or {})

    def with_overrides(self, overrides: Mapping[str, object]) -> Scenario:
        """The same scenario under other rules, as if the band were 106 %.

        Parameters
        ----------
        overrides : mapping
            Values by dotted path, as in ``scenario.yaml``: ``{"settlement.conventional.upper": 1.06}``.

        Returns
        -------
        Scenario
            Under a rule set with these values, which its runs' manifests list.

        Raises
        ------
        ScenarioError
            Every unknown path, with the nearest right one, and every value that is not allowed; other hours for the
            periods of a scenario whose energy came from ``load``, which was summed to periods when it was loaded.

        Examples
        --------
        >>> wider = scenario.with_overrides({"settlement.conventional.upper": "1.06"})
        >>> wider.rules
        RuleSet('henan-2021', overrides={'settlement.conventional.upper': '1.06'})
        """
        from gridsim.scenario.vary import with_overrides

        return with_overrides(self, overrides)

    def _repr_html_(self) -> str:
        from gridsim.scenario.notebook import scenario_document
        from gridsim.show.html import html
        from gridsim.spoken import spoken_lang

        return html(scenario_document(self, spoken_lang()))
