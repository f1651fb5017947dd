"""Short texts as codes: each text has its own, in the order in which they first appear."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.texts import SHORT, encode_short
from tests.shared import ints

# Texts that are alike but for a byte that is 0, for their length, or in the last place.
TEXTS = st.sampled_from([b"", b"\0", b"\0\0", b"a", b"a\0", b"b", b"abcdefgh", b"abcdefg", b"abcdefg\xff", b"\xff" * 8])


def encoded(texts: list[bytes], room: int) -> tuple[int, list[int], list[bytes]]:
    data = np.frombuffer(b"".join(texts), dtype=np.uint8)
    words, lengths = np.zeros(room, dtype=np.uint64), np.zeros(room, dtype=np.int64)
    codes = np.full(len(texts), -1, dtype=np.int32)
    status, count = encode_short(data, ints([0, *np.cumsum([len(text) for text in texts])]), words, lengths, codes)
    distinct = [int(word).to_bytes(SHORT, "little")[:length] for word, length in zip(words, lengths, strict=True)]
    return status, codes.tolist(), distinct[:count]


@given(st.lists(TEXTS, max_size=20))
def test_codes_are_those_of_plain_python(texts: list[bytes]) -> None:
    first = list(dict.fromkeys(texts))
    assert encoded(texts, len(first)) == (OK, [first.index(text) for text in texts], first)
    if first:
        assert encoded(texts, len(first) - 1)[0] == NO_ROOM


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=5))
def test_a_text_longer_than_a_word_is_told(before: list[bytes], after: list[bytes]) -> None:
    assert encoded([*before, b"x" * (SHORT + 1), *after], 20)[0] == NO_ROOM
