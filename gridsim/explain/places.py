"""Where price expressions are asked for: a position, or a cell of it (rulebook part 9)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient
from gridsim.explain.worth import exact_worth, worth
from gridsim.rules.expression import Expression
from gridsim.settlement.ways import NO_REGIME, resolved, ways_of
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsim.explain.cells import Cell
    from gridsim.explain.month_prices import MonthPrices
    from gridsim.rules import RuleSet, RuleValues
    from gridsim.rules.shape import MarketShape
    from gridsim.settlement.ways import Way

    Mapped = tuple[tuple[str, object], ...] | None
    Around = Callable[[str, tuple[str, ...]], int | None]

__all__ = ["Place", "form_in", "price_at", "ratio_at", "way_of"]


def way_of(rules: RuleSet, mode: str, month: str, *, trial: bool) -> Way:
    """How the positions of a mode settle in a month.

    Parameters
    ----------
    rules : RuleSet
    mode, month : str
    trial : bool
        As if the month had no regime.
    """
    ways = ways_of(rules, int(month[:4]))
    place, modes = rules.shape.mode_ids.index(mode), len(rules.shape.modes)
    regime = NO_REGIME if trial else int(ways.regime_of_month[int(month[5:]) - 1])
    return ways.ways[place if regime == NO_REGIME else modes * (1 + regime) + place]


def form_in(expression: Expression, values: RuleValues, month: str) -> Expression:
    """What an expression is in a month: of options that which is chosen, of dated ones that which holds."""
    paths = {each.arguments[0] for each in expression.walk() if each.word == "choose"}
    return resolved(expression, {path: attrgetter(path)(values) for path in paths}, month)


@dataclass(frozen=True)
class Place:
    """A month, and what of it is asked: a position, or a cell with its tariff.

    Attributes
    ----------
    shape : MarketShape
    values : RuleValues
        Of the month.
    month : str
    prices : MonthPrices
    around : callable or None
        Of a word and its arguments: the mean price of the position; None where there is no position.
    cell : Cell or None
    instead : str or None
        The period that stands for all for the cell's user.
    own_price : int or None
        What energy costs the cell's user by its retail contract, which charges take for the mean of the position.
    """

    shape: MarketShape
    values: RuleValues
    month: str
    prices: MonthPrices
    around: Around | None = None
    cell: Cell | None = None
    instead: str | None = None
    own_price: int | None = None

    def value(self, path: str) -> int:
        return int(attrgetter(path)(self.values))

    def period_of(self, mapping: Mapped) -> str:
        """The period whose price the cell pays."""
        assert self.cell is not None, "a tariff is asked of cells"
        period = self.cell.period
        if self.instead is not None:
            return self.instead
        to = dict(mapping or ()).get(period, period)
        return str(attrgetter(to.arguments[0])(self.values) if isinstance(to, Expression) else to)

    def tariff(self, item: str, mapping: Mapped) -> int:
        assert self.cell is not None, "a tariff is asked of cells"
        return self.cell.tariff.price(item, self.period_of(mapping))

    def market(self, name: str) -> int | None:
        return self.prices.market(name)

    def mean(self, kinds: tuple[str, ...]) -> int | None:
        return self.prices.mean(kinds)

    def transfers(self) -> int | None:
        return self.prices.transfers()

    def coefficient(self) -> int:
        """None touches a user for whom one period stands for all."""
        assert self.cell is not None, "a coefficient is asked of cells"
        if self.instead is not None or not self.shape.coefficients:
            return int(RATIO_ONE)
        of_period: int = self.shape.periods.index(self.cell.period)
        expression = self.shape.coefficients[of_period]
        return ratio_at(expression, self)

    def of_position(self, word: str, arguments: tuple[str, ...]) -> int | None:
        if word == "in_band_mean" and self.own_price is not None:
            return self.own_price
        assert self.around is not None, f"{word} is asked of positions"
        return self.around(word, arguments)


def price_at(expression: Expression, place: Place) -> Quotient | None:
    """A price before it is rounded [micro-yuan/kWh]; None where it is absent."""
    exact = exact_worth(form_in(expression, place.values, place.month), place)
    return None if exact is None else Quotient(exact.numerator, exact.denominator)


def ratio_at(expression: Expression, place: Place) -> int:
    """A ratio, in 10⁻⁴: an edge or a coefficient, which are numbers of that many decimals."""
    found = worth(form_in(expression, place.values, place.month), place)
    assert found is not None, "an edge is a number"
    return int(found * RATIO_ONE)
