"""Charts: each one call, each with the exact table behind it, in plotly or matplotlib, in English or Chinese."""

from __future__ import annotations

from gridsim.analysis.charts.accessor import Plots
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.contract_and_metered import contract_and_metered
from gridsim.analysis.charts.cost_by_contract import cost_by_contract
from gridsim.analysis.charts.cost_distribution import CostRisk, cost_distribution, cost_risk
from gridsim.analysis.charts.cost_waterfall import cost_waterfall
from gridsim.analysis.charts.deviation_heat_map import deviation_heat_map
from gridsim.analysis.charts.market_prices import market_prices
from gridsim.analysis.charts.money_by_month import money_by_month
from gridsim.analysis.charts.money_flows import money_flows
from gridsim.analysis.charts.risk_heat_map import risk_heat_map
from gridsim.analysis.charts.supply_demand import supply_demand
from gridsim.analysis.charts.tornado import tornado

__all__ = [
    "Backend",
    "Chart",
    "CostRisk",
    "Lang",
    "Plots",
    "contract_and_metered",
    "cost_by_contract",
    "cost_distribution",
    "cost_risk",
    "cost_waterfall",
    "deviation_heat_map",
    "market_prices",
    "money_by_month",
    "money_flows",
    "risk_heat_map",
    "supply_demand",
    "tornado",
]
