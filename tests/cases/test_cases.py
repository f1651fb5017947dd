"""The worked cases through gridsim itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.reading import complaints, read_cases, scenario_of, unbalanced
from tests.properties.harness import exact_tables, gridsim_result


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["case"])
def test_a_worked_case(case: dict[str, Any]) -> None:
    results = exact_tables(gridsim_result(scenario_of(case)))
    assert [*complaints(case, results), *unbalanced(case, results)] == []
