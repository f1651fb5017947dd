"""Charts: each one call, each with the exact table behind it, in plotly or matplotlib, in English or Chinese."""

from __future__ import annotations

from gridsim.analysis.plots.accessor import Plots
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.contract_and_metered import contract_and_metered
from gridsim.analysis.plots.cost_distribution import CostRisk, cost_distribution, cost_risk
from gridsim.analysis.plots.cost_waterfall import cost_waterfall
from gridsim.analysis.plots.deviation_heat_map import deviation_heat_map
from gridsim.analysis.plots.market_prices import market_prices
from gridsim.analysis.plots.money_flows import money_flows
from gridsim.analysis.plots.supply_demand import supply_demand
from gridsim.analysis.plots.tornado import tornado

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
