"""Which months are metered and which are a forecast, in words."""

from __future__ import annotations

import pytest

from gridsim.calendar import months_of
from gridsim.metering import MarksForecasts, forecast_months, months_told
from gridsim.words import Language

YEAR = months_of(2021)


@pytest.mark.parametrize(
    ("forecast", "english", "chinese"),
    [
        ((), "", ""),
        (
            YEAR[7:],
            "2021-01 to 2021-07: metered; 2021-08 to 2021-12: a forecast.",
            "2021年1月至2021年7月为实际计量，2021年8月至2021年12月为预测。",
        ),
        (
            YEAR[11:],
            "2021-01 to 2021-11: metered; 2021-12: a forecast.",
            "2021年1月至2021年11月为实际计量，2021年12月为预测。",
        ),
        (
            YEAR,
            "2021-01 to 2021-12: a forecast; nothing is metered yet.",
            "2021年1月至2021年12月为预测；尚无计量。",
        ),
        (
            (YEAR[1], YEAR[3]),
            "2021-01: metered; 2021-02, 2021-04: a forecast.",
            "2021年1月为实际计量，2021年2月、2021年4月为预测。",
        ),
    ],
)
def test_months_in_words(forecast: tuple[str, ...], english: str, chinese: str) -> None:
    assert months_told(forecast, 2021, Language("en")) == english
    assert months_told(forecast, 2021, Language("zh")) == chinese


def test_a_forecast_is_marked_where_its_month_stands() -> None:
    words = MarksForecasts("zh")
    assert words.month("2021-08") == "2021年8月"
    words.forecast = ("2021-08",)
    assert words.month("2021-08") == "2021年8月（预测）" and words.month("2021-07") == "2021年7月"
    assert words.as_metered("2021-08", "2021-08") == "2021-08（预测）"
    assert words.delivery("2021-08") == "2021年8月"
    assert months_told(words.forecast, 2021, words).endswith("2021年8月为预测。")


def test_a_manifest_that_does_not_say_has_none() -> None:
    assert forecast_months({"scenario": {}}) == ()
    assert forecast_months({"scenario": {"forecast_months": ["2021-12"]}}) == ("2021-12",)
