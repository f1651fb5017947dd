"""Texts from the outside."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.tables.numbers import convert_numbers
from gridsim.tables.texts import encode
from tests.shared import examples
from tests.tables.conversions import ENERGY

_DIGITS = st.text("0123456789", max_size=8)


_NUMBERS = st.builds(
    "{}{}{}{}".format, st.sampled_from(("", "", "-", "+")), _DIGITS, st.sampled_from((".", "")), _DIGITS
)


_ODD = st.text("0123456789.-+eE,_ naif١５", max_size=6)


_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_one(text: str) -> int | None:
    """The exact kWh of a text of MWh, by the rulebook alone; None for a fault."""
    text = text.strip()
    if not _PLAIN.fullmatch(text):
        return None
    number = Decimal(text) * 1000
    return int(number) if number == number.to_integral_value() and 0 <= number <= 10**15 else None


@settings(max_examples=examples(200))
@given(st.lists(st.one_of(_NUMBERS, _ODD, st.none()), max_size=12))
def test_texts(texts: list[str | None]) -> None:
    cells = convert_numbers(pa.array(texts, pa.string()), ENERGY, "")
    expected = [None if text is None else read_one(text) for text in texts]
    bad = np.zeros(len(texts), dtype=bool) if cells.bad is None else cells.bad
    assert bad.tolist() == [number is None for number in expected]
    assert [int(value) for value, is_bad in zip(cells.values, bad, strict=True) if not is_bad] == [
        n for n in expected if n is not None
    ]
    named = sorted(int(position) for problem in cells.problems for position in problem.positions)
    assert named == np.flatnonzero(bad).tolist()  # each bad cell in one fault


@settings(max_examples=examples(100))
@given(st.lists(_NUMBERS, min_size=1, max_size=5), st.lists(_NUMBERS, max_size=5))
def test_a_slice_of_an_array_is_read_as_that_slice(before: list[str], texts: list[str]) -> None:
    whole = pa.array([*before, *texts], pa.string())
    sliced = convert_numbers(whole.slice(len(before)), ENERGY, "")
    alone = convert_numbers(pa.array(texts, pa.string()), ENERGY, "")
    assert sliced.values.tolist() == alone.values.tolist()


@settings(max_examples=examples(100))
@given(st.lists(st.sampled_from(("a", "b", "c", "", None)), max_size=10), st.randoms(use_true_random=False))
def test_codes_follow_first_appearance_whatever_the_dictionary(texts: list[str | None], random: object) -> None:
    names = ["c", "unused", "a", None, "b", "", "a"]
    places = {"a": (2, 6), "b": (4,), "c": (0,), "": (5,), None: (3,)}
    indices = [random.choice(places[text]) for text in texts]  # type: ignore[attr-defined]
    array = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), pa.array(names, pa.string()))
    encoded = encode(array)
    assert encoded.texts == list(dict.fromkeys(text for text in texts if text))
    assert [encoded.text(position) for position in range(len(texts))] == [text or None for text in texts]
