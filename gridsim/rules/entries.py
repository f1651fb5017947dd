"""One value or reading of a rule set with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, cast

from gridsim.errors import WrongValueError
from gridsim.rules.display import Lang, value_text
from gridsim.rules.kinds import Kind, Plain
from gridsim.rules.wording import Words
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

__all__ = ["VALUE", "Entry", "Origin", "Piece", "ReadingKind", "RuleItem", "Words"]

Origin = Literal["notice", "choice", "other"]
VALUE = "{value}"
"""Stands in a sentence for the value in force."""


class ReadingKind(Kind):
    """The kind of a reading's value: it can be named, and nothing can stand in its place.

    Parameters
    ----------
    value : str
    words : Words
        What it says.
    also : Words
        What else the text could mean.
    clause : str
    """

    unit = "option"

    def __init__(self, value: str, words: Words, also: Words, clause: str) -> None:
        self.value = value
        self.clause = clause
        self.allowed = Sentence(
            "{value}: {words} It could also mean: {also}",
            value=value,
            words=words.sentence,
            also=also.sentence,
        )

    def parse(self, value: object) -> str:
        if value == self.value:
            return self.value
        if self.clause:
            raise WrongValueError(Sentence("this is a reading of {clause} and can't be changed", clause=self.clause))
        raise WrongValueError(Sentence("this is a reading where no clause says anything, and can't be changed"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and the month from which it holds; None: from the beginning."""

    start: str | None
    value: Plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One value or reading of a rule set.

    Attributes
    ----------
    path : str
        Its dotted path.
    pieces : tuple of Piece
        The value, or the values one after the other if it changes within the year.
    clause : str
        The clause it follows; empty: none.
    origin : {'notice', 'choice', 'other'}
    verified : bool
        Compared with its source. True for a choice, which has none.
    source : Words or None
        Where it stands, if not in the rule set's document.
    words : Words or None
        What it means; ``{value}`` stands for the value in force.
    options : tuple of (str, Words)
        What each legal name means, where one sentence can't say it.
    start, end : str or None
        First and last month in force, where they aren't those of the rule set.
    within : str or None
        Path of the months in which alone it matters.
    when : tuple of (str, Plain)
        Values that must hold for it to matter.
    instead_of : tuple of Piece or None
        What the rule set had before the scenario's override.
    also : Words or None
        Of a reading, which is no value: what else the text could mean.
    value_kind : Kind or None
        Of a value: what may stand there.
    called : Words or None
        Of a value: its short name, for headings and axes.
    """

    path: str
    pieces: tuple[Piece, ...]
    clause: str
    origin: Origin
    verified: bool
    source: Words | None = None
    words: Words | None = None
    options: tuple[tuple[str, Words], ...] = ()
    start: str | None = None
    end: str | None = None
    within: str | None = None
    when: tuple[tuple[str, Plain], ...] = ()
    instead_of: tuple[Piece, ...] | None = None
    also: Words | None = field(default=None, compare=False)
    value_kind: Kind | None = field(default=None, compare=False, repr=False)
    called: Words | None = field(default=None, compare=False)

    @property
    def kind(self) -> Kind:
        """The kind of its value."""
        if self.value_kind is not None:
            return self.value_kind
        assert self.also is not None
        return ReadingKind(str(self.pieces[0].value), self.sentence(""), self.also, self.clause)

    def sentence(self, value: Plain) -> Words:
        """What it means with this value; ``{value}`` is still in it."""
        name = str(value).lower() if isinstance(value, bool) else value
        words = dict(self.options).get(cast("str", name), self.words)
        return words or Words(VALUE, VALUE)

    def overridden(self, pieces: tuple[Piece, ...]) -> Entry:
        """The same entry with a scenario's value in it."""
        before = self.instead_of or self.pieces
        return replace(self, pieces=pieces, instead_of=None if pieces == before else before)


@helpful
@dataclass(frozen=True, slots=True)
class RuleItem:
    """One value or reading as people want to see it.

    Attributes
    ----------
    path : str
    value : str, int, bool or tuple
        Plain: decimals are text.
    unit, clause : str
    origin : {'notice', 'choice', 'other'}
    verified : bool
        Compared with its source; True for a choice.
    source : Words or None
        Where it stands, if not in the rule set's document.
    in_force_from, in_force_to : str or None
        First and last month; None if there is no such month.
    en, zh : str
        What it means, with the value in it.
    overridden : bool
        Set by the scenario.
    instead_of : str, int, bool, tuple or None
        The rule set's own value, if overridden.
    kind : Kind
        What may stand there.
    called : Words or None
        Its short name.
    """

    path: str
    value: Plain
    unit: str
    clause: str
    origin: Origin
    verified: bool
    source: Words | None
    in_force_from: str | None
    in_force_to: str | None
    en: str
    zh: str
    overridden: bool
    instead_of: Plain | None
    kind: Kind = field(compare=False, repr=False)
    called: Words | None = field(default=None, compare=False, repr=False)

    def words(self, lang: Lang | None = None) -> str:
        """What it means, in one language.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            A sentence or two, with the value in it.

        Examples
        --------
        >>> print(scenario.rules.item("settlement.shortfall_price").words("zh"))
        欠用电量按10元/兆瓦时结算。
        """
        return self.zh if spoken_lang(lang) == "zh" else self.en

    def named_words(self, lang: Lang | None = None) -> tuple[str, str]:
        """Its short name with a colon, empty where it has none, and what it means: to stand behind each other.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        tuple of (str, str)
            The name can stand out from the sentence.

        Examples
        --------
        >>> print("".join(scenario.rules.item("settlement.shortfall_price").named_words("zh")))
        欠用电量结算价格：欠用电量按10元/兆瓦时结算。
        """
        lang = spoken_lang(lang)
        colon = "：" if lang == "zh" else ": "
        return "" if self.called is None else f"{self.called.in_(lang)}{colon}", self.words(lang)

    def text(self, lang: Lang | None = None) -> str:
        """The value as people read it, without its unit.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            In the unit that `unit` names.

        Examples
        --------
        >>> item = scenario.rules.item("settlement.shortfall_price")
        >>> item.text("en"), item.unit
        ('10', 'yuan/MWh')
        """
        if isinstance(self.kind, ReadingKind):
            return str(self.value)
        return value_text(self.kind, self.value, spoken_lang(lang))
