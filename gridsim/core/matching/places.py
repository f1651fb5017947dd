"""A set of places 0 … n − 1 whose lowest one is found at once: which orders of a sorted side still stand in a book.

A bit for each place, a bit for each word of such bits that holds any, and a bit for each word of those; the words of
this last level are looked at in line, one for 262,144 places. The words of a million places are 128 kB, which the
processor's second cache holds. `make bench` has a balanced tree (`std::map`) beside it.

All layers stand in one array, and several sets may share it: the two sides of a book are then told apart by numbers
and not by a branch, of which no processor could foresee which way it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.core import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gridsim.core.jit import njit

__all__ = ["NO_PLACE", "Layers", "add", "discard", "layers_of", "lowest"]

Words = NDArray[np.uint64]

NO_PLACE = -1

_ONE = np.uint64(1)
_SHIFT = np.uint64(6)
_LOW = np.uint64(63)


class Layers(NamedTuple):
    """Where the three layers of a set begin in its array, and where it ends."""

    first: int
    second: int
    third: int
    stop: int


def _levels_of(places: int, begin: int) -> Layers:
    """Where the layers of a set of so many places lie in an array that it fills from `begin` to `stop`."""
    first = (places + 63) >> 6
    second = (first + 63) >> 6
    third = (second + 63) >> 6
    return Layers(begin, begin + first, begin + first + second, begin + first + second + third)


layers_of = njit(_levels_of)


def _lowest_bit(word: int) -> int:
    """The number of the lowest bit that is set; the word is not 0."""
    number = int(word)
    return (number & -number).bit_length() - 1


@intrinsic
def _trailing_zeros(context: Any, word: Any) -> Any:
    """One instruction of the processor."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        any_answer_for_zero = context.get_constant(types.boolean, True)
        return builder.cttz(arguments[0], any_answer_for_zero)

    return types.uint64(types.uint64), generate


@overload(_lowest_bit, inline="always")
def _lowest_bit_compiled(word: Any) -> Callable[[Any], Any]:
    def compiled(word: Any) -> Any:
        return np.int64(_trailing_zeros(np.uint64(word)))  # type: ignore[call-arg]

    return compiled


def _add(words: Words, layers: Layers, place: int) -> None:
    """Put a place in."""
    bit = np.uint64(place)
    word = bit >> _SHIFT
    upper = word >> _SHIFT
    top = upper >> _SHIFT
    words[np.uint64(layers.first) + word] |= _ONE << (bit & _LOW)
    words[np.uint64(layers.second) + upper] |= _ONE << (word & _LOW)
    words[np.uint64(layers.third) + top] |= _ONE << (upper & _LOW)


add = njit(_add, inlined=True)


def _discard(words: Words, layers: Layers, place: int) -> None:
    """Take out a place that is in."""
    bit = np.uint64(place)
    word = bit >> _SHIFT
    at = np.uint64(layers.first) + word
    words[at] &= ~(_ONE << (bit & _LOW))
    if words[at] != 0:
        return
    upper = word >> _SHIFT
    at = np.uint64(layers.second) + upper
    words[at] &= ~(_ONE << (word & _LOW))
    if words[at] != 0:
        return
    words[np.uint64(layers.third) + (upper >> _SHIFT)] &= ~(_ONE << (upper & _LOW))


discard = njit(_discard, inlined=True)


def _lowest(words: Words, layers: Layers) -> int:
    """The lowest place that is in; `NO_PLACE` if none is."""
    for top in range(layers.third, layers.stop):
        found = words[np.uint64(top)]
        if found != 0:
            upper = ((top - layers.third) << 6) + _lowest_bit(found)
            word = (upper << 6) + _lowest_bit(words[np.uint64(layers.second + upper)])
            return (word << 6) + _lowest_bit(words[np.uint64(layers.first + word)])
    return NO_PLACE


lowest = njit(_lowest, inlined=True)
