"""Rulebook 7: the checks, reported and never enforced."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .dates import (
    closing_instant,
    instant,
    months_of_delivery,
    months_of_year,
    shortest_name,
    working_days_touched,
)  # fmt: skip
from .exact import energy_kwh, plain_decimal
from .hours import quarters_of_period
from .legs import Leg
from .market import Market, Row
from .shape import is_true

CREDIT_SHARES = (
    ("metered_to_contracted", "metered_kwh", "contract_kwh"),
    ("overrun_share", "overrun_kwh", "metered_kwh"),
    ("shortfall_share", "shortfall_kwh", "contract_kwh"),
)


def compliance_rows(market: Market, legs: list[Leg], positions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row of the `compliance` table, of the checks that the set has; `detail` is its keyword alone."""
    every = (direct_access, mode, mode_encouraged, covers, calendar, curve_balance, credit)
    rows: list[dict[str, Any]] = []
    for check in every:
        if check.__name__ in market.shape["checks"]:
            rows += check(market, legs, positions)
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
        if user.in_market and market.buys_directly(user):
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
        on_tariff = any(row.on_peak_valley_tariff for row in market.rows_of(user.id))
        if market.shape.is_by_periods(user.mode) or not on_tariff:
            passed = True
        elif mean is None:
            passed = None
        else:
            passed = mean < energy_kwh(limit)
        yield finding(
            "mode", user.id, "N4", limit=str(limit),
            value=None if mean is None else mean / 1000, decimals=3, passed=passed,
        )  # fmt: skip


def mode_encouraged(market: Market, *_: Any) -> Iterator[dict[str, Any]]:
    """N4: annual consumption from 5 up to 200 GWh and not `tou`, on any tariff: for information, always passed."""
    low, high = (market.rules[f"compliance.{name}_energy"] for name in ("encouraged", "tou"))
    for user in market.users:
        mean = annual_consumption(market, user.id)
        if not user.in_market or market.shape.is_by_periods(user.mode) or mean is None:
            continue
        if energy_kwh(low) <= mean < energy_kwh(high):
            yield finding("mode_encouraged", user.id, "N4", limit=str(low), value=mean / 1000, decimals=3, passed=True)


# ---- covers: N3 ----------------------------------------------------------------------------------------------------


def recent_mean(market: Market, buyer: str) -> Fraction | None:
    """The mean of the last three years, of the years given if fewer; a retailer over all its users (R11), kWh.

    Rulebook 15: of a user that changes, a twelfth for each month in which it is the buyer's.
    """
    span = market.rules["compliance.history_years"]
    total: Fraction | None = None
    for user in market.users:
        months = [month for month in months_of_year(market.year) if market.user_in(user.id, month).buyer == buyer]
        if not months or not user.in_market:
            continue
        given = [
            energy
            for year, energy in market.history.get(user.id, {}).items()
            if market.year - span <= year <= market.year - 1
        ]
        if given:
            total = (total or Fraction(0)) + Fraction(sum(given), len(given)) * Fraction(len(months), 12)
    return total


def is_annual(market: Market, leg: Leg) -> bool:
    """Annual contracts are bilateral + matched; without `sessions`, bilateral rows and whole-year orders.

    Rulebook 10: what a transfer made counts as its session's kind, so not as annual.
    """
    if leg.from_deal:  # rulebook 12: by its kind; without one, where its month is the year
        known = market.shape["sessions"].get(leg.kind)
        return leg.delivery == str(market.year) if known is None else is_true(known.get("annual"))
    if market.sessions is not None:
        return is_true(market.shape["sessions"][leg.kind].get("annual"))
    return not leg.from_leg and (leg.kind == "bilateral" or leg.delivery == str(market.year))


