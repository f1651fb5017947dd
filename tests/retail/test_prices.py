"""Prices of users' kWh: the cost is a price, what is made of it is rounded once, half away from zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gridsim
from gridsim.retail.contracts import retail_book
from gridsim.retail.prices import retail_prices
from tests.retail.worked import write_worked

HEAD = "user_id,kind,price,reference,share,floor,cap,fee\n"


@pytest.mark.parametrize(
    ("row", "cost", "price"),
    [
        ("fixed,440,,,,,", 408_000, 440_000),
        ("spread_share,,450,0.5,430,,", 408_000, 430_000),
        ("spread_share,,450,0.5,,,", 408_000, 429_000),
        ("spread_share,,450,0.5,,,", 408_001, 429_001),  # 429,000.5: the result is rounded, not the share
        ("spread_share,,-450,0.5,,,", 1, -224_999 - 1),  # −224,999.5
        ("spread_share,,450,0.5,,400,", 408_000, 400_000),
        ("spread_share,,0.001,0.3333,,,", 10, 4),  # 3.9997
        ("cost_plus,,,,,,25", 408_000, 433_000),
        ("cost_plus,,,,,,-0.001", 0, -1),
    ],
)
def test_each_kind(tmp_path: Path, row: str, cost: int, price: int) -> None:
    folder = write_worked(tmp_path, {"retail_contracts.csv": f"{HEAD}U2,{row}\n", "nominations.csv": None})
    prices = retail_prices(retail_book(gridsim.load(folder)))
    found, has = prices.of_cells(np.array([0, 1]), np.array([4, 4]), np.array([0, 1]), np.array([cost, cost]))
    assert has.tolist() == [False, True]
    assert found.tolist() == [cost, price]


def test_without_contracts_the_price_is_the_cost(tmp_path: Path) -> None:
    folder = write_worked(tmp_path, {"retail_contracts.csv": HEAD, "nominations.csv": None})
    prices = retail_prices(retail_book(gridsim.load(folder)))
    found, has = prices.of_cells(np.array([0]), np.array([4]), np.array([0]), np.array([5]))
    assert (found.tolist(), has.tolist()) == ([5], [False])
