"""One extension of each kind, as a package of one's own would have them (synthetic)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gridsim import extensions
from gridsim.extensions import Book, Finding, ItemMonth, MarketFacts, Payment


@extensions.mechanism("largest_first", en="largest orders first", zh="大单优先", clause="S1")
def largest_first(book: Book) -> tuple[Any, Any, Any, Any]:
    """The largest sell order with the largest buy order that meets it, at the middle of their limits."""
    trades: list[tuple[int, int, int, int]] = []
    left = book.energy.copy()
    sells, buys = (np.flatnonzero(side) for side in (book.is_sell, ~book.is_sell))
    for sell in sells[np.argsort(-book.energy[sells], kind="stable")].tolist():
        for buy in buys[np.argsort(-book.energy[buys], kind="stable")].tolist():
            energy = int(min(left[sell], left[buy]))
            if energy > 0 and book.price[sell] <= book.price[buy]:
                trades.append((sell, buy, energy, int(book.price[sell] + book.price[buy]) // 2))
                left[[sell, buy]] -= energy
    sell, buy, energy, price = np.array(trades, dtype=np.int64).reshape(-1, 4).T
    return sell, buy, energy, price


@extensions.price("halfway", en="halfway", zh="折中价", takes=("price", "price"))
def halfway(one: Any, other: Any) -> Any:
    """The middle of two prices, rounded down."""
    return (one + other) // 2


@extensions.check("small_sellers", en="small sellers", zh="小型发电企业", clause="S2")
def small_sellers(market: MarketFacts) -> Iterator[Finding]:
    """Generators that sell less than 100 MWh in the year."""
    legs = market.table("legs").groupby("seller_id")["energy_kwh"].sum()
    for generator in market.table("generators")["generator_id"].astype(str):
        sold = int(legs.get(generator, 0))
        yield Finding(generator, value=f"{sold / 1000:.3f}", limit="100.000", passed=sold >= 100_000)


@extensions.item("levy", en="levy", zh="附加费", clause="S3")
def levy(month: ItemMonth) -> Iterator[Payment]:
    """Users pay the grid company 1 yuan/MWh on all that they consume."""
    for user, energy in month.metered.items():
        yield Payment(user, "GRID", energy=energy, price=1_000)


@extensions.item("pooling", en="pooling", zh="统筹返还", clause="S3", balanced=["POOL"])
def pooling(month: ItemMonth) -> Iterator[Payment]:
    """Generators pay a pool 2 yuan each, and users share it; the first takes what does not divide."""
    pot = 2_000_000 * len(month.generators)
    share, rest = divmod(pot, len(month.users))
    for generator in month.generators:
        yield Payment(generator, "POOL", amount=2_000_000)
    for number, user in enumerate(month.users):
        yield Payment("POOL", user, amount=share + (rest if number == 0 else 0))
