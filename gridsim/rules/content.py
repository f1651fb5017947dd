"""What a rule set holds: the values, resolved for each month, and what is known about each of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from gridsim.calendar import is_month
from gridsim.errors import Fault, ScenarioError
from gridsim.rules.catalogue import Catalogue
from gridsim.rules.catalogue import henan as catalogue_of_henan
from gridsim.rules.citations import UNSTATED, Citation, clause_parts, clauses_together
from gridsim.rules.display import Lang, value_text
from gridsim.rules.entries import VALUE, Entry, RuleItem
from gridsim.rules.given_shape import GivenShape
from gridsim.rules.kinds import Plain
from gridsim.rules.plain_values import hash_of, plain_pieces
from gridsim.rules.schema import RuleValues
from gridsim.rules.stages import resolve
from gridsim.rules.wording import Words
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence, verbatim

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["RuleContent", "RuleItem"]


@dataclass(frozen=True, repr=False)
class RuleContent:
    """The rules of one market; `RuleSet` is this with what can be asked of it.

    The attributes are described there.

    Raises
    ------
    ScenarioError
        The values contradict each other, or some are missing.
    """

    id: str
    titles: Words
    number: str
    document: Words
    notes: tuple[Words, ...]
    in_force_from: str
    in_force_to: str
    entries: tuple[Entry, ...]
    catalogue: Catalogue = field(compare=False)
    given_shape: GivenShape
    cites: Mapping[str, Citation] = field(hash=False)
    clauses: Mapping[str, str] = field(default_factory=dict, hash=False)
    how_to_read: Words | None = None
    foreign: tuple[str, ...] = field(default=(), compare=False)
    headings: Mapping[str, Words] = field(default_factory=dict, compare=False)
    hash: str = field(init=False, compare=False)
    _stages: tuple[tuple[str, RuleValues], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        order = self.catalogue.order
        entries = tuple(sorted(self.entries, key=lambda entry: order[entry.path]))
        stages, problems = resolve(entries, self.catalogue)
        if problems:
            raise ScenarioError(Fault(self.id, None, p.path, None, p.message, p.allowed) for p in problems)
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "_stages", stages)
        object.__setattr__(self, "hash", hash_of(entries, self.given_shape))

    def __repr__(self) -> str:
        changed = f", overrides={self.overrides!r}" if self.overrides else ""
        return f"RuleSet({self.id!r}{changed})"

    def title(self, lang: Lang | None = None) -> str:
        """Its title.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            As its file has it.

        Examples
        --------
        >>> scenario.rules.title("zh")
        '河南省2021年电力直接交易'
        """
        return self.titles.in_(spoken_lang(lang))

    @cached_property
    def shape(self) -> MarketShape:
        """The lists of the market: periods, products, modes, bands, charges, accounts, kinds of session."""
        from gridsim.rules.shape_file import sound_shape

        return sound_shape(self.given_shape.data, self.catalogue.kinds)

    @cached_property
    def citations(self) -> Mapping[str, Citation]:
        """All that cites a clause, by its name: what the file says, then what the lists of the market add."""
        if self.given_shape.is_henans and self.cites:
            return self.cites
        from gridsim.rules.cited_shape import cited_by_shape

        return cited_by_shape(self.shape, self.cites)

    @property
    def values(self) -> RuleValues:
        """The values at the start."""
        return self._stages[0][1]

    def at(self, month: str) -> RuleValues:
        """The values of one month.

        Parameters
        ----------
        month : str
            YYYY-MM. Before the first dated value the first one holds, after the last the last one.

        Returns
        -------
        RuleValues
            Integers: prices in micro-yuan/kWh, ratios in 10⁻⁴.

        Raises
        ------
        ValueError
            It is no month.

        Examples
        --------
        >>> scenario.rules.at("2021-04").settlement.conventional.upper
        10500
        """
        if not is_month(month):
            raise ValueError(f"{month!r} is not a month YYYY-MM")
        return self._stages[bisect_right(self._stages, month, key=lambda stage: stage[0]) - 1][1]

    @property
    def overrides(self) -> dict[str, Plain | list[dict[str, Plain]]]:
        """What the scenario set, by path; a dated value as a list of ``{from, value}``."""
        return {
            entry.path: plain_pieces(entry.pieces, self.in_force_from)
            for entry in self.entries
            if entry.instead_of is not None
        }

    def has(self, path: str) -> bool:
        """Whether it has a value at `path`: a manifest of an earlier gridsim need not have them all.

        Parameters
        ----------
        path : str
            Dotted: ``settlement.shortfall_price``.

        Returns
        -------
        bool
            Also true of a reading.

        Examples
        --------
        >>> scenario.rules.has("settlement.shortfall_price")
        True
        """
        return any(entry.path == path for entry in self.entries)

    def entry(self, path: str) -> Entry:
        """The entry at `path`; KeyError if there is none.

        Parameters
        ----------
        path : str
            Dotted: ``settlement.shortfall_price``.

        Returns
        -------
        Entry
            As it is held; `item` gives it to read.

        Examples
        --------
        >>> scenario.rules.entry("settlement.shortfall_price").clause
        'N5.1, N5.2'
        """
        return self._by_path[path]

    def called(self, path: str) -> Sentence:
        """What the value at `path` is called: a few words, for headings and axes.

        Parameters
        ----------
        path : str
            Dotted: ``settlement.shortfall_price``.

        Returns
        -------
        Sentence
            The path itself where its file, or a manifest of an earlier gridsim, gives the value no name.

        Examples
        --------
        >>> name = scenario.rules.called("settlement.shortfall_price")
        >>> name, name.zh
        ('shortfall price', '欠用电量结算价格')
        """
        entry = self._by_path.get(path)
        return verbatim(path) if entry is None or entry.called is None else entry.called.sentence

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    def cited(self, name: str, period: str | None = None) -> str:
        """The clauses that a ledger line, a check or a step of an explanation cites, such as ``N5.1, N5.2``.

        Parameters
        ----------
        name : str
            One of `citations`; of another name the longest one before a dot that is one counts.
        period : str, optional
            Of the line, where its values depend on it; all periods if left out.

        Returns
        -------
        str
            Joined by commas; ``unstated`` where the rule set does not say.

        Examples
        --------
        >>> scenario.rules.cited("ledger.shortfall.tou")
        'N5.2'
        """
        while name not in self.citations and "." in name:
            name = name.rpartition(".")[0]
        if name in self.clauses or name not in self.citations:
            return self.clauses.get(name, UNSTATED)
        citation = self.citations[name]
        paths = citation.paths([period] if period else self.given_shape.periods)
        return citation.clause or self.clauses_of(*paths) or UNSTATED

    def cites_unstated(self) -> bool:
        """Whether something cites a value of which the rule set doesn't say by which clause.

        Returns
        -------
        bool
            Then results say ``unstated`` somewhere instead of a clause.

        Examples
        --------
        >>> scenario.rules.cites_unstated()
        False
        """
        citing = (
            citation.clause or self.clauses_of(*citation.paths(self.given_shape.periods))
            for citation in self.citations.values()
            if citation.clause or citation.by
        )
        clauses = (*citing, *self.clauses.values())
        return any(UNSTATED in clause_parts(each) for each in clauses)

    def clauses_of(self, *paths: str) -> str:
        """The clauses of some values, each once; ``unstated`` for a value that names none.

        Parameters
        ----------
        *paths : str
            Dotted paths of values.

        Returns
        -------
        str
            Joined by commas.

        Examples
        --------
        >>> scenario.rules.clauses_of("settlement.conventional.upper", "settlement.tou.upper")
        'N5.1, N5.2'
        """
        return clauses_together(self.entry(path).clause if self.has(path) else "" for path in paths)

    def items(self) -> Iterator[RuleItem]:
        """Every value with what is known about it, in the order of the schema; a dated value once per piece.

        Yields
        ------
        RuleItem
            With value, unit, clause, months in force, and words in both languages.

        Examples
        --------
        >>> next(scenario.rules.items()).path
        'matching.mechanism'
        """
        for entry in self.entries:
            yield from self.items_of(entry)

    def item(self, path: str) -> RuleItem:
        """The value at `path`, the first piece if it is dated; KeyError if there is none.

        Parameters
        ----------
        path : str
            Dotted: ``settlement.shortfall_price``.

        Returns
        -------
        RuleItem
            To read.

        Examples
        --------
        >>> print(scenario.rules.item("settlement.shortfall_price").en)
        The shortfall fee is 10 yuan/MWh.
        """
        return next(self.items_of(self.entry(path)))

    def items_of(self, entry: Entry) -> Iterator[RuleItem]:
        """One entry's pieces.

        Parameters
        ----------
        entry : Entry
            One of `entries`.

        Yields
        ------
        RuleItem
            One for each stretch of months.

        Examples
        --------
        >>> len(list(scenario.rules.items_of(scenario.rules.entry("settlement.shortfall_price"))))
        1
        """
        start: str | None = entry.start or self.in_force_from
        end: str | None = entry.end or self.in_force_to
        if entry.within is not None:
            months = self.months_at(entry.within)
            start, end = (months[0], months[-1]) if months else (None, None)
        for number, piece in enumerate(entry.pieces):
            words = entry.sentence(piece.value)
            yield RuleItem(
                path=entry.path,
                value=piece.value,
                unit=entry.kind.unit,
                clause=entry.clause,
                origin=entry.origin,
                verified=entry.verified,
                source=entry.source,
                in_force_from=piece.start or start,
                in_force_to=end
                if number == len(entry.pieces) - 1
                else _month_before(entry.pieces[number + 1].start or ""),
                en=words.en.replace(VALUE, value_text(entry.kind, piece.value, "en")),
                zh=words.zh.replace(VALUE, value_text(entry.kind, piece.value, "zh")),
                overridden=entry.instead_of is not None,
                instead_of=entry.instead_of[0].value if entry.instead_of else None,
                kind=entry.kind,
                called=entry.called,
            )

    def months_at(self, path: str) -> tuple[str, ...]:
        """The months that the value at `path` lists.

        Parameters
        ----------
        path : str
            Of a value that is a list of months.

        Returns
        -------
        tuple of str
            ``YYYY-MM``, in the order of the list.

        Examples
        --------
        >>> scenario.rules.months_at("transition.months")
        ('2021-01', '2021-02', '2021-03')
        """
        months = self.entry(path).pieces[0].value
        assert isinstance(months, tuple)
        return tuple(str(month) for month in months)

    def with_entries(self, entries: Iterable[Entry]) -> Self:
        """The same rule set with other entries.

        Parameters
        ----------
        entries : iterable of Entry
            All of them.

        Returns
        -------
        Self
            Checked, with a hash of its own.

        Examples
        --------
        >>> scenario.rules.with_entries(scenario.rules.entries).hash == scenario.rules.hash
        True
        """
        made = replace(self, entries=tuple(entries))
        for name in ("shape", "citations"):  # the lists are the same: nothing is read again
            if name in self.__dict__:
                made.__dict__[name] = self.__dict__[name]
        return made

    @property
    def is_henan_like(self) -> bool:
        """Whether its lists, the kinds of its values and what cites a clause are those of all sets of gridsim 0.1."""
        henan = catalogue_of_henan()
        return self.given_shape.is_henans and (self.catalogue is henan or self.catalogue.paths == henan.paths)


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
