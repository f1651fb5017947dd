"""Numbers of any number of decimals: nothing of them is lost until they are summed, and the sum is rounded once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.tables import fine
from gridsim.tables.fine import MOST_DECIMALS, Rests, fine_numbers
from gridsim.units import round_half_up

_TEXTS = ["12.48", "0.01248", "007.5", "1.", "0.049919999999999996", "1e-5", "1e-30", " 2.0004 ", ".5", "+1.2345"]
_TEXTS += ["123456789012.123456789012345678", "0.1234567890123456789", "-0.0005"]


def read_back(array: pa.Array, decimals: int) -> list[Fraction]:
    values, rests, is_too_fine = fine_numbers(array, decimals)
    assert not is_too_fine.any()
    found = [Fraction(int(value)) for value in values]
    for row, first, second in zip(rests.rows.tolist(), *rests.limbs.tolist(), strict=True):
        found[row] += Fraction(first * 10**9 + second, 10**18)
    for row, rest in rests.further.items():
        found[row] += rest
    return [value / 10**decimals for value in found]


@pytest.mark.parametrize("decimals", [0, 3, 7])
def test_texts_are_what_they_say(decimals: int) -> None:
    assert read_back(pa.array(_TEXTS), decimals) == [Fraction(Decimal(text.strip())) for text in _TEXTS]


_SHORT = st.from_regex(r"[0-9]{1,9}(\.[0-9]{0,6})?", fullmatch=True)


@given(st.lists(_SHORT, min_size=1), st.sampled_from([0, 3, 7]))
def test_short_texts_are_what_long_ones_are(texts: list[str], decimals: int) -> None:
    """A float64 holds fifteen digits without doubt: such a column is read at once, to what the slow way finds."""
    array = pa.array(texts)
    values, limbs = np.zeros(len(texts), dtype=np.int64), np.zeros((2, len(texts)), dtype=np.int64)
    most = max(decimals, *(len(text.partition(".")[2]) for text in texts))
    is_short = all(Decimal(text).scaleb(most) < 10**15 for text in texts)
    assert fine._split_short_texts(array, decimals, values, limbs) is is_short
    if is_short:
        exact = [Fraction(int(value)) + Fraction(int(one), 10**9) + Fraction(int(other), 10**18)
                 for value, one, other in zip(values, *limbs, strict=True)]  # fmt: skip
        assert exact == [Fraction(Decimal(text)) * 10**decimals for text in texts]


@pytest.mark.parametrize(
    "text", ["1234567890.123456", "12345678901234567", "1e3", "-1", "+1", " 1", ".5", "", "1.2.3", "0x1", "１２"]
)
def test_texts_that_may_lose_a_digit_or_are_not_plain_are_no_short_ones(text: str) -> None:
    array, values, limbs = pa.array(["1.5", text]), np.zeros(2, dtype=np.int64), np.zeros((2, 2), dtype=np.int64)
    assert not fine._split_short_texts(array, 3, values, limbs)
    assert not values.any()
    assert not limbs.any()


@given(st.lists(st.decimals(0, 10**9, places=11), min_size=1), st.sampled_from([0, 3]))
def test_decimals_are_what_they_say(numbers: list[Decimal], decimals: int) -> None:
    for kind in (pa.decimal128(38, 11), pa.decimal128(38, 25)):
        assert read_back(pa.array(numbers, kind), decimals) == [Fraction(number) for number in numbers]


@given(st.lists(st.floats(0, 10**9), min_size=1), st.sampled_from([0, 3]))
def test_a_float_is_its_decimal_of_fifteen_digits(floats: list[float], decimals: int) -> None:
    assert read_back(pa.array(floats, pa.float64()), decimals) == [Fraction(Decimal(f"{x:.15g}")) for x in floats]


def test_noise_of_binary_arithmetic_is_none_of_the_energy() -> None:
    _, rests, _ = fine_numbers(pa.array([57.699999999999996, 0.1 + 0.2, 2.0004]), 3)
    assert rests.rows.tolist() == [2]
    assert len(rests) == 1


def test_what_no_meter_counts_is_too_fine() -> None:
    _, _, is_too_fine = fine_numbers(pa.array(["0.0001", f"1e-{MOST_DECIMALS + 1}"]), 3)
    assert is_too_fine.tolist() == [False, True]


@given(st.lists(st.tuples(st.integers(-1, 2), st.decimals(0, 10, places=24)), min_size=1))
def test_sums_are_rounded_once(rows: list[tuple[int, Decimal]]) -> None:
    keys, numbers = zip(*rows, strict=True)
    values, rests, _ = fine_numbers(pa.array([f"{number:f}" for number in numbers]), 3)
    added, fractions = rests.summed(np.array(keys), 3)
    for key in range(3):
        exact = sum((Fraction(number) * 1000 for of, number in rows if of == key), Fraction(0))
        whole = int(values[np.array(keys) == key].sum())
        assert whole + added[key] == round_half_up(exact.numerator, exact.denominator)
        assert fractions.get(key, 0) == exact % 1


def test_a_sum_that_is_a_half_exactly_goes_up() -> None:
    rests = Rests(np.arange(2), np.array([[10**9 // 4] * 2, [0, 0]]))
    assert rests.summed(np.zeros(2, dtype=np.int64), 1)[0].tolist() == [1]
    assert rests.at(np.array([3, 5])).rows.tolist() == [3, 5]
