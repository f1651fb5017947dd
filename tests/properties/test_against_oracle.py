"""Random markets through gridsim and through the oracle: every table of results agrees exactly."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from tests.oracle.exact import number, price_micro_yuan
from tests.properties.crowds import crowded_scenario
from tests.properties.folders import SHAPES, write_folder
from tests.properties.harness import Scenario, Tables, check_against_oracle, exact_tables, gridsim_result, portion
from tests.properties.scenarios import PRICED, enlarged, scenarios


@pytest.mark.slow
@portion(100)
@given(scenarios())
def test_every_table_agrees(scenario: Scenario) -> None:
    check_against_oracle(scenario, in_memory)


@portion(40)
@given(scenarios(year=2021, rules={"calendar.holidays": [], "calendar.working_weekends": []}))
def test_every_table_agrees_under_the_notice_itself(scenario: Scenario) -> None:
    check_against_oracle(scenario, in_memory)


@pytest.mark.slow
@portion(20)
@given(scenarios(), SHAPES)
def test_every_table_agrees_from_a_folder(scenario: Scenario, shape: dict[str, Any]) -> None:
    def from_folder(scenario: Scenario) -> Tables:
        with tempfile.TemporaryDirectory() as directory:
            folder = write_folder(Path(directory) / "scenario", scenario, **shape)
            return exact_tables(gridsim.run(gridsim.load(folder)))

    check_against_oracle(scenario, from_folder)


@portion(10)
@given(scenarios(), st.sampled_from(("parquet", "csv")))
def test_every_table_agrees_after_saving(scenario: Scenario, form: Literal["parquet", "csv"]) -> None:
    def saved(scenario: Scenario) -> Tables:
        with tempfile.TemporaryDirectory() as directory:
            gridsim_result(scenario).save(Path(directory), format=form)
            return exact_tables(gridsim.Result.load(Path(directory)))

    check_against_oracle(scenario, saved)


@pytest.mark.slow
@portion(20)
@given(scenarios(), st.integers(2, 5))
def test_every_table_agrees_however_many_threads_there_are(scenario: Scenario, threads: int) -> None:
    def in_threads(scenario: Scenario) -> Tables:
        with patch("gridsim.settlement.ranges._PIECE", 1):  # so few positions would else stay in one
            return exact_tables(gridsim_result(scenario, threads=threads))

    check_against_oracle(scenario, in_threads)


@pytest.mark.slow
@portion(20)
@given(st.integers(0, 2**32 - 1), st.sampled_from((1, 1, 10**2, 10**5)))
def test_every_table_agrees_in_a_crowd(seed: int, energy_factor: int) -> None:
    agrees_or_is_refused(enlarged(crowded_scenario(seed), energy_factor, 1))


@pytest.mark.slow
@portion(30)
@given(scenarios(), st.sampled_from((10**3, 10**5, 10**6, 10**7, 10**9)), st.sampled_from((1, 10, 10**3, 10**5)))
def test_large_numbers_agree_or_are_refused(scenario: Scenario, energy_factor: int, price_factor: int) -> None:
    """What int64 can't hold is a fault; up to there nothing wraps."""
    agrees_or_is_refused(enlarged(scenario, energy_factor, price_factor))


def agrees_or_is_refused(scenario: Scenario) -> None:
    try:
        check_against_oracle(scenario, in_memory)
    except gridsim.ScenarioError:
        if not is_large(scenario):
            raise  # refused out of mere caution


def is_large(scenario: Scenario) -> bool:
    """Within a factor of a thousand of what int64 holds."""
    rows = [row for rows in scenario["tables"].values() for row in rows]
    energy = 1000 * sum(number(row["energy_mwh"]) for row in rows if "energy_mwh" in row)
    price = max(price_micro_yuan(row[name]) for row in rows for name in PRICED if name in row)
    return energy > 10**12 or energy * price > 2**63 // 1000


def in_memory(scenario: Scenario) -> Tables:
    return exact_tables(gridsim_result(scenario))
