"""Rulebook 3 and 9, `high_low` (高低匹配, N3.1) and `uniform`: one book at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .exact import round_half_up, split


@dataclass
class Order:
    """A standing order, in kWh and 10⁻⁶ yuan/kWh. Without a price it is a taker."""

    row: int  # 1-based data row in `orders`
    participant: str
    price: int | None
    energy: int
    submitted_at: datetime
    heat_priority: bool = False
    capacity: Fraction = Fraction(0)  # MW


@dataclass
class Pair:
    """What two orders trade with each other."""

    sell: Order
    buy: Order
    energy: int
    price: int = 0


TIE_KEYS: dict[str, Callable[[Order], Any]] = {
    "heat_priority": lambda order: 0 if order.heat_priority else 1,
    "time": lambda order: order.submitted_at,
    "capacity": lambda order: -order.capacity,  # larger first
    "file": lambda order: order.row,
}


def tie_keys(ties: Any, heat_priority: bool) -> dict[str, list[str]]:
    """What decides between orders of one price: as the set lists it, or N3.1's own order."""
    if isinstance(ties, dict):
        return ties
    return {"sell": ["heat_priority", "time", "file"] if heat_priority else ["time", "file"], "buy": ["time", "file"]}


def in_book_order(orders: list[Order], keys: list[str], *, ascending: bool) -> list[Order]:
    """Takers first, those of one instant in file order; then by price; then what decides between equals."""

    def place(order: Order) -> tuple[Any, ...]:
        if order.price is None:
            return (0, order.submitted_at, order.row)
        price = order.price if ascending else -order.price
        return (1, price, *(TIE_KEYS[key](order) for key in keys))

    return sorted(orders, key=place)


def match_book(
    sells: list[Order], buys: list[Order], *, mechanism: str, ties: Any, k: Fraction, heat_priority: bool
) -> list[Pair]:
    """All the pairs of one book, in the order of matching, with their prices."""
    # Steps 1 and 2: price, then (selling) heat-supplying units, then the earlier time, then file order.
    keys = tie_keys(ties, heat_priority)
    sells = in_book_order([order for order in sells if order.energy > 0], keys["sell"], ascending=True)
    buys = in_book_order([order for order in buys if order.energy > 0], keys["buy"], ascending=False)

    # Step 3, and its alternatives for ties.
    if ties == "pro_rata":
        first = "heat_priority" in keys["sell"]  # among prices: takers have none, and stand by time alone
        pairs = trade_fronts(
            alike(sells, [(o.price, first and o.heat_priority and o.price is not None) for o in sells]),
            alike(buys, [(o.price, False) for o in buys]),
        )
    else:
        pairs = trade_fronts([[order] for order in sells], [[order] for order in buys])

    # Step 4, and its alternative: one price for the book, that of the last pair that trades.
    if mechanism == "high_low":
        for pair in pairs:
            pair.price = price_between(pair, k)
        return pairs
    if mechanism != "uniform":
        raise ValueError(mechanism)
    if not pairs or (pairs[-1].sell.price is None and pairs[-1].buy.price is None):
        return []  # 若未生成有效边际电价，则成交电量为零
    price = price_between(pairs[-1], k)
    if ties == "pro_rata_at_the_margin":
        pairs = shared_at_the_margin(sells, buys, pairs)
    for pair in pairs:
        pair.price = price
    return pairs


def price_between(pair: Pair, k: Fraction) -> int:
    """Step 4: sell + K × (buy − sell), rounded to 10⁻⁶ yuan/kWh; with one taker the price is the other order's."""
    sell, buy = pair.sell.price, pair.buy.price
    if sell is None or buy is None:
        (price,) = (price for price in (sell, buy) if price is not None)
        return price
    return round_half_up(sell + k * (buy - sell))


def alike(orders: list[Order], ranks: list[tuple[int | None, bool]]) -> list[list[Order]]:
    """`ties: pro_rata`: groups of orders alike in price and priority, in time order inside."""
    groups: dict[tuple[int | None, bool], list[Order]] = {}
    for order, rank in zip(orders, ranks, strict=True):
        groups.setdefault(rank, []).append(order)
    return list(groups.values())


def crosses(sell: Order, buy: Order) -> bool:
    """Buy price ≥ sell price; a taker takes any price."""
    return sell.price is None or buy.price is None or buy.price >= sell.price


def trade_fronts(sell_fronts: list[list[Order]], buy_fronts: list[list[Order]]) -> list[Pair]:
    """Step 3: while buy price ≥ sell price, the two fronts trade the smaller of their remaining energies.

    A front of one order is its own share; a front of several splits what is traded by remaining energy.
    """
    remaining = {id(order): order.energy for front in sell_fronts + buy_fronts for order in front}
    pairs: list[Pair] = []
    while sell_fronts and buy_fronts and crosses(sell_fronts[0][0], buy_fronts[0][0]):
        sells, buys = sell_fronts[0], buy_fronts[0]
        sell_left = [remaining[id(order)] for order in sells]
        buy_left = [remaining[id(order)] for order in buys]
        traded = min(sum(sell_left), sum(buy_left))
        sell_shares, buy_shares = split(traded, sell_left), split(traded, buy_left)
        for order, share in zip(sells + buys, sell_shares + buy_shares, strict=True):
            remaining[id(order)] -= share
        pairs += pair_off(sells, sell_shares, buys, buy_shares)
        # The one left over stays at its front.
        if traded == sum(sell_left):
            sell_fronts = sell_fronts[1:]
        if traded == sum(buy_left):
            buy_fronts = buy_fronts[1:]
    return pairs


def pair_off(sells: list[Order], sell_shares: list[int], buys: list[Order], buy_shares: list[int]) -> list[Pair]:
    """The two lists of shares laid side by side, both in time order: where they overlap, the two orders trade."""
    pairs = []
    sell_start = 0
    for sell, sell_share in zip(sells, sell_shares, strict=True):
        buy_start = 0
        for buy, buy_share in zip(buys, buy_shares, strict=True):
            overlap = min(sell_start + sell_share, buy_start + buy_share) - max(sell_start, buy_start)
            if overlap > 0:
                pairs.append(Pair(sell, buy, overlap))
            buy_start += buy_share
        sell_start += sell_share
    return pairs


def shared_at_the_margin(sells: list[Order], buys: list[Order], plain: list[Pair]) -> list[Pair]:
    """Rulebook 9, `ties: pro_rata_at_the_margin`: both sides shared, then paired front to front in book order."""
    traded = sum(pair.energy for pair in plain)
    sell_shares = margin_shares(sells, plain[-1].sell.price, traded)
    buy_shares = margin_shares(buys, plain[-1].buy.price, traded)
    return pair_off(sells, sell_shares, buys, buy_shares)


def margin_shares(orders: list[Order], margin: int | None, traded: int) -> list[int]:
    """What each order of a side trades: all of those better than the margin, a share of what is left at it.

    The margin is a price alone, whatever priority or capacity its orders have, and they share in time order. Where a
    taker is the last that trades, all takers are the margin.
    """
    before = 0
    for order in orders:
        if order.price == margin:
            break
        before += order.energy
    at_it = sorted((o for o in orders if o.price == margin), key=lambda order: (order.submitted_at, order.row))
    shares = split(traded - before, [order.energy for order in at_it])
    share_of = {id(order): share for order, share in zip(at_it, shares, strict=True)}
    left = traded
    amounts = []
    for order in orders:
        amount = share_of[id(order)] if order.price == margin else min(order.energy, left)
        amounts.append(amount)
        left -= amount
    return amounts
