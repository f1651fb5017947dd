"""How much a kWh can cost in a market at most: bounds of its price expressions, in Python's integers.

A bound takes each price at its largest, wherever that stands, and each value of the rules at the largest of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.calendar import months_of
from gridsim.extensions import find
from gridsim.units import PRICE_DECIMALS, RATIO_ONE, format_fixed
from gridsim.words import YUAN_PER_MWH, Sentence

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape, OverBand, UnderBand
    from gridsim.scenario.draft import Draft

__all__ = ["LargestPrice", "LargestPrices", "largest_prices"]


@dataclass(frozen=True)
class LargestPrice:
    """The largest price of some columns [micro-yuan/kWh], and where it stands."""

    value: int = 0
    file: str = ""
    row: int | None = None
    column: str = ""

    def in_words(self) -> Sentence:
        """The price, and its place."""
        price = Sentence("{amount} {unit}", amount=format_fixed(self.value, PRICE_DECIMALS), unit=YUAN_PER_MWH)
        if self.row is None:
            return price
        return Sentence(
            "{price} ({file}, row {row}, {column})", price=price, file=self.file, row=self.row, column=self.column
        )


class _Range(NamedTuple):
    """Between what two numbers something lies: a price, or a ratio."""

    low: int
    high: int

    @property
    def size(self) -> int:
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True)
class LargestPrices:
    """The largest price of each kind, and what follows from them for a kWh.

    Attributes
    ----------
    rules : RuleSet
    months : tuple of str
        Of the year.
    contract : LargestPrice
        Of filings, orders and deals.
    tariff, market : dict of str to LargestPrice
        By item of tariffs, and by column of ``market_prices``.
    """

    rules: RuleSet
    months: tuple[str, ...]
    contract: LargestPrice
    tariff: dict[str, LargestPrice]
    market: dict[str, LargestPrice]

    @cached_property
    def of_a_metered_kwh(self) -> int:
        """Upper bound of all that one metered kWh can cost [micro-yuan/kWh]."""
        shape = self.rules.shape
        charges = [charge for mode in shape.modes for charge in mode.charges]
        in_band = self.contract.value + self._together(charges)
        on_all = self._together(charge for charge in charges if charge.base == "metered")
        beyond = max(self._size(band.price) + self._size(band.fee) for band in _over(shape)) + on_all
        outside = (self._together(charges) for _, charges in shape.outside)
        return max(in_band, beyond, *outside)

    @cached_property
    def of_a_generated_kwh(self) -> int:
        """Upper bound of all that one generated kWh can move [micro-yuan/kWh], where sellers settle."""
        sellers = self.rules.shape.sellers
        if sellers is None:
            return 0
        parts = (sellers.structural, sellers.over, sellers.under, sellers.fee)
        return self.contract.value + sum(self._size(part.price) for part in parts if part is not None)

    @cached_property
    def of_a_contract_kwh(self) -> int:
        """Upper bound of what one contracted kWh can be multiplied by [micro-yuan/kWh]."""
        return max(self.contract.value, self.shortfall)

    @cached_property
    def shortfall(self) -> int:
        """Upper bound of what a kWh that lacks costs [micro-yuan/kWh]."""
        bands = _under(self.rules.shape)
        return max((self._size(band.price) + self._size(band.fee) for band in bands), default=0)

    @cached_property
    def band(self) -> int:
        """The largest edge of a band [10⁻⁴]."""
        shape = self.rules.shape
        edges = [band.edge for band in _over(shape) if band.edge is not None]
        return max(map(self._size, [*edges, *(band.edge for band in _under(shape))]), default=0)

    @property
    def largest(self) -> LargestPrice:
        """The largest of all."""
        return max((self.contract, *self.tariff.values(), *self.market.values()), key=lambda price: price.value)

    def _together(self, charges: Iterable[ChargeShape]) -> int:
        """The most that charges can come to, of which an item may differ from mode to mode."""
        of_item: dict[str, int] = {}
        for charge in charges:
            of_item[charge.item] = max(of_item.get(charge.item, 0), self._size(charge.price))
        return sum(of_item.values())

    def _size(self, expression: Expression | None) -> int:
        return 0 if expression is None else self._of(expression).size

    def _of(self, expression: Expression) -> _Range:
        found = _WORDS.get(expression.word)
        extension = find("price", expression.word) if found is None else None
        if extension is not None:
            return _Range(*extension.bounds)
        return _Range(0, self.contract.value) if found is None else found(self, expression)  # the mean of some legs

    def parts(self, expression: Expression) -> list[_Range]:
        """The ranges of its parts."""
        return [self._of(part) for part in expression.parts]

    def values(self, path: str) -> list[object]:
        """A value of the rules in each month."""
        return [attrgetter(path)(self.rules.at(month)) for month in self.months]

    @cached_property
    def coefficients(self) -> _Range:
        """Between what two numbers the coefficients of all periods lie."""
        return _any_of([self._of(each) for each in self.rules.shape.coefficients] or [_Range(RATIO_ONE, RATIO_ONE)])


def largest_prices(draft: Draft) -> LargestPrices | None:
    """The largest prices of a scenario as far as it could be read; None without rules or a year."""
    if draft.rules is None or draft.year is None:
        return None
    shape = draft.shape
    market = draft.tables.get("market_prices")
    columns = [] if market is None else [column.name for column in market.table if column.kind == "price"]
    return LargestPrices(
        rules=draft.rules,
        months=months_of(draft.year),
        contract=_largest(draft, ("bilateral", "orders", "deals"), ("price_yuan_per_mwh",)),
        tariff={
            item.id: _largest(
                draft,
                ("tariffs",),
                tuple(f"{item.id}_{period}" for period in shape.periods) if item.by_period else (item.id,),
            )
            for item in shape.tariff
        },
        market={name: _largest(draft, ("market_prices",), (name,)) for name in columns},
    )


def _largest(draft: Draft, tables: tuple[str, ...], columns: tuple[str, ...]) -> LargestPrice:
    found = LargestPrice()
    for name in tables:
        table = draft.tables.get(name)
        if table is None or not len(table):
            continue
        for column in columns:
            exact = table.table[column].exact
            prices = np.where(table.usable(exact), table.frame[exact].fillna(0).to_numpy(dtype=np.int64), 0)
            position = int(np.argmax(prices))
            if prices[position] > found.value:
                found = LargestPrice(int(prices[position]), table.file, table.row_number(position), column)
    return found


def _over(shape: MarketShape) -> Iterator[OverBand]:
    for mode in shape.modes:
        yield from mode.over
    for regime in shape.regimes:
        yield from regime.over


def _under(shape: MarketShape) -> Iterator[UnderBand]:
    for mode in shape.modes:
        yield from mode.under
    for regime in shape.regimes:
        yield from regime.under


def _any_of(ranges: list[_Range]) -> _Range:
    return _Range(min(each.low for each in ranges), max(each.high for each in ranges))


def _number(_: LargestPrices, expression: Expression) -> _Range:
    return _Range(expression.arguments[0], expression.arguments[0])


def _value(prices: LargestPrices, expression: Expression) -> _Range:
    values = [int(str(each)) for each in prices.values(expression.arguments[0])]
    return _Range(min(values), max(values))


def _choose(prices: LargestPrices, expression: Expression) -> _Range:
    path, options = expression.arguments
    chosen = set(prices.values(path))
    return _any_of([part for part, option in zip(prices.parts(expression), options, strict=True) if option in chosen])


def _tariff(prices: LargestPrices, expression: Expression) -> _Range:
    return _Range(0, prices.tariff[expression.arguments[0]].value)


def _market(prices: LargestPrices, expression: Expression) -> _Range:
    return _Range(0, prices.market.get(expression.arguments[0], LargestPrice()).value)


def _coefficient(prices: LargestPrices, _: Expression) -> _Range:
    return prices.coefficients


def _union(prices: LargestPrices, expression: Expression) -> _Range:
    return _any_of(prices.parts(expression))


def _steps(prices: LargestPrices, expression: Expression) -> _Range:
    return _any_of(prices.parts(expression)[1:])  # the first is what is held against the edges


def _sum(prices: LargestPrices, expression: Expression) -> _Range:
    parts = prices.parts(expression)
    return _Range(sum(part.low for part in parts), sum(part.high for part in parts))


def _less(prices: LargestPrices, expression: Expression) -> _Range:
    one, other = prices.parts(expression)
    return _Range(one.low - other.high, one.high - other.low)


def _product(prices: LargestPrices, expression: Expression) -> _Range:
    return reduce(_times, prices.parts(expression))


def _times(one: _Range, other: _Range) -> _Range:
    """Products of which one factor at least is a ratio, rounded away from zero."""
    ends = [a * b for a, b in product(one, other)]
    return _Range(min(ends) // RATIO_ONE, -(-max(ends) // RATIO_ONE))


_WORDS: dict[str, Callable[[LargestPrices, Expression], _Range]] = {
    "number": _number,
    "value": _value,
    "choose": _choose,
    "dated": _union,
    "tariff": _tariff,
    "market": _market,
    "coefficient": _coefficient,
    "steps": _steps,
    "sum": _sum,
    "less": _less,
    "product": _product,
    "times": _product,
    "first": _union,
    "least": _union,
    "greatest": _union,
}
"""What bounds each word; of all others, means of prices of contracts, the largest of these does."""