def covers(market: Market, legs: list[Leg], _: Any) -> Iterator[dict[str, Any]]:
    """N3: annual contracts ≥ 80 %, all contracts ≥ 90 % of the mean. Direct market users, then retailers.

    Rulebook 10: contracts after transfers.
    """
    buyers = [user.id for user in market.users if user.in_market and market.buys_directly(user)] + market.retailers
    for buyer in buyers:
        its_legs = [leg for leg in legs if leg.buyer == buyer]
        mean = recent_mean(market, buyer)
        for check, counted in (
            ("annual_cover", [leg for leg in its_legs if is_annual(market, leg)]),
            ("total_cover", its_legs),
        ):
            limit = market.rules.ratio(f"compliance.{check}")
            contracted = sum(leg.energy for leg in counted)
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
    if is_true(market.shape["sessions"][session["kind"]].get("annual")):
        limit, clause = f"{market.year - 1}-{market.rules['calendar.annual_closes_by']}", "N8"
    elif session["kind"] == "half_year":
        limit, clause = f"{market.year}-{market.rules['calendar.half_year_closes_by']}", "N3"
    else:
        return
    closes = closing_instant(session["closes_at"]).date().isoformat()
    included = market.rules["calendar.by_date"] == "includes_the_day"
    yield finding(
        "calendar", session["session"], clause, value=closes, limit=limit, detail="close",
        passed=closes < limit or (included and closes == limit),
    )  # fmt: skip


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
            included = market.rules["calendar.before_day"] == "includes_the_day"
            in_time = announced_on < limit or (included and announced_on == limit)
            passed = allowed_month and announced_on[:7] == year_and_month and in_time
        yield finding(
            "calendar", session["session"], "N3", value=announced_on, limit=limit, passed=passed, month=delivery,
            detail="announcement",
        )  # fmt: skip


def wrong_deliveries(market: Market, session: Row) -> Iterator[dict[str, Any]]:
    """R13: a half-year session delivers July–December, monthly and intra-month sessions a single month."""
    if session["kind"] not in ("half_year", "monthly", "intra_month"):
        return
    half_year = set(months_of_year(market.year)[6:])
    delivered = {row["month"] for row in market.orders if row["session"] == session["session"]}
    for delivery in sorted({shortest_name(delivery, market.year) for delivery in delivered}):
        months = set(months_of_delivery(delivery, market.year))
        fits = months <= half_year if session["kind"] == "half_year" else len(months) == 1
        if not fits:
            yield finding("calendar", session["session"], "N2", value=delivery, passed=False, detail="delivery")


# ---- curve balance: N4 ---------------------------------------------------------------------------------------------


def curve_balance(market: Market, legs: list[Leg], positions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """N4: a `tou` unit's contract shares by period against its metered shares and the shares of hours.

    One with contracts: a filing of zero energy is a contract called off (R2). Hours are those that the unit settles by
    (rulebook 11), counted over the year.
    """
    by_periods = [mode for mode in market.shape["modes"] if market.shape.is_by_periods(mode)]
    units = {leg.unit for leg in legs if leg.energy > 0 and leg.unit.rpartition("/")[2] in by_periods}
    for unit in sorted(units):
        buyer, _, its_mode = unit.rpartition("/")
        products = market.shape["modes"][its_mode]["products"]
        contracted = {p: sum(leg.energy for leg in legs if (leg.unit, leg.product) == (unit, p)) for p in products}
        metered = {
            p: sum(
                position["metered_kwh"]
                for position in positions
                if (position["unit_id"], position["product"], position["trial"]) == (unit, p, False)
            )
            for p in products
        }
        own = market.period_set_of(buyer, its_mode)
        hours = {p: hours_of_product(market, p, own) for p in products}
        for keyword, other in (("metered_shares", metered), ("hour_shares", hours)):
            yield finding("curve_balance", unit, "N4", value=largest_gap(contracted, other), detail=keyword)


def hours_of_product(market: Market, product: str, period_set: str) -> int:
    """Quarter-hours of a year: what is compared are shares."""
    hours = market.period_sets[period_set] if period_set else market.shape.at(f"{market.year}-01")["hours"]
    periods = market.shape["products"][product]
    return sum(quarters_of_period(hours, period, market.year, market.rules) for period in periods)


def largest_gap(one: dict[str, int], other: dict[str, int]) -> Fraction | None:
    """The largest absolute difference of shares over the products; None where there is nothing to share."""
    if not sum(one.values()) or not sum(other.values()):
        return None
    return max(abs(Fraction(one[p], sum(one.values())) - Fraction(other[p], sum(other.values()))) for p in one)


# ---- credit: N7 ----------------------------------------------------------------------------------------------------


def credit(market: Market, _: Any, positions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """N7: per unit and month, over its products: metered / contracted, overrun and shortfall shares."""
    settled = [position for position in positions if not position["trial"]]
    for unit, month in sorted({(position["unit_id"], position["month"]) for position in settled}):
        mine = [position for position in settled if (position["unit_id"], position["month"]) == (unit, month)]
        for keyword, above, below in CREDIT_SHARES:
            numerator, denominator = (sum(position[name] for position in mine) for name in (above, below))
            share = Fraction(numerator, denominator) if denominator else None
            yield finding("credit", unit, "N7", value=share, month=month, detail=keyword)
