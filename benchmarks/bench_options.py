"""The other choices of the rule set, against the base case (high-low prices, ties by time, K = 0.5)."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.conftest import Arena
from gridsim.bench.books import kernel, notice_books

_ROUNDS = 21
"""They differ by less than a neighbour of a shared machine may add to a few rounds."""


@pytest.mark.parametrize("orders", [10**4, 10**6])
def test_options(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {
        "base": kernel(market),
        "uniform": kernel(market, uniform=True),
        "pro rata": kernel(market, pro_rata=True),
        "K = 0.37": kernel(market, k=3700),
    }
    # What they must have in common: the pairs (but for pro rata, which pairs off shares) and the energy.
    base = contenders["base"]()
    for name, call in contenders.items():
        found = call()
        assert found.energy.sum() == base.energy.sum(), name
        if name != "pro rata":
            assert np.array_equal(found.sell, base.sell), name
            assert np.array_equal(found.buy, base.buy), name
    uniform = contenders["uniform"]()
    assert (uniform.price == base.price[-1]).all()
    arena.race("options", contenders, rounds=_ROUNDS, orders=size)
