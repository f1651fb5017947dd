from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core import rounding as decimals

KERNELS = [decimals.plain_decimals, decimals._plain_decimals]
SURE = 10**12  # thousandths below 10¹⁵: the digits that a float64 names without doubt


def read(floats: list[float], kernel, least: float = -float(SURE)) -> tuple[bool, list[int]]:
    values = np.empty(len(floats), dtype=np.int64)
    return bool(kernel(np.array(floats, dtype=np.float64), 1000.0, least, float(SURE), values)), values.tolist()


@pytest.mark.parametrize("kernel", KERNELS)
@given(st.lists(st.integers(-SURE * 1000, SURE * 1000)))
def test_decimals_come_back_exactly(kernel, thousandths):
    assert read([n / 1000 for n in thousandths], kernel) == (True, thousandths)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("odd", [0.0005, 0.1 + 0.2, 1e13, float("nan"), float("inf"), -float("inf"), 5e-324])
def test_what_is_not_plain_is_left_to_the_slow_way(kernel, odd):
    assert not read([1.5, odd], kernel)[0]


@pytest.mark.parametrize("kernel", KERNELS)
def test_what_is_less_than_allowed_is_not_plain(kernel):
    assert read([0.001, 0.002], kernel, least=1 / 1000) == (True, [1, 2])
    assert not read([0.002, 0.0], kernel, least=1 / 1000)[0]
    assert read([0.0, -0.0], kernel, least=0.0) == (True, [0, 0])
    assert not read([0.0, -0.001], kernel, least=0.0)[0]
