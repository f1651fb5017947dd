"""How a delivery of several months is spread over them."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.calendar import deliveries, delivery_months
from gridsim.scenario.decomposition import decomposition_weights, months_of_deliveries


@pytest.mark.parametrize(
    ("method", "weights"),
    [
        ("calendar_days", [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]),
        ("equal", [1] * 12),
        ("typical_curve", list(range(12))),
    ],
)
def test_weights(method: str, weights: list[int]) -> None:
    overrides = {"decomposition.method": method, "decomposition.typical_curve": list(range(12))}
    if method != "typical_curve":
        del overrides["decomposition.typical_curve"]
    rules = gridsim.rules.load("henan-2021", overrides=overrides)
    scale = 10_000 if method == "typical_curve" else 1  # a ratio inside
    assert decomposition_weights(rules.values, 2021).tolist() == [weight * scale for weight in weights]


def test_each_delivery_covers_its_months() -> None:
    for name, covers in zip(deliveries(2021), months_of_deliveries(2021).tolist(), strict=True):
        assert [f"2021-{n:02d}" for n, is_in in enumerate(covers, start=1) if is_in] == list(
            delivery_months(name, 2021)
        )
