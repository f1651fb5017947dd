from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.matching import places

COMPILED = (places.add, places.discard, places.lowest)
PLAIN = (places._add, places._discard, places._lowest)


@pytest.mark.parametrize("kernels", [COMPILED, PLAIN], ids=["compiled", "plain"])
@given(
    count=st.sampled_from([1, 63, 64, 65, 4096, 4097, 262_144, 262_145, 600_000]),
    begin=st.sampled_from([0, 7]),
    moves=st.lists(st.tuples(st.booleans(), st.floats(0, 1, exclude_max=True)), max_size=60),
)
def test_the_lowest_is_that_of_a_python_set(kernels, count, begin, moves):
    add, discard, lowest = kernels
    layers = places.layers_of(count, begin)
    words = np.zeros(layers.stop, dtype=np.uint64)
    expected: set[int] = set()
    for puts, where in moves:
        place = int(where * count)
        if puts:
            add(words, layers, place)
            expected.add(place)
        elif place in expected:
            discard(words, layers, place)
            expected.remove(place)
        assert lowest(words, layers) == min(expected, default=places.NO_PLACE)
    for place in sorted(expected):
        assert lowest(words, layers) == place
        discard(words, layers, place)
    assert not words.any()


def test_both_ends_of_every_level():
    count = 64**3 + 64**2 + 65
    layers = places.layers_of(count, 0)
    words = np.zeros(layers.stop, dtype=np.uint64)
    for place in (count - 1, 64**3, 64**3 - 1, 4096, 4095, 64, 63, 0):
        places.add(words, layers, place)
        assert places.lowest(words, layers) == place
