"""Rulebook 12: contracts as they stand, which nobody files, confirms or matches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .dates import instant, shortest_name
from .exact import energy_kwh, price_micro_yuan
from .market import MARKET, Market, Row
from .shape import FaultError

NEVER = datetime(9999, 12, 31)


def check_deals(market: Market) -> None:
    """What part 12 calls a fault."""
    ids = [row["deal_id"] for row in market.deals if row.get("deal_id", "")]
    if len(ids) != len(set(ids)):
        raise FaultError(f"a deal_id twice: {ids}")
    for row in market.deals:
        buyer, seller = row.get("buyer_id", ""), row.get("seller_id", "")
        if buyer == seller:
            raise FaultError("both sides of a deal empty, or alike")
        if seller and seller not in market.heat_priority:
            raise FaultError(f"{seller} is no generator")
        if buyer and row["product"] not in market.products_of(buyer):
            raise FaultError(f"{buyer} does not trade {row['product']}")
        if energy_kwh(row["energy_mwh"]) < 0:
            raise FaultError("enter what is left")
        if row.get("kind", "") and row["kind"] not in market.shape["sessions"]:
            raise FaultError(f"no kind {row['kind']}")


def deal_trade(market: Market, row: Row) -> dict[str, Any]:
    """Behind the bilateral rows, in file order, with its kind (else `deal`), `contract_id` = contract."""
    return {
        "session": row.get("session", ""),
        "kind": row.get("kind", "") or "deal",
        "product": row["product"],
        "month": shortest_name(row["month"], market.year),
        "segment": "",
        "seller_id": row.get("seller_id", "") or MARKET,
        "buyer_id": row.get("buyer_id", "") or MARKET,
        "energy_kwh": energy_kwh(row["energy_mwh"]),
        "price_micro_yuan_per_kwh": price_micro_yuan(row["price_yuan_per_mwh"]),
        "contract_id": row.get("contract", "") or row.get("deal_id", ""),
        "sell_row": None,
        "buy_row": None,
        "bilateral_row": None,
        "transfer": "",
    }


def keys_of_deal(market: Market, row: Row) -> dict[str, Any]:
    """What `order_of_legs` asks. The text is silent: a deal without a kind is of no group, without a day the last."""
    kind = market.shape["sessions"].get(row.get("kind", ""), {})
    concluded = row.get("concluded_on", "")
    return {
        "variety": row.get("variety", "") or "direct",
        "group": kind.get("group", ""),
        "time": instant(concluded) if concluded else NEVER,
    }
