"""The draws behind the province: pinned, because other values would be another province under the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from gridsim.templates.draws import ONE, RandomStream, scaled

COUNT = 40_000


def test_the_stream_is_pinned() -> None:
    draws = RandomStream(17, "a purpose")
    assert draws.below(1_000_000, 4).tolist() == [156633, 536708, 264117, 389783]
    assert draws.factor(500, 4).tolist() == [9836, 9053, 10023, 9626]


def test_purposes_and_seeds_have_streams_of_their_own() -> None:
    streams = [RandomStream(1, "one"), RandomStream(1, "other"), RandomStream(2, "one")]
    assert len({tuple(stream.below(1_000_000, 5).tolist()) for stream in streams}) == 3


def test_integers_cover_their_range_evenly() -> None:
    drawn = RandomStream(1, "range").between(3, 7, COUNT)
    assert np.bincount(drawn)[3:].tolist() == pytest.approx([COUNT / 5] * 5, rel=0.05)
    assert drawn.min() == 3


def test_a_limit_may_differ_by_draw() -> None:
    limit = np.tile([1, 10], COUNT)
    drawn = RandomStream(1, "limits").below(limit, 2 * COUNT)
    assert (drawn < limit).all()
    assert drawn[1::2].max() == 9


def test_chances_come_true_as_often_as_they_say() -> None:
    assert RandomStream(1, "chance").chance(2500, COUNT).mean() == pytest.approx(0.25, abs=0.01)
    assert not RandomStream(1, "chance").chance(0, COUNT).any()
    assert RandomStream(1, "chance").chance(ONE, COUNT).all()


def test_factors_are_a_bell_around_one() -> None:
    factors = RandomStream(1, "factor").factor(500, COUNT)
    assert factors.mean() == pytest.approx(ONE, abs=10)
    assert factors.std() == pytest.approx(500, rel=0.02)
    assert factors.min() > ONE - 4 * 500


def test_choices_go_by_weight() -> None:
    chosen = RandomStream(1, "choose").choose([1, 0, 3], COUNT)
    assert np.bincount(chosen).tolist() == pytest.approx([COUNT / 4, 0, 3 * COUNT / 4], rel=0.03)


def test_a_curve_is_drawn_from_as_it_stands() -> None:
    drawn = RandomStream(1, "curve").on_curve((0, 5000, ONE), (100, 200, 2_000_000_000), COUNT)
    assert drawn.min() >= 100
    assert drawn.max() < 2_000_000_000
    assert (drawn < 200).mean() == pytest.approx(0.5, abs=0.02)
    assert np.median(drawn[drawn >= 200]) == pytest.approx(1_000_000_100, rel=0.03)


def test_scaling_rounds_down_step_by_step() -> None:
    assert scaled(np.array([999, 20_000]), 5_000, ONE).tolist() == [499, 10_000]
