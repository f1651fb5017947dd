"""The figures of a rule set's province, as its file ``province/figures.csv`` has them, and its ready tables."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from gridsim.calendar import deliveries, delivery_months
from gridsim.templates.draws import ONE, Integers

__all__ = ["Figures", "days_of_deliveries", "figures", "ready_rows"]

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What differs from province to province, beside tables.

    Attributes
    ----------
    year : int
    contract_prices, buy_prices, sell_prices : tuple of int
        From which to which price of `total` energy contracts are made, and orders of buyers and sellers begin; in
        whole half yuan/MWh.
    priority_share : int
        Share of commercial users with priority purchase [10⁻⁴].
    agency_share : int
        What users of the grid company's agency consume beside all others [10⁻⁴ of theirs].
    own_fault_share : int
        Share of months in which a generator's deviation is its own fault [10⁻⁴].
    generation_spread : int
        How far off what it sold a generator is in a month [10⁻⁴]: a standard deviation.
    """

    year: int
    contract_prices: Range
    buy_prices: Range
    sell_prices: Range
    priority_share: int
    agency_share: int
    own_fault_share: int
    generation_spread: int


def ready_rows(rules: str, name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a file of the province without its headings; none if the rule set's province has no such file."""
    file = files("gridsim.templates").joinpath(rules, "province", f"{name}.csv")
    if not file.is_file():
        return ()
    _, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return tuple(tuple(row) for row in rows)


@cache
def figures(rules: str) -> Figures:
    """The figures of the province of a shipped rule set."""
    given = {name: tuple(int(cell) for cell in cells if cell) for name, *cells in ready_rows(rules, "figures")}

    def one(name: str) -> int:
        (number,) = given[name]
        return number

    def both(name: str) -> Range:
        least, most = given[name]
        return least, most

    return Figures(
        year=one("year"),
        contract_prices=both("contract_prices"),
        buy_prices=both("buy_prices"),
        sell_prices=both("sell_prices"),
        priority_share=one("priority_share"),
        agency_share=one("agency_share"),
        own_fault_share=one("own_fault_share"),
        generation_spread=one("generation_spread"),
    )


@cache
def days_of_deliveries(rules: str) -> Integers:
    """How each of `deliveries` falls on the months by their days, shape (deliveries, 12) [10⁻⁴ of its energy]."""
    year = figures(rules).year
    first = np.arange(f"{year}-01", f"{year + 1}-02", dtype="datetime64[M]").astype("datetime64[D]")
    days = np.diff(first).astype(np.int64)
    shares = np.zeros((len(deliveries(year)), 12), dtype=np.int64)
    for place, delivery in enumerate(deliveries(year)):
        months = [int(month[5:]) - 1 for month in delivery_months(delivery, year)]
        shares[place, months] = days[months] * ONE // days[months].sum()
    return shares
