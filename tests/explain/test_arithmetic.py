"""Splits by the largest remainder, and quotients as text."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.explain import arithmetic
from gridsim.explain.arithmetic import Quotient, is_tied, split
from gridsim.show import numbers


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any))
def test_split_by_largest_remainder(total, weights):
    shares = split(total, weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert sum(share.value for share in shares) == total
    assert all(share.floor == part // 1 for share, part in zip(shares, exact, strict=True))
    rest = [(part % 1, share.extra) for part, share in zip(exact, shares, strict=True)]
    served, passed = [r for r, extra in rest if extra], [r for r, extra in rest if not extra]
    assert not served or not passed or min(served) >= max(passed)


def test_equal_remainders_serve_the_earlier_and_are_called_a_tie():
    shares = split(2, [1, 1, 1])
    assert [share.extra for share in shares] == [1, 1, 0]
    assert is_tied(shares)
    assert not is_tied(split(3, [1, 1, 1]))
    assert not is_tied(split(10, [1, 2, 4]))


def test_split_of_nothing():
    assert split(0, []) == ()
    assert [share.value for share in split(0, [0, 0])] == [0, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.energy(3_000_001), "3,000.001"),
        (numbers.money_in_full(0), "0.00"),
        (numbers.money_in_full(1_500_000), "1.50"),
        (numbers.money_in_full(-1_234_567_890), "-1,234.56789"),
        (numbers.ratio(10500), "1.05"),
        (numbers.ratio(10000), "1"),
        (arithmetic.energy_share(Quotient(2_000, 3)), "0.666666…"),
        (arithmetic.energy_share(Quotient(1_000, 1)), "1.000"),
        (arithmetic.price_quotient(Quotient(-1, 3)), "-0.0003333…"),
        (arithmetic.cut_off(Quotient(-1, 4), 2, least=0), "-0.25"),
        (numbers.line_numbers([3, 1, 2, 9]), "1–3, 9"),
        (numbers.line_numbers([1, 3, 5, 7, 9]), "1, 3, 5, …, 9"),
    ],
)
def test_numbers_as_text(text, expected):
    assert text == expected
