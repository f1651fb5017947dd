"""Sessions, filings of bilateral contracts, and orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle.market import PERIODS, read_market
from tests.properties.draws import (
    CONTRACT_IDS,
    ENERGIES,
    MATCHED_KINDS,
    ORDER_ENERGIES,
    PRICES,
    SESSION_NAMES,
    Chooser,
    Row,
    mwh,
    time_text,
    yuan_per_mwh,
)

# ---- who may buy ---------------------------------------------------------------------------------------------------


def buyers_by_product(scenario: dict[str, Any]) -> dict[str, list[str]]:
    """Who may buy each product."""
    market = read_market({**scenario, "tables": {**scenario["tables"], "meter": []}})
    buyers = [user.id for user in market.users] + market.retailers
    return {p: [b for b in buyers if p in market.products_of(b)] for p in ("total", *PERIODS)}


def some_buyer(choose: Chooser, tables: dict[str, list[Row]], allowed: list[str]) -> str:
    """Mostly one that may buy this."""
    if allowed and not choose.chance(10):
        return choose.one(allowed)
    everyone = [row["user_id"] for row in tables["users"]] + [row["retailer_id"] for row in tables["retailers"]]
    return choose.one(everyone)


def some_product(choose: Chooser, buyers: dict[str, list[str]]) -> str:
    tradable = [product for product, names in buyers.items() if names]
    return choose.one(tradable if tradable and not choose.chance(5) else list(buyers))


# ---- sessions ------------------------------------------------------------------------------------------------------


def session_rows(choose: Chooser, year: int) -> list[Row]:
    """A few sessions with their windows; there is an annual bilateral one and a matched one at the least."""
    names = choose.some(SESSION_NAMES, 2, 4)
    kinds = ["annual_bilateral", choose.one(MATCHED_KINDS)]
    every_kind = ("annual_bilateral", *MATCHED_KINDS)
    kinds += [choose.one(every_kind) for _ in names[2:]]
    return [session_row(choose, year, name, kind) for name, kind in zip(names, kinds, strict=True)]


def session_row(choose: Chooser, year: int, name: str, kind: str) -> Row:
    month = choose.number(1, 12)
    starts = {
        "annual_bilateral": (f"{year - 1}-12-21T09:00", f"{year - 1}-12-30", f"{year}-01-04T08:59:59"),
        "annual_matched": (f"{year - 1}-12-28T09:00", f"{year - 1}-12-31", f"{year}-01-01T09:00"),
        "half_year": (f"{year}-06-25T09:00", f"{year}-06-30", f"{year}-07-01T09:00"),
        "monthly": (f"{year}-{month:02d}-25T09:00", f"{year}-{month:02d}-27"),
        "intra_month": (f"{year}-{month:02d}-07T09:00", f"{year}-{month:02d}-16"),
    }[kind]
    opens = datetime.fromisoformat(choose.one(starts))
    after = choose.one((0, 0, 0, 1, 2, 4))
    midnight = (opens + timedelta(days=after)).replace(hour=0, minute=0, second=0)
    closes = choose.one(
        (
            f"{midnight:%Y-%m-%d}",  # a date alone: its last second
            f"{midnight:%Y-%m-%d}T17:00",
            f"{midnight:%Y-%m-%d}T23:59:59",
            f"{midnight + timedelta(days=1):%Y-%m-%d}T00:00:00",  # touches the next day
        )
    )
    announced_on = ""
    if not choose.chance(25):
        day = choose.one((1, 4, 5, 14, 15, 19, 20))
        announced_on = f"{year}-{choose.one((month, month, month % 12 + 1)):02d}-{day:02d}"
        if choose.chance(10):
            announced_on = f"{year - 1}-12-10"
    return {
        "session": name,
        "kind": kind,
        "announced_on": announced_on,
        "opens_at": time_text(choose, opens),
        "closes_at": closes,
    }


def instants(session: Row) -> list[datetime]:
    """Moments of a session that decide: both ends, a second beyond them, and between."""
    opens = datetime.fromisoformat(session["opens_at"])
    closes = datetime.fromisoformat(session["closes_at"])
    if "T" not in session["closes_at"]:
        closes += timedelta(hours=23, minutes=59, seconds=59)
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    inside = [opens, opens + minute, opens + 2 * minute, closes - second, closes]
    return inside * 3 + [opens - second, closes + second]


def a_delivery(choose: Chooser, year: int, kind: str, hint: int) -> str:
    """Mostly one that fits the kind of session."""
    whole, half, month = str(year), f"{year}-H2", f"{year}-{hint:02d}"
    fitting = {
        "annual_bilateral": (month, month, whole, half, f"{year}-04/{year}-06", f"{year}-11/{year}-12"),
        "annual_matched": (whole, whole, half, month, f"{year}-H1", f"{year}-11/{year}-12"),
        "half_year": (half, half, f"{year}-07", f"{year}-12", f"{year}-07/{year}-12", f"{year}-Q3"),
        "monthly": (month,),
        "intra_month": (month,),
    }[kind]
    if kind in ("half_year", "monthly") and choose.chance(10):
        fitting = (whole, half, f"{year}-03")
    return choose.one(fitting)


# ---- bilateral contracts and orders --------------------------------------------------------------------------------


def bilateral_rows(
    choose: Chooser, year: int, tables: dict[str, list[Row]], sessions: list[Row], buyers: dict[str, list[str]]
) -> list[Row]:
    """Contracts, each filed once or several times; some never confirmed, some outside the window."""
    annual = [session for session in sessions if session["kind"] == "annual_bilateral"]
    generators = [row["generator_id"] for row in tables["generators"]]
    hint = choose.one((2, 6, 1, 3, 4, 7, 12))  # the first quarter often
    rows: list[Row] = []
    for contract in choose.some(CONTRACT_IDS, 0, 3):
        product = some_product(choose, buyers)
        buyer, generator = some_buyer(choose, tables, buyers[product]), choose.one(generators)
        session = choose.one(annual)
        moments = sorted(set(instants(session)))
        for filed_at in choose.some(moments, 1, 3):
            # Any moment that counts, mostly not before the filing; or none.
            confirmed_at = choose.one([m for m in moments if m >= filed_at or choose.chance(5)])
            confirmed = "" if choose.chance(15) else "yes"
            # All filings of a contract name its parties, all rows of a filing its session, or that is a fault.
            filed_in = choose.one(annual)["session"] if choose.chance(10) else session["session"]
            stated: set[tuple[str, str]] = set()
            for _ in range(choose.number(1, 3)):
                if choose.chance(30):
                    product = some_product(choose, buyers)
                delivery = a_delivery(choose, year, "annual_bilateral", hint)
                if (product, delivery) in stated:
                    continue
                stated.add((product, delivery))
                rows.append(
                    {
                        "session": filed_in,
                        "contract_id": contract,
                        "generator_id": generator,
                        "buyer_id": buyer,
                        "product": product,
                        "month": delivery,
                        "energy_mwh": mwh(choose, choose.one(ENERGIES)),
                        "price_yuan_per_mwh": yuan_per_mwh(choose, choose.one(PRICES)),
                        "filed_at": time_text(choose, filed_at),
                        "confirmed_at": time_text(choose, confirmed_at) if confirmed else "",
                    }
                )
    return choose.shuffled(rows)


def a_book(choose: Chooser, year: int, kind: str, hint: int, segment: str) -> tuple[str, str]:
    """Delivery and segment; a session of no known kind may deliver anything, with its segment and without."""
    if kind == "intra_month":
        return a_delivery(choose, year, kind, hint), segment
    if kind:
        return a_delivery(choose, year, kind, hint), ""
    delivery = a_delivery(choose, year, "annual_bilateral", hint)
    is_month = delivery == f"{year}-{hint:02d}"
    return delivery, choose.one(("", segment)) if is_month else ""


def order_rows(
    choose: Chooser, year: int, tables: dict[str, list[Row]], sessions: list[Row], buyers: dict[str, list[str]], *,
    with_sessions: bool,
) -> list[Row]:  # fmt: skip
    """Books with few prices and few moments, so that orders tie, cross and are submitted again."""
    generators = [row["generator_id"] for row in tables["generators"]]
    rows: list[Row] = []
    for session in sessions:
        if session["kind"] == "annual_bilateral":
            continue
        moments = instants(session)
        opened = datetime.fromisoformat(session["opens_at"])
        # What a monthly session delivers is the next month; now and then it is not.
        hint = opened.month % 12 + 1 if session["kind"] == "monthly" else opened.month
        of_session = choose.one(("mid", "late"))  # both in one session are a fault
        for _ in range(choose.number(0, 3)):
            product = some_product(choose, buyers)
            delivery, segment = a_book(choose, year, session["kind"] if with_sessions else "", hint, of_session)
            prices = choose.some(PRICES, 1, 3)
            for side, least in (("sell", 1), ("buy", 0)):
                for _ in range(choose.number(least, 5)):
                    # Now and then the wrong side: a generator that buys new energy, or a buyer that sells it.
                    if (side == "buy") != choose.chance(3):
                        who = some_buyer(choose, tables, buyers[product])
                    else:
                        who = choose.one(generators)
                    rows.append(
                        {
                            "session": session["session"],
                            "participant_id": who,
                            "side": side,
                            "product": product,
                            "month": delivery,
                            "segment": segment,
                            "price_yuan_per_mwh": yuan_per_mwh(choose, choose.one(prices)),
                            "energy_mwh": mwh(choose, choose.one(ORDER_ENERGIES)),
                            "submitted_at": time_text(choose, choose.one(moments)),
                        }
                    )
    return choose.shuffled(rows)
