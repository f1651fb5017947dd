"""What users pay others than the grid company for each kWh: no power factor adjusts it (rulebook part 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.settlement.figures import figure
from gridsim.settlement.monthly import MONTHS
from gridsim.settlement.prices import TariffPlaces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape_lists import ChargeShape
    from gridsim.scenario import Scenario
    from gridsim.scenario.states import UserStates
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]

__all__ = ["BilledUsers", "Levies"]


class BilledUsers(NamedTuple):
    """What of users their bills rest on.

    Attributes
    ----------
    mode : (U,) integer array
    states : UserStates
    """

    mode: NDArray[np.integer]
    states: UserStates

    @classmethod
    def of(cls, scenario: Scenario) -> BilledUsers:
        """The users of a scenario."""
        return cls(scenario.tables["users"]["mode"].array.codes, scenario.states)


class Levies:
    """What users pay other accounts than the grid company for a kWh in their units, such as funds.

    A delivered price contains it (rulebook part 5), and bears no adjustment for it.

    Attributes
    ----------
    of_all : (parts, users, 12, periods) int64 array
        [micro-yuan/kWh] Of each part of a month within which a tariff begins (rulebook part 15); else there is one.
    of_overrun : (parts, users, 12, periods) int64 array
        The same without what overrun energy pays beside its price.
    states : int
        How many states users have.
    """

    def __init__(self, users: BilledUsers, rules: MonthlyRules, tariffs: Tariffs, user: Ints) -> None:
        states, ways = users.states, rules.ways
        on_tariff = tariffs.on_peak_valley
        self.states = len(states.user)
        parts = len(on_tariff) // max(self.states, 1)
        counts = len(user), MONTHS, len(rules.shape.periods)
        self.of_all, self.of_overrun = np.zeros((2, parts, *counts), dtype=np.int64)
        mode = users.mode[user]
        for way in ways:
            found = np.flatnonzero(mode == way.mode)
            month = np.flatnonzero(ways.regime_of_month == way.regime)
            at = np.ix_(found, month, np.arange(counts[-1]))
            if not at[0].size or not at[1].size:
                continue
            of = states.at(user[at[0]], at[1])
            is_peak_valley = on_tariff[of]
            for part, (of_all, of_overrun) in enumerate(zip(self.of_all, self.of_overrun, strict=True)):
                rate = tariffs.rate_of_state[of + part * self.states]
                places = TariffPlaces(rules, tariffs, rate, is_peak_valley, at[1], at[2], way.stands_for_all)
                for charge in way.charges:
                    if charge.payee == rules.shape.grid_account:
                        continue
                    price = self._price(charge, rules, places) * (is_peak_valley | (not charge.only_on_tariff))
                    of_all[at] += price
                    if charge.base == "in_band":
                        of_overrun[at] += price

    @staticmethod
    def _price(charge: ChargeShape, rules: MonthlyRules, places: TariffPlaces) -> Ints:
        """0 where there is none, as of a price that rests on a position."""
        shape = np.broadcast_shapes(places.rate.shape, places.month.shape, places.period.shape)
        price = np.zeros(shape, dtype=np.int64)
        for form, is_then in rules.by_month(charge.price):
            found = figure(form, places)
            is_there = is_then[places.month] & (True if found.is_there is None else found.is_there)
            np.copyto(price, np.broadcast_to(found.values, shape), where=np.broadcast_to(is_there, shape))
        return price
