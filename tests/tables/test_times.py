"""Times from the outside as instants."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.columns import INPUT_TABLES
from gridsim.tables.times import convert_times
from tests.shared import examples

TIME = INPUT_TABLES["orders"]["submitted_at"]


@settings(max_examples=examples(200))
@given(
    st.lists(
        st.builds(
            lambda time, separator, length: time.isoformat(separator)[:length],
            st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59)),
            st.sampled_from("T "),
            st.integers(8, 26),
        )
        | st.text("0123456789-: TZ+.", max_size=20),
        max_size=8,
    )
)
def test_times(texts: list[str]) -> None:
    shape = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?", re.ASCII)
    typed = re.compile(r"(\d{4})[-.](\d\d?)[-.](\d\d?)([T ]+(\d\d?):(\d\d)(:(\d\d))?)?", re.ASCII)
    cells = convert_times(pa.array(texts, pa.string()), TIME, "")
    for text, value in zip(texts, cells.values, strict=True):
        expected: dt.datetime | None = None
        if shape.fullmatch(text.strip(" ")):
            try:
                expected = dt.datetime.fromisoformat(text.strip(" "))
            except ValueError:
                expected = None
        elif match := typed.fullmatch(text.strip(" ")):
            try:
                expected = dt.datetime(*(int(match[place] or 0) for place in (1, 2, 3, 5, 6, 8)))
            except ValueError:
                expected = None
        assert (None if np.isnat(value) else value.astype(dt.datetime)) == expected
