"""Legs and cells in the order of their positions."""

from __future__ import annotations

import numpy as np
import pytest

from gridsim.settlement.positions import pack_by_key, sorted_rows


@pytest.mark.parametrize("count", [1, 2**16, 2**16 + 1, 2**33])
def test_rows_are_sorted_by_keys_of_any_length(count: int) -> None:
    key = np.random.default_rng(count).integers(0, count, 5000)
    key[1000:2000] = key[:1000]  # some twice: those keep their order
    assert np.array_equal(sorted_rows(key, count), np.argsort(key, kind="stable"))


def test_a_position_exists_where_a_leg_or_a_cell_does() -> None:
    leg_key, cell_key = np.array([4, 1, 4]), np.array([7, 4, 7, 1, 2])
    packed = pack_by_key(np.array([10, 11, 12]), leg_key, np.arange(20, 25), cell_key, 9)
    assert packed.key.tolist() == [1, 2, 4, 7]
    assert packed.leg.tolist() == [11, 10, 12] and packed.leg_start.tolist() == [0, 1, 1, 3, 3]
    assert packed.cell.tolist() == [23, 24, 21, 20, 22] and packed.cell_start.tolist() == [0, 1, 2, 3, 5]
