"""The words of the workbook."""

from __future__ import annotations

from gridsim.columns import INPUT_TABLES, VALUES_ZH


def test_every_value_has_chinese_words() -> None:
    values = {value for table in INPUT_TABLES.values() for column in table for value in column.values}
    assert set(VALUES_ZH) == values
