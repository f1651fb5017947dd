"""Rulebook 9, `rolling` (挂牌滚动撮合, Jiangsu 49): orders as they come, at the resting order's price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .matching import Order, Pair

Side = list["Resting"]


@dataclass
class Resting:
    """What is left of an order's step."""

    order: Order
    left: int


def never(*_: object) -> bool:
    return False


def roll_book(
    incoming: list[tuple[str, Order]], *, exceeds: Callable[[str, Order, int, int], bool] = never
) -> tuple[list[Pair], list[int]]:
    """One book of (side, order) rows, in any order.

    Parameters
    ----------
    incoming : list
        Rows with one participant, side and `submitted_at` are one order with several price steps.
    exceeds : callable
        Side, row, what its participant has traded on that side in this book, what earlier steps of the same
        submission still offer: whether the row is to be rejected (rulebook 10).

    Returns
    -------
    tuple
        The pairs, in the order of matching, and the numbers of the rejected rows.
    """
    book: dict[str, Side] = {"sell": [], "buy": []}
    pairs: list[Pair] = []
    rejected: list[int] = []
    for side, order in sorted(incoming, key=lambda row: (row[1].submitted_at, row[1].row)):
        if order.price is None:
            raise ValueError("a taker stands in a uniform book alone")
        mine = [rest for rest in book[side] if rest.order.participant == order.participant]
        same_submission = [rest for rest in mine if rest.order.submitted_at == order.submitted_at]
        traded = sum(pair.energy for pair in pairs if getattr(pair, side).participant == order.participant)
        if exceeds(side, order, traded, sum(rest.left for rest in same_submission)):
            rejected.append(order.row)  # the order that it was to amend stays as it was
            continue
        # Rows with a later `submitted_at` replace all that is left; energy 0 cancels it.
        book[side] = [rest for rest in book[side] if rest not in mine or rest in same_submission]
        pairs += trade_with_resting(side, order, book)
        book = {name: [rest for rest in rests if rest.left > 0] for name, rests in book.items()}
    return pairs, rejected


def trade_with_resting(side: str, order: Order, book: dict[str, Side]) -> list[Pair]:
    """Best price first, then earliest, until it no longer crosses or is used up; the rest of it rests."""
    pairs = []
    left = order.energy
    other = "buy" if side == "sell" else "sell"

    def how_dear(resting: Order) -> int:
        """The smaller the better, to who comes in."""
        assert resting.price is not None
        return resting.price if other == "sell" else -resting.price

    by_rank = sorted(book[other], key=lambda rest: (how_dear(rest.order), rest.order.submitted_at, rest.order.row))
    for rest in by_rank:
        if left == 0 or how_dear(rest.order) > how_dear(order):
            break
        energy = min(left, rest.left)
        sell, buy = (order, rest.order) if side == "sell" else (rest.order, order)
        assert rest.order.price is not None
        pairs.append(Pair(sell, buy, energy, rest.order.price))
        rest.left -= energy
        left -= energy
    book[side].append(Resting(order, left))
    return pairs
