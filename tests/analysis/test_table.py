"""The table that statistics come as."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.analysis import table as table_module
from tests.shared import fresh


def test_a_table_is_a_dataframe_and_what_pandas_makes_of_it_is_plain() -> None:
    table = fresh().statistics.deviation(("unit", "month"))
    assert isinstance(table, pd.DataFrame)
    heat = table["deviation_rate"].unstack("month")
    assert type(heat) is pd.DataFrame and heat.shape == (4, 12)
    assert type(table.reset_index()) is pd.DataFrame
    assert type(table.groupby("unit").sum()) is pd.DataFrame
    assert table.exact["metered_kwh"].dtype == np.int64


def test_top_keeps_the_largest_and_sums_the_others() -> None:
    statistics = fresh().statistics
    whole = statistics.money("payer")
    table = statistics.money("payer", top=2)
    assert list(table.index) == ["U5", "R1", "(others)"] and table.omitted == len(whole) - 2
    assert table.exact["amount_micro_yuan"].sum() == whole.exact["amount_micro_yuan"].sum()
    assert table.equals(whole.top(2)) and table.exact.equals(whole.top(2).exact)
    assert list(whole.top(1, "lines", ascending=True).index) == [whole["lines"].idxmin(), "(others)"]
    assert whole.top(100).omitted == 0 and len(whole.top(100)) == len(whole)
    two = statistics.money(("payer", "item"), top=1)
    assert two.index[-1] == ("(others)", "(others)")
    assert np.isnan(two["energy_mwh"].iloc[-1]) and np.isnan(two["average_yuan_per_mwh"].iloc[-1])
    extremes = statistics.money("payer", aggregate="max", top=2)
    assert len(extremes) == 2 and extremes.omitted == len(whole) - 2  # maxima of others do not add up
    with pytest.raises(gridsim.ResultError, match=r"no column 'line'; allowed: amount_yuan, lines; nearest: lines"):
        whole.top(2, "line")
    for wrong in (0, -1):
        with pytest.raises(gridsim.ResultError, match="at least 1"):
            statistics.money("payer", top=wrong)
        with pytest.raises(gridsim.ResultError, match="at least 1"):
            whole.top(wrong)


def test_a_huge_table_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fresh().statistics.money("user")
    monkeypatch.setattr(table_module.StatisticsTable.limited, "__defaults__", (3,))
    cut = fresh().statistics.money("user")
    assert len(cut) == 4 and cut.omitted == len(whole) - 3
    assert list(cut.index) == ["U1", "U5", "", "(others)"]  # the largest, in the order of the whole
    assert cut.exact["amount_micro_yuan"].sum() == whole.exact["amount_micro_yuan"].sum()
