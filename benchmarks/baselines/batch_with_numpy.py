"""The same draws and the same settlement with numpy, all users of a draw at a time, as one who knows it would write it.

What does not change from draw to draw is made once, before the clock starts; shares are ranked for all positions with
as many legs (cells) together, along the rows of a matrix. It knows the load model of the goal: a common and an own
part, no correlation and no part by period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridsim.batch.engine import Prepared
from gridsim.core.draws.arrays import FIRST_ITEM, FIXED, KIND, LINEAR, MARK_BITS
from gridsim.core.draws.draw import COMMON, FACTOR_BITS, FACTOR_HALF, FACTOR_ONE, OCTAVES, OWN, SEGMENTS
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.units import RATIO_ONE

Ints = NDArray[np.int64]
_WORD = np.uint64(0xFFFFFFFF)
_ENERGY, _SHORTFALL, _OVERRUN = range(3)


@dataclass
class _Runs:
    """Runs of rows, one for each position; those of one length as a matrix of rows."""

    start: Ints
    position: Ints
    by_length: list[tuple[Ints, Ints]]  # positions, rows

    def sums(self, values: Ints) -> Ints:
        total = np.concatenate([[0], np.cumsum(values)])
        return total[self.start[1:]] - total[self.start[:-1]]

    def serve(self, shares: Ints, rest: Ints, left: Ints) -> None:
        """One more for the `left` largest remainders of each position, of equal ones the earlier."""
        for positions, rows in self.by_length:
            some = left[positions] > 0
            if not some.any():
                continue
            chosen = rows[some]
            order = np.argsort(-rest[chosen], axis=1, kind="stable")
            served = np.arange(rows.shape[1]) < left[positions[some]][:, None]
            shares[np.take_along_axis(chosen, order, axis=1)[served]] += 1


def _runs(start: Ints) -> _Runs:
    length = np.diff(start)
    by_length = []
    for each in np.unique(length[length > 1]):
        positions = np.flatnonzero(length == each)
        by_length.append((positions, start[positions][:, None] + np.arange(each)))
    return _Runs(start, np.repeat(np.arange(len(length)), length), by_length)


class NumpyBatch:
    """Draws and settles with numpy what `gridsim.batch.engine.settle_block` does.

    Parameters
    ----------
    prepared : Prepared
    """

    def __init__(self, prepared: Prepared) -> None:
        market, groups, self._terms = prepared.market, prepared.packed.groups, prepared.packed.terms
        assert not len(prepared.load.factors.own_by_score)
        assert not len(prepared.load.factors.period)
        self._prepared, self._market = prepared, market
        self._legs, self._cells = _runs(market.leg_start), _runs(market.cell_start)
        self._users, self._place = np.unique(market.user, return_inverse=True)
        unit = np.repeat(np.arange(len(prepared.unit_ids)), np.diff(market.position_start))
        of_cell = self._cells.position
        user = market.user_start[unit[of_cell]] + market.cell_factor // 4
        self._factor = self._place[user] * 12 + market.month[of_cell]
        group = groups.start[of_cell] + market.cell_group
        assert len(groups.over) == 1
        self._over = groups.over[0][group]
        plans = self._terms.plans
        self._charges = []
        for slot, (value, mark) in enumerate(zip(groups.charge, groups.charge_mark, strict=True)):
            has_slot = plans.start[market.plan] + slot < plans.start[market.plan + 1]
            row = plans.row[np.where(has_slot, plans.start[market.plan] + slot, 0)] - FIRST_ITEM
            kind = mark[group] & KIND
            fixed = np.where(kind == FIXED, value[group], 0)
            adjusted = np.flatnonzero(kind == LINEAR)
            swing = (mark[group] >> MARK_BITS)[adjusted]
            self._charges.append((row, fixed, adjusted, value[group][adjusted], swing))
        self._weight = np.maximum(market.contract, 1)[self._legs.position]
        self._ratio_of_leg = market.leg_energy / self._weight

    def draws(self, count: int, seed: int) -> tuple[Ints, Ints]:
        """Items (draws, items) and costs (units, draws) of the draws from 0 on."""
        items = np.zeros((count, len(self._prepared.items)), dtype=np.int64)
        cost = np.zeros((len(self._prepared.unit_ids), count), dtype=np.int64)
        for draw in range(count):
            by_position = self._settle(self._energies(seed, draw))
            items[draw] = by_position.sum(axis=1)
            cost[:, draw] = np.add.reduceat(by_position.sum(axis=0), self._market.position_start[:-1])
        return items, cost

    def _energies(self, seed: int, draw: int) -> Ints:
        load = self._prepared.load
        factor = np.full((len(self._users), 12), FACTOR_ONE, dtype=np.int64)
        if len(load.factors.own):
            factor = _quantiles(_words(seed, draw, self._users, OWN), load.factors.own)
        if len(load.common):
            common = _quantiles(_words(seed, draw, np.zeros(1, dtype=np.int64), COMMON), load.common)
            factor = (factor * common + FACTOR_HALF) >> FACTOR_BITS
        return (self._market.cell_energy * factor.ravel()[self._factor] + FACTOR_HALF) >> FACTOR_BITS

    def _settle(self, energy: Ints) -> Ints:
        """(items, positions) money."""
        market, legs, cells = self._market, self._legs, self._cells
        metered = cells.sums(energy)
        in_band = np.minimum(metered, market.over_edge[0])
        money = np.zeros((len(self._prepared.items), len(metered)), dtype=np.int64)
        money[_SHORTFALL] = np.maximum(market.under_edge[0] - metered, 0) * self._terms.prices.under[0]

        total = in_band[legs.position]
        shares, rest = _floors(total, market.leg_energy, self._weight, total * self._ratio_of_leg)
        legs.serve(shares, rest, in_band - legs.sums(shares))
        money[_ENERGY] = legs.sums(shares * market.leg_price)
        average = _half_away(money[_ENERGY], np.maximum(in_band, 1))

        inside = energy.copy()
        over = metered > in_band
        rows = np.flatnonzero(over[cells.position])
        position = cells.position[rows]
        band, whole = in_band[position], metered[position]
        inside[rows], rest_of_rows = _floors(
            band, energy[rows], whole, energy[rows] * (in_band / np.maximum(metered, 1))[position]
        )
        rest = np.zeros_like(energy)
        rest[rows] = rest_of_rows
        cells.serve(inside, rest, np.where(over, in_band - cells.sums(inside), 0))
        money[_OVERRUN] = cells.sums((energy - inside) * self._over)
        every = np.arange(len(metered))
        for row, fixed, some, base, swing in self._charges:
            paid = inside * fixed
            price = (average[cells.position[some]] + base) * swing
            paid[some] += inside[some] * _half_away(price, np.int64(RATIO_ONE))
            money[row, every] += cells.sums(paid)
        return money


def _words(seed: int, draw: int, users: Ints, stream: int) -> Ints:
    """(users, 12) words: Philox4x32-10, a counter for each user and term."""
    shape = (len(users), 3)
    a = np.full(shape, draw, dtype=np.uint64)
    b = np.broadcast_to(users.astype(np.uint64)[:, None], shape)
    c = np.broadcast_to(np.arange(3, dtype=np.uint64), shape)
    d = np.full(shape, stream, dtype=np.uint64)
    low, high = seed & 0xFFFFFFFF, seed >> 32
    shift = np.uint64(32)
    for _ in range(10):
        first, second = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (
            (second >> shift) ^ b ^ np.uint64(low), second & _WORD,
            (first >> shift) ^ d ^ np.uint64(high), first & _WORD,
        )  # fmt: skip
        low, high = (low + 0x9E3779B9) & 0xFFFFFFFF, (high + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([a, b, c, d], axis=2).reshape(len(users), 12).astype(np.int64)


def _quantiles(words: Ints, table: Ints) -> Ints:
    place = 2 * words + 1
    is_upper = place > 0xFFFFFFFF
    bits = np.where(is_upper, 2**33 - place, place).astype(np.float64).view(np.int64)
    entry = table[(bits >> 45) - (1023 << 7) + is_upper * (OCTAVES * SEGMENTS)]
    rise = ((entry & 0xFFFFFFFF) * ((bits >> 13) & 0xFFFFFFFF) + (1 << 31)) >> 32
    return (entry >> 32) + np.where(is_upper, -rise, rise)


def _floors(total: Ints, weight: Ints, weight_sum: Ints, quotient: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """floor(total × weight / weight_sum) and the remainder, from the quotient in floats."""
    floor = (quotient - 0.5).astype(np.int64)
    rest = total * weight - floor * weight_sum  # both wrap, their difference does not
    more = rest >= weight_sum
    return floor + more, np.where(more, rest - weight_sum, rest)


def _half_away(numerator: Ints, denominator: Ints | np.int64) -> Ints:
    magnitude = np.abs(numerator)
    quotient = magnitude // denominator
    rest = magnitude - quotient * denominator
    return np.sign(numerator) * (quotient + (rest >= denominator - rest))


assert np.iinfo(np.int64).max == OPEN_EDGE  # the minimum with it leaves all in band
