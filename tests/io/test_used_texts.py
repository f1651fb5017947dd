"""Dictionaries cut down to the texts that are used, part after part with the same memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gridsim.io import used_texts
from gridsim.io.used_texts import UsedTexts

NAMES = pa.array([f"n{number}" for number in range(1003)])


@pytest.fixture(autouse=True)
def _shorten_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used_texts, "_FEW", 0)


def coded(codes: np.ndarray, texts: pa.Array = NAMES) -> pa.Table:
    """Of -1 an empty cell."""
    column = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0 if len(codes) else None), texts)
    return pa.table({"name": column, "number": codes})


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.int64])
def test_the_same_rows_with_the_texts_that_occur(kind: type[np.integer]) -> None:
    used, rng = UsedTexts(), np.random.default_rng(4)
    for rows in (0, 1, 50, 2000, 3):
        codes = rng.integers(-1, len(NAMES), rows).astype(kind)
        given = coded(codes)
        found = used.of(given)
        assert found.schema == given.schema
        assert found.column("name").to_pylist() == given.column("name").to_pylist()
        expected = [NAMES[int(code)].as_py() for code in np.unique(codes[codes >= 0])]
        assert found.column("name").chunk(0).dictionary.to_pylist() == expected


def test_nothing_but_empty_cells() -> None:
    found = UsedTexts().of(coded(np.full(4, -1)))
    assert found.column("name").to_pylist() == [None] * 4
    assert len(found.column("name").chunk(0).dictionary) == 0


def test_dictionaries_of_different_length_in_turn() -> None:
    used = UsedTexts()
    for length in (5, 1003, 9, 8, 64):
        codes = np.array([length - 1, 0, length - 1])
        found = used.of(coded(codes, NAMES.slice(0, length)))
        assert found.column("name").to_pylist() == [f"n{length - 1}", "n0", f"n{length - 1}"]
        assert found.column("name").chunk(0).dictionary.to_pylist() == ["n0", f"n{length - 1}"]


def test_a_few_texts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used_texts, "_FEW", 1003)
    assert len(UsedTexts().of(coded(np.array([3]))).column("name").chunk(0).dictionary) == 1003
