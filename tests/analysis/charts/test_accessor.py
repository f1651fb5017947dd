"""``result.plot``: its methods are the functions of the charts, with their documentation."""

from __future__ import annotations

import inspect

import pytest

import gridsim
from gridsim.analysis.charts import Plots
from tests.shared import fresh

METHODS = [name for name in vars(Plots) if not name.startswith("_")]


def test_these_are_all() -> None:
    assert sorted(METHODS) == [
        "contract_and_metered",
        "cost_distribution",
        "cost_waterfall",
        "deviation_heat_map",
        "market_prices",
        "money_by_month",
        "money_flows",
        "netting",
        "supply_demand",
        "tornado",
        "whose_deviation",
    ]
    assert all(name in repr(fresh().plot) for name in METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_each_has_a_name_a_signature_and_a_documentation(name: str) -> None:
    method = getattr(fresh().plot, name)
    assert method.__name__ == name
    assert "Parameters\n" in str(inspect.getdoc(method))
    arguments = inspect.signature(method).parameters
    assert {"backend", "lang"} <= set(arguments)
    assert not {"self", "result", "statistics"} & set(arguments)
    assert arguments["lang"].default is None


def test_one_argument_is_short_for_where() -> None:
    plot = fresh().plot
    short, long = plot.cost_waterfall("R1/tou"), plot.cost_waterfall(where={"unit": "R1/tou"})
    assert short.title == long.title == "What makes up the cost: settlement unit 合成售电公司/time of use"
    assert short.exact.equals(long.exact)
    both = plot.cost_waterfall(where={"retailer": "R1", "month": ["2021-05", "2021-04"]}, lang="zh")
    assert both.title == "费用构成：售电公司 合成售电公司、2021年4月–5月"


def test_the_former_name_of_the_package_imports() -> None:
    from gridsim.analysis import charts, plots

    assert all(getattr(plots, name) is getattr(charts, name) for name in plots.__all__)


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(gridsim.ResultError, match="nearest: R1/tou"):
        fresh().plot.contract_and_metered("R1/to")
