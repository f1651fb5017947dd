"""Arrays that users hand in, as the kernels take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["int64_array"]

_INT64 = np.dtype(np.int64)


def int64_array(name: str, array: object, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The array itself, or a copy where kernels would have to be compiled anew: not contiguous, or not writable.

    Parameters
    ----------
    name : str
        Of the parameter, for the messages.
    array : object
    shape : tuple of int

    Returns
    -------
    int64 array

    Raises
    ------
    TypeError
        Not an array of int64.
    ValueError
        Another shape.
    """
    if not isinstance(array, np.ndarray) or array.dtype != _INT64:
        found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name} must be an array of int64, not {found}")
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, not {array.shape}")
    return array if array.flags.carray else np.require(array, requirements=("C", "W", "A"))
