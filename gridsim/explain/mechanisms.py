"""How the price of a matched pair comes about: by the mechanism of its kind of session (rulebook parts 3 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from gridsim.explain.arithmetic import Quotient
from gridsim.explain.month_prices import MonthPrices
from gridsim.explain.places import Place, price_at, ratio_at
from gridsim.rules.extended_shape import MECHANISMS
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.explain.source import ResultFacts
    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import SessionKind

__all__ = ["HIGH_LOW", "ROLLING", "UNIFORM", "Limits", "Mechanism", "limits_of", "mechanism_of", "pair_price"]

HIGH_LOW, UNIFORM, ROLLING = "high_low", "uniform", "rolling"
_FLOOR, _CAP = "floor", "cap"


@dataclass(frozen=True)
class Mechanism:
    """How orders of a kind of session are matched.

    Attributes
    ----------
    how : str
        One of `HIGH_LOW`, `UNIFORM`, `ROLLING`, or the name of an extension.
    ties : str
        How orders alike in price stand; empty where keys of the kind decide.
    k : int
        Where between the two limits the price of a pair lies [10⁻⁴].
    """

    how: str
    ties: str
    k: int

    @property
    def is_extension(self) -> bool:
        """Whether an extension matches, whose trades are taken as they stand (`gridsim.extensions.mechanism`)."""
        return self.how not in MECHANISMS

    @property
    def is_one_by_one(self) -> bool:
        """Whether a pair trades the smaller of what its two orders have left."""
        return not self.is_extension and not self.ties.startswith("pro_rata")

    @property
    def prices_at_margin(self) -> bool:
        """Whether the book's price is that of a pair that need not stand among the trades."""
        return self.how == UNIFORM and self.ties == "pro_rata_at_the_margin"


@dataclass(frozen=True)
class Limits:
    """Within which the prices of a kind are held in a month [micro-yuan/kWh]; None: no limit."""

    floor: int | None = None
    cap: int | None = None

    def held(self, price: int) -> int:
        """The price within them."""
        price = price if self.floor is None else max(price, self.floor)
        return price if self.cap is None else min(price, self.cap)


def _kind(rules: RuleSet, name: str) -> SessionKind | None:
    shape = rules.shape
    return next((kind for kind in (*shape.sessions, *shape.without_sessions) if kind.id == name), None)


def mechanism_of(source: ResultFacts, name: str, month: str) -> Mechanism:
    """The mechanism of a kind of session.

    Parameters
    ----------
    source : ResultFacts
    name : str
        Of the kind.
    month : str
        In which values that change count.
    """
    rules = source.rules
    kind = _kind(rules, name)
    if kind is None or "." in kind.how:  # a value of the rule set says which, and others of its group the rest
        matching = rules.values.matching
        how = matching.mechanism if kind is None else str(attrgetter(kind.how)(rules.values))
        return Mechanism(how, matching.ties, matching.k)
    ties = kind.ties if isinstance(kind.ties, str) else ""
    ties = str(attrgetter(ties)(rules.values)) if "." in ties else ties
    k = RATIO_ONE // 2
    if kind.k is not None:
        k = ratio_at(kind.k, Place(rules.shape, rules.at(month), month, MonthPrices(source, month)))
    return Mechanism(kind.how, ties, k)


def limits_of(source: ResultFacts, name: str, month: str) -> Limits:
    """The limits within which the prices of a kind are held in a month.

    Parameters
    ----------
    source : ResultFacts
    name : str
        Of the kind.
    month : str
    """
    kind = _kind(source.rules, name)
    if kind is None:
        return Limits()
    place = Place(source.rules.shape, source.rules.at(month), month, MonthPrices(source, month))
    found = []
    for expression, column in ((kind.price_floor, _FLOOR), (kind.price_cap, _CAP)):
        if expression is not None:
            exact = price_at(expression, place)
            found.append(None if exact is None else exact.rounded)
        else:
            found.append(place.market(column) if kind.clamp else None)
    return Limits(*found)


def pair_price(mechanism: Mechanism, sell: Mapping[str, Any], buy: Mapping[str, Any]) -> Quotient | None:
    """The price that two orders make, before it is rounded; None where both take any price, or an extension says.

    Parameters
    ----------
    mechanism : Mechanism
    sell, buy : mapping of str to value
        Rows of ``orders``.
    """
    low, high = (order["price_micro_yuan_per_kwh"] for order in (sell, buy))
    if mechanism.is_extension:
        return None
    if low is None or high is None:
        only = high if low is None else low
        return None if only is None else Quotient(only, 1)
    if mechanism.how == ROLLING:  # the one that came first rests, and makes the price
        first = min((sell, buy), key=lambda order: (order["submitted_at"], order["number"]))
        return Quotient(first["price_micro_yuan_per_kwh"], 1)
    return Quotient(low * RATIO_ONE + mechanism.k * (high - low), RATIO_ONE)
