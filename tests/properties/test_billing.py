"""Random markets with bills through gridsim and through the oracle (rulebook part 13)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.billing import with_billing
from tests.properties.draws import SeededChooser
from tests.properties.harness import (
    balanced_tables,
    check_against_oracle,
    exact_tables,
    gridsim_result,
    portion,
    same_ledger_in_any_shape,
)
from tests.properties.retail import with_retail
from tests.properties.scenarios import seeded_scenario
from tests.properties.shaped import shaped_scenario

SEEDS = st.integers(0, 2**32 - 1)


def billed(seed: int) -> dict[str, Any]:
    """Every other one with retail contracts, on whose money a power factor adjusts."""
    scenario = seeded_scenario(seed)
    if seed % 2:
        scenario = with_retail(SeededChooser(seed), scenario)
    return with_billing(SeededChooser(seed), scenario)


@portion(30)
@given(SEEDS)
def test_every_line_of_a_bill_agrees(seed: int) -> None:
    check_against_oracle(billed(seed), balanced_tables)


@pytest.mark.slow
@portion(15)
@given(SEEDS)
def test_in_markets_of_any_shape(seed: int) -> None:
    choose = SeededChooser(seed)
    scenario = with_billing(choose, shaped_scenario(choose))
    if not all(is_plain(scenario["shape"], mode) for mode in scenario["shape"]["modes"].values()):
        return  # the oracle knows levies that are tariffs by rate alone
    same_ledger_in_any_shape(scenario)


def is_plain(shape: dict[str, Any], mode: dict[str, Any]) -> bool:
    """Whether what a mode's users pay other accounts than the grid company's is a tariff by rate, for all of them."""
    levied = [charge for charge in mode.get("charges") or () if charge != "none" and charge["payee"] != "GRID"]
    return "GRID" in shape["accounts"] and all(
        isinstance(charge["price"], dict)
        and shape["tariff"].get(charge["price"].get("tariff")) not in (None, "by_period")
        and not charge.get("only")
        for charge in levied
    )


@portion(10)
@given(SEEDS)
def test_bills_stand_behind_all_other_lines_in_the_order_of_their_rows(seed: int) -> None:
    scenario = billed(seed)
    with_bills = exact_tables(gridsim_result(scenario))["ledger"]
    without = {name: rows for name, rows in scenario["tables"].items() if name != "billing"}
    plain = exact_tables(gridsim_result({**scenario, "tables": without}))["ledger"]
    assert with_bills[: len(plain)] == plain
    order = [(row["user_id"], row["month"]) for row in scenario["tables"]["billing"]]
    places = [order.index((line["user_id"], line["month"])) for line in with_bills[len(plain) :]]
    assert places == sorted(places)
    assert not any(line["trial"] for line in with_bills[len(plain) :])
