"""A broken invariant is an error that names the extension, the invariant, and the session or month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gridsim.rules
from gridsim.errors import ExtensionError, ScenarioError
from tests.extensions import broken, sound
from tests.extensions.market import rules_of, run_of, shape

assert broken, sound


def told(folder: Path, lists: dict[str, Any]) -> str:
    with pytest.raises(ExtensionError) as error:
        run_of(lists, folder)
    assert error.value.sentence.zh != str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "invariant"),
    [
        ("sells_too_much", "volumes within orders: 10001 kWh of an order of 10000 kWh"),
        ("sells_twice", "volumes within orders: 20000 kWh of an order of 10000 kWh"),
        ("too_dear", "prices within limits: 350001 micro-yuan/kWh, between 300000 of the seller and 350000"),
        ("too_cheap", "prices within limits: 299999"),
        ("negative", "nothing negative: a trade of -1 kWh"),
        ("one_sided", "both sides: an entry of buy is no buy order of the book"),
        ("outside", "both sides: an entry of buy"),
        ("no_whole_numbers", "four arrays of whole numbers"),
        ("fails", "failed: KeyError: 'lost'"),
        ("writes", "failed: ValueError"),
    ],
)
def test_mechanisms(name: str, invariant: str, tmp_path: Path) -> None:
    lists = shape()
    lists["sessions"]["auction"]["how"] = name
    message = told(tmp_path, lists)
    assert name in message and invariant in message
    assert "session A, month 2021-05, product all" in message


@pytest.mark.parametrize(
    ("name", "invariant"),
    [
        ("below_zero", "bounds: -500001 is not within 0 to 10000000 (of 500000)"),
        ("above_all", "bounds: 1000500000 is not within"),
        ("fraction", "whole numbers, one for each place"),
        ("shorter", "whole numbers, one for each place"),
        ("of_others", "each place by itself"),
        ("stumbles", "failed: IndexError"),
    ],
)
def test_prices(name: str, invariant: str, tmp_path: Path) -> None:
    lists = shape()
    lists["modes"]["only"]["charges"][0]["price"] = {name: [{"tariff": "list_price"}]}
    message = told(tmp_path, lists)
    assert name in message and invariant in message


@pytest.mark.parametrize(
    ("name", "invariant"),
    [
        ("to_nobody", "parties: nobody is called 'nobody'"),
        ("to_itself", "parties: U1 pays itself"),
        ("less_than_nothing", "nothing negative"),
        ("half", "whole numbers"),
        ("both", "energy or an amount alone"),
        ("too_much", "bounds: 1000000000000000000 micro-yuan"),
        ("keeps_some", "zero sum: account POOL is left with 7 micro-yuan"),
        ("no_account", "zero sum: there is no account NONE"),
        ("no_payment", "an item gives back Payment"),
    ],
)
def test_items(name: str, invariant: str, tmp_path: Path) -> None:
    message = told(tmp_path, shape(closing=[name]))
    assert name in message and invariant in message
    assert "month 2021-01" in message


@pytest.mark.parametrize(
    ("name", "invariant"),
    [
        ("no_finding", "a check gives back Finding"),
        ("other_year", "months of the scenario's year: 2020-01"),
        ("no_subject", "a finding has a subject"),
        ("number", "value and limit are texts"),
        ("perhaps", "passed is True, False or None"),
    ],
)
def test_checks(name: str, invariant: str, tmp_path: Path) -> None:
    message = told(tmp_path, shape(checks=[name]))
    assert name in message and invariant in message


def test_the_market_account_stays_empty(tmp_path: Path) -> None:
    lists = shape(closing=["to_market"], counterparty="market", checks=[])
    gridsim.extensions.item("to_market", en="to the market", zh="付给市场账户")(
        lambda month: [gridsim.extensions.Payment("U1", "MARKET", amount=5)]
    )
    lists["accounts"]["MARKET"] = {}
    assert "zero sum: account MARKET is left with 5 micro-yuan" in told(tmp_path, lists)


def test_a_rule_file_tells_which_extensions_are_missing(tmp_path: Path) -> None:
    lists = shape(checks=["small_seller"], closing=["nowhere"])
    lists["sessions"]["auction"]["how"] = "smallest_first"
    lists["modes"]["only"]["charges"][0]["price"] = {"thirds_of": [1]}
    with pytest.raises(ScenarioError) as error:
        gridsim.rules.load(str(rules_of(lists, tmp_path)))
    faults = {str(fault.column): f"{fault.message} | {fault.allowed}" for fault in error.value.faults}
    for column, name, group in (
        ("shape.checks.small_seller", "small_seller", "gridsim.checks"),
        ("shape.closing.nowhere", "nowhere", "gridsim.items"),
        ("shape.sessions.auction.how", "smallest_first", "gridsim.mechanisms"),
    ):
        assert f"there is no such name, and no extension {name} is installed ({group})" in faults[column]
    assert "small_sellers" in faults["shape.checks.small_seller"]  # the nearest name
    assert any("no extension thirds_of is installed (gridsim.prices)" in each for each in faults.values())


def test_what_a_price_word_takes_is_checked(tmp_path: Path) -> None:
    lists = shape()
    lists["modes"]["only"]["charges"][0]["price"] = {"halfway": [1]}
    lists["modes"]["only"]["over"][0]["edge"] = {"halfway": [1, 2]}
    lists["modes"]["only"]["under"][0]["price"] = {"halfway": [{"steps": {"of": 1, "below": {1: 1}, "else": 1}}, 1]}
    with pytest.raises(ScenarioError) as error:
        gridsim.rules.load(str(rules_of(lists, tmp_path)))
    messages = [str(fault.message) for fault in error.value.faults]
    assert "another number of expressions than halfway takes" in messages
    assert "a ratio is needed" in messages
    assert "a price is needed, not a ratio" in messages
