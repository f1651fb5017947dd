"""The words of the workbook."""

from __future__ import annotations

from gridsim.templates.market import tables


def test_every_value_has_chinese_words() -> None:
    for table in tables().values():
        for column in table:
            assert len(column.values_zh) == len(column.values), column
            alike = set(column.values_zh) & set(column.values)
            assert all(value[0].isdigit() for value in alike), column  # numbers need no words
