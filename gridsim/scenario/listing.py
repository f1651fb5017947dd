"""Lists of months, and names of a market's things, as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.words import Sentence, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["called", "months_listed"]

_MOST = 4


def months_listed(months: Sequence[str]) -> Sentence:
    """Months in words; the middle of a long list is left out."""
    if len(months) <= _MOST:
        return named(months)
    first, second, *_, last = months
    return Sentence(
        "{first}, {second} … {last} ({count} months)", first=first, second=second, last=last, count=len(months)
    )


def called(shape: MarketShape, of: str, name: str) -> Sentence:
    """What a thing of one of the market's lists is called; by its id, where the rule set has no name for it."""
    words = shape.words.get(of, {}).get(name)
    return verbatim(name) if words is None else words.sentence
