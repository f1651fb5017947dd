"""The kinds of value that a rule set may hold: how each is read, bounded, written and named.

A kind turns what stands in a YAML file or in an override (the *plain* value) into what the program
computes with (the *typed* value), and back. Quantities become the integers of `gridsim.units`; nothing
goes through a binary float. Days, months and hours: `gridsim.rules.calendar_kinds`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from gridsim.errors import WrongValueError
from gridsim.units import (
    ENERGY_DECIMALS,
    HIGHEST_RATIO,
    PRICE_DECIMALS,
    RATIO_DECIMALS,
    RATIO_ONE,
    fixed_point,
    percentage_fault,
    trimmed,
)
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.rules.wording import Words

__all__ = [
    "Count",
    "Flag",
    "Kind",
    "Option",
    "Plain",
    "Quantity",
    "RatioKind",
    "UnsureKind",
    "Weights",
    "list_of",
    "whole_number",
]

Plain: TypeAlias = str | int | bool | tuple["Plain", ...]
"""A value as a file can hold it, in one fixed spelling: decimals are text without needless zeros."""

# ASCII alone: Decimal would also take "1_05" and full-width digits.
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_MONTHS_OF_YEAR = 12


class Kind(ABC):
    """One kind of value.

    Attributes
    ----------
    unit : str
        The unit that an entry of this kind must name.
    allowed : Sentence
        What may stand there, for messages.
    """

    unit: str
    allowed: Sentence

    @abstractmethod
    def parse(self, value: object) -> Any:
        """Read a plain value as somebody wrote it.

        Raises
        ------
        WrongValueError
            What is wrong with it, in one clause.
        """

    def parse_again(self, value: object) -> Any:
        """Read a plain value that was taken before, maybe by an earlier gridsim."""
        return self.parse(value)

    def plain(self, typed: Any) -> Plain:
        """Write a typed value in its one fixed spelling; by default it is that already."""
        written: Plain = typed
        return written

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse_again)


class UnsureKind(Kind):
    """Of a value whose entry does not tell its kind, which is a fault: all that stands there is taken, so that the rest
    of the file can be looked at and the one fault makes no others.

    Parameters
    ----------
    unit : object
        As it was written.
    """

    allowed = Sentence("text")

    def __init__(self, unit: object) -> None:
        self.unit = unit if isinstance(unit, str) else ""

    def parse(self, value: object) -> str:
        return str(value)


class Quantity(Kind):
    """A decimal that becomes an integer of ``10**-decimals``.

    Parameters
    ----------
    unit : str
    decimals : int
        The finest decimal that is taken.
    least, most : int
        Bounds in whole units, both included.
    """

    def __init__(self, unit: str, decimals: int, least: int, most: int) -> None:
        self.unit = unit
        self.decimals = decimals
        self.least = least * 10**decimals
        self.most = most * 10**decimals
        self.allowed = Sentence(
            "a number from {low} to {high}, at most {decimals} decimals", low=least, high=most, decimals=decimals
        )

    def parse(self, value: object) -> int:
        return self.parse_again(value)

    def parse_again(self, value: object) -> int:
        if isinstance(value, str):
            value = value.strip()
            if not _NUMBER.fullmatch(value):
                is_percentage = self.unit == "ratio" and value.endswith(("%", "％"))
                raise WrongValueError(
                    Sentence("a percentage, not a ratio: 105 % is 1.05") if is_percentage else Sentence("not a number")
                )
        elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise WrongValueError(Sentence("not a number"))
        number = fixed_point(value, self.decimals)
        if not self.least <= number <= self.most:
            raise WrongValueError(self.beyond(number))
        return number

    def beyond(self, number: int) -> Sentence:
        """What is wrong with a number that is not taken."""
        return Sentence("out of bounds")

    def plain(self, typed: int) -> Plain:
        return trimmed(typed, self.decimals)

    @classmethod
    def price(cls) -> Quantity:
        """A price, yuan/MWh outside, micro-yuan per kWh inside."""
        return cls("yuan/MWh", PRICE_DECIMALS, 0, 1_000_000)

    @classmethod
    def energy(cls) -> Quantity:
        """An energy, MWh outside, kWh inside."""
        return cls("MWh", ENERGY_DECIMALS, 0, 1_000_000_000)


class RatioKind(Quantity):
    """A ratio [10⁻⁴], of which people write no more than 10: what lies above is taken for a percentage and refused.

    Parameters
    ----------
    most : int
        The highest that the program takes; manifests of earlier runs may have such ones.
    may_be_open : bool
        `most` itself may be written, for an edge so far off that it is as good as none.
    """

    def __init__(self, most: int = 100, *, may_be_open: bool = False) -> None:
        super().__init__("ratio", RATIO_DECIMALS, 0, most)
        self._likely = min(most, HIGHEST_RATIO)
        self._may_be_open = may_be_open
        self.allowed = listed(
            Sentence(
                "a number from {low} to {high}, at most {decimals} decimals",
                low=0,
                high=self._likely,
                decimals=RATIO_DECIMALS,
            ),
            Sentence("or {most}, as good as no edge", most=most) if may_be_open else None,
        )

    def parse(self, value: object) -> int:
        number = self.parse_again(value)
        if number > self._likely * RATIO_ONE and not (self._may_be_open and number == self.most):
            raise WrongValueError(self.beyond(number))
        return number

    def beyond(self, number: int) -> Sentence:
        return percentage_fault(number) or super().beyond(number)


class Count(Kind):
    """A whole number between two bounds, both included."""

    def __init__(self, unit: str, least: int, most: int) -> None:
        self.unit = unit
        self.least = least
        self.most = most
        self.allowed = Sentence("a whole number from {low} to {high}", low=least, high=most)

    def parse(self, value: object) -> int:
        number = whole_number(value)
        if not self.least <= number <= self.most:
            raise WrongValueError(Sentence("out of bounds"))
        return number


class Option(Kind):
    """One of two or more names, which may have words of their own."""

    unit = "option"

    def __init__(self, names: tuple[str, ...], told: Mapping[str, Words] | None = None) -> None:
        self.names = names  # legal names
        self.told = told or {}
        self.allowed = Sentence("{names} or {last}", names=named(names[:-1]), last=names[-1])

    def parse(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.names:
            raise WrongValueError(Sentence("not one of the names that are allowed"))
        return value


class Flag(Kind):
    """Yes or no."""

    unit = "flag"
    allowed = Sentence("{names} or {last}", names="true", last="false")

    def parse(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise WrongValueError(Sentence("neither true nor false"))


class Weights(Kind):
    """Twelve weights, January to December [10⁻⁴], none negative, not all zero."""

    unit = "ratio"
    allowed = Sentence("12 numbers from 0 to 100 (January to December), at most 4 decimals, not all zero")
    _weight = Quantity("ratio", RATIO_DECIMALS, 0, 100)

    def parse(self, value: object) -> tuple[int, ...]:
        weights = tuple(self._weight.parse(item) for item in list_of(value))
        if len(weights) != _MONTHS_OF_YEAR:
            raise WrongValueError(Sentence("{count} weights instead of 12", count=len(weights)))
        if not any(weights):
            raise WrongValueError(Sentence("all weights are zero"))
        return weights

    def plain(self, typed: tuple[int, ...]) -> Plain:
        return tuple(self._weight.plain(weight) for weight in typed)


def whole_number(value: object) -> int:
    """A whole number, from int, integral Decimal or float, or text."""
    if isinstance(value, bool):
        raise WrongValueError(Sentence("not a whole number"))
    if isinstance(value, (int, float, Decimal)) or (isinstance(value, str) and _INTEGER.fullmatch(value.strip())):
        try:
            return fixed_point(value.strip() if isinstance(value, str) else value, 0)
        except WrongValueError as error:
            if error.sentence == Sentence("too large"):
                raise
    raise WrongValueError(Sentence("not a whole number"))


def list_of(value: object) -> tuple[Any, ...]:
    """The items of a list."""
    if not isinstance(value, (list, tuple)):
        raise WrongValueError(Sentence("not a list"))
    return tuple(value)
