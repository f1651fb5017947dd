"""Extensions that break what they extend, one way each (synthetic)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gridsim import extensions
from gridsim.extensions import Book, Finding, ItemMonth, Payment

_WORDS = {"en": "broken", "zh": "坏的"}
Trades = tuple[Any, Any, Any, Any]


def _pair(book: Book) -> tuple[int, int]:
    """The first sell and the first buy order."""
    return int(np.flatnonzero(book.is_sell)[0]), int(np.flatnonzero(~book.is_sell)[0])


def _mechanism(name: str, trade: Callable[[Book, int, int], list[tuple[Any, ...]]]) -> None:
    def match(book: Book) -> Trades:
        sell, buy, energy, price = np.array(trade(book, *_pair(book))).reshape(-1, 4).T
        return sell, buy, energy, price

    extensions.mechanism(name, **_WORDS)(match)


_mechanism("sells_too_much", lambda book, sell, buy: [(sell, buy, int(book.energy[sell]) + 1, int(book.price[sell]))])
_mechanism("sells_twice", lambda book, sell, buy: [(sell, buy, int(book.energy[sell]), int(book.price[sell]))] * 2)
_mechanism("too_dear", lambda book, sell, buy: [(sell, buy, 1, int(book.price[buy]) + 1)])
_mechanism("too_cheap", lambda book, sell, buy: [(sell, buy, 1, int(book.price[sell]) - 1)])
_mechanism("negative", lambda book, sell, buy: [(sell, buy, -1, int(book.price[sell]))])
_mechanism("one_sided", lambda book, sell, buy: [(sell, sell, 1, int(book.price[sell]))])
_mechanism("outside", lambda book, sell, buy: [(sell, len(book.price), 1, int(book.price[sell]))])
_mechanism("no_whole_numbers", lambda book, sell, buy: [(sell, buy, 0.5, 1.0)])


@extensions.mechanism("fails", **_WORDS)
def fails(book: Book) -> Trades:
    raise KeyError("lost")


@extensions.mechanism("writes", **_WORDS)
def writes(book: Book) -> Trades:
    book.energy[0] = 10**9
    return (book.energy,) * 4


def _price(name: str, compute: Callable[[Any], Any]) -> None:
    extensions.price(name, takes=["price"], **_WORDS)(compute)


_price("below_zero", lambda one: -one - 1)
_price("above_all", lambda one: one + 10**9)
_price("fraction", lambda one: one / 2)
_price("shorter", lambda one: one[:0])
_price("of_others", lambda one: one * 0 + len(one))
_price("stumbles", lambda one: one[None]["x"])


def _item(name: str, pay: Callable[[ItemMonth], list[Any]], **more: Any) -> None:
    extensions.item(name, **_WORDS, **more)(pay)


_item("to_nobody", lambda month: [Payment("U1", "nobody", amount=1)])
_item("to_itself", lambda month: [Payment("U1", "U1", amount=1)])
_item("less_than_nothing", lambda month: [Payment("U1", "GRID", amount=-1)])
_item("half", lambda month: [Payment("U1", "GRID", amount=0.5)])  # type: ignore[arg-type]
_item("both", lambda month: [Payment("U1", "GRID", energy=1, price=1, amount=1)])
_item("too_much", lambda month: [Payment("U1", "GRID", amount=10**18)])
_item("keeps_some", lambda month: [Payment("U1", "POOL", amount=7)], balanced=["POOL"])
_item("no_account", lambda month: [], balanced=["NONE"])
_item("no_payment", lambda month: [("U1", "GRID", 1)])


def _check(name: str, say: Callable[[Any], list[Any]]) -> None:
    extensions.check(name, **_WORDS)(say)


_check("no_finding", lambda market: ["all is well"])
_check("other_year", lambda market: [Finding("U1", month="2020-01")])
_check("no_subject", lambda market: [Finding("")])
_check("number", lambda market: [Finding("U1", value=3)])  # type: ignore[arg-type]
_check("perhaps", lambda market: [Finding("U1", passed="maybe")])  # type: ignore[arg-type]
