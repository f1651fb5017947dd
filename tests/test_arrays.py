"""Arrays that users hand in: taken as they are, copied where kernels would be compiled anew, or refused."""

from __future__ import annotations

import numpy as np
import pytest

from gridsim.arrays import int64_array
from tests.shared import ints


def test_an_array_as_kernels_want_it_is_taken_itself() -> None:
    given = ints([[1, 2], [3, 4]])
    assert int64_array("x", given, (2, 2)) is given


@pytest.mark.parametrize("given", [ints(range(8))[::2], ints([[0, 9], [2, 9], [4, 9], [6, 9]])[:, 0]])
def test_a_column_of_a_table_is_copied(given: np.ndarray) -> None:
    taken = int64_array("x", given, (4,))
    assert taken.flags.carray and taken.tolist() == [0, 2, 4, 6]
    taken[0] = 5
    assert given[0] == 0


def test_what_cannot_be_written_to_is_copied() -> None:
    given = ints([1, 2])
    given.flags.writeable = False
    assert int64_array("x", given, (2,)).flags.writeable


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([1, 2], TypeError, "x must be an array of int64, not list"),
        (np.array([1.0, 2.0]), TypeError, "x must be an array of int64, not float64"),
        (np.array([1, 2], dtype=np.int32), TypeError, "x must be an array of int64, not int32"),
        (np.array([1, 2], dtype=">i8"), TypeError, "x must be an array of int64"),
        (ints([1, 2, 3]), ValueError, r"x must have shape \(2,\), not \(3,\)"),
        (ints([[1, 2]]), ValueError, r"x must have shape \(2,\), not \(1, 2\)"),
    ],
)
def test_nothing_is_converted_unasked(given: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        int64_array("x", given, (2,))
