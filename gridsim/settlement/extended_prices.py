"""Words of price expressions that extensions bring: computed by their functions, and held to their invariants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.extensions import Extension

    Ints = NDArray[np.int64]

__all__ = ["computed"]


def computed(extension: Extension, parts: Sequence[Ints], is_there: NDArray[np.bool_] | None = None) -> Ints:
    """What an extension computes of its parts.

    Parameters
    ----------
    extension : Extension
    parts : sequence of int64 array
        Arrays that can be broadcast to one shape.
    is_there : bool array, optional
        Where all parts are there; the function gets only these places.

    Returns
    -------
    int64 array
        Of the shape of all parts together; 0 where they are not there.

    Raises
    ------
    ExtensionError
        The function failed, or gave something that is no array of whole numbers of the same length within its bounds.
    """
    every = np.array(True) if is_there is None else is_there
    shape = np.broadcast_shapes(every.shape, *(part.shape for part in parts))
    there = np.broadcast_to(every, shape).ravel()
    given = [np.broadcast_to(part, shape).ravel()[there].astype(np.int64) for part in parts]
    for each in given:
        each.flags.writeable = False
    found = _called(extension, given)
    least, greatest = extension.bounds
    outside = np.flatnonzero((found < least) | (found > greatest))
    if len(outside):
        first = int(outside[0])
        raise extension.broken(
            Sentence(
                "bounds: {value} is not within {least} to {greatest} (of {parts})",
                value=int(found[first]),
                least=least,
                greatest=greatest,
                parts=", ".join(str(int(each[first])) for each in given),
            )
        )
    if len(found) > 1:  # a price is that of its place, whatever else is computed with it
        last = len(found) - 1
        alone = _called(extension, [each[last:] for each in given])
        if alone[0] != found[last]:
            raise extension.broken(
                Sentence(
                    "each place by itself: the last of {count} is {value}, and {alone} when it is computed alone",
                    count=len(found),
                    value=int(found[last]),
                    alone=int(alone[0]),
                )
            )
    whole = np.zeros(len(there), dtype=np.int64)
    whole[there] = found
    return whole.reshape(shape)


def _called(extension: Extension, given: list[Ints]) -> Ints:
    try:
        found = np.asarray(extension.function(*given))
    except Exception as error:
        raise extension.failed(error) from error
    if not np.issubdtype(found.dtype, np.integer) or found.shape != given[0].shape:
        raise extension.broken(
            Sentence(
                "whole numbers, one for each place: {count} places, and {dtype} of shape {shape}",
                count=len(given[0]),
                dtype=str(found.dtype),
                shape=str(found.shape),
            )
        )
    return found.astype(np.int64)
