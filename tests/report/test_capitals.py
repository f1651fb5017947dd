"""Amounts in Chinese capitals."""

from __future__ import annotations

import pytest

from gridsim.report.capitals import capital_amount


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (260688202, "贰佰陆拾万陆仟捌佰捌拾贰元零贰分"),
        (1050000, "壹万零伍佰元整"),
        (100010, "壹仟元壹角整"),
        (5, "伍分"),
        (-10, "负壹角整"),
        (10000000000000, "壹仟亿元整"),
        (10010010001, "壹亿零壹拾万零壹佰元零壹分"),
        (123_456_789_001, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元零壹分"),
    ],
)
def test_amounts_in_capitals(fen: int, text: str) -> None:
    assert capital_amount(fen) == text
