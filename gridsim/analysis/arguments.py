"""The grammar of statistics, of a result and of a batch: what was asked for, or an error that names what may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from gridsim.errors import ResultError
from gridsim.scenario.where import one_or_several
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, both, listed, named

if TYPE_CHECKING:
    from gridsim.analysis.table import StatisticsTable

__all__ = [
    "Chosen",
    "GroupBy",
    "Narrowed",
    "Where",
    "check_dimensions",
    "check_name",
    "check_value",
    "cut",
    "dimensions_of",
]

GroupBy: TypeAlias = str | Sequence[str]
Where: TypeAlias = Mapping[str, Any]
"""By dimension, the value or the values that a row must have."""
Chosen: TypeAlias = dict[str, tuple[Any, ...]]

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
            Sentence("there are: {names}", names=named(known, LISTED)),
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


def cut(table: StatisticsTable, top: int | None) -> StatisticsTable:
    """The table with its `top` largest groups, or with as many as a table may have.

    Raises
    ------
    ResultError
        `top` is below 1.
    """
    return table.limited() if top is None else table.top(top)


class Narrowed:
    """What statistics can be narrowed to: rows that have one of the chosen values in each of some dimensions."""

    def __init__(self) -> None:
        self._narrowed: Chosen = {}

    def where(self, **values: Any) -> Self:
        """The same statistics of some rows only: ``statistics.where(month="2021-04").energy()``.

        Parameters
        ----------
        **values : str or sequence of str
            By dimension, the value or the values that are wanted, within what was chosen before. A dimension with a
            dot in its name is given as ``where(**{"load.scale": 0.95})``.

        Returns
        -------
        Self
            Statistics of the same kind; these stay what they are.

        Raises
        ------
        ResultError
            A dimension or a value is unknown.

        Examples
        --------
        >>> spring = result.statistics.where(month=["2021-04", "2021-05"])
        >>> spring.where(unit="R1/tou").deviation(())[["contract_mwh", "metered_mwh"]]
           contract_mwh  metered_mwh
        0        4026.0       4153.0
        """
        narrower = copy(self)
        narrower._narrowed = self._chosen(values)
        return narrower

    def __repr__(self) -> str:
        narrowed = ", ".join(f"{name}={list(values)}" for name, values in self._narrowed.items())
        return f"{type(self).__name__}({narrowed})"

    def _dimensions(self) -> Collection[str]:
        """All that there are."""
        raise NotImplementedError

    def _known(self, dimension: str) -> Collection[object]:
        """The values of a dimension, beside the empty text."""
        raise NotImplementedError

    def _meant(self, dimension: str, asked: str) -> str:  # of statistics without names
        """The value that a text means, where it is not a value itself."""
        return asked

    def _chosen(self, where: Where | None, dimensions: Collection[str] | None = None) -> Chosen:
        """What was chosen here, within what the statistics were narrowed to.

        Parameters
        ----------
        where : mapping
        dimensions : collection of str, optional
            Those that may be chosen; all if left out.
        """
        chosen = dict(self._narrowed)
        for dimension, wanted in (where or {}).items():
            check_name("where", dimension, self._dimensions() if dimensions is None else dimensions)
            known = self._known(dimension)
            values = tuple(
                self._meant(dimension, value) if isinstance(value, str) else value for value in one_or_several(wanted)
            )
            for value in values:
                if not isinstance(value, str) or value != "":
                    check_value(dimension, value, known)
            if dimension in chosen:
                values = tuple(value for value in values if value in chosen[dimension])
            chosen[dimension] = values
        return chosen
