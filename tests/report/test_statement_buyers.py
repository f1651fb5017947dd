"""Ledger lines as buyers see them: fees that return are with their unit, what is between generators is with none."""

from __future__ import annotations

from gridsim.report.statement_buyers import has_lines_elsewhere, lines_elsewhere, without_sellers
from gridsim.trading.units import units_by_id
from tests.shared import MINI, SCENARIOS, fresh

JIANGSU = SCENARIOS / "jiangsu-2023-mini"
COLUMNS = ["line", "month", "item", "payer", "payee", "unit_id", "leg_id", "amount_micro_yuan"]


def test_fees_return_to_the_unit_of_their_buyer() -> None:
    result = fresh(JIANGSU)
    whose = units_by_id(result.inputs, result.rules.shape)
    found = lines_elsewhere(result.exact, "2023-08", whose, result.rules.shape, COLUMNS)
    told = found[["unit_id", "payer", "payee", "amount_micro_yuan"]].to_numpy().tolist()
    assert told == [["U/market", "U", "GRID", -136_850_000], ["R/market", "R", "GRID", -15_053_500]]
    assert lines_elsewhere(result.exact, "2023-07", whose, result.rules.shape, COLUMNS).empty


def test_generators_pay_each_other_elsewhere() -> None:
    result = fresh(JIANGSU)
    whose = units_by_id(result.inputs, result.rules.shape)
    lines = result.exact.arrow("ledger", {"unit_id": "U/market"}, COLUMNS).to_pandas()
    left = without_sellers(lines, whose)
    assert len(lines) - len(left) == 2
    assert not left["payer"].isin(["G1", "G2"]).any()


def test_henans_ledger_has_all_with_its_units() -> None:
    assert has_lines_elsewhere(fresh(JIANGSU).exact, fresh(JIANGSU).rules.shape)
    assert not has_lines_elsewhere(fresh(MINI).exact, fresh(MINI).rules.shape)
