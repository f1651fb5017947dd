"""Questions of an analyst about risk, as they are asked: each a few lines, with nothing but ``import gridsim``."""

from __future__ import annotations

import gridsim

LOAD = {"common": {"distribution": "lognormal", "sigma": 0.03}, "own": {"distribution": "lognormal", "sigma": 0.1}}
PLAN = {"scenario": gridsim.example("henan-2021-mini"), "draws": 60, "load": LOAD, "metrics": ["positions"]}


def test_which_month_is_most_dangerous_at_90_percent() -> None:
    batch = gridsim.batch.run(PLAN)
    worst = batch.statistics.deviation("month", aggregate="q90", top=1)
    assert worst.index.tolist() == ["2021-04"]  # trading begins, and history says least
    assert worst["q90_yuan"].iloc[0] == batch.statistics.deviation("month")["q90_yuan"].max()


def test_which_month_is_most_dangerous_for_one_retailer() -> None:
    risk = gridsim.batch.run(PLAN).statistics.where(retailer="R1")
    worst = risk.deviation("month", aggregate="q90", top=1).index[0]
    assert risk.deviation("month")["q90_yuan"].idxmax() == worst


def test_how_likely_is_a_unit_over_its_band_in_august() -> None:
    august = gridsim.batch.run(PLAN).statistics.where(month="2021-08")
    likely = august.deviation(("unit", "month", "product"), aggregate=("overrun_probability", "overrun"))
    assert (likely["overrun_probability"] > 0).equals(likely["overrun_mwh"] > 0)


def test_what_a_retailer_pays_in_its_dearest_twentieth_of_years() -> None:
    cost = gridsim.batch.run({**PLAN, "payer": "buyer"}).statistics.where(retailer="R1").cost
    bought, whole = cost("retailer", {"payer": "buyer"}), cost("retailer")
    assert (bought["cvar95_yuan"] < whole["cvar95_yuan"]).all()  # beside delivery, funds and what users pay
