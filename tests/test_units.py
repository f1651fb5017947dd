"""Fixed-point numbers: exact or an error, and three roundings, half away from zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.units import fixed_point, format_fixed, round_fen, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (0, 7, 0), (7, 7, 1), (3, 2, 2), (-3, 2, -2), (1, 3, 0)],
)
def test_half_up_is_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert round_half_up(numerator, denominator) == expected


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_is_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        round_half_up(1, denominator)


def test_fen() -> None:
    assert [round_fen(amount) for amount in (4_999, 5_000, -5_000, -4_999, 15_000)] == [0, 1, -1, 0, 2]


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("1.5", 3, 1500),
        ("1.5000", 3, 1500),
        ("-0.001", 3, -1),
        ("1e3", 3, 1_000_000),
        ("0e-30", 3, 0),
        ("0e99999", 3, 0),
        (0.1, 3, 100),
        (1.57, 4, 15_700),
        (Decimal("347.5"), 3, 347_500),
        (7, 3, 7000),
    ],
)
def test_exact_values(value: object, decimals: int, expected: int) -> None:
    assert fixed_point(value, decimals) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1.0001", "more than 3 decimals"),
        ("1e-9", "more than 3 decimals"),
        ("1e-999999", "more than 3 decimals"),
        (0.1 + 0.2, "more than 3 decimals"),
        ("nan", "finite"),
        ("-inf", "finite"),
        (float("inf"), "finite"),
        ("1,234", "not a number"),
        ("1_234", "not a number"),
        ("１２", "not a number"),
        ("", "not a number"),
        (True, "not a number"),
        ("1e99999", "too large"),
    ],
)
def test_what_is_not_exact_is_an_error(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fixed_point(value, 3)  # type: ignore[arg-type]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 6))
def test_text_and_back(value: int, decimals: int) -> None:
    assert fixed_point(format_fixed(value, decimals), decimals) == value


def test_thousands() -> None:
    assert format_fixed(-1_234_567_890, 3, thousands=True) == "-1,234,567.890"
    assert format_fixed(1_234, 0, thousands=True) == "1,234"
