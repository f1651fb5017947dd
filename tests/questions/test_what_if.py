"""What an analyst asks of contracts, bands and prices: each answer in a few lines, with nothing but gridsim."""

from __future__ import annotations

import gridsim

MINI = gridsim.example("henan-2021-mini")


def test_what_would_two_per_cent_more_contract_have_changed_for_one_unit_and_one_product() -> None:
    scenario = gridsim.load(MINI)
    more = scenario.with_contracts("1.02", where={"unit": "R1/tou", "product": "peak"})
    change = gridsim.run(scenario).compare(gridsim.run(more))

    assert [cause.name for cause in change.causes()] == ["contracts"]
    assert change.money("item").loc["overrun", "difference_amount_yuan"] == -14823
    assert change.money("unit", top=1).index.tolist() == ["R1/tou", "(others)"]


def test_what_would_a_band_of_three_per_cent_cost() -> None:
    scenario = gridsim.load(MINI)
    edges = {"upper": "1.03", "lower": "0.97"}
    narrow = scenario.with_overrides(
        {f"settlement.{mode}.{e}": v for mode in ("conventional", "tou") for e, v in edges.items()}
    )
    change = gridsim.run(scenario).compare(gridsim.run(narrow))

    cost = change.difference("deviation_yuan", "unit")
    assert cost["difference_deviation_yuan"].sum() > 0


def test_what_does_a_user_pay_per_kwh_all_in_by_class_and_voltage() -> None:
    result = gridsim.run(MINI)
    price = result.statistics.prices(("tariff_class", "voltage"))

    assert price["all_in_yuan_per_mwh"].between(500, 750).all()
    items = result.statistics.money("item").exact["amount_micro_yuan"]
    assert price.exact["all_in_micro_yuan"].sum() == items.sum() - items["shortfall"]  # all but what is no user's


def test_what_is_the_average_price_of_my_position_by_period() -> None:
    result = gridsim.run(MINI)
    price = result.statistics.prices("product", where={"unit": "R1/tou"})["contract_yuan_per_mwh"]

    assert price["peak"] > price["flat"] > price["valley"]
