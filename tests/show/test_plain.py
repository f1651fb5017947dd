"""A document as plain text."""

from __future__ import annotations

import pytest

from gridsim.show.plain import block_lines, display_width, wrapped
from tests.show.one_document import DOCUMENT


def test_plain_text() -> None:
    lines = [line for block in DOCUMENT for line in block_lines(block, 0)]
    assert [line.rstrip() for line in lines] == [
        "A title",
        "=======",
        "A paragraph with *stars* and <tags>.",
        "value = 1.05",
        "what it means by the notice",
        "* one",
        "  more of it",
        "* two",
        "Who paid whom",
        "item                 MWh        yuan",
        "-------------  ---------  ----------",
        "合同电费       1,000.000  370,000.00",
        "shortfall fee      0.500        5.00",
        "-------------  ---------  ----------",
        "all                       370,005.00",
        "rounded",
        "2 warnings",
        "  first",
        "  second",
    ]


@pytest.mark.parametrize(("text", "width"), [("合同电量", 8), ("a合b", 4), ("é", 1), ("e\u0301", 1), ("→", 1)])
def test_wide_signs_take_two_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_chinese_breaks_between_its_signs_and_never_before_a_closing_one() -> None:
    assert wrapped("合同电量、实际用电量。", 8) == ["合同电", "量、实际", "用电量。"]
