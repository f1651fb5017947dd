"""What may be corrected in the shipped markets, and whom its money goes to (rulebook part 16)."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.rules.corrected import corrected_items


def sides(rules: str) -> dict[str, tuple[str, str]]:
    items = corrected_items(gridsim.rules.load(rules).shape)
    return {name: (item.whose, item.account) for name, item in items.items()}


def test_contracts_are_with_the_market_and_all_else_with_its_own_account() -> None:
    assert sides("henan-2021") == {
        "energy": ("unit", "MARKET"),
        "shortfall": ("unit", "MARKET"),
        "overrun": ("unit", "GRID"),
        "transmission": ("either", "GRID"),
        "tou_adjustment": ("either", "GRID"),
        "funds": ("either", "GOVERNMENT"),
        "fallback": ("user", "GRID"),
        "catalogue": ("user", "GRID"),
        "transfer": ("unit", "MARKET"),
        "capacity": ("user", "GRID"),
        "demand": ("user", "GRID"),
        "power_factor": ("user", "GRID"),
        "correction": ("either", "MARKET"),
    }


def test_fees_are_with_who_collects_them_and_sellers_settle_apart() -> None:
    shape = gridsim.rules.load("jiangsu-2023").shape
    found = sides("jiangsu-2023")
    assert found["overrun"] == ("unit", "MARKET")
    assert shape.fees is not None and shape.sellers is not None
    assert {found[item] for item in (shape.fees.item, shape.fees.returned_item)} == {("unit", shape.fees.payee)}
    assert shape.sellers.balance.item not in found


@pytest.mark.parametrize("rules", ["henan-2021", "jiangsu-2023"])
def test_a_user_is_named_where_the_line_has_one(rules: str) -> None:
    items = corrected_items(gridsim.rules.load(rules).shape)
    assert items["overrun"].may_name_user and not items["overrun"].by_user
    assert not items["energy"].may_name_user
    assert all(item.by_user for item in items.values() if item.whose == "user")
