"""A rule set: what it holds, what a run takes for granted by it, and the same rules with other values."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gridsim.rules.content import RuleContent
from gridsim.rules.loader import content_from_dict, load_content
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.rules.assumptions import Assumption
    from gridsim.rules.model_faults import LineOf

__all__ = ["RuleSet", "load"]


@helpful
class RuleSet(RuleContent):
    """The rules of one market. Unchangeable; made by `gridsim.rules.load`.

    Attributes
    ----------
    id : str
        What ``rules:`` of a scenario names.
    titles : Words
        What it is called; `title` tells it.
    number : str
        Number of the issuing document.
    document : Words
        Its title.
    notes : tuple of Words
        What else to know of the sources.
    in_force_from, in_force_to : str
        First and last month for which the rules were made.
    entries : tuple of Entry
        In the order of the schema; `items` tells them.
    catalogue : Catalogue
        Which values a rule set of this market has, and of which kind each is.
    given_shape : GivenShape
        The lists of the market as its file has them; `shape` is what code reads.
    cites : mapping of str to Citation
        What cites a clause, as its file says.
    clauses : mapping of str to str
        By what cites them (`gridsim.rules.citations.GOVERNED_BY`): the clauses that are not those of its values.
    how_to_read : Words or None
        How its document's clauses are to be read, in half a sentence.
    foreign : tuple of str
        Numbers of the documents of the rule sets that it extends, which their clauses name here.
    headings : mapping of str to Words
        What groups of values of its own are called.
    hash : str
        SHA-256 of the values alone; words, clauses and sources don't change it.

    Raises
    ------
    ScenarioError
        The values contradict each other, or some are missing.

    Examples
    --------
    >>> rules = gridsim.rules.load("henan-2021")
    >>> rules.title()
    'Henan 2021, direct electricity trading'
    >>> rules.at("2021-04").settlement.shortfall_price
    10000
    """

    @classmethod
    def of(cls, content: RuleContent) -> Self:
        """The rule set that holds this: it is resolved already, so nothing is computed again.

        Parameters
        ----------
        content : RuleContent
            What a rule file or a manifest came to.

        Returns
        -------
        RuleSet
            Of the same values.

        Examples
        --------
        >>> gridsim.RuleSet.of(scenario.rules) == scenario.rules
        True
        """
        made = object.__new__(cls)
        made.__dict__.update(content.__dict__)
        return made

    def assumptions(self, months: Iterable[str], tables: Container[str] | None = None) -> list[Assumption]:
        """What a run over `months` takes for granted; see `gridsim.rules.assumptions`.

        Parameters
        ----------
        months : iterable of str
            The months that are run, ``YYYY-MM``.
        tables : container of str, optional
            The input tables that there are; what matters only with another one is left out. All if left out.

        Returns
        -------
        list of Assumption
            Choices of the rulebook, unverified values and what is overridden, in the order of the schema.

        Examples
        --------
        >>> found = scenario.rules.assumptions(["2021-04"])
        >>> found[0].path, found[0].why
        ('matching.ties', 'choice')
        """
        from gridsim.rules.assumptions import assumptions

        return assumptions(self, months, tables)

    def with_overrides(self, overrides: Mapping[str, object]) -> Self:
        """The same rule set with single values set by dotted path.

        Parameters
        ----------
        overrides : mapping of str to object
            Values by dotted path: plain numbers, decimals as text or Decimal or float, names, lists.

        Returns
        -------
        RuleSet
            `overrides` of it lists what was set.

        Raises
        ------
        ScenarioError
            Every unknown path, with the nearest right one, and every value that isn't allowed.

        Examples
        --------
        >>> scenario.rules.with_overrides({"settlement.shortfall_price": 20}).item("settlement.shortfall_price").value
        '20'
        """
        from gridsim.rules.overrides import override

        return override(self, overrides, file="overrides")

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data for a manifest; `RuleSet.from_dict` makes the same rule set of it.

        Lists of the market, kinds of values and what cites a clause stand in it where they are not Henan's.

        Returns
        -------
        dict
            Texts, numbers, lists and dicts alone: it can be JSON.

        Examples
        --------
        >>> data = scenario.rules.to_dict()
        >>> data["values"]["settlement.shortfall_price"]["value"], data["document"]["number"]
        ('10', '豫发改运行〔2020〕991号')
        """
        from gridsim.rules.plain_rules import plain_rules

        return plain_rules(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, file: str = "manifest.json") -> Self:
        """A rule set from what `to_dict` gave, without the shipped file.

        Parameters
        ----------
        data : mapping
            What `to_dict` gave, also once it has been JSON.
        file : str
            What faults call it.

        Returns
        -------
        RuleSet
            The same values, with the same hash.

        Raises
        ------
        ScenarioError
            The data are not a rule set, or don't match their hash.

        Examples
        --------
        >>> gridsim.RuleSet.from_dict(scenario.rules.to_dict()).hash == scenario.rules.hash
        True
        """
        return cls.of(content_from_dict(data, file))

    def _repr_html_(self) -> str:
        from gridsim.rules.show import rules_overview
        from gridsim.show.html import html
        from gridsim.spoken import spoken_lang

        return html(rules_overview(self, spoken_lang()))


@helpful
def load(
    name: str | Path,
    overrides: Mapping[str, object] | None = None,
    *,
    base_dir: str | Path | None = None,
    file: str = "gridsim.rules.load",
    line_of: LineOf | None = None,
) -> RuleSet:
    """Load a rule set.

    Parameters
    ----------
    name : str or Path
        A shipped rule set's id (`available`), or the path of a YAML file, which may say ``extends`` and give
        only what differs.
    overrides : mapping of str to object, optional
        Single values by dotted path: plain numbers, decimals as text or Decimal or float, names, lists, or a
        mapping for a group of values.
    base_dir : str or Path, optional
        The scenario folder: a path is relative to it and must lie inside it.
    file : str
        The file that names the rule set and holds the overrides, for the faults.
    line_of : callable, optional
        Tells the line of ``rules`` or ``overrides.<path>`` in `file`.

    Returns
    -------
    RuleSet
        With the overrides in it.

    Raises
    ------
    ScenarioError
        Every fault: file, line, dotted path, value, what is allowed, the nearest right name.

    Examples
    --------
    >>> rules = load("henan-2021", {"settlement.tou.upper": "1.05"})
    >>> rules.at("2021-04").settlement.tou.upper
    10500
    """
    return RuleSet.of(load_content(name, overrides, base_dir=base_dir, file=file, line_of=line_of))
