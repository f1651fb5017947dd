"""Questions name things as people do: by names, by words in either language, months as they are written."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.errors import GridsimError
from gridsim.report.statements import write_statements
from gridsim.scenario.meant import Meant
from tests.shared import MINI

RETAILER = "合成售电公司"
"""What the mini scenario calls R1."""


@pytest.fixture(scope="module")
def scenario() -> gridsim.Scenario:
    return gridsim.load(MINI)


@pytest.fixture(scope="module")
def result(scenario: gridsim.Scenario) -> gridsim.Result:
    return gridsim.run(scenario)


def named(scenario: gridsim.Scenario, names: dict[str, str]) -> Meant:
    return Meant(scenario.rules.shape, names, 2021)


def test_a_text_that_is_an_id_is_never_a_name(scenario: gridsim.Scenario) -> None:
    meant = named(scenario, {"R1": "R2", "R2": "East", "R3": "West", "R4": "West"})
    known = ["R1", "R2", "R3", "R4"]
    asked = ["R2", "East", "West", "Nobody"]
    assert [meant.value("retailer", text, known) for text in asked] == ["R2", "R2", "West", "Nobody"]
    of_units = [f"{retailer}/tou" for retailer in (*known, "R5")]  # which has no name; R1 is called so
    assert named(scenario, {"R1": "R5"}).value("unit", "R5/分时段", of_units) == "R5/tou"


@pytest.mark.parametrize("text", ["R1/tou", "R1/分时段", "R1/分时", "R1/time of use", "East/分时段", "East/tou"])
def test_a_unit_is_written_in_many_ways(scenario: gridsim.Scenario, text: str) -> None:
    assert named(scenario, {"R1": "East"}).value("unit", text, ["R1/tou", "R1/conventional"]) == "R1/tou"


def test_whom_a_name_means_is_asked_of_those_who_can_be_meant(scenario: gridsim.Scenario) -> None:
    """A power station may buy, too, and a retailer may be its own user."""
    meant = named(scenario, {"G1": "华能电厂", "U1": "华能电厂", "R1": "东方售电", "U2": "东方售电"})
    assert meant.value("user", "华能电厂", ["U1", "U2"]) == "U1"
    assert meant.value("unit", "东方售电/分时段", ["R1/tou", "R1/conventional"]) == "R1/tou"
    assert meant.value("unit", "东方售电/分时段", ["R1/tou", "U2/tou"]) == "东方售电/分时段"
    assert meant.value("party", "华能电厂", ["G1", "U1", "R1"]) == "华能电厂"


def test_a_name_of_two_subjects_means_neither(scenario: gridsim.Scenario) -> None:
    users = scenario.tables["users"].astype({"name": object})
    users["name"] = users["name"].where(users["user_id"] != "U6", RETAILER)
    found = gridsim.run(scenario.with_table("users", users))
    assert found.explain(f"{RETAILER}/分时段", "2021-05").subject == "R1/tou"
    with pytest.raises(GridsimError, match=f"several are called {RETAILER}: R1, U6; ask by the id"):
        found.explain(RETAILER, "2021-05")
    with pytest.raises(GridsimError, match=f"several are called {RETAILER}"):
        found.explain(f"{RETAILER}/尖峰", "2021-05")


def test_full_width_signs_are_those_of_ascii(scenario: gridsim.Scenario) -> None:
    meant = named(scenario, {"R1": "东方售电（河南）", "R2": "西方(一)", "R3": "西方（一）", "R4": "Ｒ５"})
    known = ["R1/tou", "R2/tou", "R3/tou", "R4/tou", "R5/tou"]
    asked = {
        "东方售电(河南)/分时段": "R1/tou",
        "东方售电（河南）／分时段": "R1/tou",
        "Ｒ１／tou": "R1/tou",
        "西方(一)/tou": "R2/tou",
        "西方（一）/tou": "R3/tou",
        "Ｒ５/tou": "R4/tou",
        "R5/tou": "R5/tou",
    }
    assert {text: meant.value("unit", text, known) for text in asked} == asked
    assert meant.value("retailer", "西方（一）", ["R2", "R3"]) == "R3"
    assert meant.value("month", "２０２１年５月", ["2021-05"]) == "2021-05"


def test_what_is_not_there_stays_as_it_was_asked(scenario: gridsim.Scenario) -> None:
    meant = named(scenario, {"R1": "East"})
    assert meant.value("unit", "East/常规", ["R1/tou"]) == "East/常规"
    assert meant.value("month", "2022年5月", ["2021-05"]) == "2022年5月"
    assert meant.value("month", "一季度", ["2021-05"]) == "一季度"
    assert meant.value("product", "尖峰", ["peak", "flat"]) == "尖峰"


def test_statistics_and_explanations_take_them(result: gridsim.Result) -> None:
    money = result.statistics.money
    asked = {"unit": f"{RETAILER}/分时段", "month": ["5月", "2021年6月"]}
    assert money("item", asked).equals(money("item", {"unit": "R1/tou", "month": ["2021-05", "2021-06"]}))
    by_name = result.explain(f"{RETAILER}/分时", "2021年5月", "峰段")
    assert str(by_name) == str(result.explain("R1/tou", "2021-05", "peak"))
    whose = result.attribution(units=["R1/分时段"], months=["2021年5月"])
    assert whose.equals(result.attribution(units=["R1/tou"], months=["2021-05"]))


def test_what_if_and_cover_take_them(scenario: gridsim.Scenario) -> None:
    where = {"unit": f"{RETAILER}/分时段", "month": "5月"}
    same = scenario.with_load("1.07", where={"unit": "R1/tou", "month": "2021-05"})
    assert scenario.with_load("1.07", where=where).changes == same.changes
    in_chinese = {"结算单元": where["unit"], "月份": where["month"]}
    assert scenario.with_load("1.07", where=in_chinese).changes == same.changes
    contracts = scenario.with_contracts("1.02", where={**in_chinese, "品种": "峰段"})
    assert contracts.changes[-1].given["where"] == {"unit": ["R1/tou"], "month": ["2021-05"], "product": ["peak"]}
    prices = {"峰段": 500, "平段": 380, "谷段": 240}
    by_name = optimal_cover(scenario, "R1/分时段", load=[0.9, 1, 1.1], price=prices, months=["5月"])
    by_code = {"peak": 500, "flat": 380, "valley": 240}
    plain = optimal_cover(scenario, "R1/tou", load=[0.9, 1, 1.1], price=by_code, months=["2021-05"])
    assert by_name.table.equals(plain.table)
    assert by_name.position("2021-05", "peak").quantile_form("zh").startswith(f"{RETAILER}/分时段，2021-05，峰段：")


def test_an_id_without_a_name_is_not_who_is_called_so(scenario: gridsim.Scenario) -> None:
    users, retailers = (scenario.tables[name].astype({"name": object}) for name in ("users", "retailers"))
    users["name"] = users["name"].where(users["user_id"] != "U6", "R1")
    retailers["name"] = None
    found = gridsim.run(scenario.with_table("users", users).with_table("retailers", retailers))
    with pytest.raises(GridsimError, match="R1 is a buyer and no settlement unit"):
        found.explain("R1", "2021-05")


def test_statements_take_them(result: gridsim.Result, tmp_path: object) -> None:
    written = [
        write_statements(result, f"{tmp_path}/{number}.xlsx", units=[unit], months=[month]).path.read_bytes()
        for number, (unit, month) in enumerate([("R1/tou", "2021-05"), (f"{RETAILER}/分时段", "2021年5月")])
    ]
    assert written[0] == written[1]


def test_who_is_unknown_is_told_as_asked(result: gridsim.Result) -> None:
    with pytest.raises(GridsimError, match="'East/分时段'"):
        result.explain("East/分时段", "2021-05")
