"""The values of the rule set henan-2021, by dotted path, as the rulebook gives them; a scenario may override any."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .exact import price_micro_yuan, ratio

DEFAULTS: dict[str, Any] = {
    # Rulebook 3, high-low matching
    "matching.mechanism": "high_low",  # or "uniform"
    "matching.ties": "time",  # or "pro_rata"
    "matching.k": "0.5",
    "matching.heat_priority": True,  # N3.1
    "matching.intra_month": "adjusts",  # or "only_adds" (rulebook 10)
    # Rulebook 3, last bullet
    "decomposition.method": "calendar_days",  # or "equal", "typical_curve"
    "decomposition.typical_curve": ["1"] * 12,
    # Rulebook 5
    "settlement.conventional.upper": "1.05",  # N5.1
    "settlement.conventional.lower": "0.95",  # N5.1
    "settlement.conventional.overrun_catalogue.peak": "peak",
    "settlement.conventional.overrun_catalogue.flat": "flat",
    "settlement.conventional.overrun_catalogue.valley": "valley",
    "settlement.tou.upper": "1.08",  # N5.2
    "settlement.tou.lower": "0.92",  # N5.2
    "settlement.tou.overrun_catalogue.peak": "peak",
    "settlement.tou.overrun_catalogue.flat": "flat",
    "settlement.tou.overrun_catalogue.valley": "flat",  # N5.2: flat and valley pay the flat catalogue price
    "settlement.shortfall_price": "10",  # yuan/MWh: 1 fen per kWh
    "settlement.tou_adjustment_base": "average_energy_price_plus_transmission",  # or two others (rulebook 5)
    "tariff.coefficient.peak": "1.57",
    "tariff.coefficient.flat": "1.0",
    "tariff.coefficient.valley": "0.5",
    "fallback.multiple": "1.2",  # N6
    # Rulebook 6
    "transition.months": ["2021-01", "2021-02", "2021-03"],
    # Rulebook 2 (N4): hours from, to; the end excluded
    "periods.peak": [[8, 12], [18, 22]],
    "periods.flat": [[12, 18], [22, 24]],
    "periods.valley": [[0, 8]],
    # Rulebook 3, the calendar
    "calendar.annual_bilateral_working_days": 2,
    "calendar.matched_working_days": 1,
    "calendar.annual_closes_by": "12-31",
    "calendar.half_year_closes_by": "06-30",
    "calendar.monthly_announced_before_day": 20,
    "calendar.monthly_announcement_months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    "calendar.mid_announced_before_day": 5,
    "calendar.late_announced_before_day": 15,
    "calendar.before_day": "excludes_the_day",  # or "includes_the_day"
    "calendar.by_date": "includes_the_day",  # or "excludes_the_day"
    "calendar.holidays": [],
    "calendar.working_weekends": [],
    # Rulebook 7
    "compliance.direct_access_energy": "5000",  # MWh
    "compliance.tou_energy": "200000",  # MWh
    "compliance.encouraged_energy": "5000",  # MWh
    "compliance.annual_cover": "0.8",
    "compliance.total_cover": "0.9",
    "compliance.history_years": 3,
    "retail.overrun_delivery": "user_pays",  # rulebook 14; the other: retailer_bears
    "retail.own_deviation": "allowed",
    "transfers.counted": "all",  # rulebook 10; the other: closed_sessions
    "changes.tariff_within_month": "days",  # rulebook 15; the other: load
}


def is_dated(value: Any) -> bool:
    """Whether a value is a list of pieces, ``{from: 2021-04, value: 1.06}``."""
    return isinstance(value, list) and value != [] and isinstance(value[0], dict)


class Rules:
    """Rule values by dotted path."""

    def __init__(self, overrides: dict[str, Any]) -> None:
        unknown = set(overrides) - set(DEFAULTS)
        if unknown:
            raise KeyError(f"no such rule value: {sorted(unknown)}")
        # A worked case has every scalar as the text that was written.
        told = {path: value == "true" if value in ("true", "false") else value for path, value in overrides.items()}
        self._values = {**DEFAULTS, **told}

    def __getitem__(self, path: str) -> Any:
        if is_dated(self._values[path]):
            raise KeyError(f"{path} changes within the year: ask `at` a month")
        return self._values[path]

    def raw(self, path: str) -> Any:
        """A value as it was given, in pieces where it changes within the year."""
        return self._values[path]

    def at(self, month: str) -> Rules:
        """The values in force in a month: of a value that changes, the last that starts not after it."""
        in_force = dict(self._values)
        for path, value in in_force.items():
            if is_dated(value):
                started = [piece for piece in value if piece["from"] <= month]
                in_force[path] = max(started, key=lambda piece: piece["from"])["value"]
        return Rules(in_force)

    def ratio(self, path: str) -> Fraction:
        return ratio(self[path])

    def price(self, path: str) -> int:
        """In 10⁻⁶ yuan/kWh."""
        return price_micro_yuan(self[path])

    def period_of_hour(self, hour: int) -> str:
        """Rulebook 2 (N4): peak 8–12 and 18–22, flat 12–18 and 22–24, valley 0–8."""
        for period in ("peak", "flat", "valley"):
            for start, end in self[f"periods.{period}"]:
                if start <= hour < end:
                    return period
        raise ValueError(f"hour {hour} is in no period")
