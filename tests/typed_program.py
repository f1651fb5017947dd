"""A user's program, as an editor and a type checker see it: `make types` reads it with ``mypy --strict``.

Each value goes to a name of the type that it must have. What stands in `slips` is never run: every line of it must be
refused by the type checker, which says so where one no longer is (``warn_unused_ignores``).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

import gridsim
from gridsim.analysis import Cover, optimal_cover
from gridsim.batch import Batch, Plan, plan_from_dict
from gridsim.explain import Explanation

MINI = gridsim.example("henan-2021-mini")


def main(folder: Path) -> None:
    """From a scenario to a batch."""
    scenario: gridsim.Scenario = gridsim.load(MINI)
    months: tuple[str, ...] = scenario.months
    users: pd.DataFrame = scenario.tables["users"]
    more: gridsim.Scenario = scenario.with_load(Decimal("1.07"), users=["U1"])
    wider: gridsim.Scenario = scenario.with_overrides({"settlement.tou.upper": "1.03"})
    assert len(months) == 12 and len(users) > 0 and more.hash != wider.hash

    result: gridsim.Result = gridsim.run(scenario, threads=1)
    ledger: pd.DataFrame = result.ledger
    exact: pd.DataFrame = result.exact.ledger
    money: pd.DataFrame = result.statistics.money(groupby=("unit", "item"))
    unit: str = result.statistics.values("unit")[0]
    explanation: Explanation = result.explain(unit, "2021-01")
    told: str = str(explanation)
    written: dict[str, object] = dict(result.manifest)
    assert len(ledger) == len(exact) and len(money) > 0 and told and written
    result.save(folder / "result", format="csv")
    again: gridsim.Result = gridsim.Result.load(folder / "result")
    again.check()

    model = {"common": {"distribution": "lognormal", "sigma": 0.03}}
    cover: Cover = optimal_cover(scenario, unit, load=[0.95, 1.0, 1.05], price=350, months=["2021-07"])
    best: pd.DataFrame = cover.table
    assert len(best) > 0

    plan: Plan = plan_from_dict({"scenario": str(MINI), "draws": 2, "load": model})
    batch: Batch = gridsim.batch.run(plan, out=folder / "batch", progress=False)
    costs: pd.DataFrame = batch.statistics.cost()
    assert len(costs) > 0

    orders = pd.DataFrame(
        {
            "participant_id": ["G1", "R1"],
            "side": ["sell", "buy"],
            "price_yuan_per_mwh": [300.0, 320.0],
            "energy_mwh": [1.0, 2.0],
            "submitted_at": ["2021-01-01 09:00", "2021-01-01 09:05"],
        }
    )
    trades: pd.DataFrame = gridsim.clear(orders)
    assert len(trades) == 1

    market: gridsim.Market = gridsim.Market(scenario, players=["R1"])
    for session in market.sessions:
        prices: pd.DataFrame = market.open(session, participant="R1").prices
        accepted: bool = bool(market.submit(orders.head(0)[[]]))
        assert accepted and len(market.clear(session)) + len(prices) > 0
    to_date: gridsim.Result = market.copy().settle("2021-04")
    assert len(to_date.ledger) < len(market.result().ledger)


def slips(result: gridsim.Result, scenario: gridsim.Scenario) -> None:
    """Never run."""
    print(result.ledgr)  # type: ignore[attr-defined]
    print(gridsim.claer)  # type: ignore[attr-defined]
    gridsim.run(scenario, thread=2)  # type: ignore[call-arg]
    gridsim.run(5)  # type: ignore[arg-type]
    scenario.with_laod(1)  # type: ignore[attr-defined]
    result.attribution("by_eye")  # type: ignore[arg-type]
    result.plot.cost_waterfal()  # type: ignore[attr-defined]
