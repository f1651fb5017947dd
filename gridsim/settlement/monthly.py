"""The rules of a year, month by month, as arrays: values, prices of the month, and the ways of settling."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.calendar import months_of
from gridsim.settlement.figures import Figure
from gridsim.settlement.ways import Ways, resolved, ways_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape

    Ints = NDArray[np.int64]

__all__ = ["MonthPrices", "MonthlyRules", "monthly_rules"]

MONTHS = 12
ABSENT = Figure(np.zeros(MONTHS, dtype=np.int64), np.zeros(MONTHS, dtype=bool))


@dataclass(frozen=True, eq=False)
class MonthPrices:
    """Prices that each month has of its own, each a figure of shape (12,).

    Attributes
    ----------
    market : mapping of str to Figure
        By column of the table of market prices.
    mean : callable
        Of kinds of session: the mean price of the month's trades of new energy in them.
    transfers : Figure
        The mean price of the month's transfers of sellers.
    unfilled : callable
        Of a kind of session and a month's lowest price: (12, units, products) what stayed unfilled of orders to buy
        new energy there that would have paid as much [kWh].
    """

    market: Mapping[str, Figure] = field(default_factory=dict)
    mean: Callable[[tuple[str, ...]], Figure] = lambda _: ABSENT
    transfers: Figure = field(default_factory=lambda: ABSENT)
    unfilled: Callable[[str, Figure], Ints] | None = None


@dataclass(frozen=True, eq=False)
class MonthlyRules:
    """A rule set in a year.

    Attributes
    ----------
    ways : Ways
    months : tuple of str
    prices : MonthPrices
    """

    ways: Ways
    months: tuple[str, ...]
    prices: MonthPrices
    _values: tuple[Any, ...]
    _known: dict[str, Ints] = field(default_factory=dict, init=False)

    @property
    def shape(self) -> MarketShape:
        """The lists of the market."""
        return self.ways.shape

    @property
    def has_trial(self) -> NDArray[np.bool_]:
        """(12,) whether a trial settlement stands beside the month's."""
        return self.ways.has_trial

    def value(self, path: str) -> Ints:
        """(12,) a number of the rule set."""
        if path not in self._known:
            self._known[path] = np.array(list(map(attrgetter(path), self._values)), dtype=np.int64)
        return self._known[path]

    def values_of(self, month: int) -> Any:
        """All values of the rule set in a month.

        Parameters
        ----------
        month : int
            From 0.
        """
        return self._values[month]

    def texts(self, path: str) -> tuple[str, ...]:
        """(12,) an option of the rule set."""
        return tuple(map(attrgetter(path), self._values))

    def by_month(self, expression: Expression) -> list[tuple[Expression, NDArray[np.bool_]]]:
        """What an expression is in the months of the year: each form of it, and the months in which it is that."""
        if all(each.word not in ("choose", "dated") for each in expression.walk()):
            return [(expression, np.ones(MONTHS, dtype=bool))]
        paths = {each.arguments[0] for each in expression.walk() if each.word == "choose"}
        options = {path: self.texts(path) for path in paths}
        found: dict[Expression, NDArray[np.bool_]] = {}
        for number, month in enumerate(self.months):
            form = resolved(expression, {path: texts[number] for path, texts in options.items()}, month)
            found.setdefault(form, np.zeros(MONTHS, dtype=bool))[number] = True
        return list(found.items())

    def coefficients(self) -> Ints:
        """(12, periods) the coefficient of each period [10⁻⁴]; 1 where the market has none."""
        found = np.full((MONTHS, len(self.shape.periods)), 10_000, dtype=np.int64)
        for period, expression in enumerate(self.shape.coefficients):
            for form, is_then in self.by_month(expression):
                numbers = self.value(form.arguments[0]) if form.word == "value" else np.full(MONTHS, form.arguments[0])
                found[is_then, period] = numbers[is_then]
        return found


def monthly_rules(rules: RuleSet, year: int, prices: MonthPrices | None = None) -> MonthlyRules:
    """The rules in force in each month of `year`.

    Parameters
    ----------
    rules : RuleSet
    year : int
    prices : MonthPrices, optional
        None: a market whose rules ask for none.
    """
    months = tuple(months_of(year))
    return MonthlyRules(ways_of(rules, year), months, prices or MonthPrices(), tuple(map(rules.at, months)))
