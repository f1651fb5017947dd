"""Random values of the rule set: any of its alternatives, and other numbers in place of the notice's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.properties.draws import Chooser

# Path → what may stand there. Ratios as text: they are decimals, not binary floats.
SINGLE: dict[str, tuple[Any, ...]] = {
    "matching.mechanism": ("high_low", "uniform"),
    "matching.ties": ("pro_rata", "time"),
    "matching.k": ("0", "1", "0.25", "0.3333", "0.5"),
    "matching.heat_priority": (True, False),
    "matching.intra_month": ("adjusts", "adjusts", "adjusts", "only_adds"),
    "decomposition.method": ("equal", "typical_curve", "calendar_days"),
    "decomposition.typical_curve": (
        ["0.9", "0.8", "1", "1.0001", "1.1", "1.2", "1.3", "1.3", "1.1", "1", "0.9", "1"],
        ["0", "0", "1", "1", "0", "0", "0", "0.0001", "100", "0", "0", "3"],
    ),
    "settlement.shortfall_price": ("0", "10", "15.005"),
    "settlement.tou_adjustment_base": (
        "average_energy_price",
        "catalogue_difference",
        "average_energy_price_plus_transmission",
    ),
    "tariff.coefficient.peak": ("1.57", "1.7", "1", "1.3333"),
    "tariff.coefficient.flat": ("1", "1.0", "0.9999", "1.05"),
    "tariff.coefficient.valley": ("0.5", "0", "0.4567"),
    "fallback.multiple": ("1.2", "1", "1.2345", "0"),
    "transition.months": ([], ["2021-02"], ["2021-01", "2022-04"], ["2022-12", "2021-12", "2024-02"]),
    "calendar.annual_bilateral_working_days": (1, 2, 3),
    "calendar.matched_working_days": (1, 2),
    "calendar.annual_closes_by": ("12-30", "12-28"),
    "calendar.half_year_closes_by": ("06-25", "06-29"),
    "calendar.monthly_announced_before_day": (19, 21),
    "calendar.monthly_announcement_months": ([1, 2, 3], list(range(1, 13)), []),
    "calendar.mid_announced_before_day": (4, 6),
    "calendar.late_announced_before_day": (14, 16),
    "calendar.before_day": ("includes_the_day", "excludes_the_day"),
    "calendar.by_date": ("excludes_the_day", "includes_the_day"),
    "compliance.encouraged_energy": ("4999.999", "0", "1"),
    "compliance.direct_access_energy": ("5000.001", "0", "1"),
    "compliance.tou_energy": ("199999.999", "1"),
    "compliance.annual_cover": ("0.8", "0.8001", "1"),
    "compliance.total_cover": ("0.9", "0.5", "1.1"),
    "compliance.history_years": (1, 2, 4, 5),
}
DATED = (
    "settlement.shortfall_price",
    "tariff.coefficient.peak",
    "tariff.coefficient.flat",
    "tariff.coefficient.valley",
    "fallback.multiple",
)
BANDS = (
    ("1.05", "0.95"),
    ("1.06", "0.94"),
    ("1", "1"),
    ("1.0001", "0.9999"),
    ("1.5", "1.1"),
    ("0.9", "0.5"),
    ("0.0001", "0"),
    ("3", "0"),
)
PERIOD_HOURS = (
    {"peak": [[8, 12], [18, 22]], "flat": [[12, 18], [22, 24]], "valley": [[0, 8]]},
    {"peak": [[10, 11]], "flat": [[0, 10], [11, 20]], "valley": [[20, 24]]},
    {"peak": [[8, 11], [16, 21]], "flat": [[7, 8], [11, 16], [21, 23]], "valley": [[0, 7], [23, 24]]},
)
PERIODS = ("peak", "flat", "valley")


def rule_overrides(choose: Chooser, year: int) -> dict[str, Any]:
    """Overrides by dotted path: none in many scenarios, a few in the others.

    The days off are always given, so that the oracle needs no list of Chinese holidays.
    """
    overrides: dict[str, Any] = {}
    for path in choose.some(sorted(SINGLE), 0, 6):
        overrides[path] = choose.one(SINGLE[path])
        if path in DATED and choose.chance(40):
            overrides[path] = dated(choose, year, SINGLE[path])
    for mode in ("conventional", "tou"):
        choice = choose.number(0, 5)
        if choice >= 3:
            upper, lower = choose.one(BANDS)
            overrides[f"settlement.{mode}.upper"], overrides[f"settlement.{mode}.lower"] = upper, lower
        if choice == 4:
            # Both edges change together: they must stay in order.
            pieces = dated(choose, year, BANDS)
            for edge, place in (("upper", 0), ("lower", 1)):
                values = [{**piece, "value": piece["value"][place]} for piece in pieces]
                overrides[f"settlement.{mode}.{edge}"] = values
        if choice == 5:
            path = f"settlement.{mode}.overrun_catalogue.{choose.one(PERIODS)}"
            overrides[path] = choose.one(PERIODS) if choose.chance(50) else dated(choose, year, PERIODS)
    if choose.number(0, 9) == 9:
        for period, hours in choose.one(PERIOD_HOURS).items():
            overrides[f"periods.{period}"] = hours
    days = [f"{year - 1}-12-21", f"{year - 1}-12-31", f"{year}-01-01", f"{year}-06-30", f"{year}-03-25"]
    weekends = [f"{year}-{m:02d}-{d}" for m in (2, 3, 4, 5, 6, 7, 9) for d in ("07", "16", "25", "26", "27", "28")]
    weekends = [day for day in weekends if _is_weekend(day)]
    overrides["calendar.holidays"] = sorted(choose.some(days, 0, 2))
    worked = choose.some(weekends, 0, 2)
    overrides["calendar.working_weekends"] = sorted(set(worked) - set(overrides["calendar.holidays"]))
    return overrides


def dated(choose: Chooser, year: int, options: Sequence[Any]) -> list[dict[str, Any]]:
    """A value that changes within the year."""
    changes = sorted(choose.some([f"{year}-{month:02d}" for month in (2, 3, 4, 6, 7, 12)], 1, 3))
    return [{"from": month, "value": choose.one(options)} for month in ["2021-01", *changes]]


def _is_weekend(day: str) -> bool:
    return date.fromisoformat(day).isoweekday() >= 6
