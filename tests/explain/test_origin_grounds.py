"""What a step about contracts rests on, by how they came about, in worked cases."""

from __future__ import annotations

import pytest

from tests.cases.reading import read_cases, scenario_of
from tests.explain.reading import step_called
from tests.properties.harness import gridsim_result

MONTH = "2023-05"
BILATERAL = ("sessions.unclamped",)
AUCTION = ("sessions.k", *BILATERAL, "sessions.auction_price", "sessions.ties")


def contracts(case: str, unit: str) -> tuple[set[str], str]:
    (found,) = (each for each in read_cases("jiangsu-2023") if each["case"] == case)
    step = step_called(gridsim_result(scenario_of(found)).explain(unit, MONTH), "Contracts of the month")
    return set(step.rests_on), step.clause


@pytest.mark.parametrize(
    ("case", "unit", "paths", "clause"),
    [
        ("the worked buyer", "U/market", BILATERAL, "62"),
        ("an auction's price is the mean of the last pair", "U/market", (*AUCTION, "sessions.clamp"), "48.1, 62"),
        (
            "an order without a price trades first, at the price of the others",
            "V/market",
            (*AUCTION[:1], *AUCTION[2:], "sessions.takers", "sessions.clamp"),
            "48.1",
        ),
        (
            "a transferred leg",
            "V/market",
            (*BILATERAL, "transfers.counted", "sessions.transfer_direction"),
            "38, 62",
        ),
        (
            "a quarter by a typical curve",
            "U/market",
            (*BILATERAL, "decomposition.method", "decomposition.typical_curve"),
            "39, 62",
        ),
    ],
)
def test_a_step_about_contracts_names_what_made_them(case: str, unit: str, paths: tuple[str, ...], clause: str) -> None:
    assert contracts(case, unit) == (set(paths), clause)
