from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from gridsim.core import rounding
from gridsim.core.jit import OK
from gridsim.core.settlement import charge as kernel
from gridsim.core.settlement.arrays import NO_ADJUSTMENT, ChargePrices, allocate_charges
from gridsim.core.settlement.bounds import LIMIT, check_charges
from tests.core.naive import round_half_away
from tests.shared import ints


@given(st.integers(0, 9 * 10**14), st.integers(0, 10_000))
@example(1, 5000)
@example(3, 10_500)
def test_band_edge(contract, ratio):
    expected = round_half_away(Fraction(contract * ratio, 10_000))
    assert rounding.band_edge(contract, ratio) == rounding._band_edge(contract, ratio) == expected


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.integers(1, 10**15))
@example(5, 10)
@example(-5, 10)
@example(-4, 10)
@example(2**63 - 1, 1)
def test_half_away(numerator, denominator):
    expected = round_half_away(Fraction(numerator, denominator))
    assert rounding.half_away(numerator, denominator) == expected
    assert rounding._half_away(numerator, denominator) == expected


prices = st.integers(-300_000, 1_500_000)
cells = st.tuples(
    st.integers(0, 10**8), prices, prices, prices, st.one_of(st.integers(0, 30_000), st.just(NO_ADJUSTMENT))
)


@given(st.lists(st.tuples(prices, st.lists(cells, max_size=4)), max_size=4), st.data())
def test_charges_and_adjustment_are_as_the_rulebook_words_them(positions, data):
    flat = [(average, *cell) for average, run in positions for cell in run]
    energy = ints([row[1] for row in flat])
    start = np.concatenate([[0], np.cumsum([len(run) for _, run in positions], dtype=np.int64)])
    average_price = ints([average for average, _ in positions])
    charge_prices = ChargePrices(
        price=ints([[row[2] for row in flat], [row[3] for row in flat]]),
        adjustment_base=ints([row[4] for row in flat]),
        adjustment_ratio=ints([row[5] for row in flat]),
    )
    assert check_charges(0, len(positions), start, average_price, energy, charge_prices) == (OK, 0)
    cut = data.draw(st.integers(0, len(positions)))
    for charge_cells in (kernel.charge_cells, kernel._charge_cells):
        charges = allocate_charges(len(flat), 2)
        for array in charges:
            array[...] = -7
        for first, last in ((0, cut), (cut, len(positions))):
            assert charge_cells(first, last, start, average_price, energy, charge_prices, charges) == OK
        for i, (average, kwh, transmission, funds, base, coefficient) in enumerate(flat):
            adjustment = round_half_away((average + base) * (Fraction(coefficient, 10_000) - 1))
            assert charges.money[:, i].tolist() == [kwh * transmission, kwh * funds]
            assert charges.adjustment_price[i] == adjustment
            assert charges.adjustment_money[i] == kwh * adjustment
            if coefficient == NO_ADJUSTMENT:
                assert adjustment == 0


@given(st.data())
def test_what_the_check_lets_through_does_not_wrap(data):
    big = st.integers(-(10**15), 10**15)
    average, price, base = data.draw(big), data.draw(big), data.draw(big)
    ratio = data.draw(st.one_of(st.integers(0, 20_000), st.integers(0, 10**15)))
    bound = max(abs(price), (abs(average) + abs(base)) * abs(ratio - 10_000) // 10_000 + 1)
    energy = data.draw(st.integers(0, min(int(1.1 * LIMIT / bound), 10**15)))
    charge_prices = ChargePrices(ints([[price]]), ints([base]), ints([ratio]))
    start = ints([0, 1])
    status, _ = check_charges(0, 1, start, ints([average]), ints([energy]), charge_prices)
    if status == OK:
        charges = allocate_charges(1, 1)
        kernel.charge_cells(0, 1, start, ints([average]), ints([energy]), charge_prices, charges)
        adjustment = round_half_away((average + base) * (Fraction(ratio, 10_000) - 1))
        assert charges.money[0, 0] == energy * price
        assert charges.adjustment_money[0] == energy * adjustment
    else:
        assert (abs(average) + abs(base)) * abs(ratio - 10_000) > 0.99 * LIMIT or energy * bound > 0.99 * LIMIT
