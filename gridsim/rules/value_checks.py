"""What the lists of a market ask of the values that stand in them: edges in order, periods that make up the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gridsim.rules.day_hours import day_faults
from gridsim.rules.schema import RuleValues
from gridsim.units import RATIO_DECIMALS, trimmed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ModeShape, OverBand, RegimeShape, UnderBand
    from gridsim.rules.yamltext import Place

__all__ = ["ShapeProblem", "number_in", "problems_of_hours", "shape_problems"]

Stage = tuple[str, RuleValues]
"""The first month of a stretch, and its values."""
_YEAR = 12


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """What is wrong with values or numbers in the lists of a market.

    Attributes
    ----------
    place : tuple
        In the section ``shape``.
    paths : tuple of str
        The values to look at, the likeliest first.
    message, allowed : Sentence
    """

    place: Place
    paths: tuple[str, ...]
    message: Sentence
    allowed: Sentence


def shape_problems(shape: MarketShape, stages: Iterable[Stage]) -> list[ShapeProblem]:
    """What contradicts itself in one of the stretches of months between two changes of values; each once."""
    found: dict[ShapeProblem, None] = {}
    for start, values in stages:
        for problem in (*_bands(shape, start, values), *_hours(shape, start, values)):
            found.setdefault(problem)
    return list(found)


def problems_of_hours(shape: MarketShape) -> list[ShapeProblem]:
    """The same of hours that stand in the lists themselves, before the values are read; of others nothing."""
    if any(isinstance(ranges, str) for entry in shape.hours for _, ranges in entry.use):
        return []
    return list(dict.fromkeys(_hours(shape, "", RuleValues({}))))


def number_in(expression: Expression, values: RuleValues, month: str) -> int | None:
    """What an expression of numbers and values of the rule set alone is worth in a month; None for any other."""
    if expression.word == "number":
        return int(expression.arguments[0])
    if expression.word == "value":
        return int(values.at(expression.arguments[0]))
    if expression.word == "choose":
        path, names = expression.arguments
        chosen = str(values.at(path))
        return number_in(expression.parts[names.index(chosen)], values, month) if chosen in names else None
    if expression.word == "dated":
        at = max((n for n, since in enumerate(expression.arguments) if since <= month), default=0)
        return number_in(expression.parts[at], values, month)
    return None


def _months(start: str, expressions: Iterable[Expression]) -> set[str]:
    """The first month of a stretch, and those in which an expression changes."""
    inner = (each for expression in expressions for each in expression.walk() if each.word == "dated")
    return {start} | {month for each in inner for month in each.arguments if month > start}


def _bands(shape: MarketShape, start: str, values: RuleValues) -> Iterator[ShapeProblem]:
    ways: list[tuple[str, ModeShape | RegimeShape]] = [
        *(("modes", mode) for mode in shape.modes),
        *(("regimes", regime) for regime in shape.regimes),
    ]
    for section, way in ways:
        over = [band.edge for band in way.over if band.edge is not None]
        for month in sorted(_months(start, [*over, *(band.edge for band in way.under)])):
            yield from _edges((section, way.id), way.over, way.under, values, month)


def _edges(
    place: Place, over: tuple[OverBand, ...], under: tuple[UnderBand, ...], values: RuleValues, month: str
) -> Iterator[ShapeProblem]:
    uppers = [(band.edge, number_in(band.edge, values, month)) for band in over if band.edge is not None]
    lowers = [(band.edge, number_in(band.edge, values, month)) for band in under]
    for side, edges, falls in (("over", uppers, False), ("under", lowers, True)):
        for number, ((one, before), (other, after)) in enumerate(pairwise(edges), 1):
            if before is not None and after is not None and (after > before if falls else after < before):
                yield ShapeProblem(
                    (*place, side, number, "edge"),
                    (*other.paths(), *one.paths()),
                    Sentence("the edges of the bands are out of order"),
                    Sentence("descending edges") if falls else Sentence("ascending edges"),
                )
    if uppers and lowers:
        (high, upper), (low, lower) = uppers[0], lowers[0]
        if high.word == low.word == "value" and upper is not None and lower is not None and upper < lower:
            yield ShapeProblem(
                (*place, "over", 0, "edge"),
                (*high.paths(), *low.paths()),
                Sentence("the upper band edge lies below the lower one"),
                Sentence(
                    "upper >= lower (upper {upper}, lower {lower})",
                    upper=trimmed(upper, RATIO_DECIMALS),
                    lower=trimmed(lower, RATIO_DECIMALS),
                ),
            )


def _hours(shape: MarketShape, start: str, values: RuleValues) -> Iterator[ShapeProblem]:
    """Looked at in each month of a year, and where an entry begins to hold."""
    years = {start[:4] or "2021", *(entry.since[:4] for entry in shape.hours if entry.since)}
    for month in (f"{year}-{number:02d}" for year in sorted(years) for number in range(1, _YEAR + 1)):
        for fault in day_faults(shape, values, month):
            place: Place = ("hours",) if fault.entry is None else ("hours", fault.entry, "use")
            yield ShapeProblem(place, fault.paths, fault.message, fault.allowed)
