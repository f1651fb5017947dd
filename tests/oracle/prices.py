"""Rulebook 9, price expressions: what may stand wherever a price or a ratio stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from .exact import number, price_micro_yuan, ratio, round_half_up
from .market import Market, Row, User
from .shape import FaultError, Shape

Legs = list[tuple[int, int]]  # energy, price


@dataclass
class Place:
    """Where a price is asked for. What a place has not is absent there."""

    market: Market
    month: str
    user: User | None = None
    period: str = ""
    off_period: str | None = None  # `off_tariff`: stands for all periods, for a user off the peak-valley tariff
    position_legs: Legs = field(default_factory=list)  # as they settle
    in_band: tuple[int, int] = (0, 0)  # energy and energy money of the position
    own_price: int | None = None  # rulebook 14: in charges of a user with a retail contract, in place of their mean
    unit_legs: dict[str, Legs] = field(default_factory=dict)  # product → the unit's legs of the month
    trades: dict[str, Legs] = field(default_factory=dict)  # kind of session → that month's new energy
    seller_transfers: Legs = field(default_factory=list)
    bought: dict[int, int] = field(default_factory=dict)  # row of `orders` → what the buy order got, of any month
    standing: list[tuple[int, Row]] = field(default_factory=list)  # the orders that are not superseded, by their row

    @property
    def shape(self) -> Shape:
        return self.market.shape.at(self.month)

    def of(self, **more: Any) -> Place:
        return replace(self, **more)


def is_number(expression: Any) -> bool:
    if isinstance(expression, (dict, list, bool)):
        return False
    try:
        Decimal(str(expression))
    except InvalidOperation:
        return False
    return True


def mean_price(legs: Legs) -> int | None:
    """The energy-weighted mean, rounded to 10⁻⁶ yuan/kWh; over nothing it is absent."""
    energy = sum(energy for energy, _ in legs)
    return round_half_up(Fraction(sum(energy * price for energy, price in legs), energy)) if energy else None


def is_ratio(expression: Any, shape: Shape) -> bool:
    """Whether an expression is a ratio and no price: a number alone is neither, its place tells."""
    if expression == "coefficient":
        return True
    if isinstance(expression, str) and expression in (shape.get("definitions") or {}):
        return is_ratio(shape["definitions"][expression], shape)
    if not isinstance(expression, dict):
        return False
    ((word, parts),) = ((w, p) for w, p in expression.items() if w != "period")
    if word == "steps":
        return True
    if word == "times":  # [RATIO, EXPR]: a number behind a ratio is a price
        return is_ratio(parts[1], shape)
    if word == "product":  # a price only where a factor is one
        return all(is_number(part) or is_ratio(part, shape) for part in parts)
    if word in ("sum", "less", "first", "least", "greatest"):
        return any(is_ratio(part, shape) for part in parts)
    return False


def price_of(expression: Any, place: Place, what: str) -> int:
    """A price in 10⁻⁶ yuan/kWh. A line that needs an absent one is a fault that names month and item."""
    value = evaluated(expression, place)
    if value is None:
        raise FaultError(f"{what} of {place.month}: no price")
    return round_half_up(value)


def evaluated(expression: Any, place: Place, *, as_ratio: bool = False) -> Fraction | None:
    """An expression: a price in 10⁻⁶ yuan/kWh, or a ratio; None where it is absent."""
    if is_number(expression):
        return ratio(expression) if as_ratio else Fraction(price_micro_yuan(expression))
    if isinstance(expression, str):
        return named(expression, place, as_ratio=as_ratio)
    ((word, parts),) = ((w, p) for w, p in expression.items() if w != "period")
    if word == "tariff":
        return Fraction(tariff_price(parts, expression.get("period"), place))
    if word == "market":
        text = place.market.market_prices.get(place.month, {}).get(parts, "")
        return Fraction(price_micro_yuan(text)) if text != "" else None
    if word == "mean":
        return as_fraction(mean_price([leg for kind in parts for leg in place.trades.get(kind, [])]))
    if word == "transfers":
        if parts != "sellers":
            raise ValueError(parts)
        return as_fraction(mean_price(place.seller_transfers))
    if word == "mean_of_product":
        return as_fraction(mean_price(place.unit_legs.get(parts, [])))
    if word == "steps":
        return stepped(parts, place)
    if word == "times":
        return multiplied([(parts[0], True), (parts[1], as_ratio or is_ratio(parts[1], place.shape))], place)
    if word == "product":
        return multiplied([(part, is_number(part) or is_ratio(part, place.shape)) for part in parts], place)
    return combined(word, parts, place, as_ratio=as_ratio or is_ratio(expression, place.shape))


def as_fraction(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def named(word: str, place: Place, *, as_ratio: bool) -> Fraction | None:
    """`contract_mean`, `in_band_mean`, `coefficient`, or a definition of the set."""
    if word == "contract_mean":  # Σ leg money / C
        return as_fraction(mean_price(place.position_legs))
    if word == "in_band_mean":  # energy money / in-band energy
        if place.own_price is not None:
            return Fraction(place.own_price)
        energy, money = place.in_band
        return Fraction(round_half_up(Fraction(money, energy))) if energy else None
    if word == "coefficient":
        # Rulebook 5: no coefficient touches a user for whom one period stands for all.
        return Fraction(1) if place.off_period else ratio(place.shape["coefficients"][place.period])
    return evaluated(place.shape["definitions"][word], place, as_ratio=as_ratio)


def tariff_price(item: str, period: Any, place: Place) -> int:
    """`{tariff: ITEM}` of the cell's user; of its period, which `period` maps first, where the item is by period.

    The period of `off_tariff` "stands for all": read as also for what `period` would map to.
    """
    assert place.user is not None, "a tariff stands only where a line is of a cell"
    if place.shape["tariff"][item] != "by_period":
        return place.market.tariff(place.user, place.month, item)
    asked = place.period
    if isinstance(period, dict):
        asked = period.get(asked, asked)
    elif period is not None:
        asked = period
    return place.market.tariff(place.user, place.month, item, place.off_period or asked)


def stepped(steps: dict[str, Any], place: Place) -> Fraction | None:
    """`{steps: {of: {market: NAME}, below: {800: 0.90, ..}, else: 1, absent: 1}}`; exactly at 800 is not below it."""
    text = place.market.market_prices.get(place.month, {}).get(steps["of"]["market"], "")
    if text == "":
        return evaluated(steps["absent"], place, as_ratio=True) if "absent" in steps else None
    for threshold, value in sorted(steps["below"].items(), key=lambda step: number(step[0])):
        if number(text) < number(threshold):
            return evaluated(value, place, as_ratio=True)
    return evaluated(steps["else"], place, as_ratio=True)


def multiplied(factors: list[tuple[Any, bool]], place: Place) -> Fraction | None:
    """Factors, and whether each is a ratio. A price is rounded once, after the product; a ratio never."""
    value = Fraction(1)
    for factor, holds_ratio in factors:
        part = evaluated(factor, place, as_ratio=holds_ratio)
        if part is None:
            return None
        value *= part
    return value if all(holds_ratio for _, holds_ratio in factors) else Fraction(round_half_up(value))


def combined(word: str, parts: list[Any], place: Place, *, as_ratio: bool) -> Fraction | None:
    """`sum` and `less` need all their parts; `first`, `least` and `greatest` pass over absent ones."""
    values = [evaluated(part, place, as_ratio=as_ratio) for part in parts]
    there = [value for value in values if value is not None]
    if word in ("sum", "less") and len(there) < len(values):
        return None
    if word == "sum":
        return sum(there, Fraction(0))
    if word == "less":
        return there[0] - there[1]
    if not there:
        return None
    choose = {"first": lambda some: some[0], "least": min, "greatest": max}[word]
    return Fraction(choose(there))
