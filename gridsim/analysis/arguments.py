"""``groupby=`` and ``where=``: what was asked for, or an error that names what may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from gridsim.analysis.sources import VALUES_OF
from gridsim.errors import ResultError
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, both, listed, named

if TYPE_CHECKING:
    from gridsim.analysis.names import Dimensions

__all__ = [
    "Chosen",
    "GroupBy",
    "Where",
    "check_dimensions",
    "check_name",
    "check_value",
    "chosen_rows",
    "dimensions_of",
]

GroupBy: TypeAlias = str | Sequence[str]
Where: TypeAlias = Mapping[str, str | Iterable[str]]
Chosen: TypeAlias = dict[str, tuple[str, ...]]

_SHOWN = 12  # values that an error lists
_DIMENSION = Sentence("dimension")


def dimensions_of(groupby: GroupBy) -> tuple[str, ...]:
    """The dimensions to group by, each once."""
    return (groupby,) if isinstance(groupby, str) else tuple(dict.fromkeys(groupby))


def check_name(argument: str, name: object, allowed: Iterable[str], what: Sentence = _DIMENSION) -> None:
    """Refuse a name that is not allowed.

    Raises
    ------
    ResultError
        It names what is allowed and the nearest of it.
    """
    allowed = list(allowed)
    if name in allowed:
        return
    raise ResultError(
        listed(
            Sentence("{argument}: no {what} {name!r} here", argument=argument, what=what, name=name),
            Sentence("allowed: {names}", names=named(allowed)) if allowed else None,
            nearest_in_words(nearest(str(name), allowed)),
        )
    )


def check_value(dimension: str, value: object, known: Collection[object]) -> None:
    """Refuse a value that a dimension does not have.

    Raises
    ------
    ResultError
        It names some that it has, and the nearest.
    """
    if value in known:
        return
    raise ResultError(
        listed(
            Sentence("where: no {dimension} {text!r} in this result", dimension=dimension, text=value),
            Sentence("there are: {names}", names=named(known, _SHOWN)),
            nearest_in_words(nearest(str(value), map(str, known))),
        )
    )


def check_dimensions(by: Sequence[str], where: Chosen, choices: Sequence[Sequence[str]], method: str) -> int:
    """The first of some sets of dimensions that has all that are asked for.

    Raises
    ------
    ResultError
        A dimension stands in none of them, or they stand in none together.
    """
    everything = list(dict.fromkeys(name for choice in choices for name in choice))
    for argument, names in (("groupby", by), ("where", tuple(where))):
        for name in names:
            check_name(argument, name, everything, Sentence("dimension of {method}", method=method))
    asked = {*by, *where}
    for number, choice in enumerate(choices):
        if asked <= set(choice):
            return number
    what = Sentence("{method}: {names} stand in no table together", method=method, names=named(sorted(asked)))
    sets = [named(choice) for choice in choices]
    together = both("; or ".join(sets), "；或 ".join(names.zh for names in sets))
    raise ResultError(listed(what, Sentence("allowed together: {sets}", sets=together)))


def chosen_rows(where: Where | None, names: Dimensions) -> Chosen:
    """``where=`` with every value a tuple of texts that exist.

    Raises
    ------
    ResultError
        A dimension or one of the values is unknown.
    """
    chosen: Chosen = {}
    for dimension, wanted in (where or {}).items():
        check_name("where", dimension, VALUES_OF)
        texts = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        known = names.index(VALUES_OF[dimension])
        for text in texts:
            if text != "":
                check_value(dimension, text, known)
        chosen[dimension] = texts
    return chosen
