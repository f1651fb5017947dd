"""Explanations for one party alone: nobody else's id, name, price or energy stands in them, and they still add up."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.column import Column
from gridsim.columns import INPUT_TABLES
from gridsim.explain import explain
from gridsim.explain.discreet import PARTIES, aliases, with_aliases
from gridsim.io.named_frames import ExactTables
from gridsim.result_columns import RESULT_TABLES
from gridsim.words import Lang
from tests.cases.reading import read_cases, scenario_of
from tests.others import distinct, found, names_of_others, numbers_of_others, own
from tests.properties.harness import gridsim_result
from tests.shared import MINI


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    return distinct(MINI, "R1", tmp_path_factory.mktemp("distinct"))


def explained(result: gridsim.Result, party: str, unit: str, month: str, lang: Lang = "en") -> str:
    called = aliases(result.inputs, own(result, party), [], lang)
    names = ("trades", "legs", "positions", "leg_settlement", "cell_settlement", "ledger", "rejected")
    exact = ExactTables({name: with_aliases(name, result.exact.arrow(name), called) for name in names})
    inputs = {name: with_aliases(name, table, called) for name, table in result.inputs.items()}
    return str(explain(exact, inputs, result.rules, unit, month, lang=lang, seen_by=party))


def test_the_party_is_told_of_its_own_orders_alone(market: gridsim.Result) -> None:
    party = next(each for each in market.inputs["retailers"].column("retailer_id").to_pylist())
    names, numbers = names_of_others(market, party), numbers_of_others(market, party)
    assert len(names) > 5 and len(numbers) > 50
    for unit, month in (
        (f"{party}/conventional", "2021-04"),
        (f"{party}/conventional", "2021-09"),
        (f"{party}/tou", "2021-05"),
    ):
        for lang in ("en", "zh"):
            text = explained(market, party, unit, month, lang)  # type: ignore[arg-type]
            assert not found(text, names | numbers), (unit, month)
        whole = str(market.explain(unit, month))
        assert found(whole, names)
    assert found(str(market.explain(f"{party}/conventional", "2021-04")), numbers)  # what was left out stands there


def test_who_takes_energy_over_is_not_told_what_the_giver_held() -> None:
    (case,) = (case for case in read_cases() if case["case"].startswith("intra-month transfers"))
    result = gridsim_result(scenario_of(case))
    whole, text = str(result.explain("R/conventional", "2021-07")), explained(result, "R", "R/conventional", "2021-07")
    # R gives energy to B, and is told of that; of what its sellers transfer among themselves only who delivers now.
    assert "60.000 of it was given away by R to buyer 1" in text and "-480.00" in text
    assert "90.000 of it is sold by seller 3 instead of seller 1" in text and "all that G1 could give" in whole
    assert "Taken over from seller 1: 90.000 MWh are this contract's part." in text
    assert {"348.000", "340.000", "540.00", "600.000"} - found(
        whole, {"348.000", "340.000", "540.00", "600.000"}
    ) == set()
    assert not found(text, names_of_others(result, "R") | {"348.000", "340.000", "540.00"})
    text = explained(result, "B", "B/conventional", "2021-07")
    assert "Taken over from buyer 1: 60.000 MWh are this contract's part." in text
    assert not found(text, names_of_others(result, "B") | numbers_of_others(result, "B"))


def test_everybody_else_has_a_number(mini: gridsim.Result) -> None:
    called = aliases(mini.inputs, {"R1", "U1", "U2", "U3"}, ["G3"], "en")
    assert called["G3"] == "seller 1" and called["G1"] == "seller 2"
    assert {called["U4"], called["U5"]} == {"buyer 1", "buyer 2"}
    legs = with_aliases("legs", mini.exact.arrow("legs"), called).to_pandas()
    assert set(legs["seller_id"]) == {"seller 1", "seller 2", "seller 3"}
    assert set(legs["unit_id"]) == {"R1/conventional", "R1/tou", "buyer 1/tou", "buyer 2/conventional"}
    generators = with_aliases("generators", mini.inputs["generators"], called).to_pandas()
    assert generators["name"].isna().all()
    users = with_aliases("users", mini.inputs["users"], called).to_pandas().set_index("user_id")
    assert users["name"].notna().to_dict()["U1"] and not users["name"].notna().to_dict()["buyer 1"]


def test_no_column_that_names_somebody_is_forgotten() -> None:
    """A column of ids that is added to the format must be told apart here: does it name somebody?"""
    things = {"session", "deal_id", "leg_id", "from_leg_id"}
    of_tables: list[Column] = [
        column for each in (INPUT_TABLES, RESULT_TABLES) for table in each.values() for column in table
    ]
    assert {column.name for column in of_tables if column.kind in ("id", "ref")} - things <= PARTIES
    assert {column.name for column in of_tables} >= PARTIES
