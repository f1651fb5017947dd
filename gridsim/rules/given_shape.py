"""The section ``shape`` of a rule file as plain data: what tells two of them apart, and what one changes of another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from gridsim.rules.shipped import FIRST, shipped_text

__all__ = ["GivenShape", "is_expression", "merged", "without_forms"]

_WORDS_OF_PRICES = frozenset(
    {
        "value", "choose", "tariff", "market", "mean", "transfers", "mean_of_product", "steps", "product", "times",
        "sum", "less", "first", "least", "greatest",
    }
)  # fmt: skip
"""Words of price expressions: a map that is one of them is replaced as a whole."""

_WORDS = ("en", "zh")
_TELLING = ("clause", "notes", "sources", "also", "meaning", "explained")
LISTS_OF_NAMES = (
    "periods", "products", "modes", "accounts", "tariff", "items", "regimes", "definitions", "market_prices",
    "varieties", "sources", "sessions", "without_sessions", "checks", "coefficients", "notes",
)  # fmt: skip
"""Lists whose keys are ids."""


class GivenShape:
    """Plain data of a whole shape; two are the same when their data are, in the same order.

    Attributes
    ----------
    data : mapping
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    @cached_property
    def text(self) -> str:
        """All of it, to compare."""
        return json.dumps(self.data, ensure_ascii=False)

    @cached_property
    def is_henans(self) -> bool:
        """Whether it is the shape of all rule sets of gridsim 0.1."""
        henan = shipped_text(FIRST)[0].data["shape"]
        return self.data is henan or self.text == json.dumps(henan, ensure_ascii=False)

    @cached_property
    def told_apart(self) -> str:
        """What a hash is made of: all but names and clauses, which change no result."""
        return json.dumps(self.bare, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def bare(self) -> Mapping[str, Any]:
        """All that can change a result: without names and clauses."""
        found: Mapping[str, Any] = _without_words(self.data)
        return found

    @property
    def periods(self) -> tuple[str, ...]:
        """Ids of the periods."""
        found = self.data.get("periods")
        return tuple(map(str, found)) if isinstance(found, Mapping | list) else ()

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, GivenShape) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)


def merged(base: Any, given: Any, depth: int = 0, *, of_names: bool = False) -> Any:
    """What a file that extends another one makes of a piece of its shape.

    A map is merged key by key, anything else is replaced; so is a map that is a price expression. ``none`` in place of
    an entry of one of the lists of names takes it away.
    """
    if not (isinstance(base, Mapping) and isinstance(given, Mapping)):
        return given
    if depth > 1 and (is_expression(base) or is_expression(given)):
        return given
    found = dict(base)
    for name, inner in given.items():
        if of_names and inner == "none":
            found.pop(name, None)
        elif name in base:
            found[name] = merged(base[name], inner, depth + 1, of_names=depth == 0 and name in LISTS_OF_NAMES)
        else:
            found[name] = inner
    return found


def is_expression(node: Mapping[str, Any]) -> bool:
    """Whether a map is a price expression, or a value of the rule set."""
    return bool(node) and set(node) <= _WORDS_OF_PRICES | {"period"}


def without_forms(node: Any) -> Any:
    """A stored shape without second names, ``forms`` of charts and statements, which it had when there were such."""
    if isinstance(node, Mapping):
        return {name: without_forms(inner) for name, inner in node.items() if name != "forms"}
    return [without_forms(each) for each in node] if isinstance(node, list) else node


def _without_words(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            name: _without_words(inner)
            for name, inner in node.items()
            if not (name in _TELLING or (name in _WORDS and isinstance(inner, str)))
        }
    return [_without_words(each) for each in node] if isinstance(node, list) else node
