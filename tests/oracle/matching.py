"""Rulebook 3, high-low matching (高低匹配, N3.1): one book at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from .exact import round_half_up, split


@dataclass
class Order:
    """A standing order, in kWh and 10⁻⁶ yuan/kWh."""

    row: int  # 1-based data row in `orders`
    participant: str
    price: int
    energy: int
    submitted_at: datetime
    heat_priority: bool = False


@dataclass
class Pair:
    """What two orders trade with each other."""

    sell: Order
    buy: Order
    energy: int
    price: int = 0


def match_book(
    sells: list[Order], buys: list[Order], *, mechanism: str, ties: str, k: Fraction, heat_priority: bool
) -> list[Pair]:
    """All the pairs of one book, in the order of matching, with their prices."""

    def heat_rank(order: Order) -> int:
        return 0 if heat_priority and order.heat_priority else 1

    # Steps 1 and 2: price, then (selling) heat-supplying units, then the earlier time, then file order.
    sells = sorted(sells, key=lambda order: (order.price, heat_rank(order), order.submitted_at, order.row))
    buys = sorted(buys, key=lambda order: (-order.price, order.submitted_at, order.row))

    # Step 3, and its alternative for ties.
    if ties == "time":
        sell_fronts = [[order] for order in sells]
        buy_fronts = [[order] for order in buys]
    elif ties == "pro_rata":
        sell_fronts = alike(sells, [(order.price, heat_rank(order)) for order in sells])
        buy_fronts = alike(buys, [(order.price, 0) for order in buys])
    else:
        raise ValueError(ties)
    pairs = trade_fronts(sell_fronts, buy_fronts)

    # Step 4, and its alternative: one price for the book, that of the last pair that trades.
    for pair in pairs:
        pair.price = price_between(pair, k)
    if mechanism == "uniform":
        for pair in pairs:
            pair.price = price_between(pairs[-1], k)
    elif mechanism != "high_low":
        raise ValueError(mechanism)
    return pairs


def price_between(pair: Pair, k: Fraction) -> int:
    """Step 4: sell + K × (buy − sell), rounded to 10⁻⁶ yuan/kWh."""
    return round_half_up(pair.sell.price + k * (pair.buy.price - pair.sell.price))


def alike(orders: list[Order], ranks: list[tuple[int, int]]) -> list[list[Order]]:
    """`ties: pro_rata`: groups of orders alike in price and priority, in time order inside."""
    groups: dict[tuple[int, int], list[Order]] = {}
    for order, rank in zip(orders, ranks, strict=True):
        groups.setdefault(rank, []).append(order)
    return list(groups.values())


def trade_fronts(sell_fronts: list[list[Order]], buy_fronts: list[list[Order]]) -> list[Pair]:
    """Step 3: while buy price ≥ sell price, the two fronts trade the smaller of their remaining energies.

    A front of one order is its own share; a front of several splits what is traded by remaining energy.
    """
    remaining = {id(order): order.energy for front in sell_fronts + buy_fronts for order in front}
    pairs: list[Pair] = []
    while sell_fronts and buy_fronts and buy_fronts[0][0].price >= sell_fronts[0][0].price:
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
