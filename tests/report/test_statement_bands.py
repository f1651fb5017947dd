"""Which band a ledger line settles: by its price, by its place in its cell, and not at all where there is but one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from gridsim.report.statement_bands import bands_of_lines
from tests.shared import MINI, SCENARIOS, fresh

JIANGSU = SCENARIOS / "jiangsu-2023-mini"
TEXTS = ["unit_id", "user_id", "period", "tariff_period", "item"]


def lines_of(result: Any, month: str, unit: str) -> Any:
    lines = result.exact.arrow("ledger", {"month": month, "unit_id": unit}).to_pandas()
    return lines.assign(**{name: lines[name].astype(object).fillna("").astype("category") for name in TEXTS})


def bands(result: Any, month: str, unit: str) -> list[str]:
    lines = lines_of(result, month, unit)
    return [band for band in bands_of_lines(result.exact, month, [unit], lines, result.rules.shape) if band]


def test_prices_and_fees_tell_the_band() -> None:
    result = fresh(JIANGSU)
    assert bands(result, "2023-01", "U/market") == ["over 10000", "over 10300", "over 10300"]
    assert bands(result, "2023-05", "U/market") == ["under 9700"]
    assert bands(result, "2023-08", "R/market") == [*["over 10000"] * 2, *["over 10300"] * 2, "over 10300"]


class OnePrice:
    """The tables of a result, but both bands have one price."""

    def __init__(self, exact: Any) -> None:
        self.exact = exact

    def arrow(self, *arguments: Any) -> pa.Table:
        rows = self.exact.arrow(*arguments).to_pylist()
        return pa.Table.from_pylist([{**row, "price_micro_yuan_per_kwh": 1} for row in rows])


def test_the_place_in_the_cell_tells_it_where_the_price_does_not() -> None:
    result = fresh(JIANGSU)
    lines = lines_of(result, "2023-08", "R/market").assign(price_micro_yuan_per_kwh=1)
    exact: Any = OnePrice(result.exact)
    found = bands_of_lines(exact, "2023-08", ["R/market"], lines, result.rules.shape)
    assert [band for band in found if band][:4] == [*["over 10000"] * 2, *["over 10300"] * 2]


def test_of_one_band_none_is_told() -> None:
    assert bands(fresh(MINI), "2021-07", "R1/tou") == []
