"""The nearest right name to a wrong one, for messages that help."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from gridsim.words import Sentence, named

__all__ = ["Suggester", "may_stand_for", "nearest", "nearest_in_words", "not_one_of"]

_MANY = 2_000  # difflib looks at no more candidates than this
_TELLING = "尖峰平谷买卖购售起止始终入出中下上总分合内外"  # who writes one of these means no name without it
_LOOKUPS = 200  # and a suggester with more candidates answers no more than so many questions by difflib


class Suggester:
    """Finds the nearest of many names; one for each set of names, as preparing them costs most.

    Parameters
    ----------
    candidates : iterable of str
        The right names.
    cutoff : float
        How like a name must be, from 0 to 1 (`difflib`).
    """

    def __init__(self, candidates: Iterable[str], cutoff: float = 0.6) -> None:
        self._candidates = candidates
        self._cutoff = cutoff
        self._lookups = 0

    @cached_property
    def _by_skeleton(self) -> dict[str, str]:
        """Each right name by its skeleton; made at the first question, as most sets of names are never asked."""
        names: dict[str, str] = {}
        for name in sorted(self._candidates):
            names.setdefault(_skeleton(name), name)
        return names

    def nearest(self, text: str) -> str | None:
        """The right name that `text` most likely stands for, or None."""
        skeleton = _skeleton(text)
        if skeleton in self._by_skeleton:
            return self._by_skeleton[skeleton]
        pool = [name for name in self._by_skeleton if may_stand_for(text, name)]
        if len(pool) > _MANY:
            self._lookups += 1
            if self._lookups > _LOOKUPS:
                return None
            pool = [name for name in pool if abs(len(name) - len(skeleton)) <= 2 and _alike_at_an_end(name, skeleton)]
            pool = pool[:_MANY]
        found = difflib.get_close_matches(skeleton, pool, n=1, cutoff=self._cutoff)
        return self._by_skeleton[found[0]] if found else None


def nearest(text: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of a few right names that `text` most likely stands for, or None."""
    return Suggester(candidates, cutoff).nearest(text)


def may_stand_for(text: str, name: str) -> bool:
    """Whether a wrong name may be a slip for a right one: no Chinese word of its own kind, as 尖峰 is beside 高峰."""
    return all(letter in name for letter in text if letter in _TELLING)


def nearest_in_words(name: str | None) -> Sentence | None:
    """The right name that was found, as a part of what is allowed; None if none was."""
    return Sentence("nearest: {name}", name=name) if name else None


def not_one_of(argument: str, value: object, allowed: Iterable[str]) -> Sentence:
    """What is said of an argument that takes a few values, and was given another."""
    return Sentence(
        "{argument} must be one of {allowed}, not {value!r}", argument=argument, allowed=named(allowed), value=value
    )


def _skeleton(text: str) -> str:
    """A name without what people most often get wrong: case, width, and what separates words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if not character.isspace() and character not in "_-")


def _alike_at_an_end(one: str, other: str) -> bool:
    half = max(1, min(len(one), len(other)) // 2)
    return one[:half] == other[:half] or one[-half:] == other[-half:]
