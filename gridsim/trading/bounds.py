"""What prices of trades are held within, by kind of session and month of delivery (rulebook part 9)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.calendar import months_of
from gridsim.tables.encoded import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import SessionKind
    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = ["PriceBounds", "bounds_of", "market_columns"]

_FLOOR, _CAP = "floor", "cap"
_LOWEST, _HIGHEST = -(2**62), 2**62
_MONTHS = 12


class PriceBounds(NamedTuple):
    """The lowest and the highest price, each of shape (kinds, 12) [micro-yuan/kWh]."""

    low: Ints
    high: Ints

    def held(self, price: Ints, kind: Ints, month: Ints) -> Ints:
        """Prices held within the bounds.

        Parameters
        ----------
        price : (n,) int64 array
        kind : (n,) int64 array
            Places among the kinds of session.
        month : (n,) int64 array
            0 to 11, of delivery.
        """
        held: Ints = np.minimum(np.maximum(price, self.low[kind, month]), self.high[kind, month])
        return held


def market_columns(scenario: Scenario) -> dict[str, tuple[Ints, NDArray[np.bool_]]]:
    """Every price of the table of market prices, by column: (12,) values [micro-yuan/kWh], and whether each is there.

    Parameters
    ----------
    scenario : Scenario
    """
    table = scenario.tables.get("market_prices")
    if table is None:
        return {}
    months = places_of(table["month"].array.categories.tolist(), months_of(scenario.year))[table["month"].array.codes]
    found = {}
    for column in table.columns:
        if column == "month" or not str(column).endswith(_SUFFIX):
            continue
        values, is_there = np.zeros(_MONTHS, dtype=np.int64), np.zeros(_MONTHS, dtype=bool)
        is_there[months] = table[column].notna().to_numpy()
        values[months] = table[column].fillna(0).to_numpy(dtype=np.int64)
        found[str(column).removesuffix(_SUFFIX)] = values, is_there
    return found


_SUFFIX = "_micro_yuan_per_kwh"


def bounds_of(scenario: Scenario, kinds: Sequence[SessionKind]) -> PriceBounds | None:
    """The bounds of kinds of session; None where no price of the market is held within any.

    Parameters
    ----------
    scenario : Scenario
    kinds : sequence of SessionKind
    """
    if not any(kind.clamp or kind.price_floor or kind.price_cap for kind in kinds):
        return None
    market = market_columns(scenario)
    shape = len(kinds), _MONTHS
    bounds = PriceBounds(np.full(shape, _LOWEST, dtype=np.int64), np.full(shape, _HIGHEST, dtype=np.int64))
    for place, kind in enumerate(kinds):
        for bound, own, column in (
            (bounds.low, kind.price_floor, _FLOOR),
            (bounds.high, kind.price_cap, _CAP),
        ):
            if own is not None:
                values, is_there = _figure(own, market, scenario)
            elif kind.clamp and column in market:
                values, is_there = market[column]
            else:
                continue
            bound[place, is_there] = values[is_there]
    return bounds


def _figure(
    expression: Expression, market: Mapping[str, tuple[Ints, NDArray[np.bool_]]], scenario: Scenario
) -> tuple[Ints, NDArray[np.bool_]]:
    """A limit of its own by month: a number, a value of the rule set, or a column of the market prices."""
    if expression.word == "market":
        return market.get(expression.arguments[0], (np.zeros(_MONTHS, np.int64), np.zeros(_MONTHS, bool)))
    if expression.word == "value":
        values = [attrgetter(expression.arguments[0])(scenario.rules.at(month)) for month in months_of(scenario.year)]
        return np.array(values, dtype=np.int64), np.ones(_MONTHS, dtype=bool)
    if expression.word == "number":
        return np.full(_MONTHS, expression.arguments[0], dtype=np.int64), np.ones(_MONTHS, dtype=bool)
    raise AssertionError(expression.word)
