"""One value of a rule set with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

from gridsim.rules.display import Lang
from gridsim.rules.kinds import Kind, Plain
from gridsim.rules.schema import FIELDS

__all__ = ["VALUE", "Entry", "Origin", "Piece", "Words"]

Origin = Literal["notice", "choice", "other"]
VALUE = "{value}"
"""Stands in a sentence for the value in force."""


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in two languages."""

    en: str
    zh: str

    def in_(self, lang: Lang) -> str:
        """The sentence in one of them."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and the month from which it holds; None: from the beginning."""

    start: str | None
    value: Plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a rule set.

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

    @property
    def kind(self) -> Kind:
        """The kind of its value."""
        return FIELDS[self.path]

    def sentence(self, value: Plain) -> Words:
        """What it means with this value; ``{value}`` is still in it."""
        name = str(value).lower() if isinstance(value, bool) else value
        words = dict(self.options).get(cast("str", name), self.words)
        return words or Words(VALUE, VALUE)

    def overridden(self, pieces: tuple[Piece, ...]) -> Entry:
        """The same entry with a scenario's value in it."""
        before = self.instead_of or self.pieces
        return replace(self, pieces=pieces, instead_of=None if pieces == before else before)
