"""Random markets whose users and tariffs change within the year, against the oracle (rulebook part 15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from tests.properties.billing import with_billing
from tests.properties.changes import with_days
from tests.properties.draws import SeededChooser
from tests.properties.harness import Scenario, Tables, check_against_oracle, exact_tables, gridsim_result, portion
from tests.properties.retail import with_retail
from tests.properties.scenarios import seeded_scenario


def changing(seed: int) -> Scenario:
    """Tariffs from a day in nearly all, users that change in one of four, retail contracts in every other one.

    In two of three the parts of a month go by load; in one of three there is load. Two of five have bills.
    """
    scenario = with_days(seeded_scenario(seed, **({"with_load": True} if seed % 3 == 0 else {})))
    if seed % 3 < 2:
        scenario["rules"] = {**scenario["rules"], "changes.tariff_within_month": "load"}
    scenario = with_retail(SeededChooser(seed), scenario) if seed % 2 else scenario
    return with_billing(SeededChooser(seed), scenario) if seed % 5 < 2 else scenario


@portion(20)
@given(st.integers(0, 2**32 - 1))
def test_every_table_agrees(seed: int) -> None:
    def in_memory(scenario: Scenario) -> Tables:
        return exact_tables(gridsim_result(scenario))

    check_against_oracle(changing(seed), in_memory)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 6])
def test_saved_results_are_derived_again_and_explained(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("result")
    gridsim_result(changing(seed)).save(folder)
    result = gridsim.Result.load(folder)
    result.check()
    positions = result.positions[["unit_id", "month"]].drop_duplicates()
    for unit, month in list(positions.itertuples(index=False, name=None))[:10]:
        result.explain(unit, month)
    result.netting()
