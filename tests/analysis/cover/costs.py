"""What a position costs, by the rulebook and in plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as some

from gridsim.analysis.cover.one import Hinges
from gridsim.units import round_half_up

TOU_PRICES = {"peak": 500, "flat": 360, "valley": 200}


def plain_cost(load: int, contract: int, v: int, o: int, s: int, upper: int, lower: int) -> int:
    """Rulebook part 5, one leg and one cell."""
    top, bottom = round_half_up(contract * upper, 10**4), round_half_up(contract * lower, 10**4)
    in_band = min(load, top)
    return in_band * v + (load - in_band) * o + max(0, bottom - load) * s


positions = some.fixed_dictionaries(
    {
        "energy": some.lists(some.integers(0, 60), min_size=1, max_size=8).map(sorted),
        "v": some.integers(0, 900),
        "o": some.integers(0, 900),
        "s": some.integers(0, 50) | some.integers(0, 900),
        "upper": some.integers(10_000, 13_000) | some.integers(1, 40_000),
        "lower": some.integers(7_000, 10_000) | some.integers(0, 40_000),
    }
)


def hinges_of(case: dict, weight: list) -> Hinges:
    return Hinges(
        np.array(case["energy"], dtype=np.int64),
        np.array(weight, dtype=object),
        case["v"],
        case["o"],
        case["s"],
        case["upper"],
        case["lower"],
    )


def total(case: dict, weight: list, contract: int) -> int:
    prices = [case[name] for name in ("v", "o", "s", "upper", "lower")]
    return sum(w * plain_cost(a, contract, *prices) for a, w in zip(case["energy"], weight, strict=True))


def banded_cost(load: int, contract: int, v: int, over: list[tuple[int, int]], under: list[tuple[int, int]]) -> int:
    """The same with any number of bands on a side, each from its edge to the next."""
    tops = [round_half_up(contract * edge, 10**4) for edge, _ in over]
    bottoms = [round_half_up(contract * edge, 10**4) for edge, _ in under]
    cost = min(load, tops[0]) * v
    for (_, price), top, end in zip(over, tops, [*tops[1:], max(load, tops[-1])], strict=True):
        cost += max(0, min(load, end) - top) * price
    for (_, price), bottom, end in zip(under, bottoms, [*bottoms[1:], 0], strict=True):
        cost += max(0, bottom - max(load, end)) * price
    return cost
