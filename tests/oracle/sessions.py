"""Rulebook 3: which filings and orders stand, and which are rejected, why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .dates import closing_instant, instant
from .market import Market, Row


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


def standing_orders(market: Market) -> tuple[list[tuple[int, Row]], list[dict[str, Any]]]:
    """The last submission of each participant (N3.1), as (1-based row, row) in file order; and the rejected rows.

    Rulebook 3: for one session, participant, side, product, delivery and segment, the rows with the latest
    `submitted_at` are the order (R4).
    """
    valid: list[tuple[int, Row]] = []
    reasons: dict[int, str] = {}
    for number, row in enumerate(market.orders, start=1):
        if not inside_window(market, row["session"], instant(row["submitted_at"])):
            reasons[number] = "outside_window"
        elif row["side"] == "buy" and row["product"] not in market.products_of(row["participant_id"]):
            reasons[number] = "product_not_allowed"
        else:
            valid.append((number, row))

    def what_it_is_for(row: Row) -> tuple[str, ...]:
        names = ("session", "participant_id", "side", "product", "month")
        return (*(row[name] for name in names), row.get("segment", ""))

    latest: dict[tuple[str, ...], datetime] = {}
    for _, row in valid:
        when = instant(row["submitted_at"])
        latest[what_it_is_for(row)] = max(when, latest.get(what_it_is_for(row), when))

    standing = []
    for number, row in valid:
        if instant(row["submitted_at"]) == latest[what_it_is_for(row)]:
            standing.append((number, row))
        else:
            reasons[number] = "superseded"
    return standing, [rejection("orders", number, reasons[number]) for number in sorted(reasons)]
