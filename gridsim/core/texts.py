"""Short texts of which there are a few, as codes: what a column of sides, products or months is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridsim.core.jit import NO_ROOM, OK, njit

__all__ = ["SHORT", "encode_short"]

SHORT = 8
"""Bytes that fit into one word."""


def _encode_short(
    data: NDArray[np.uint8],
    ends: NDArray[np.int64],
    words: NDArray[np.uint64],
    lengths: NDArray[np.int64],
    codes: NDArray[np.int32],
) -> tuple[int, int]:
    """The code of each text, in the order in which distinct texts first appear.

    Parameters
    ----------
    data : uint8 array
        The bytes of the texts one behind the other.
    ends : int64 array, shape (texts + 1,)
        Where each begins, and behind the last one where it ends.
    words, lengths : uint64 and int64 arrays of one length
        Out: the distinct texts, the first byte lowest, and how many bytes each has.
    codes : int32 array, shape (texts,)
        Out.

    Returns
    -------
    status : int
        OK, or NO_ROOM: a text is longer than `SHORT`, or there are more of them than `words` has room for.
    count : int
        Of distinct texts.
    """
    count = 0
    for row in range(len(codes)):
        at = ends[row]
        length = ends[row + 1] - at
        if length > SHORT:
            return NO_ROOM, count
        word = np.uint64(0)
        for i in range(length):
            word |= np.uint64(data[at + i]) << np.uint64(8 * i)
        code = 0
        while code < count and (words[code] != word or lengths[code] != length):
            code += 1
        if code == count:
            if count == len(words):
                return NO_ROOM, count
            words[count] = word
            lengths[count] = length
            count += 1
        codes[row] = code
    return OK, count


encode_short = njit(_encode_short)
