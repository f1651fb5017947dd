"""Rulebook 3: bilateral rows and matched pairs to trades; trades to contract legs by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .dates import days_of_month, instant, months_of_delivery
from .exact import energy_kwh, price_micro_yuan, ratio, split
from .market import Market, unit_of_buyer
from .matching import Order, match_book
from .rule_values import Rules
from .sessions import kind_of_session, standing_filings, standing_orders


@dataclass
class Leg:
    """A contract leg: what one seller delivers to one unit in one month, in kWh and 10⁻⁶ yuan/kWh."""

    id: str
    unit: str
    month: str
    product: str
    seller: str
    energy: int
    price: int
    session: str
    contract: str
    segment: str
    trade_row: int

    def as_row(self) -> dict[str, Any]:
        return {
            "leg_id": self.id,
            "unit_id": self.unit,
            "month": self.month,
            "product": self.product,
            "seller_id": self.seller,
            "energy_kwh": self.energy,
            "price_micro_yuan_per_kwh": self.price,
            "session": self.session,
            "contract_id": self.contract,
            "segment": self.segment,
            "trade_row": self.trade_row,
        }


def clear(market: Market) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The `trades` table, in its order (rulebook 5, R5), and the `rejected` table."""
    filings, rejected_filings = standing_filings(market)
    orders, rejected_orders = standing_orders(market)
    trades = [
        {
            "session": row["session"],
            "kind": kind_of_session(market, row["session"], "bilateral"),
            "product": row["product"],
            "month": row["month"],
            "segment": "",
            "seller_id": row["generator_id"],
            "buyer_id": row["buyer_id"],
            "energy_kwh": energy_kwh(row["energy_mwh"]),
            "price_micro_yuan_per_kwh": price_micro_yuan(row["price_yuan_per_mwh"]),
            "contract_id": row["contract_id"],
            "sell_row": None,
            "buy_row": None,
            "bilateral_row": number,
        }
        for number, row in filings
    ]

    # One book = one session × delivery × segment × product; nothing crosses between books.
    books: dict[tuple[str, str, str, str], dict[str, list[Order]]] = {}
    for number, row in orders:
        book = (row["session"], row["month"], row.get("segment", ""), row["product"])
        order = Order(
            row=number,
            participant=row["participant_id"],
            price=price_micro_yuan(row["price_yuan_per_mwh"]),
            energy=energy_kwh(row["energy_mwh"]),
            submitted_at=instant(row["submitted_at"]),
            heat_priority=row["side"] == "sell" and market.heat_priority[row["participant_id"]],
        )
        books.setdefault(book, {"sell": [], "buy": []})[row["side"]].append(order)
    # Python sorts text by code points, and an empty segment before the others.
    for session, delivery, segment, product in sorted(books):
        book_orders = books[session, delivery, segment, product]
        pairs = match_book(
            book_orders["sell"],
            book_orders["buy"],
            mechanism=market.rules["matching.mechanism"],
            ties=market.rules["matching.ties"],
            k=market.rules.ratio("matching.k"),
            heat_priority=market.rules["matching.heat_priority"],
        )
        trades += [
            {
                "session": session,
                "kind": kind_of_session(market, session, "matched"),
                "product": product,
                "month": delivery,
                "segment": segment,
                "seller_id": pair.sell.participant,
                "buyer_id": pair.buy.participant,
                "energy_kwh": pair.energy,
                "price_micro_yuan_per_kwh": pair.price,
                "contract_id": "",
                "sell_row": pair.sell.row,
                "buy_row": pair.buy.row,
                "bilateral_row": None,
            }
            for pair in pairs
        ]
    return trades, rejected_filings + rejected_orders


def monthly_weights(months: list[str], rules: Rules) -> list[int]:
    """Rulebook 3: `calendar_days`, `equal`, or `typical_curve` with given weights; of the months delivered (R5)."""
    method = rules["decomposition.method"]
    if method == "calendar_days":
        return [days_of_month(month) for month in months]
    if method == "equal":
        return [1 for _ in months]
    if method == "typical_curve":
        curve = [int(ratio(weight) * 10_000) for weight in rules["decomposition.typical_curve"]]
        return [curve[int(month[-2:]) - 1] for month in months]
    raise ValueError(method)


def legs_of_trades(trades: list[dict[str, Any]], market: Market) -> list[Leg]:
    """Rulebook 3, last bullet: in whole kWh, by largest remainder. R5: in the order of trades, months ascending."""
    legs: list[Leg] = []
    for trade_row, trade in enumerate(trades, start=1):
        months = months_of_delivery(trade["month"], market.year)
        # A delivery of several months is split; one of a single month has nothing to split (its weight may be zero).
        energies = [trade["energy_kwh"]]
        if len(months) > 1:
            energies = split(trade["energy_kwh"], monthly_weights(months, market.rules))
        for month, energy in zip(months, energies, strict=True):
            legs.append(
                Leg(
                    id=f"L{len(legs) + 1}",
                    unit=unit_of_buyer(trade["buyer_id"], trade["product"]),
                    month=month,
                    product=trade["product"],
                    seller=trade["seller_id"],
                    energy=energy,
                    price=trade["price_micro_yuan_per_kwh"],
                    session=trade["session"],
                    contract=trade["contract_id"],
                    segment=trade["segment"],
                    trade_row=trade_row,
                )
            )
    return legs
