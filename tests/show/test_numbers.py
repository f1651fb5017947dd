"""How numbers are written: exact integers in, texts for people out."""

from __future__ import annotations

import pytest

from gridsim.show import numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.count(1234567), "1,234,567"),
        (numbers.energy(1234567), "1,234.567"),
        (numbers.energy(-500), "-0.500"),
        (numbers.price(368830), "368.830"),
        (numbers.money(1_234_567_890_000), "1,234,567.89"),
        (numbers.money(4_999), "0.00"),
        (numbers.money(5_000), "0.01"),
        (numbers.money(-5_000), "-0.01"),
        (numbers.money_in_full(1_000_000), "1.00"),
        (numbers.money_in_full(1_234_567), "1.234567"),
        (numbers.mean_price(1_000_000, 3), "333.333"),
        (numbers.mean_price(1, 0), "–"),
        (numbers.ratio(10500), "1.05"),
        (numbers.ratio(10000), "1"),
        (numbers.decimal(1_234_500, 3, least=2), "1,234.50"),
        (numbers.percent(1, 3, 2), "33.33 %"),
        (numbers.percent(-1, 3), "-33.3 %"),
        (numbers.percent(1, -3, 2), "-33.33 %"),
        (numbers.percent(1, 0), "–"),
        (numbers.change(100, 150), "+50.00 %"),
        (numbers.change(100, 50), "-50.00 %"),
        (numbers.change(-100, 50), "+150.00 %"),
        (numbers.change(10**9, 10**9 + 1), "0.00 %"),
        (numbers.change(0, 5), ""),
        (numbers.change(None, 5), ""),
        (numbers.change(5, 5), ""),
        (numbers.signed("1.00", 1), "+1.00"),
        (numbers.signed("-1.00", -1), "-1.00"),
        (numbers.signed("0.00", 1), "0.00"),
        (numbers.line_numbers([3, 1, 2, 7]), "1–3, 7"),
        (numbers.line_numbers([1, 3, 5, 7, 9, 10]), "1, 3, 5, …, 10"),
        (numbers.line_numbers([]), ""),
    ],
)
def test_a_number(text: str, expected: str) -> None:
    assert text == expected
