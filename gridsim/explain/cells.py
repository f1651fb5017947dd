"""Users with their tariffs, and what they metered in a period of a month, as rows of the tables have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["Cell", "TariffRow", "User"]


@dataclass(frozen=True, slots=True)
class TariffRow:
    """The row of `tariffs` that holds in the month: prices in micro-yuan/kWh.

    Attributes
    ----------
    row : int
        Its number; of a table with a row for each price, that of the first.
    begins : str
        The day on which it comes into force within the month (rulebook part 15); empty: it holds from the first on.
    days : int
        Of the month, on how many it holds.
    by_period : mapping of str to mapping of str to int
        By item and period.
    by_rate : mapping of str to int
        By item.
    """

    row: int
    tariff_class: str
    voltage: str
    by_period: Mapping[str, Mapping[str, int]]
    by_rate: Mapping[str, int]
    effective_from: str | None
    source: str | None
    begins: str = ""
    days: int = 1

    @property
    def key(self) -> tuple[int, str]:
        """What tells tariffs of a month apart."""
        return self.row, self.begins

    def price(self, item: str, period: str) -> int:
        """The price of an item, in a period where it has one for each."""
        return self.by_rate[item] if item in self.by_rate else self.by_period[item][period]


@dataclass(frozen=True, slots=True)
class User:
    """A row of `users`; `since`: the month from which it holds, if it says what changes (rulebook part 15)."""

    id: str
    name: str | None
    tariff_class: str
    voltage: str
    is_peak_valley: bool
    mode: str
    retailer: str | None
    exit_month: str | None
    is_priority: bool
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Metered energy of a user in a period [kWh], and the user's tariff.

    `tariff_period` is the period by the hours of the rule set: another than `period`, which contracts are about, only
    where the unit has periods of its own (rulebook part 11).
    """

    user: User
    period: str
    metered: int
    tariff: TariffRow
    tariff_period: str
    part: int = 0
    """Of the month: where a tariff begins within it, energy falls into a part before and one from then on."""
    load: int | None = None
    """What load has in its part, where that is what the month's energy is split by [kWh]; None: days."""

    @property
    def by_tariff(self) -> Cell:
        """The cell in its tariff period, by which all goes but bands and their prices."""
        return self if self.period == self.tariff_period else replace(self, period=self.tariff_period)

    @property
    def key(self) -> tuple[str, str, str]:
        """What names its rows."""
        return self.user.id, self.period, self.tariff_period

    @property
    def in_row(self) -> str:
        """Its periods, as a row is named."""
        return self.period if self.period == self.tariff_period else f"{self.period} {self.tariff_period}"
