"""Columns as codes: the quick ways of long columns find what the plain one finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core import texts as kernels
from gridsim.core.jit import NO_ROOM, OK
from gridsim.tables import encoded
from gridsim.tables.encoded import Encoded, encode, places_of, texts_of_rows, type_of_texts

WORDS = st.sampled_from(["", "buy", "sell", "2021-03", "2021-H2", "谷", "éé", "eight888", "nine99999", "a\0", "a"])


def plain(cells: list[str]) -> Encoded:
    texts = list(dict.fromkeys(cell for cell in cells if cell))
    return Encoded(np.array([texts.index(cell) if cell else -1 for cell in cells], dtype=np.int32), texts)


def same(one: Encoded, other: Encoded) -> None:
    assert one.texts == other.texts
    assert one.codes.tolist() == other.codes.tolist()


@given(cells=st.lists(WORDS, max_size=30), before=st.integers(0, 3), alike=st.booleans())
def test_the_quick_ways_find_what_the_plain_one_finds(cells: list[str], before: int, alike: bool) -> None:
    if alike:
        cells = cells[:1] * len(cells)
    array = pa.array(["x"] * before + cells, pa.large_string()).slice(before)
    same(encode(array), plain(cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoded, "_MANY", 1)
        same(encode(array), plain(cells))


def test_a_long_column_of_one_text_is_looked_at_to_its_end() -> None:
    count = 3 * encoded._MANY
    for odd in (0, 1, count // 2, count - 1):
        cells = ["2021-04"] * count
        assert encode(pa.array(cells, pa.large_string())).texts == ["2021-04"]
        cells[odd] = "2021-05"
        found = encode(pa.array(cells, pa.large_string()))
        assert sorted(found.texts) == ["2021-04", "2021-05"]
        assert np.flatnonzero(found.codes != found.codes[odd - 1 if odd else 1]).tolist() == [odd]


@pytest.mark.parametrize("function", [kernels._encode_short, kernels.encode_short])
def test_short_texts(function) -> None:
    def codes_of(cells: list[bytes], room: int) -> tuple[int, int, list[int]]:
        data = np.frombuffer(b"".join(cells), dtype=np.uint8)
        ends = np.frombuffer(np.cumsum([0, *map(len, cells)], dtype=np.int64).tobytes(), dtype=np.int64)
        codes = np.full(len(cells), -7, dtype=np.int32)
        status, count = function(data, ends, np.zeros(room, np.uint64), np.zeros(room, np.int64), codes)
        return status, count, codes.tolist()

    assert codes_of([b"sell", b"buy", b"sell", b"", b"\0"], 4) == (OK, 4, [0, 1, 0, 2, 3])
    assert codes_of([b"12345678", b"\xff" * 8, b"12345678"], 2) == (OK, 2, [0, 1, 0])
    assert codes_of([b"a", b"123456789"], 4)[0] == NO_ROOM
    assert codes_of([b"a", b"b", b"c"], 2)[:2] == (NO_ROOM, 2)


def test_arrow_arrays_stay_locked_and_are_not_copied() -> None:
    from gridsim.tables.blocks import unlocked

    locked = np.asarray(pa.array([1.5, 2.5]))
    opened = unlocked(locked)
    assert not locked.flags.writeable
    assert opened.flags.writeable
    assert np.shares_memory(locked, opened)
    assert unlocked(opened) is opened


def test_texts_of_rows_and_their_places():
    column = pd.Series(["b", None, "a", "b"], dtype="category")
    assert texts_of_rows(column).tolist()[::2] == ["b", "a"]
    assert pd.Series(texts_of_rows(column)).isna().tolist() == [False, True, False, False]
    assert places_of(["b", "c", "a"], ["a", "b"]).tolist() == [1, -1, 0]
    assert places_of([], ["a"]).dtype == np.int64


@pytest.mark.parametrize("count", [0, 1, 64, 65])
def test_the_type_of_a_few_texts_is_kept(count):
    texts = [f"t{n}" for n in range(count)]
    expected = pd.CategoricalDtype(pd.Index(texts, dtype="str"))
    assert type_of_texts(texts) == expected == type_of_texts(list(texts))
    assert (type_of_texts(texts) is type_of_texts(list(texts))) == (count <= 64)
