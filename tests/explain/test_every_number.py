"""Each number of every explanation of the mini market, worked out again from what the explanation itself shows."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from math import floor
from typing import NamedTuple

import pandas as pd
import pytest

import gridsim
from gridsim.explain import Explanation
from gridsim.explain.words import Wording
from gridsim.show.plain import display_width
from tests.explain.reading import all_unit_months, check_calculations, grids, headings, number, texts

RULES = {
    "as shipped": "",
    "uniform": "  matching.mechanism: uniform\n  matching.k: 0.3337",
    "pro rata": "  matching.ties: pro_rata\n  matching.k: 0",
    "equal months": "  decomposition.method: equal",
    "typical curve": "  decomposition.method: typical_curve\n"
    "  decomposition.typical_curve: [1.1, 0.9, 1, 1, 1.05, 1.15, 1.3, 1.2, 1, 0.8, 0.75, 0.9537]",
    "other figures": "  settlement.conventional.upper: 1.0333\n  settlement.tou.lower: 0.9777\n"
    "  settlement.shortfall_price: 7.5\n  tariff.coefficient.peak: 1.6213\n  fallback.multiple: 1.3333\n"
    "  settlement.conventional.overrun_catalogue.valley: flat",
    "average price alone": "  settlement.tou_adjustment_base: average_energy_price",
    "catalogue difference": "  settlement.tou_adjustment_base: catalogue_difference",
    "no transition": "  transition.months: []",
}


MONTHS_OF_VARIANTS = ("2021-02", "2021-04", "2021-08")


QUICK = (("other figures", "en"), ("uniform", "zh"), ("catalogue difference", "en"))
CASES = [(rules, lang) for rules in RULES for lang in ("en", "zh")]


@pytest.fixture(
    params=[pytest.param(case, id="-".join(case), marks=() if case in QUICK else pytest.mark.slow) for case in CASES],
    scope="session",
)
def case(request, run_mini):
    """All explanations of the mini market; under other rules, those of some months."""
    rules, lang = request.param
    result = run_mini(RULES[rules])
    keys = all_unit_months(result)
    if rules != "as shipped":
        keys = [key for key in keys if key[1] in MONTHS_OF_VARIANTS]
    ledger = result.exact.ledger
    ledger = ledger[ledger["month"].isin([month for _, month in keys])]
    return Case([_explained(result, *key, lang) for key in keys], ledger, lang)


class Case(NamedTuple):
    explanations: list[Explanation]
    ledger: pd.DataFrame
    lang: str


@cache  # the order of tests is random, and each of them needs all explanations
def _explained(result, unit, month, lang):
    return result.explain(unit, month, lang=lang)


def tables_with(explanations, *headings):
    """Rows and foot of every table that has these columns."""
    for explanation in explanations:
        for step in explanation.steps:
            for _, rows, foot in grids(step):
                if all(heading in foot for heading in headings):
                    yield rows, foot


def test_a_pocket_calculator_agrees(case):
    explanations, _, _ = case
    count = sum(
        check_calculations(text) for explanation in explanations for step in explanation.steps for text in texts(step)
    )
    assert count > 100


def test_energy_times_price_is_the_amount_in_every_row(case):
    explanations, _, lang = case
    heading = headings(lang)
    count = 0
    for rows, foot in tables_with(explanations, heading("price"), heading("money")):
        energy = heading("share") if heading("share") in foot else heading("energy")
        if energy not in foot:
            continue
        for row in rows:
            kwh, price, amount = (number(row[column]) for column in (energy, heading("price"), heading("money")))
            assert kwh * price == amount
            count += 1
        assert number(foot[energy]) == sum(number(row[energy]) for row in rows)
        assert number(foot[heading("money")]) == sum(number(row[heading("money")]) for row in rows)
    assert count > 100


def test_shares_are_rounded_down_and_the_kwh_left_over_named(case):
    explanations, _, lang = case
    heading = headings(lang)
    count = 0
    for rows, foot in tables_with(explanations, heading("exact_share")):
        share = heading("share") if heading("share") in foot else heading("in_band")
        weight = heading("contract_energy") if heading("contract_energy") in foot else heading("energy")
        for row in rows:
            exact = number(foot[share]) * number(row[weight]) / number(foot[weight])
            shown = number(row[heading("exact_share")].rstrip("…"))
            assert shown <= exact < shown + Fraction(1, 10**6)
            extra = number(row[heading("extra")] or "0")
            assert number(row[share]) == Fraction(floor(exact * 1000) + extra, 1000)
            count += 1
        assert number(foot[share]) == sum(number(row[share]) for row in rows)
    assert count > 10


def test_the_amounts_shown_add_up_to_the_ledger(case):
    explanations, ledger, lang = case
    shape = gridsim.rules.load("henan-2021").shape
    words, heading = Wording(lang, shape), headings(lang)
    for explanation in explanations:
        ours = (ledger["month"] == explanation.month) & (
            (ledger["unit_id"] == explanation.subject)
            | (ledger["unit_id"].isna() & (ledger["user_id"] == explanation.subject))
        )
        lines = ledger[ours]
        for trial in {section.trial for section in explanation.sections}:
            shown: Counter[str] = Counter()
            for section in explanation.sections:
                if section.trial != trial:
                    continue
                accounts = [step for step in section.steps if step.title.endswith(words.say("Who pays whom"))]
                if len(section.steps) == 1:  # all positions together: what they come to stands there already
                    continue
                for step in accounts:
                    _, rows, _ = next(grids(step), (None, [], {}))
                    for row in rows:
                        shown[row[heading("item")]] += number(row[heading("money")]) * 10**6
            for item in shape.items:
                of_item = lines[(lines["trial"] == trial) & (lines["item"] == item)]
                assert shown[words.called("item", item)] == of_item["amount_micro_yuan"].sum()


def test_every_ledger_line_is_arrived_at_once(case):
    explanations, ledger, _ = case
    lines = Counter(
        transfer.line for explanation in explanations for step in explanation.steps for transfer in step.transfers
    )
    assert lines == Counter(ledger["line"])


def test_line_numbers_in_the_tables_are_those_of_the_ledger(case):
    explanations, ledger, lang = case
    heading = headings(lang)
    amounts = dict(zip(ledger["line"], ledger["amount_micro_yuan"], strict=True))
    shown: Counter[int] = Counter()
    for explanation in explanations:
        for step in explanation.steps:
            for _, rows, foot in grids(step):
                if heading("line") == heading("lines") and heading("item") in foot:
                    continue  # in Chinese, the accounts have the same heading
                if heading("line") in foot:
                    for row in rows:
                        line = int(number(row[heading("line")]))
                        shown[line] += 1
                        assert amounts[line] == number(row[heading("money")]) * 10**6
    assert shown == Counter(list(amounts))


def test_no_line_is_wider_than_a_terminal(case):
    explanations, _, _ = case
    for explanation in explanations:
        lines = str(explanation).splitlines()
        assert max(map(display_width, lines)) <= 100
        assert all(line == line.rstrip() for line in lines)
