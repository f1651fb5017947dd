"""A scenario: what it holds, checked, and the same market under other loads and rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from gridsim.scenario.content import ScenarioContent
from gridsim.wrong_call import helpful

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
        One exact frame for every input table but ``load``: integers in kWh, micro-yuan/kWh; texts as
        categories; row i is data row i + 1. A table that was not given is an empty frame. Of ``users`` the rows
        without ``effective_from``; if there are others, they stand in ``user_changes``.
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
    settled_months : tuple of str or None
        The months that settle, ascending, where a market is settled to date (`gridsim.Market`); None: all.
    """

    def with_load(self, multiple: str | float | Decimal, users: Collection[str] | None = None) -> Scenario:
        """The same scenario with more load, or less, as if consumption ran 7 % over.

        Parameters
        ----------
        multiple : str, float or Decimal
            Of every metered energy, 0 to 100, at most 4 decimals: ``1.07``. Each product is rounded half up to
            the kWh.
        users : collection of str, optional
            Only of these users; of all if left out.

        Returns
        -------
        Scenario
            Checked as one that was loaded, with a hash of its own.

        Raises
        ------
        ScenarioError
            `multiple` is out of range, a user is unknown, or energies and prices could leave int64.
        """
        from gridsim.scenario.vary import with_load

        return with_load(self, multiple, users)

    def with_overrides(self, overrides: Mapping[str, object]) -> Scenario:
        """The same scenario under other rules, as if the band were 106 %.

        Parameters
        ----------
        overrides : mapping
            Values by dotted path, as in ``scenario.yaml``: ``{"settlement.conventional.upper": 1.06}``.

        Raises
        ------
        ScenarioError
            Every unknown path, with the nearest right one, and every value that is not allowed; other hours for the
            periods of a scenario whose energy came from ``load``, which was summed to periods when it was loaded.
        """
        from gridsim.scenario.vary import with_overrides

        return with_overrides(self, overrides)

    def _repr_html_(self) -> str:
        from gridsim.scenario.notebook import scenario_document
        from gridsim.show.html import html

        return html(scenario_document(self))
