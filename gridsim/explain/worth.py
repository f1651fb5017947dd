"""What a price expression is worth at one place, on exact fractions (rulebook part 9).

`gridsim.settlement.figures` computes the same of many places at once, in arrays; here one place is computed for a
reader, and held against the ledger. A word that is added is a function here with an entry in `_WORTH`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from gridsim.extensions import needed
from gridsim.settlement.extended_prices import computed
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression

    Mapped = tuple[tuple[str, object], ...] | None

__all__ = ["PricePlace", "chosen_part", "exact_worth", "worth"]


class PricePlace(Protocol):
    """Where an expression is asked for: prices in micro-yuan/kWh, ratios in 10⁻⁴; None is a value that is absent."""

    def value(self, path: str) -> int:
        """A value of the rule set in the month."""
        ...

    def tariff(self, item: str, mapping: Mapped) -> int:
        """A price of the cell's tariff; `mapping` tells of another period."""
        ...

    def market(self, name: str) -> int | None:
        """A price of the month."""
        ...

    def mean(self, kinds: tuple[str, ...]) -> int | None:
        """The mean price of the month's new energy in sessions of these kinds."""
        ...

    def transfers(self) -> int | None:
        """The mean price of the month's transfers of sellers."""
        ...

    def coefficient(self) -> int:
        """Of the cell's period."""
        ...

    def of_position(self, word: str, arguments: tuple[str, ...]) -> int | None:
        """A mean price of the position or of the unit's month."""
        ...


def worth(expression: Expression, place: PricePlace) -> Fraction | None:
    """A price [micro-yuan/kWh] or a ratio; None where it is absent. A product that is a price is rounded."""
    found = exact_worth(expression, place)
    if found is None or expression.word != "product" or expression.is_ratio:
        return found
    return Fraction(round_half_up(found.numerator, found.denominator))


def exact_worth(expression: Expression, place: PricePlace) -> Fraction | None:
    """The same before its last rounding.

    Parameters
    ----------
    expression : Expression
        Of one month: without ``choose`` and ``dated`` (`gridsim.settlement.ways.resolved`).
    place : PricePlace
    """
    return _WORTH.get(expression.word, _of_extension)(expression, place)


def chosen_part(expression: Expression, place: PricePlace) -> int | None:
    """Which part of ``first``, ``least``, ``greatest`` or ``steps`` it is; None if all are absent."""
    if expression.word == "steps":
        return _step(expression, place)
    there = [(worth(part, place), number) for number, part in enumerate(expression.parts)]
    found = [(value, number) for value, number in there if value is not None]
    if not found:
        return None
    if expression.word == "first":
        return found[0][1]
    return (min if expression.word == "least" else max)(found, key=lambda each: each[0])[1]


def _of_int(value: int | None, expression: Expression) -> Fraction | None:
    if value is None:
        return None
    return Fraction(value, RATIO_ONE) if expression.is_ratio else Fraction(value)


def _step(expression: Expression, place: PricePlace) -> int | None:
    edges = expression.arguments
    of = worth(expression.parts[0], place)
    if of is None:
        absent = len(edges) + 2
        return absent if absent < len(expression.parts) else None
    return next((number for number, edge in enumerate(edges, 1) if of < edge), len(edges) + 1)


def _chosen(expression: Expression, place: PricePlace) -> Fraction | None:
    number = chosen_part(expression, place)
    return None if number is None else worth(expression.parts[number], place)


def _product(expression: Expression, place: PricePlace) -> Fraction | None:
    product = Fraction(1)
    for part in expression.parts:
        factor = worth(part, place)
        if factor is None:
            return None
        product *= factor
    return product


def _sum(expression: Expression, place: PricePlace) -> Fraction | None:
    total = Fraction(0)
    for part in expression.parts:
        term = worth(part, place)
        if term is None:
            return None
        total += term
    return total


def _less(expression: Expression, place: PricePlace) -> Fraction | None:
    one, other = (worth(part, place) for part in expression.parts)
    return None if one is None or other is None else one - other


def _of_extension(expression: Expression, place: PricePlace) -> Fraction | None:
    """A word that gridsim does not have, as `gridsim.settlement.figures` computes it; ratios with four decimals."""
    import numpy as np

    values = []
    for part in expression.parts:
        found = worth(part, place)
        if found is None:
            return None
        whole = found * RATIO_ONE if part.is_ratio else found
        values.append(round_half_up(abs(whole.numerator), whole.denominator) * (-1 if whole < 0 else 1))
    extension = needed("price", expression.word)
    value = int(computed(extension, [np.array([value], dtype=np.int64) for value in values])[0])
    return _of_int(value, expression)


def _asked(ask: Callable[[Expression, PricePlace], int | None]) -> Callable[[Expression, PricePlace], Fraction | None]:
    return lambda expression, place: _of_int(ask(expression, place), expression)


def _of_position(expression: Expression, place: PricePlace) -> int | None:
    return place.of_position(expression.word, expression.arguments)


_WORTH: Mapping[str, Callable[[Expression, PricePlace], Fraction | None]] = MappingProxyType(
    {
        "number": _asked(lambda expression, _: int(expression.arguments[0])),
        "value": _asked(lambda expression, place: place.value(expression.arguments[0])),
        "tariff": _asked(lambda expression, place: place.tariff(*expression.arguments)),
        "market": _asked(lambda expression, place: place.market(expression.arguments[0])),
        "mean": _asked(lambda expression, place: place.mean(expression.arguments)),
        "transfers": _asked(lambda _, place: place.transfers()),
        "coefficient": _asked(lambda _, place: place.coefficient()),
        "contract_mean": _asked(_of_position),
        "in_band_mean": _asked(_of_position),
        "mean_of_product": _asked(_of_position),
        "steps": _chosen,
        "product": _product,
        "sum": _sum,
        "less": _less,
        "first": _chosen,
        "least": _chosen,
        "greatest": _chosen,
    }
)
