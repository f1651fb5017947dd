"""Units fit what is shown, and labels are rounded half up."""

from __future__ import annotations

import pandas as pd

from gridsim.analysis.charts.display import Scale, energy_scale, money_scale, shown
from gridsim.show.numbers import percent


def test_units_fit_what_is_shown() -> None:
    assert money_scale(10**14, "en") == Scale(10**12, "million yuan", 2)
    assert money_scale(10**14, "zh").unit == "万元"
    assert money_scale(5 * 10**15, "zh").unit == "亿元"
    assert energy_scale(10**8, "zh").unit == "万千瓦时"
    assert money_scale(10**14, "en").text(123_455_000_000_000) == "123.46"
    assert money_scale(10**14, "en").text(-123_455_000_000_000) == "-123.46"
    assert percent(1, 8) == "12.5 %"
    assert percent(1, 0) == "–"


def test_columns_are_shown_in_the_units_of_the_result_tables() -> None:
    both = shown(pd.DataFrame({"a_micro_yuan_per_kwh": [1234], "b_micro_yuan": [1_500_000], "c": ["x"]}))
    assert both.to_dict("list") == {"a_yuan_per_mwh": [1.234], "b_yuan": [1.5], "c": ["x"]}
