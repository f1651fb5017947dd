"""Random markets with corrections of earlier months through gridsim and through the oracle (rulebook part 16)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.billing import with_billing
from tests.properties.corrections import with_corrections
from tests.properties.draws import SeededChooser
from tests.properties.harness import (
    Tables,
    balanced_tables,
    check_against_oracle,
    exact_tables,
    gridsim_result,
    portion,
    same_ledger_in_any_shape,
)
from tests.properties.scenarios import seeded_scenario
from tests.properties.shaped import shaped_scenario

SEEDS = st.integers(0, 2**32 - 1)


def corrected(seed: int) -> dict[str, Any]:
    """Every other one with bills before the corrections."""
    scenario = seeded_scenario(seed)
    if seed % 2:
        scenario = with_billing(SeededChooser(seed), scenario)
    return with_corrections(SeededChooser(seed), scenario)


@portion(20)
@given(SEEDS)
def test_every_correction_agrees_and_changes_no_other_line(seed: int) -> None:
    scenario = corrected(seed)

    def in_memory(scenario: dict[str, Any]) -> Tables:
        tables = balanced_tables(scenario)
        for line in tables["ledger"]:
            assert (line["corrects_month"] == "") == (line["corrects_item"] == "") == (line["item"] != "correction")
        return tables

    check_against_oracle(scenario, in_memory)
    with_them = exact_tables(gridsim_result(scenario))["ledger"]
    without = {name: rows for name, rows in scenario["tables"].items() if name != "corrections"}
    plain = exact_tables(gridsim_result({**scenario, "tables": without}))["ledger"]
    assert with_them[: len(plain)] == plain
    assert not any(line["trial"] for line in with_them[len(plain) :])
    rows = [row for row in scenario["tables"]["corrections"] if row["amount_yuan"] != "0"]
    assert [line["corrects_month"] for line in with_them[len(plain) :]] == [row["corrects_month"] for row in rows]


@pytest.mark.slow
@portion(10)
@given(SEEDS)
def test_in_markets_of_any_shape(seed: int) -> None:
    choose = SeededChooser(seed)
    scenario = with_corrections(choose, shaped_scenario(choose))
    if "GRID" not in scenario["shape"]["accounts"]:
        return  # the oracle has bills paid to the account of that name alone
    same_ledger_in_any_shape(scenario)
