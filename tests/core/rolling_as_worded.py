"""Rolling matching in the rulebook's own words (part 9), told with lists that are searched from the front."""

from __future__ import annotations

from dataclasses import dataclass, field

SELL, BUY = 0, 1
NOBODY_GIVES = -1


@dataclass
class Order:
    """One row."""

    side: int
    price: int
    energy: int
    account: int
    time: int
    row: int = -1
    left: int = 0


@dataclass
class Market:
    """What is left of one book while its orders come."""

    gives: int
    room: dict[int, int]
    given: dict[int, int]
    resting: list[Order] = field(default_factory=list)
    submissions: dict[tuple[int, int], tuple[int, list[Order]]] = field(default_factory=dict)
    trades: list[tuple[int, int, int, int]] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    def come(self, order: Order) -> None:
        who = (order.account, order.side)
        time, steps = self.submissions.get(who, (None, []))
        if order.side == self.gives:
            offered = sum(step.left for step in steps) if time == order.time else 0
            if self.given[order.account] + offered + order.energy > self.room[order.account]:
                self.refused.add(order.row)
                return
        if time != order.time:
            self.resting = [one for one in self.resting if not any(one is step for step in steps)]
            steps = []
            self.submissions[who] = (order.time, steps)
        steps.append(order)
        order.left = order.energy
        while order.left:
            crossing = [one for one in self.resting if one.side != order.side and crosses(order, one)]
            if not crossing:
                self.resting.append(order)
                break
            best = min(crossing, key=lambda one: one.price if one.side == SELL else -one.price)  # the first of them
            self.trade(order, best)

    def trade(self, order: Order, best: Order) -> None:
        energy = min(order.left, best.left)
        order.left -= energy
        best.left -= energy
        sell, buy = (order, best) if order.side == SELL else (best, order)
        self.trades.append((sell.row, buy.row, energy, best.price))
        if self.gives != NOBODY_GIVES:
            giver = sell if self.gives == SELL else buy
            self.given[giver.account] += energy
        if not best.left:
            self.resting = [one for one in self.resting if one is not best]


def crosses(one: Order, other: Order) -> bool:
    sell, buy = (one, other) if one.side == SELL else (other, one)
    return sell.price <= buy.price


def as_the_rulebook_has_it(books: list[list[Order]], gives: list[int], room: list[int]):
    given = dict.fromkeys(range(len(room)), 0)
    trades, refused, row = [], set(), 0
    for orders, side in zip(books, gives, strict=True):
        market = Market(side, dict(enumerate(room)), given)
        for order in orders:
            order.row = row
            row += 1
        for order in sorted(orders, key=lambda order: order.time):
            market.come(order)
        trades += market.trades
        refused |= market.refused
    return trades, refused, list(given.values())
