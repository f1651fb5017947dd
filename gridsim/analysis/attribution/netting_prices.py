"""What overrun and shortfall would cost where a unit has none: what netting saved is worth that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.arrow import dicts
from gridsim.explain.cells import Cell, User
from gridsim.explain.facts import cells_of, tariff_parts, users_named
from gridsim.explain.month_prices import MonthPrices, mean_price
from gridsim.explain.part_weights import load_of_parts
from gridsim.explain.places import Place, form_in, price_at, way_of
from gridsim.explain.source import ResultFacts
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import HeldPosition, HeldPositions
    from gridsim.explain.cells import TariffRow
    from gridsim.rules.expression import Expression
    from gridsim.settlement.ways import Way

__all__ = ["NettingPrices"]

_OF_POSITION = ("contract_mean", "in_band_mean", "mean_of_product")
"""Words of prices that rest on the position; all others are alike for a mode, a month and a rate."""


class _Rate(NamedTuple):
    """What the price of a cell rests on, beside its position."""

    tariff_class: str
    voltage: str
    is_peak_valley: bool
    period: str
    part: int = 0
    """Of the month, where a tariff begins within it."""


class NettingPrices:
    """Prices of deviation by position.

    Parameters
    ----------
    held : HeldPositions
    without_overrun : collection of HeldPosition
        Those that `overrun` is asked of although they have none.
    """

    def __init__(self, held: HeldPositions, without_overrun: Collection[HeldPosition]) -> None:
        self._held, self._without = held, without_overrun
        self._rules = held.result.rules
        self._source = ResultFacts(held.result.exact, held.result.inputs, self._rules)
        self._months: dict[str, MonthPrices] = {}
        self._tariffs: dict[tuple[str, str, str], tuple[TariffRow, ...]] = {}
        self._known: dict[tuple[Expression, str, _Rate | None], int | None] = {}

    def overrun(self, position: HeldPosition) -> int:
        """The mean price of a unit's overrun [micro-yuan/kWh]; without any, of what its metered energy would pay.

        That is in its first band above, weighted by energy: where overrun is shared in proportion it is the same.
        """
        if position.overrun:
            return round_half_up(position.overrun_money, position.overrun)
        way = self.way(position)
        prices = []
        for rate, kwh in self._metered_at[position.key].items():
            price = self._price(way.over[0].price, position, way, rate)
            if price is not None:
                prices.append((kwh, price))
        return mean_price(prices) or 0

    def shortfall(self, position: HeldPosition) -> int:
        """The price of what is missing in the first band below [micro-yuan/kWh]."""
        held = next((band.price for band in position.bands if band.side == "under"), None)
        if held is not None:
            return held
        way = self.way(position)
        return (self._price(way.under[0].price, position, way) or 0) if way.under else 0

    def way(self, position: HeldPosition) -> Way:
        """How a position settles."""
        return way_of(self._rules, self._held.units[position.unit][1], position.month, trial=self._held.is_trial)

    def place(self, month: str, **of: Any) -> Place:
        """Where a price or an edge of a month is asked for."""
        if month not in self._months:
            self._months[month] = MonthPrices(self._source, month)
        return Place(self._held.shape, self._rules.at(month), month, self._months[month], **of)

    def _price(self, expression: Expression, position: HeldPosition, way: Way, rate: _Rate | None = None) -> int | None:
        """A price [micro-yuan/kWh]; None where the month lacks it."""
        month = position.month
        form = form_in(expression, self._rules.at(month), month)
        is_alike = all(each.word not in _OF_POSITION for each in form.walk())
        asked = form, f"{month} {way.name} {way.mode}", rate
        if is_alike and asked in self._known:
            return self._known[asked]
        of: dict[str, Any] = {"around": self._around(position)}
        if rate is not None:
            instead = None if way.stands_for_all is None else self._held.shape.periods[way.stands_for_all]
            of |= {"cell": self._cell(month, rate), "instead": None if rate.is_peak_valley else instead}
        found = price_at(form, self.place(month, **of))
        price = None if found is None else found.rounded
        if is_alike:
            self._known[asked] = price
        return price

    def _around(self, position: HeldPosition) -> Any:
        def mean(word: str, arguments: tuple[str, ...]) -> int | None:
            if word == "in_band_mean":
                return position.cost if position.in_band else None
            product = arguments[0] if arguments else position.product
            return mean_price(self._legs.get((position.unit, position.month, product), ()))

        return mean

    def _cell(self, month: str, rate: _Rate) -> Cell:
        """A cell of a rate, whoever's it is."""
        user = User(
            "", None, rate.tariff_class, rate.voltage, rate.is_peak_valley, "", None, exit_month=None, is_priority=False
        )
        return Cell(user, rate.period, 0, self._tariffs_of(user, month)[rate.part], rate.period)

    def _tariffs_of(self, user: User, month: str) -> tuple[TariffRow, ...]:
        """The tariffs of a user in a month: several where one begins within it."""
        key = user.tariff_class, user.voltage, month
        if key not in self._tariffs:
            self._tariffs[key] = tariff_parts(self._source, [user], month)[user.id]
        return self._tariffs[key]

    @cached_property
    def _legs(self) -> Mapping[tuple[str, str, str], list[tuple[int, int]]]:
        """Energies and prices of the legs of each position."""
        found = defaultdict(list)
        for row in dicts(self._source.exact.arrow("legs")):
            key = row["unit_id"], row["month"], row["product"]
            found[key].append((row["energy_kwh"], row["price_micro_yuan_per_kwh"]))
        return found

    @cached_property
    def _metered_at(self) -> Mapping[tuple[str, str, str], Mapping[_Rate, int]]:
        """What was metered at each rate in the positions that have no overrun [kWh]."""
        found: dict[tuple[str, str, str], dict[_Rate, int]] = {position.key: {} for position in self._without}
        units = {position.unit for position in self._without}
        months = {position.month for position in self._without}
        where: dict[str, Any] = {"trial": self._held.is_trial, "unit_id": units, "month": months}
        columns = ("user_id", "unit_id", "month", "period", "tariff_period", "metered_kwh")
        cells = self._source.exact.arrow("cell_settlement", where, columns)
        rows = list(zip(*(cells.column(name).to_pylist() for name in columns), strict=True))
        ids: dict[str, set[str]] = defaultdict(set)
        for user, _, month, *_ in rows:
            ids[month].add(user)
        users = {month: users_named(self._source, of_month, month) for month, of_month in ids.items()}
        load = {month: load_of_parts(self._source, of_month, month) for month, of_month in ids.items()}
        for user, unit, month, period, tariff_period, kwh in rows:
            of_position = found.get((unit, month, self._held.product_of(unit, period)))
            if of_position is not None:
                whose = users[month][user]
                terms = kwh, self._tariffs_of(whose, month), tariff_period, load[month]
                for cell in cells_of(whose, period, *terms):
                    rate = _Rate(whose.tariff_class, whose.voltage, whose.is_peak_valley, period, cell.part)
                    of_position[rate] = of_position.get(rate, 0) + cell.metered
        return found
