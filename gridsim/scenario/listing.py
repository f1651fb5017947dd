"""Lists of months as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from gridsim.words import Sentence, named

__all__ = ["months_listed"]

_MOST = 4


def months_listed(months: Sequence[str]) -> Sentence:
    """Months in words; the middle of a long list is left out."""
    if len(months) <= _MOST:
        return named(months)
    first, second, *_, last = months
    return Sentence(
        "{first}, {second} … {last} ({count} months)", first=first, second=second, last=last, count=len(months)
    )
