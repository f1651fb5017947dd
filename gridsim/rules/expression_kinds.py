"""What a price expression is before it is read: a price, a ratio, or a number of which only its place tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gridsim.errors import WrongValueError
from gridsim.extensions import find
from gridsim.rules.kinds import Kind, Quantity, RatioKind
from gridsim.words import Sentence

__all__ = ["PRICE", "RATIO", "is_dated", "is_number", "is_ratio", "number_of"]

PRICE, RATIO = Quantity.price(), RatioKind()
"""How a plain number is read that is the one or the other."""


class KnownNames(Protocol):
    """What names mean in an expression: those of `gridsim.rules.expression.Vocabulary` that tell of a kind."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Of the rule set's values, by path."""

    @property
    def definitions(self) -> Mapping[str, Any]:
        """Named expressions that are read."""


def number_of(raw: object, kind: Kind) -> int | Sentence:
    """A plain number as an integer of its kind, or what is wrong with it."""
    try:
        return int(kind.parse(raw))
    except WrongValueError as error:
        return error.sentence


def is_ratio(raw: object, vocabulary: KnownNames) -> bool:
    """Whether what is written is a ratio without a doubt; a number alone is neither, its place tells."""
    if isinstance(raw, str):
        known = vocabulary.definitions.get(raw)
        return raw == "coefficient" or (known is not None and known.is_ratio)
    if not isinstance(raw, Mapping):
        return False
    for word, given in raw.items():
        if word == "steps":
            return True
        if word == "value" and isinstance(given, str):
            return isinstance(vocabulary.kinds.get(given), RatioKind)
        if word == "times" and isinstance(given, list) and given:
            return is_ratio(given[-1], vocabulary)
        if word == "product" and isinstance(given, list):
            return all(is_number(each) or is_ratio(each, vocabulary) for each in given)
        if word in ("sum", "less", "first", "least", "greatest") and isinstance(given, list):
            return any(is_ratio(each, vocabulary) for each in given)
        if isinstance(word, str) and len(raw) == 1 and (extension := find("price", word)) is not None:
            return extension.gives == "ratio"
    return False


def is_number(raw: object) -> bool:
    """Whether it is a number alone, or numbers of which one holds at a time."""
    if isinstance(raw, list):
        return bool(raw) and all(isinstance(each, Mapping) and is_number(each.get("value")) for each in raw)
    return not isinstance(raw, Mapping) and any(isinstance(number_of(raw, kind), int) for kind in (PRICE, RATIO))


def is_dated(raw: list[Any]) -> bool:
    """Whether it is a list of what holds from which month on."""
    return bool(raw) and all(isinstance(each, Mapping) and set(each) == {"from", "value"} for each in raw)
