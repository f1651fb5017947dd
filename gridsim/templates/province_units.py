"""Who trades in the synthetic province: its generators, and the settlement units with what each expects to need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridsim.templates.draws import Integers, RandomStream
from gridsim.templates.profiles import CAPACITIES, TECHNOLOGIES
from gridsim.templates.province_users import Users

__all__ = ["PRICE_STEP", "Generators", "Lines", "draw_generators", "lines_of_units", "product_price"]

USERS_PER_GENERATOR = 50
MIN_GENERATORS = 3
MAX_GENERATORS = 500

PRICE_STEP = 500
"""All prices are whole half yuan/MWh, so that ties occur [micro-yuan/kWh]."""

# What peak, flat and valley energy costs beside `total` [%].
_PRODUCT_PRICE = np.array([100, 135, 100, 62])


@dataclass(frozen=True)
class Generators:
    """The generators as columns, each of shape (generators,).

    Attributes
    ----------
    technology : int64 array
        Position in `TECHNOLOGIES`.
    capacity : int64 array
        MW; how much it sells goes by it.
    """

    technology: Integers
    capacity: Integers

    def __len__(self) -> int:
        return len(self.capacity)


def draw_generators(seed: int, users: int) -> Generators:
    """Draw one generator for every 50 users, from 3 to 500."""
    count = min(max(users // USERS_PER_GENERATOR, MIN_GENERATORS), MAX_GENERATORS)
    technology = RandomStream(seed, "technology").choose([entry.weight for entry in TECHNOLOGIES], count)
    capacity = np.array(CAPACITIES)[RandomStream(seed, "capacity").below(len(CAPACITIES), count)]
    return Generators(technology, capacity)


@dataclass(frozen=True)
class Lines:
    """What is traded for: one line for each settlement unit and product, in the order of the units.

    Attributes
    ----------
    unit : int64 array, shape (lines,)
        Number of the unit, from 0 without gaps.
    buyer : int64 array, shape (lines,)
        Number of the retailer; the number of retailers plus the number of the user for a direct user.
    product : int64 array, shape (lines,)
        Position in the products of the market.
    load : int64 array, shape (lines, 12)
        Expected energy [kWh].
    """

    unit: Integers
    buyer: Integers
    product: Integers
    load: Integers

    def __len__(self) -> int:
        return len(self.unit)


def lines_of_units(users: Users, blocks: Iterable[tuple[slice, Integers]]) -> Lines:
    """Sum expected load over the settlement units; users of priority purchase are in none.

    Parameters
    ----------
    users : Users
    blocks : iterable of (slice, int64 array of shape (rows, 12, 3))
        Expected load of all users, block by block [kWh].
    """
    in_unit = ~users.priority
    buyer = np.where(users.retailer >= 0, users.retailer, users.retailers + np.arange(len(users)))
    mode = users.splits.astype(np.int64)
    has_unit = np.zeros((int(buyer.max(initial=-1)) + 1, 2), dtype=bool)
    has_unit[buyer[in_unit], mode[in_unit]] = True
    buyer_of_unit, mode_of_unit = np.nonzero(has_unit)
    number = np.full(has_unit.shape, -1, dtype=np.int64)
    number[has_unit] = np.arange(len(buyer_of_unit))
    unit_of_user = np.where(in_unit, number[buyer, mode], len(buyer_of_unit))  # the last is of users in none
    load = np.zeros((len(buyer_of_unit) + 1, 12, 3), dtype=np.int64)
    for rows, expected in blocks:
        # Sums of whole kWh stay far below 2⁵³, so that floats add them exactly, in any order.
        for month, period in np.ndindex(12, 3):
            load[:, month, period] += np.bincount(
                unit_of_user[rows], weights=expected[:, month, period], minlength=len(load)
            ).astype(np.int64)
    load = load[:-1]

    # A unit that does not trade by period has one line, one that does has three.
    is_split = mode_of_unit == 1
    unit = np.repeat(np.arange(len(is_split)), np.where(is_split, 3, 1))
    position = np.arange(len(unit)) - np.searchsorted(unit, unit, side="left")
    product = np.where(is_split[unit], position + 1, 0)
    by_product = np.concatenate([load.sum(axis=2, keepdims=True), load], axis=2)
    return Lines(unit, buyer_of_unit[unit], product, by_product[unit, :, product])


def product_price(price: Integers, product: Integers) -> Integers:
    """Turn prices of `total` energy into prices of a product, in whole steps [micro-yuan/kWh]."""
    rounded: Integers = (price * _PRODUCT_PRICE[product] // 100 + PRICE_STEP // 2) // PRICE_STEP * PRICE_STEP
    return rounded
