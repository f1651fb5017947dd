"""A column as codes of its distinct texts: what is said of a text is decided once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridsim.tables.blocks import blocks, looked_up
from gridsim.tables.raw import text_of_cell

__all__ = ["Encoded", "categorical", "encode", "places_of", "recode", "texts_of_rows", "type_of_texts"]

Codes = NDArray[np.signedinteger[Any]]

_MANY = 100_000  # from so many rows on a closer look at the bytes is worth its while
_FEW = 16  # distinct short texts
_INT32 = pa.int32()
_KEPT_TEXTS = 64


@dataclass(frozen=True)
class Encoded:
    """A column as codes of its distinct texts, in the order in which they first appear; −1 is missing."""

    codes: Codes
    texts: list[str]

    def text(self, position: int) -> str | None:
        code = self.codes[position]
        return None if code < 0 else self.texts[code]

    def has_gaps(self) -> bool:
        """Whether any cell is missing."""
        return len(self.codes) > 0 and int(self.codes.min()) < 0

    def rows_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Positions whose text is chosen; `chosen` has one flag per text."""
        return np.flatnonzero(np.append(chosen, False)[self.codes])  # code −1 takes the last flag


def encode(array: pa.Array, as_text: Callable[[object], str | None] = text_of_cell) -> Encoded:
    """Any Arrow array as codes of distinct texts.

    Parameters
    ----------
    array : Arrow array
    as_text : callable
        The text of a cell; None for an empty one.
    """
    if pa.types.is_large_string(array.type) and len(array) >= _MANY and not array.null_count:
        quick = _alike(array) or _short(array)
        if quick is not None:
            return quick
    is_in_turn = not pa.types.is_dictionary(array.type)
    if is_in_turn:
        try:
            array = array.dictionary_encode()
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # lists and the like: no type for a table
            array = pa.array([None if cell is None else str(cell) for cell in array.to_pylist()]).dictionary_encode()
    indices = array.indices
    if indices.type != _INT32:
        indices = indices.cast(_INT32)
    codes = np.asarray(pc.fill_null(indices, -1) if indices.null_count else indices)
    values = array.dictionary.to_pylist()
    if pa.types.is_string(array.dictionary.type) or pa.types.is_large_string(array.dictionary.type):
        # already what they are, millions perhaps; distinct and in turn, if Arrow has encoded them just now
        if is_in_turn and "" not in values:
            return Encoded(codes, values)
        if not is_in_turn and _are_distinct(array.dictionary) and _appear_in_turn(codes, len(values)):
            return Encoded(codes, values)
        return recode(codes, [value or None for value in values])
    return recode(codes, [as_text(value) for value in values])


def recode(codes: Codes, texts: list[str | None]) -> Encoded:
    """Codes over texts that may repeat, be None, or be used by no row, in the one form of `Encoded`."""
    places: dict[str, int] = {}
    target = np.array([-1 if text is None else places.setdefault(text, len(places)) for text in texts] + [-1], np.int32)
    if len(places) != len(texts):
        codes = looked_up(target, codes)
    if _appear_in_turn(codes, len(places)):
        return Encoded(codes, list(places))
    first = np.full(len(places) + 1, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several writes to one place the last one stays
    order = np.argsort(first[:-1], kind="stable")
    used = int(np.count_nonzero(first[:-1] < len(codes)))
    names = list(places)
    if used == len(names) and np.array_equal(order, np.arange(used)):
        return Encoded(codes, names)
    rank = np.full(len(names) + 1, -1, dtype=np.int32)
    rank[order[:used]] = np.arange(used, dtype=np.int32)
    return Encoded(looked_up(rank, codes), [names[place] for place in order[:used]])


def categorical(codes: Codes, categories: list[str]) -> pd.Categorical:
    """Codes as pandas has them, over texts."""
    return pd.Categorical.from_codes(codes, dtype=type_of_texts(categories))


def type_of_texts(texts: list[str]) -> pd.CategoricalDtype:
    """The type of a column of codes over these texts, which are distinct.

    The types of a few texts are kept: pandas takes 200 µs to make one (it looks for texts that are there twice), which
    was a quarter of clearing 20 orders, and months, products, sessions and participants come again and again.
    """
    return _kept_type(tuple(texts)) if len(texts) <= _KEPT_TEXTS else _new_type(texts)


def _new_type(texts: Sequence[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(list(texts), dtype="str"))


_kept_type = lru_cache(maxsize=256)(_new_type)


def texts_of_rows(column: pd.Series) -> NDArray[np.object_]:
    """The text of each row of a column of categories, NaN where it has none: in a tenth of what ``astype`` takes."""
    categories: NDArray[np.object_] = column.array.categories.to_numpy(dtype=object)
    texts: NDArray[np.object_] = np.append(categories, np.nan)[column.array.codes]
    return texts


def places_of(texts: Iterable[str], known: Iterable[str]) -> NDArray[np.int64]:
    """The place of each text among those that are known, which are distinct; -1 where it is none of them."""
    place = {text: number for number, text in enumerate(known)}
    return np.array([place.get(text, -1) for text in texts], dtype=np.int64)


def _are_distinct(texts: pa.StringArray) -> bool:
    """Whether no text is there twice, or empty."""
    shortest = pc.min(pc.binary_length(texts)).as_py()
    return not texts.null_count and shortest != 0 and bool(pc.count_distinct(texts).as_py() == len(texts))


def _appear_in_turn(codes: Codes, texts: int) -> bool:
    """Whether the codes are those of `Encoded` already: all of them occur, the lower one first."""
    highest = -1
    for block in blocks(len(codes)):
        so_far = np.maximum.accumulate(codes[block])
        np.maximum(so_far, highest, out=so_far)
        if int(so_far[0]) - highest > 1 or np.any(np.diff(so_far) > 1):
            return False
        highest = int(so_far[-1])
    return highest == texts - 1


def _bytes_and_ends(array: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of large strings, and where each begins."""
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data or b"", dtype=np.uint8), ends


def _alike(array: pa.Array) -> Encoded | None:
    """A column in which one text stands in every row; None if another does."""
    data, ends = _bytes_and_ends(array)
    length = int(ends[1] - ends[0])
    if not length or int(ends[-1] - ends[0]) != length * len(array):
        return None
    plain = data[int(ends[0]) : int(ends[-1])]
    for block in blocks(len(array)):
        if np.any(np.diff(ends[block.start : block.stop + 1]) != length):
            return None
        stop = min(block.stop + 1, len(array))
        one = plain[block.start * length : (stop - 1) * length]
        if one.tobytes() != plain[(block.start + 1) * length : stop * length].tobytes():
            return None
    return Encoded(np.zeros(len(array), dtype=np.int8), [array[0].as_py()])


def _short(array: pa.Array) -> Encoded | None:
    """A column of a few texts of up to eight bytes; None if it is another, or has an empty one."""
    from gridsim.core.jit import OK
    from gridsim.core.texts import encode_short

    data, ends = _bytes_and_ends(array)
    words, lengths = np.zeros(_FEW, dtype=np.uint64), np.zeros(_FEW, dtype=np.int64)
    codes = np.empty(len(array), dtype=np.int32)
    status, count = encode_short(data, ends, words, lengths, codes)
    if status != OK or not lengths[:count].all():
        return None
    texts = [int(word).to_bytes(8, "little")[:length] for word, length in zip(words, lengths[:count], strict=False)]
    return Encoded(codes, [text.decode("utf-8") for text in texts])
