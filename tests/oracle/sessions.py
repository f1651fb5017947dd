"""Rulebook 3 and 10: which filings and orders stand, and which are rejected, why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .dates import closing_instant, instant, shortest_name
from .exact import energy_kwh
from .market import Market, Row
from .shape import is_true, list_of


def inside_window(market: Market, session: str, when: datetime) -> bool:
    """Rulebook 3: ends included. Formats 1: without a table of sessions no window is checked."""
    if market.sessions is None:
        return True
    (row,) = (row for row in market.sessions if row["session"] == session)
    return instant(row["opens_at"]) <= when <= closing_instant(row["closes_at"])


def kind_of_session(market: Market, session: str, otherwise: str) -> str:
    """Formats 1: without the table, `kind` in the results is `bilateral` or `matched`."""
    if market.sessions is None:
        return otherwise
    (row,) = (row for row in market.sessions if row["session"] == session)
    return row["kind"]


def rules_of_kind(market: Market, session: str, otherwise: str) -> dict[str, Any]:
    """Rulebook 9: what the set says of the kind of a session; without the table, of all sessions alike."""
    if market.sessions is None:
        return market.shape["without_sessions"][otherwise]
    return market.shape["sessions"][kind_of_session(market, session, otherwise)]


def is_transfer(row: Row) -> bool:
    return is_true(row.get("transfer", ""))


def rejection(table: str, row_number: int, reason: str) -> dict[str, Any]:
    return {"table": table, "row": row_number, "reason": reason}


def standing_filings(market: Market) -> tuple[list[tuple[int, Row]], list[dict[str, Any]]]:
    """The last confirmed filing of each contract (N3.1), as (1-based row, row) in file order; and the rejected rows.

    The reasons are tested in the rulebook's order, row by row; what was rejected supersedes nothing (R3).
    """
    valid: list[tuple[int, Row]] = []
    reasons: dict[int, str] = {}
    for number, row in enumerate(market.bilateral, start=1):
        filed_at, confirmed_at = row["filed_at"], row.get("confirmed_at", "")
        if confirmed_at == "":
            reasons[number] = "unconfirmed"
        elif not (
            inside_window(market, row["session"], instant(filed_at))
            and inside_window(market, row["session"], instant(confirmed_at))
        ):
            reasons[number] = "outside_window"
        elif row["product"] not in market.products_of(row["buyer_id"]):
            reasons[number] = "product_not_allowed"
        else:
            valid.append((number, row))

    latest: dict[str, tuple[datetime, datetime]] = {}  # contract → (confirmed_at, filed_at) of the filing that stands
    for _, row in valid:
        filing = (instant(row["confirmed_at"]), instant(row["filed_at"]))
        latest[row["contract_id"]] = max(filing, latest.get(row["contract_id"], filing))

    standing = []
    for number, row in valid:
        if (instant(row["confirmed_at"]), instant(row["filed_at"])) == latest[row["contract_id"]]:
            standing.append((number, row))
        else:
            reasons[number] = "superseded"
    return standing, [rejection("bilateral", number, reasons[number]) for number in sorted(reasons)]


def may_transfer(market: Market, row: Row) -> bool:
    """Rulebook 10: in a session whose kind allows it; without `sessions` a row with a segment is intra-month."""
    allowed = rules_of_kind(market, row["session"], "matched").get("transfers")
    return allowed in ("also", "only") or (allowed == "with_segment" and row.get("segment", "") != "")


def is_allowed(market: Market, row: Row) -> bool:
    """Whether the participant may order this product on this side in this session (`product_not_allowed`)."""
    kind, who = rules_of_kind(market, row["session"], "matched"), row["participant_id"]
    if is_transfer(row):
        if not may_transfer(market, row):
            return False
        return who in market.heat_priority or row["product"] in market.products_of(who)
    if kind.get("transfers") == "only":
        return False
    if row["side"] == "sell":  # formats 4: new energy is sold by generators and bought by the others
        return who in market.heat_priority
    if who in market.shape["accounts"]:  # rulebook 9: an account may buy where the set says so
        return who in list_of(kind.get("accounts"))
    return row["product"] in market.products_of(who)


def has_own_periods(market: Market, row: Row) -> bool:
    """Rulebook 11: such a unit trades bilaterally only."""
    who = row["participant_id"]
    if not market.period_sets:
        return False
    return row["product"] in market.products_of(who) and market.has_own_periods(market.unit(who, row["product"]))


def reason_alone(market: Market, row: Row) -> str:
    """What rejects a row whatever the other rows are; the reasons in their order."""
    if not inside_window(market, row["session"], instant(row["submitted_at"])):
        return "outside_window"
    if not is_allowed(market, row):
        return "product_not_allowed"
    return "own_periods" if has_own_periods(market, row) else ""


def standing_orders(market: Market) -> tuple[list[tuple[int, Row]], list[dict[str, Any]]]:
    """The last submission of each participant (N3.1), as (1-based row, row) in file order; and the rejected rows.

    Rulebook 3 and 10: for one session, participant, side, product, delivery, segment and `transfer`, the rows with the
    latest `submitted_at` are the order (R4). Rulebook 9: nothing is superseded in a rolling session.
    """
    reasons = {number: reason_alone(market, row) for number, row in enumerate(market.orders, start=1)}
    valid = [(number, row) for number, row in enumerate(market.orders, start=1) if not reasons[number]]

    def what_it_is_for(row: Row) -> tuple[object, ...]:
        names = (row[name] for name in ("session", "participant_id", "side", "product"))
        delivery = shortest_name(row["month"], market.year)
        return (*names, delivery, row.get("segment", ""), is_transfer(row))

    latest: dict[tuple[object, ...], datetime] = {}
    for _, row in valid:
        when = instant(row["submitted_at"])
        latest[what_it_is_for(row)] = max(when, latest.get(what_it_is_for(row), when))

    standing = []
    for number, row in valid:
        rolling = rules_of_kind(market, row["session"], "matched")["how"] == "rolling"
        if rolling or instant(row["submitted_at"]) == latest[what_it_is_for(row)]:
            standing.append((number, row))
        else:
            reasons[number] = "superseded"
    return standing, [rejection("orders", number, reason) for number, reason in reasons.items() if reason]


# ---- transfers: rulebook 10 ----------------------------------------------------------------------------------------


def is_giving(market: Market, row: Row) -> bool:
    """A buyer that sells gives away, and a generator that buys: everyone's unusual side."""
    return row["side"] == ("buy" if row["participant_id"] in market.heat_priority else "sell")


def against_one_direction(market: Market, transfers: list[tuple[int, Row]], before: list[tuple[int, Row]]) -> list[int]:
    """67: who gives and takes in one month and product is rejected for the takes. Standing rows alone.

    A row of energy 0 is no order to give: in a rolling session the row that it withdraws is, and stands.
    Under `closed_sessions` who ordered one way in a session that closed `before` may not order the other way any more.
    """

    def where(row: Row) -> tuple[str, str, str]:
        return row["participant_id"], shortest_name(row["month"], market.year), row["product"]

    gave, took = (
        {where(row) for _, row in before if is_giving(market, row) == gives and energy_kwh(row["energy_mwh"]) > 0}
        for gives in (True, False)
    )
    turned = [n for n, row in transfers if where(row) in (took if is_giving(market, row) else gave)]
    rest = [(n, row) for n, row in transfers if n not in turned]
    givers = {where(row) for _, row in rest if is_giving(market, row) and energy_kwh(row["energy_mwh"]) > 0}
    return turned + [number for number, row in rest if not is_giving(market, row) and where(row) in givers]
