"""Rulebook 10, transfers: what may be given, and the legs that are cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from .dates import closing_instant, instant
from .exact import split
from .legs import Leg, TransferLine
from .market import Market
from .sessions import rules_of_kind
from .shape import list_of


def given_by_seller(market: Market, leg: Leg, seller: str, month: str, product: str) -> bool:
    """A leg that a generator may give of: its own, not taken over, and of no unit with periods of its own."""
    its_own = (leg.seller, leg.month, leg.product) == (seller, month, product)
    return its_own and not leg.taken_by_seller and not market.has_own_periods(leg.unit)


def given_by_buyer(market: Market, leg: Leg, buyer: str, month: str, product: str) -> bool:
    """A leg that a buyer may give of: of its unit, not taken over."""
    its_own = (leg.unit, leg.month, leg.product) == (market.unit(buyer, product), month, product)
    return its_own and not leg.taken_by_buyer


def turn_of(market: Market, session: str) -> tuple[datetime, int]:
    """`transfers.counted`: when a session's transfers are counted. Under `all`, all at one time."""
    if market.rules["transfers.counted"] == "all":
        return datetime(9999, 12, 31), 0
    assert market.sessions is not None  # a fault of the input
    place = next(n for n, row in enumerate(market.sessions) if row["session"] == session)
    return closing_instant(market.sessions[place]["closes_at"]), place


def has_closed(market: Market, leg: Leg, session: str) -> bool:
    """Whether a leg counts in a session's transfers: those of deals always, others from the closing of their own."""
    return leg.from_deal or turn_of(market, leg.session) <= turn_of(market, session)


def held_to_give(market: Market, legs: list[Leg], participant: str, month: str, product: str, session: str) -> int:
    """The energy of a participant's legs of a month and product, which are all new energy when this is asked."""
    is_its_own = given_by_seller if participant in market.heat_priority else given_by_buyer
    return sum(
        leg.energy
        for leg in legs
        if is_its_own(market, leg, participant, month, product) and has_closed(market, leg, session)
    )


def apply_transfers(market: Market, trades: list[dict[str, Any]], legs: list[Leg]) -> list[Leg]:
    """After all new energy, in the order of `trades`, or of closing; new legs behind all others."""
    transfers = [(row, trade) for row, trade in enumerate(trades, start=1) if trade["transfer"]]
    for trade_row, trade in sorted(transfers, key=lambda each: turn_of(market, each[1]["session"])):
        legs = cut(market, trade, trade_row, legs)
    return legs


def cut(market: Market, trade: dict[str, Any], trade_row: int, legs: list[Leg]) -> list[Leg]:
    """One transfer: split(e, remaining energies) of the giver's own legs; each part becomes a leg of its own."""
    month, product, price = trade["month"], trade["product"], trade["price_micro_yuan_per_kwh"]
    among_buyers = trade["transfer"] == "buyers"
    if among_buyers:
        giver, taker = trade["seller_id"], trade["buyer_id"]
        own = [leg for leg in legs if given_by_buyer(market, leg, giver, month, product)]
    else:
        giver, taker = trade["buyer_id"], trade["seller_id"]
        own = [leg for leg in legs if given_by_seller(market, leg, giver, month, product)]
    own = [leg for leg in own if has_closed(market, leg, trade["session"])]
    parts = split(trade["energy_kwh"], [leg.energy for leg in own])
    kind = rules_of_kind(market, trade["session"], "matched")
    new: list[Leg] = []
    for leg, part in zip(own, parts, strict=True):
        leg.energy -= part  # a leg cut to 0 stays
        if part == 0:
            continue  # a part of 0 kWh makes no leg
        made = replace(
            leg,
            id=f"L{len(legs) + len(new) + 1}",
            energy=part,
            session=trade["session"],
            segment=trade["segment"],
            trade_row=trade_row,
            kind=trade["kind"],
            delivery=month,
            variety=variety_of_new(market, leg),
            group=kind.get("group", "listing"),
            ends=month,
            from_deal=False,
            from_leg=leg.id,
        )
        if among_buyers:
            made.unit, made.buyer = market.unit(taker, product), taker
            made.taken_by_buyer = True
            made.time = instant(market.orders[trade["buy_row"] - 1]["submitted_at"])  # the taker's order
            made.line = TransferLine(taker, giver, part, price - leg.price)
        else:
            made.seller = taker
            made.taken_by_seller = True
            made.line = TransferLine(taker, giver, part, leg.price - price)
        new.append(made)
    return legs + new


def variety_of_new(market: Market, leg: Leg) -> str:
    """Jiangsu 113–114: `transferred`; the varieties that go before all it keeps."""
    keys = market.shape["order_of_legs"]
    if keys == "pro_rata" or "transferred" not in list_of(market.shape.get("varieties")):
        return leg.variety
    first = [name for key in keys if isinstance(key, dict) and "variety" in key for name in key["variety"]]
    return leg.variety if leg.variety in first else "transferred"
