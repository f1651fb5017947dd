"""What a question means: people ask for units, participants, months and products by what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from gridsim.names import NamingLanguage
from gridsim.tables.raw import narrow
from gridsim.tables.typed import delivery_of

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["Meant"]

_UNITS = ("unit", "unit_id")
_PEOPLE = ("buyer", "retailer", "user", "generator", "party")
_ALSO = {"product": "products", "period": "periods", "mode": "modes"}
"""The rule set's lists of further words, by dimension."""


class Meant:
    """The ids and codes that people mean by names, by words in either language, and by months as they write them.

    Parameters
    ----------
    shape : MarketShape
    names : mapping of str to str
        Of participants, by id.
    year : int or None
        Of a month that names none.

    Examples
    --------
    >>> meant = Meant(scenario.rules.shape, {"R1": "East Retail"}, 2021)
    >>> [meant.value("unit", text, ["R1/tou"]) for text in ("East Retail/分时", "R1/time of use")]
    ['R1/tou', 'R1/tou']
    >>> meant.value("month", "2021年5月", ["2021-05"])
    '2021-05'
    """

    def __init__(self, shape: MarketShape, names: Mapping[str, str], year: int | None) -> None:
        self._shape, self._names, self._year = shape, names, year

    def value(self, dimension: str, asked: str, known: Collection[str]) -> str:
        """The one of the known values that a text means; the text itself if it is one of them, or means none.

        Parameters
        ----------
        dimension : str
            ``unit``, ``user``, ``month``, ``product``: as statistics have them.
        asked : str
            As somebody wrote it.
        known : collection of str
            The values that there are.

        Returns
        -------
        str
            A name that several of the known have means nobody; an id is never taken for a name. Full-width signs, as
            Chinese input has them, are those of ASCII, where nothing is written with them.

        Examples
        --------
        >>> meant = Meant(scenario.rules.shape, {"R1": "East Retail"}, 2021)
        >>> meant.value("product", "峰段", ["peak", "flat", "valley"])
        'peak'
        """
        found = self._known(dimension, asked, known)
        if found is None:
            found = self._known(dimension, narrow(asked), known)
        return asked if found is None else found

    def _known(self, dimension: str, asked: str, known: Collection[str]) -> str | None:
        """The one of the known values that a text is or means."""
        if asked in known:
            return asked
        meant = self._value(dimension, asked, known)
        return meant if meant is not None and meant in known else None

    def _value(self, dimension: str, asked: str, known: Collection[str]) -> str | None:
        if dimension == "month":
            return delivery_of(asked, self._year)
        if dimension in _PEOPLE:
            return _only(who for who in self.called(asked) if who in known)
        if dimension in _UNITS:
            buyer, slash, mode = asked.rpartition("/")
            code = self._code("mode", mode, self._shape.mode_ids)
            own = f"{buyer}{slash}{code}"
            named = (f"{who}{slash}{code}" for who in self.called(buyer))
            return own if own in known else _only(unit for unit in named if unit in known)
        return self._code(dimension, asked, known)

    def _code(self, dimension: str, asked: str, known: Collection[str]) -> str | None:
        """The one code that is called so, in either language or in a word that tables may be written with."""
        if asked in known:
            return asked
        plain, also = narrow(asked), self._shape.also.get(_ALSO.get(dimension, ""), {})
        called = [NamingLanguage(lang, self._shape).called for lang in ("en", "zh")]
        meant = [
            code
            for code in known
            if any(narrow(word) == plain for word in (*(name(dimension, code) for name in called), *also.get(code, ())))
        ]
        return _only(meant)

    def called(self, name: str) -> Collection[str]:
        """The ids of those who are called so.

        Parameters
        ----------
        name : str
        """
        return self._ids.get(name) or self._narrow_ids.get(narrow(name), ())

    @cached_property
    def _ids(self) -> Mapping[str, Collection[str]]:
        return self._by_name(self._names.items())

    @cached_property
    def _narrow_ids(self) -> Mapping[str, Collection[str]]:
        return self._by_name((who, narrow(name)) for who, name in self._names.items())

    def _by_name(self, having: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for who, name in having:
            if name not in self._names:
                found.setdefault(name, []).append(who)
        return found


def _only(values: Iterable[str]) -> str | None:
    """The one value that there is; None of none, and of several."""
    found = list(values)
    return found[0] if len(found) == 1 else None
