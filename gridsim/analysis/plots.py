"""The former name of `gridsim.analysis.charts`, kept for programs that import it."""

from __future__ import annotations

from gridsim.analysis.charts import (
    Backend,
    Chart,
    CostRisk,
    Lang,
    Plots,
    contract_and_metered,
    cost_distribution,
    cost_risk,
    cost_waterfall,
    deviation_heat_map,
    market_prices,
    money_flows,
    supply_demand,
    tornado,
)

__all__ = [
    "Backend",
    "Chart",
    "CostRisk",
    "Lang",
    "Plots",
    "contract_and_metered",
    "cost_distribution",
    "cost_risk",
    "cost_waterfall",
    "deviation_heat_map",
    "market_prices",
    "money_flows",
    "supply_demand",
    "tornado",
]
