"""A comparison by unit of a market whose sellers settle: generators by name, users without a unit by themselves."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.analysis.closing_lines import NO_USER, unitless_apart
from tests.shared import SCENARIOS, fresh

JIANGSU = SCENARIOS / "jiangsu-2023-mini"
YUAN = 1_000_000


@pytest.fixture(scope="module")
def comparison() -> gridsim.Comparison:
    """With a higher price of fallback: X pays more, and the account of the market hands it to the generators."""
    after = gridsim.run(gridsim.load(JIANGSU).with_overrides({"fallback.multiple": "1.6"}))
    return fresh(JIANGSU).compare(after)


def test_generators_have_rows_of_their_own(comparison: gridsim.Comparison) -> None:
    whole = comparison.money("unit")
    apart = unitless_apart(comparison, whole)
    assert set(apart.exact.index) == {"U/market", "R/market", "", "G1", "G2", NO_USER}
    assert apart.exact.sum().drop("magnitude").equals(whole.exact.sum().drop("magnitude"))
    # X: 10 MWh x 1.5 x 430, and 210 a MWh of charges; fees that returned: all but what the grid company kept.
    assert apart.exact.loc["", "before"] == (6_450 + 2_100) * YUAN
    assert apart.exact.loc[NO_USER, "before"] == 2_615_203_500
    ledger = fresh(JIANGSU).exact.ledger
    is_mine = ledger["unit_id"].isna() & ((ledger["payer"] == "G1") | (ledger["payee"] == "G1"))
    assert apart.exact.loc["G1", "before"] == ledger.loc[is_mine, "amount_micro_yuan"].sum()
    assert apart.exact["difference"].abs().is_monotonic_decreasing


def test_it_is_told(comparison: gridsim.Comparison) -> None:
    assert "(users without a unit)" in comparison.text() and "generator G1 (合成第一发电厂)" in comparison.text()
    assert "发电企业 G1（合成第一发电厂）" in comparison.text("zh")


def test_a_market_without_such_lines_stays_as_it_is() -> None:
    same = fresh().compare(fresh())
    whole = same.money("unit")
    assert unitless_apart(same, whole) is whole
