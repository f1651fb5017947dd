"""Markets of any shape, settled by the oracle: derived again without an array, and told in both languages."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.arrow import dicts
from gridsim.explain.compose import explain
from gridsim.explain.model import Explanation
from gridsim.explain.sales import months_of_sales
from gridsim.explain.source import ResultFacts
from gridsim.rules.shape import TRANSFER
from gridsim.show.plain import display_width
from gridsim.words import LANGS
from tests.explain.reading import check_calculations, grids, texts
from tests.explain.shaped import facts_of
from tests.oracle import FaultError
from tests.properties.draws import SeededChooser
from tests.properties.harness import portion
from tests.properties.shaped import shaped_scenario


def _asked(source: ResultFacts) -> list[tuple[str, str]]:
    """All units' months, and those of users outside the market."""
    cells = dicts(source.exact.arrow("cell_settlement"))
    outside = {(row["user_id"], row["month"]) for row in cells if row["unit_id"] is None}
    return sorted({(row["unit_id"], row["month"]) for row in dicts(source.exact.arrow("positions"))} | outside)


def _scenario(seed: int) -> dict[str, Any]:
    return shaped_scenario(SeededChooser(seed))


@pytest.mark.slow
@portion(40)
@given(st.integers(0, 2**32 - 1))
def test_every_line_of_every_shape_is_arrived_at_and_every_calculation_is_right(seed: int) -> None:
    scenario = _scenario(seed)
    try:
        source = facts_of(scenario)
    except FaultError:
        return
    arrived: Counter[int] = Counter()
    for subject, month in _asked(source):
        for lang in LANGS:
            told = explain(source.exact, source.inputs, source.rules, subject, month, lang=lang)
            if lang == "en":
                arrived.update(line.line for step in told.steps for line in step.transfers)
            for step in told.steps:
                for text in texts(step):
                    check_calculations(text)
            assert not re.search(r"\{\w+\}", str(told))  # no blank stays
    lines = dicts(source.exact.arrow("ledger"))
    assert arrived == Counter(line["line"] for line in lines if line["unit_id"] or line["user_id"])


def _told(seed: int) -> list[Explanation]:
    scenario = _scenario(seed)
    try:
        source = facts_of(scenario)
    except FaultError:
        return []
    return [explain(source.exact, source.inputs, source.rules, *key, lang="en") for key in _asked(source)]


@pytest.fixture(scope="module")
def some() -> list[Explanation]:
    return [each for seed in range(40) for each in _told(seed)]


def _said(explanations: list[Explanation]) -> str:
    return "\n".join(text for each in explanations for step in each.steps for text in (*texts(step), step.formula))


@pytest.mark.parametrize(
    "said",
    [
        "lower edge 4 = ",
        "Contracts are filled one after the other; these keys decide, from left to right.",
        "the first that is there of [",
        "money = metered × ",
        "benchmark: ",
        ", by the unit's own hours",
    ],
)
def test_what_henan_has_not_is_said(some: list[Explanation], said: str) -> None:
    assert said in _said(some)


def test_a_fee_stands_by_band_with_its_line(some: list[Explanation]) -> None:
    steps = [
        step for each in some for step in each.steps if step.title == "Deviation_fee"
    ]  # as the drawn market calls it
    assert steps
    for step in steps:
        for _, rows, _ in grids(step):
            assert [int(row["line"].replace(",", "")) for row in rows] == [line.line for line in step.transfers]


def test_nothing_is_wider_than_a_terminal(some: list[Explanation]) -> None:
    assert max(display_width(line) for each in some for line in str(each).splitlines()) <= 100


_RECEIVED = tuple(f"{part}_micro_yuan" for part in ("energy", "structural", "deviation", "fee", "balance"))


@pytest.mark.slow
@portion(40)
@given(st.integers(0, 2**32 - 1))
def test_a_generator_is_explained_where_sellers_settle(seed: int) -> None:
    try:
        source = facts_of(shaped_scenario(SeededChooser(seed)))
    except FaultError:
        return
    arrived: Counter[int] = Counter()
    for row in dicts(source.exact.arrow("seller_settlement")):
        seller = row["generator_id"]
        for lang in LANGS:
            told = explain(source.exact, source.inputs, source.rules, seller, row["month"], lang=lang)
            for step in told.steps:
                for text in texts(step):
                    check_calculations(text)
        lines = [line for step in told.steps for line in step.transfers]
        received = sum(line.amount_micro_yuan if line.payee == seller else -line.amount_micro_yuan for line in lines)
        assert received == sum(row[name] for name in _RECEIVED)
        arrived.update(line.line for line in lines)
    if source.rules.shape.sellers is not None:
        generators = set(source.input("generators").column("generator_id").to_pylist())
        settled = {row["month"] for row in dicts(source.exact.arrow("seller_settlement"))}
        for seller in generators:  # in a month of which deals lack a side it is paid for what the market account bought
            for month in set(months_of_sales(source, seller)) - settled:
                told = explain(source.exact, source.inputs, source.rules, seller, month, lang="zh")
                arrived.update(line.line for step in told.steps for line in step.transfers)
        lines_of_all = dicts(source.exact.arrow("ledger", {"trial": False}))
        theirs = (line for line in lines_of_all if {line["payer"], line["payee"]} & generators)
        assert arrived == Counter(line["line"] for line in theirs if line["item"] != TRANSFER)
