"""What comes back of a month's fees, derived for the buyer whose it is."""

from __future__ import annotations

import pytest

from tests.cases.reading import read_cases, scenario_of
from tests.explain.reading import check_calculations, step_called, texts
from tests.properties.harness import gridsim_result

MONTH = "2023-05"


@pytest.mark.parametrize(
    ("case", "unit", "said", "money"),
    [
        # 5,083 yuan by 920 : 80
        ("a retailer's users are one unit, and fees return by metered energy", "U/market",
         "5,083.00 × 920.000 ÷ 1,000.000 = 4,676.36", 4_676_360_000),
        ("a retailer's users are one unit, and fees return by metered energy", "R/market",
         "5,083.00 × 80.000 ÷ 1,000.000 = 406.64", 406_640_000),
        # the fee of a generator joins them
        ("own fault", "U/market", "312.80 × 980.000 ÷ 980.000 = 312.80", 312_800_000),
        # the grid company's 50 MWh count, and make no line
        ("the grid company takes in auctions alone, and its legs settle in full", "U/market",
         "1,350.905 × 950.000 ÷ 1,000.000 = 1,283.35975", 1_283_359_750),
    ],
)  # fmt: skip
def test_a_part_of_the_fees_comes_back(case: str, unit: str, said: str, money: int) -> None:
    (found,) = (each for each in read_cases("jiangsu-2023") if each["case"] == case)
    step = step_called(gridsim_result(scenario_of(found)).explain(unit, MONTH), "Return of deviation fees")
    first, *_ = texts(step)
    assert said in first
    assert check_calculations(first) == 1
    assert step.values["returned_micro_yuan"] == money
    assert (step.clause, step.rests_on) == ("120", ("settlement.fee_return",))
