"""``result.plot``: every chart as one call, drawn from the statistics of a result."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from gridsim.analysis.charts.contract_and_metered import contract_and_metered_of
from gridsim.analysis.charts.cost_distribution import cost_distribution
from gridsim.analysis.charts.cost_waterfall import cost_waterfall_of
from gridsim.analysis.charts.deviation_heat_map import deviation_heat_map_of
from gridsim.analysis.charts.market_prices import market_prices_of
from gridsim.analysis.charts.money_by_month import money_by_month_of
from gridsim.analysis.charts.money_flows import money_flows_of
from gridsim.analysis.charts.netting import netting_of
from gridsim.analysis.charts.supply_demand import supply_demand_of
from gridsim.analysis.charts.tornado import tornado_of
from gridsim.analysis.charts.whose_deviation import whose_deviation_of
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.analysis.charts.chart import Chart
    from gridsim.analysis.charts.narrowed import Charted

__all__ = ["Plots"]

_Arguments = ParamSpec("_Arguments")


def _method(
    function: Callable[Concatenate[Charted, _Arguments], Chart],
) -> Callable[Concatenate[Plots, _Arguments], Chart]:
    """A chart of a result as a method of `Plots`; its documentation is the function's."""

    @wraps(function)
    def method(self: Plots, /, *args: _Arguments.args, **options: _Arguments.kwargs) -> Chart:
        return function(self._result, *args, **options)

    method.__name__ = function.__name__.removesuffix("_of")
    method.__qualname__ = f"Plots.{method.__name__}"
    return method


@helpful
class Plots:
    """The charts of a result.

    All take ``backend="plotly"`` (for screens) or ``"matplotlib"`` (for papers) and ``lang="en"`` or ``"zh"``
    (if left out, that of ``GRIDSIM_LANG``, else English), and give a `Chart`: notebooks show it, ``.table`` is the
    table behind it, ``.exact`` the same as integers, ``.save(path)`` writes it. ``where=`` narrows as in `Statistics`.
    What is too much for a chart is left to the largest; the caption says so.

    Parameters
    ----------
    result : Result

    Examples
    --------
    >>> chart = result.plot.cost_waterfall("R1/tou")
    >>> chart.title
    'What makes up the cost: settlement unit 合成售电公司/time of use'
    >>> chart.save("cost.html").name
    'cost.html'
    """

    def __init__(self, result: Charted) -> None:
        self._result = result

    contract_and_metered = _method(contract_and_metered_of)
    supply_demand = _method(supply_demand_of)
    cost_waterfall = _method(cost_waterfall_of)
    money_by_month = _method(money_by_month_of)
    money_flows = _method(money_flows_of)
    deviation_heat_map = _method(deviation_heat_map_of)
    market_prices = _method(market_prices_of)
    tornado = _method(tornado_of)
    whose_deviation = _method(whose_deviation_of)
    netting = _method(netting_of)
    cost_distribution = staticmethod(cost_distribution)

    def __repr__(self) -> str:
        names = [name for name in vars(type(self)) if not name.startswith("_")]
        return f"Plots({', '.join(names)})"
