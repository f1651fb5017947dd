"""Rulebook 7: the checks, reported and never enforced."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .contracts import Leg
from .dates import closing_instant, instant, months_of_year, working_days_touched
from .exact import energy_kwh, plain_decimal
from .market import PERIODS, Market, Row

ANNUAL_KINDS = ("annual_bilateral", "annual_matched")
CREDIT_SHARES = (
    ("metered_to_contracted", "metered_kwh", "contract_kwh"),
    ("overrun_share", "overrun_kwh", "metered_kwh"),
    ("shortfall_share", "shortfall_kwh", "contract_kwh"),
)


def compliance_rows(
    market: Market, trades: list[dict[str, Any]], legs: list[Leg], positions: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Every row of the `compliance` table; `detail` is its keyword alone."""
    rows: list[dict[str, Any]] = []
    for check in (direct_access, mode, covers, calendar, curve_balance, credit):
        rows += check(market, trades, legs, positions)
    return rows


def finding(
    check: str, subject: str, clause: str, *, value: Fraction | str | None = None, decimals: int = 6,
    limit: str = "", passed: bool | None = None, month: str = "", detail: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One row (R10): numbers in plain decimals, rounded half up; dates in ISO; empty where nothing is known."""
    if value is None:
        value = ""
    elif isinstance(value, Fraction):
        value = plain_decimal(value, decimals)
    return {
        "check": check,
        "subject": subject,
        "month": month,
        "value": value,
        "limit": limit,
        "passed": passed,
        "clause": clause,
        "detail": detail,
    }


# ---- annual consumption: N1, N4 ------------------------------------------------------------------------------------


def annual_consumption(market: Market, user: str) -> Fraction | None:
    """Rulebook 2: the mean of the history given, kWh; None without any."""
    years = market.history.get(user, {})
    return Fraction(sum(years.values()), len(years)) if years else None


def direct_access(market: Market, *_: Any) -> Iterator[dict[str, Any]]:
    """N1: a direct user's annual consumption > 5 GWh. One row per direct market user."""
    limit = market.rules["compliance.direct_access_energy"]
    for user in market.users:
        if user.in_market and not user.retailer:
            mean = annual_consumption(market, user.id)
            yield finding(
                "direct_access", user.id, "N1", limit=str(limit),
                value=None if mean is None else mean / 1000, decimals=3,
                passed=None if mean is None else mean > energy_kwh(limit),
            )  # fmt: skip


def mode(market: Market, *_: Any) -> Iterator[dict[str, Any]]:
    """N4: ≥ 200 GWh on the peak-valley tariff and not `tou`. One row per market user."""
    limit = market.rules["compliance.tou_energy"]
    for user in market.users:
        if not user.in_market:
            continue
        mean = annual_consumption(market, user.id)
        passed: bool | None
        if user.mode == "tou" or not user.on_peak_valley_tariff:
            passed = True
        elif mean is None:
            passed = None
        else:
            passed = mean < energy_kwh(limit)
        yield finding(
            "mode", user.id, "N4", limit=str(limit),
            value=None if mean is None else mean / 1000, decimals=3, passed=passed,
        )  # fmt: skip


# ---- covers: N3 ----------------------------------------------------------------------------------------------------


def recent_mean(market: Market, buyer: str) -> Fraction | None:
    """The mean of the last three years, of the years given if fewer; a retailer over all its users (R11), kWh."""
    span = market.rules["compliance.history_years"]
    total: Fraction | None = None
    for user in market.users:
        if user.buyer != buyer or not user.in_market:
            continue
        given = [
            energy
            for year, energy in market.history.get(user.id, {}).items()
            if market.year - span <= year <= market.year - 1
        ]
        if given:
            total = (total or Fraction(0)) + Fraction(sum(given), len(given))
    return total


def is_annual(market: Market, trade: dict[str, Any]) -> bool:
    """Annual contracts are bilateral + matched; without `sessions`, bilateral rows and whole-year orders."""
    if market.sessions is not None:
        return trade["kind"] in ANNUAL_KINDS
    return trade["kind"] == "bilateral" or trade["month"] == str(market.year)


def covers(market: Market, trades: list[dict[str, Any]], *_: Any) -> Iterator[dict[str, Any]]:
    """N3: annual contracts ≥ 80 %, all contracts ≥ 90 % of the mean. Direct market users, then retailers."""
    buyers = [user.id for user in market.users if user.in_market and not user.retailer] + market.retailers
    for buyer in buyers:
        its_trades = [trade for trade in trades if trade["buyer_id"] == buyer]
        mean = recent_mean(market, buyer)
        for check, counted in (
            ("annual_cover", [trade for trade in its_trades if is_annual(market, trade)]),
            ("total_cover", its_trades),
        ):
            limit = market.rules.ratio(f"compliance.{check}")
            contracted = sum(trade["energy_kwh"] for trade in counted)
            yield finding(
                check, buyer, "N3", value=contracted / mean if mean else None,
                limit=str(market.rules[f"compliance.{check}"]),
                passed=None if mean is None else contracted >= limit * mean,
            )  # fmt: skip


# ---- calendar: N3, N8 ----------------------------------------------------------------------------------------------


def calendar(market: Market, *_: Any) -> Iterator[dict[str, Any]]:
    """Rulebook 3: windows, closing days and announcement days of each session."""
    for session in market.sessions or []:
        yield window(market, session)
        yield from close(market, session)
        yield from announcements(market, session)
        yield from wrong_deliveries(market, session)


def window(market: Market, session: Row) -> dict[str, Any]:
    """N3.1: annual bilateral at least 2 working days; the matched sessions exactly 1."""
    touched = working_days_touched(instant(session["opens_at"]), closing_instant(session["closes_at"]), market.rules)
    if session["kind"] == "annual_bilateral":
        limit = market.rules["calendar.annual_bilateral_working_days"]
        passed = touched >= limit
    else:
        limit = market.rules["calendar.matched_working_days"]
        passed = touched == limit
    return finding(
        "calendar", session["session"], "N3", value=str(touched), limit=str(limit), passed=passed, detail="window"
    )


def close(market: Market, session: Row) -> Iterator[dict[str, Any]]:
    """N8: annual sessions by 31 December of the year before; N3.2: half-year sessions by the end of June."""
    if session["kind"] in ANNUAL_KINDS:
        limit, clause = f"{market.year - 1}-{market.rules['calendar.annual_closes_by']}", "N8"
    elif session["kind"] == "half_year":
        limit, clause = f"{market.year}-{market.rules['calendar.half_year_closes_by']}", "N3"
    else:
        return
    closes = closing_instant(session["closes_at"]).date().isoformat()
    yield finding(
        "calendar", session["session"], clause, value=closes, limit=limit, passed=closes <= limit, detail="close"
    )


def announcements(market: Market, session: Row) -> Iterator[dict[str, Any]]:
    """N3.3, N3.4: one row per delivered month (and segment) in the session's orders. 'Before day d' excludes d."""
    if session["kind"] not in ("monthly", "intra_month"):
        return
    months = months_of_year(market.year)
    delivered = {
        (row["month"], row.get("segment", "")) for row in market.orders if row["session"] == session["session"]
    }
    announced_on = session.get("announced_on", "")
    for delivery, segment in sorted(delivered):
        if delivery not in months:
            continue  # that is the business of `delivery`
        number = months.index(delivery) + 1
        if session["kind"] == "monthly":
            # Announced before the 20th of January–November, for the next month.
            announced_in, day = number - 1, market.rules["calendar.monthly_announced_before_day"]
            allowed_month = announced_in in market.rules["calendar.monthly_announcement_months"]
        else:
            # Announced before the 5th (middle ten days), respectively the 15th (last ten days) of this month.
            part = {"mid": "mid", "late": "late"}[segment]
            announced_in, day = number, market.rules[f"calendar.{part}_announced_before_day"]
            allowed_month = True
        year_and_month = f"{market.year}-{announced_in:02d}" if announced_in else f"{market.year - 1}-12"
        limit = f"{year_and_month}-{day:02d}"
        passed = None
        if announced_on:
            announced_on = instant(announced_on).date().isoformat()
            passed = allowed_month and announced_on[:7] == year_and_month and announced_on < limit
        yield finding(
            "calendar", session["session"], "N3", value=announced_on, limit=limit, passed=passed, month=delivery,
            detail="announcement",
        )  # fmt: skip


def wrong_deliveries(market: Market, session: Row) -> Iterator[dict[str, Any]]:
    """R13: a half-year session delivers July–December, monthly and intra-month sessions a single month."""
    months = months_of_year(market.year)
    fitting = {
        "half_year": {f"{market.year}-H2", *months[6:]},
        "monthly": set(months),
        "intra_month": set(months),
    }.get(session["kind"])
    if fitting is None:
        return
    delivered = {row["month"] for row in market.orders if row["session"] == session["session"]}
    for delivery in sorted(delivered - fitting):
        yield finding("calendar", session["session"], "N2", value=delivery, passed=False, detail="delivery")


# ---- curve balance: N4 ---------------------------------------------------------------------------------------------


def curve_balance(market: Market, _: Any, legs: list[Leg], positions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """N4: a `tou` unit's contract shares by period against its metered shares and the shares of hours.

    One with contracts: a filing of zero energy is a contract called off (R2).
    """
    for unit in sorted({leg.unit for leg in legs if leg.unit.endswith("/tou") and leg.energy > 0}):
        contracted = {p: sum(leg.energy for leg in legs if (leg.unit, leg.product) == (unit, p)) for p in PERIODS}
        metered = {
            p: sum(
                position["metered_kwh"]
                for position in positions
                if (position["unit_id"], position["product"], position["trial"]) == (unit, p, False)
            )
            for p in PERIODS
        }
        hours = {p: market.rules.hours_of_period(p) for p in PERIODS}
        for keyword, other in (("metered_shares", metered), ("hour_shares", hours)):
            yield finding("curve_balance", unit, "N4", value=largest_gap(contracted, other), detail=keyword)


def largest_gap(one: dict[str, int], other: dict[str, int]) -> Fraction | None:
    """The largest absolute difference of shares over the three periods; None where there is nothing to share."""
    if not sum(one.values()) or not sum(other.values()):
        return None
    return max(abs(Fraction(one[p], sum(one.values())) - Fraction(other[p], sum(other.values()))) for p in PERIODS)


# ---- credit: N7 ----------------------------------------------------------------------------------------------------


def credit(market: Market, _: Any, __: Any, positions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """N7: per unit and month, over its products: metered / contracted, overrun and shortfall shares."""
    settled = [position for position in positions if not position["trial"]]
    for unit, month in sorted({(position["unit_id"], position["month"]) for position in settled}):
        mine = [position for position in settled if (position["unit_id"], position["month"]) == (unit, month)]
        for keyword, above, below in CREDIT_SHARES:
            numerator, denominator = (sum(position[name] for position in mine) for name in (above, below))
            share = Fraction(numerator, denominator) if denominator else None
            yield finding("credit", unit, "N7", value=share, month=month, detail=keyword)
