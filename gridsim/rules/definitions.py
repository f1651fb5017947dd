"""The named expressions of a rule set's shape: in any order, and in no circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gridsim.rules.expression import WORDS, read_expression
from gridsim.rules.expression_kinds import is_ratio
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression, Tell, Vocabulary

__all__ = ["read_definitions"]


def read_definitions(raw: Mapping[str, Any], vocabulary: Vocabulary, tell: Tell) -> dict[str, Expression]:
    """Read named expressions, each after those that it names.

    Parameters
    ----------
    raw : mapping of str to object
        Plain data, by name.
    vocabulary : Vocabulary
        Without definitions.
    tell : callable
        Is told of each fault; of a circle once.
    """
    found: dict[str, Expression] = {}
    open_names: list[str] = []
    done: set[str] = set()

    def read(name: str) -> None:
        if name in done:
            return
        if name in open_names:
            circle = [*open_names[open_names.index(name) :], name]
            tell(
                ("definitions", name),
                None,
                Sentence("definitions in a circle: {names}", names=" → ".join(circle)),
                Sentence("a definition names none that rests on it"),
            )
            done.add(name)
            return
        open_names.append(name)
        for other in _names_in(raw[name]):
            if other in raw:
                read(other)
        open_names.pop()
        if name in done:
            return
        done.add(name)
        with_those = replace(vocabulary, definitions=found)
        ratio = is_ratio(raw[name], with_those)
        expression = read_expression(raw[name], ("definitions", name), with_those, tell, ratio=ratio)
        if expression is not None:
            found[name] = expression

    for name in raw:
        if name in WORDS or name in ("contract_mean", "in_band_mean", "coefficient", "open", "none"):
            allowed = Sentence("a name that is no word of the language: not {names}", names=named(WORDS))
            tell(("definitions", name), None, Sentence("this name is taken"), allowed)
        read(name)
    return found


def _names_in(raw: object) -> Iterator[str]:
    """All texts that stand in plain data."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, Mapping):
        for inner in raw.values():
            yield from _names_in(inner)
    elif isinstance(raw, list):
        for inner in raw:
            yield from _names_in(inner)
