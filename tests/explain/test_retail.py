"""What users pay their retailer, step by step: the worked month of rulebook part 14, and markets at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import gridsim
from gridsim.errors import ResultError
from gridsim.explain.derive import derive
from gridsim.explain.facts import gather
from gridsim.explain.model import Transfer
from gridsim.explain.retail_derived import derive_retail
from gridsim.explain.source import ResultFacts
from tests.properties.harness import gridsim_result
from tests.properties.test_retail import retail_scenario
from tests.retail.worked import write_worked


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    return gridsim.run(gridsim.load(write_worked(tmp_path_factory.mktemp("worked"))))


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        (
            "en",
            (
                "total: 428,400.00 ÷ 1,050.000 = 408.000 yuan/MWh",
                "450.000 + 0.5 × (408.000 − 450.000) = 429.000 → 430.000, the floor",
                "408.000 + 25.000 = 433.000",
                "T&D 150.000 + peak-valley adjustment 336.300 + funds and surcharges 30.000 = 516.300",
                "free from 342.000 to 378.000, metered 560.000: over by 182.000; × 200.000 = 36,400.00 yuan",
                "0.00 + 97,680.00 − 150.000 × 408.000 − 34,622.00 → 1,858.00 yuan",
                "Contracts without a cap take 3,464.00 yuan of it, which leaves 0.00 for the others",
                "the price of their contract stands for the average: U1, U2, U3.",
            ),
        ),
        ("zh", ("零售合同", "下限价", "免考核范围 342.000 至 378.000", "购电成本", "U1（固定价格，第 1 行）：440.000")),
    ],
)
def test_the_worked_month(worked: gridsim.Result, lang: str, parts: tuple[str, ...]) -> None:
    text = " ".join(str(worked.explain("R/conventional", "2021-05", lang=lang)).replace("- ", "− ").split())
    assert [part for part in parts if part not in text.replace("- ", "− ")] == []


def test_every_line_is_arrived_at(worked: gridsim.Result) -> None:
    steps = [step for section in worked.explain("R/conventional", "2021-05").sections for step in section.steps]
    assert {line.line for step in steps for line in step.transfers} == set(worked.ledger["line"])


def test_one_user(worked: gridsim.Result) -> None:
    text = str(worked.explain("U2", "2021-05"))
    assert "U2 (share of the spread, row 2)" in text
    assert "U1 (fixed" not in text
    assert "292,800.00" in text


def test_a_user_without_a_contract_is_asked_for_by_its_unit(tmp_path: Path) -> None:
    folder = write_worked(tmp_path, {"retail_contracts.csv": None, "nominations.csv": None})
    with pytest.raises(ResultError, match="ask for that"):
        gridsim.run(gridsim.load(folder)).explain("U2", "2021-05")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [replace(lines[0], price_micro_yuan_per_kwh=441_000), *lines[1:]], "retail_energy price_micro"),
        (lambda lines: lines[:-1], "the table has no line retail_deviation of U3"),
        (lambda lines: [*lines, replace(lines[0], line=99)], "arrives at no such transfer"),
    ],
)
def test_what_the_ledger_says_otherwise_is_never_shown(
    worked: gridsim.Result, change: Callable[[list[Transfer]], list[Transfer]], message: str
) -> None:
    facts = gather(ResultFacts(worked.exact, worked.inputs, worked.rules), "R/conventional", "2021-05")
    position = derive(facts, worked.rules, "total", trial=False)
    assert facts.retail is not None
    with pytest.raises(ResultError, match=message):
        derive_retail([position], facts.retail, change(list(facts.retail_lines)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_any_market(seed: int) -> None:
    """The derivation agrees with the ledger wherever a unit has users with contracts."""
    result = gridsim_result(retail_scenario(seed))
    lines = result.ledger[result.ledger["item"].str.startswith("retail")]
    for unit, month in sorted(set(zip(lines["unit_id"], lines["month"], strict=True))):
        for lang in ("en", "zh"):
            result.explain(unit, month, lang=lang)
