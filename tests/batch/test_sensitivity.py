"""Indices and tornado tables: against functions whose indices are known, and over real plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gridsim.batch import Batch, run
from gridsim.batch.designs import unit_sample
from gridsim.batch.plan import plan_from_dict
from gridsim.batch.sensitivity import Sensitivity
from gridsim.errors import ResultError
from tests.batch.conftest import SCENARIOS, small_plan

pytest.importorskip("SALib")


class FakeBatch:
    """Points of a design with a metric that is known as a function of the parameters."""

    def __init__(self, design: str, n: int, function: Any, **keys: Any) -> None:
        sweep = {
            "design": design,
            "n": n,
            **keys,
            "load.scale": ["0", "1"],
            "contracts.scale": ["0", "1"],
            "prices.scale": ["0", "1"],
        }
        plan = plan_from_dict({"scenario": "x", "sweep": sweep})
        unit = unit_sample(plan.sweep, 3)
        self.parameters = plan.sweep.names
        self.points = pd.DataFrame(unit, columns=list(self.parameters)).assign(status="done", error="")
        self.metric = pd.Series([function(*row) for row in unit], name="cost")
        ranges = {name: ["0", "1"] for name in self.parameters}
        second = plan.sweep.second_order
        self.manifest = {"sweep": {"design": design, "levels": 4, "second_order": second, "ranges": ranges}}


class Known(Sensitivity):
    def values(self, metric: str = "cost", aggregate: str = "mean") -> pd.Series:
        return self._batch.metric  # type: ignore[attr-defined]


def known(*given: Any, **keys: Any) -> Known:
    return Known(FakeBatch(*given, **keys))  # type: ignore[arg-type]


def test_sobol_indices_of_a_sum_are_its_shares_of_variance() -> None:
    found = known("saltelli", 1024, lambda a, b, c: 1e9 + 3 * a + 4 * b).sobol(resamples=100)
    assert found.index.tolist() == ["load.scale", "contracts.scale", "prices.scale"]
    for kind in ("first", "total"):
        assert np.allclose(found[kind], [9 / 25, 16 / 25, 0], atol=0.02)
        assert (found[f"{kind}_low"] <= found[kind]).all() and (found[kind] <= found[f"{kind}_high"]).all()
        assert (found[f"{kind}_high"] - found[f"{kind}_low"])[:2].between(1e-4, 0.5).all()


def test_an_interaction_is_in_the_total_and_in_the_second_order() -> None:
    found = known("saltelli", 1024, lambda a, b, c: (a - 0.5) * (b - 0.5), second_order=True).sobol(resamples=20)
    assert np.allclose(found["first"], 0, atol=0.05)
    assert np.allclose(found["total"], [1, 1, 0], atol=0.05)
    assert found.attrs["second"].loc["load.scale", "contracts.scale"] == pytest.approx(1, abs=0.1)


def test_morris_effects_of_a_sum_are_its_slopes() -> None:
    found = known("morris", 20, lambda a, b, c: 3 * a - 4 * b).morris()
    assert np.allclose(found["effect"], [3, -4, 0])
    assert np.allclose(found["absolute_effect"], [3, 4, 0])
    assert np.allclose(found["spread"], 0, atol=1e-9)
    assert (found["absolute_low"] <= found["absolute_high"]).all()


def test_a_tornado_of_a_design_is_a_straight_line() -> None:
    found = known("latin_hypercube", 64, lambda a, b, c: 10 + 3 * a - 4 * b).tornado()
    assert found["parameter"].tolist() == ["contracts.scale", "load.scale", "prices.scale"]
    widths = (found["high"] - found["low"]).round(9).tolist()
    assert widths == [-4, 3, 0]
    assert found["low_value"].tolist() == [0, 0, 0] and found["high_value"].tolist() == [1, 1, 1]
    assert np.allclose((found["low"] + found["high"]) / 2, found["base"], atol=0.2)


@pytest.mark.slow
def test_a_tornado_of_lists_is_the_mean_at_the_ends(batch: Batch) -> None:
    found = batch.sensitivity.tornado("overrun_mwh").set_index("parameter")
    runs = batch.runs
    for name in batch.parameters:
        low, high = runs[name].min(), runs[name].max()
        assert found.loc[name, "low"] == pytest.approx(runs[runs[name] == low]["overrun_mwh"].mean(), abs=1e-3)
        assert found.loc[name, "high"] == pytest.approx(runs[runs[name] == high]["overrun_mwh"].mean(), abs=1e-3)
        assert (found.loc[name, "low_value"], found.loc[name, "high_value"]) == (low, high)
    assert found["metric"].unique().tolist() == ["overrun_mwh"]
    money = batch.sensitivity.tornado("transmission_yuan", "cvar95")
    assert (money["base_micro_yuan"] == (money["base"] * 1e6).round()).all() and money["base"].gt(0).all()


def test_a_real_plan(tmp_path: Path) -> None:
    sweep = {"design": "morris", "n": 3, "load.scale": ["0.9", "1.1"], "settlement.shortfall_price": [0, 20]}
    batch = run(small_plan(sweep=sweep, draws=2), tmp_path)
    effects = batch.sensitivity.morris()
    assert effects.loc["load.scale", "effect"] > effects.loc["settlement.shortfall_price", "effect"] > 0
    only_price = run(
        plan_from_dict(
            {
                "scenario": str(SCENARIOS / "henan-2021-mini"),
                "sweep": {
                    "design": "saltelli",
                    "n": 2,
                    "settlement.shortfall_price": [0, 20],
                    "load.scale": ["0.99", "1"],
                },
            }
        )
    )
    first = only_price.sensitivity.sobol("overrun_mwh", resamples=50)
    assert first.loc["settlement.shortfall_price", "total"] == 0  # a fee moves no energy


def test_what_does_not_fit_is_told(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="design: saltelli"):
        batch.sensitivity.sobol()
    with pytest.raises(ResultError, match="known: cost"):
        batch.sensitivity.tornado("expenses")
    with pytest.raises(ResultError, match="sweeps nothing"):
        run(small_plan(sweep=None)).sensitivity.tornado()
    fake = FakeBatch("saltelli", 4, lambda a, b, c: 1.0)
    with pytest.raises(ResultError, match="same at every point"):
        Known(fake).sobol()  # type: ignore[arg-type]
    fake.points.loc[2, ["status", "error"]] = ["failed", "too wide"]
    with pytest.raises(ResultError, match="too wide"):
        Known(fake).sobol()  # type: ignore[arg-type]


def test_the_bootstrap_of_each_seed_is_one() -> None:
    """Seed 0 too, which is no seed at all to SALib."""
    found = known("saltelli", 64, lambda a, b, c: 3 * a + 4 * b * c)
    effects = known("morris", 64, lambda a, b, c: 3 * a + 4 * b * c)
    for ask in (found.sobol, effects.morris):
        pd.testing.assert_frame_equal(ask(resamples=50), ask(resamples=50))
        pd.testing.assert_frame_equal(ask(resamples=50, seed=3), ask(resamples=50, seed=3))
        assert not ask(resamples=50).equals(ask(resamples=50, seed=3))
