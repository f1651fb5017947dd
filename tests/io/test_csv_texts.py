"""Texts in CSV files that people open: every one comes back."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gridsim.io.csv_texts import marked, marked_text, unmarked
from tests.io.formulas import is_safe
from tests.markets import INPUT_TABLES, RESULT_TABLES

TEXTS = st.lists(st.none() | st.text(st.sampled_from("=+-@'＝＠\t\r\n1.aé中"), max_size=6), max_size=12)


@given(TEXTS)
def test_every_text_comes_back(texts: list[str | None]) -> None:
    plain = pa.chunked_array([pa.array(texts, pa.string())])
    once = marked(plain)
    assert once.to_pylist() == [None if text is None else marked_text(text) for text in texts]
    assert all(text is None or is_safe(text) for text in once.to_pylist())
    assert unmarked(once).to_pylist() == texts
    codes = plain.dictionary_encode()
    assert marked(codes).to_pylist() == once.to_pylist() and marked(codes).type == pa.string()


def test_the_columns_of_texts_are_those_that_are_marked() -> None:
    from gridsim.io.table_files import _texts

    kinds = {column.kind for table in (*RESULT_TABLES.values(), *INPUT_TABLES.values()) for column in table}
    texts = {
        column.kind
        for table in (*RESULT_TABLES.values(), *INPUT_TABLES.values())
        for column in table
        if column.name in _texts(table)
    }
    assert kinds - texts == {
        *("energy", "price", "money", "ratio", "integer", "bool", "time", "date"),
        *("apparent", "demand", "reactive", "per_apparent", "per_demand"),
    }
