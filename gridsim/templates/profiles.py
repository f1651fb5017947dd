"""The shapes of the synthetic province, as data: sizes, industries, tariffs, generators.

None of it was measured. The figures were chosen so that a province looks like one: many small users and a few
very large ones, works that never stop beside shops that close at night, prices of the right order.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CAPACITIES",
    "HISTORY_GROWTH",
    "INDUSTRIES",
    "INDUSTRY_BY_SIZE",
    "SIZE_KWH",
    "SIZE_SHARES",
    "TARIFFS",
    "TARIFF_BY_SIZE",
    "TECHNOLOGIES",
    "Industry",
    "TariffClass",
    "Technology",
]

# Share of users [10⁻⁴] below an annual energy: nearly lognormal, with a median of 1 GWh, a fifth of the users
# above 5 GWh and three in a thousand above 200 GWh.
_SIZE_CURVE_MWH = (
    (0, 30),
    (500, 60),
    (2500, 300),
    (5000, 1_000),
    (7000, 2_500),
    (8100, 5_000),
    (9000, 10_000),
    (9500, 20_000),
    (9800, 50_000),
    (9900, 90_000),
    (9970, 200_000),
    (9990, 360_000),
    (9999, 800_000),
    (10_000, 1_500_000),
)
SIZE_SHARES = tuple(share for share, _ in _SIZE_CURVE_MWH)
SIZE_KWH = tuple(energy * 1000 for _, energy in _SIZE_CURVE_MWH)


@dataclass(frozen=True, slots=True)
class Industry:
    """How a kind of user spreads its year over the months and its days over the periods.

    Parameters
    ----------
    name : str
    zh : str
    months : tuple of int
        Shares of the year [10⁻⁴], January first.
    periods : tuple of int
        Shares of a day [10⁻⁴] at peak, flat and valley.
    """

    name: str
    zh: str
    months: tuple[int, ...]
    periods: tuple[int, int, int]


# February holds the Spring Festival; only works that cannot stop keep running through it.
INDUSTRIES = (
    Industry(
        "continuous", "连续生产", (850, 775, 850, 825, 850, 830, 860, 860, 820, 840, 815, 825), (3400, 3300, 3300)
    ),
    Industry("two_shift", "两班制", (820, 560, 850, 850, 850, 880, 920, 920, 860, 820, 820, 850), (4600, 3800, 1600)),
    Industry("day_shift", "日班制", (860, 520, 800, 780, 800, 900, 1020, 1020, 850, 770, 800, 880), (5000, 4000, 1000)),
    Industry(
        "seasonal", "季节性", (1000, 700, 500, 400, 450, 1100, 1500, 1400, 700, 500, 750, 1000), (4000, 3400, 2600)
    ),
)

# Weights of the industries among users up to a size [kWh]: the larger, the more continuous.
INDUSTRY_BY_SIZE = (
    (5_000_000, (10, 30, 45, 15)),
    (50_000_000, (35, 40, 17, 8)),
    (SIZE_KWH[-1], (85, 13, 1, 1)),
)


@dataclass(frozen=True, slots=True)
class TariffClass:
    """A tariff class at a voltage, and who is on it; its prices stand in ``province/tariffs.csv`` of a rule set.

    Parameters
    ----------
    tariff_class : str
    voltage : str
    peak_valley : int
        Share of its users on the peak-valley tariff [10⁻⁴].
    """

    tariff_class: str
    voltage: str
    peak_valley: int


TARIFFS = (
    TariffClass("general_commercial", "0.4kV", 8000),
    TariffClass("general_commercial", "10kV", 9000),
    TariffClass("general_commercial", "35kV", 9500),
    TariffClass("large_industry", "10kV", 10_000),
    TariffClass("large_industry", "35kV", 10_000),
    TariffClass("large_industry", "110kV", 10_000),
    TariffClass("large_industry", "220kV", 10_000),
)

# Weights of the tariffs, in their order, among users up to a size [kWh].
TARIFF_BY_SIZE = (
    (300_000, (90, 10, 0, 0, 0, 0, 0)),
    (5_000_000, (5, 50, 5, 40, 0, 0, 0)),
    (50_000_000, (0, 10, 15, 30, 45, 0, 0)),
    (200_000_000, (0, 0, 3, 0, 45, 50, 2)),
    (SIZE_KWH[-1], (0, 0, 0, 0, 5, 60, 35)),
)

# Consumption of 2018, 2019 and 2020 as a share of what the user is sized by [10⁻⁴].
HISTORY_GROWTH = ((2018, 9700), (2019, 10_100), (2020, 9900))


@dataclass(frozen=True, slots=True)
class Technology:
    """A kind of generator.

    Parameters
    ----------
    name : str
    zh : str
    heat_priority : bool
    weight : int
        How common it is.
    """

    name: str
    zh: str
    heat_priority: bool
    weight: int


TECHNOLOGIES = (
    Technology("coal", "燃煤电厂", False, 60),
    Technology("coal_heat", "燃煤热电厂", True, 30),
    Technology("gas", "燃气电厂", False, 10),
)
CAPACITIES = (300, 600, 700, 1200, 1320, 2000)  # MW, alike likely
