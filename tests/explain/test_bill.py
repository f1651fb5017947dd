"""A user's bill explained: each number derived again, held against the ledger, and told in both languages."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.io import scenario_from_tables
from gridsim.result import Result
from gridsim.words import LANGS
from tests.settlement.test_billing import market


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return gridsim.run(scenario_from_tables(market(), name="bills", year=2021, rules="henan-2021"))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("user", ["U1", "U2", "U3", "U4", "U5"])
def test_every_line_of_a_user_is_in_its_bill(result: gridsim.Result, user: str, lang: str) -> None:
    explained = result.explain(user, "2021-05", lang=lang)
    ledger = result.exact.ledger
    mine = ledger[(ledger["payer"] == user) & ~ledger["trial"]]
    accounts = next(step for step in explained.steps if "amount_micro_yuan" in step.values)
    assert accounts.values["amount_micro_yuan"] == int(mine["amount_micro_yuan"].sum())
    told = {line.line for step in explained.steps for line in step.transfers}
    assert told == set(mine["line"])


@pytest.mark.slow
def test_the_power_factor_is_told_with_its_base(result: gridsim.Result) -> None:
    text = str(result.explain("U1", "2021-05"))
    assert "A = 600.000 MWh, R = 400.000 Mvarh: power factor 0.83" in text
    assert "standard 0.90: 7 × 0.01 below, in all 3.5 % of the base" in text
    assert "482,218.75 × 3.5 % = 16,877.65625 yuan" in text
    assert "1000 kVA × 20 yuan/kVA" in text.replace("1,000", "1000")
    assert "there is no adjustment" in str(result.explain("U3", "2021-05"))


@pytest.mark.slow
def test_a_line_that_is_not_what_follows_is_an_error(result: gridsim.Result) -> None:
    ledger = result.exact.arrow("ledger")
    at = ledger.column("item").to_pylist().index("power_factor")
    amounts = ledger.column("amount_micro_yuan").to_pylist()
    amounts[at] += 1
    place = ledger.column_names.index("amount_micro_yuan")
    forged = {name: result.exact.arrow(name) for name in result.manifest["counts"]["results"]}
    forged["ledger"] = ledger.set_column(place, "amount_micro_yuan", [amounts])
    with pytest.raises(gridsim.ResultError, match="amount_micro_yuan"):
        Result(forged, result.inputs, result.manifest, result.rules).explain("U1", "2021-05")
    with pytest.raises(gridsim.ResultError):
        Result(forged, result.inputs, result.manifest, result.rules).check()
