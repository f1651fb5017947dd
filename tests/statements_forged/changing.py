"""Kinds of change in a market whose users change within the year: a change is not used, or from another month."""

from __future__ import annotations

from .edits import InTable, WithoutRows
from .forging import Change, Kind


def _row(user: str) -> dict[str, str]:
    return {"user_id": user, "effective_from": "2021-05"}


def _from_june(user: str) -> InTable:
    return InTable("users", _row(user), {"effective_from": "2021-06"})


CHANGING = (
    Kind(
        "class_not_changed", "a user's new class of tariff is not used",
        (Change("user_change", {"user": "U5", "effective_from": "2021-05", "used_from": ""},
                (WithoutRows("users", _row("U5")),)),),
        "grid_money_beside", 2, "0", "23891.162839", market="changing",
    ),
    Kind(
        "class_changed_late", "a user's new class of tariff is used a month late",
        (Change("user_change", {"user": "U5", "effective_from": "2021-05", "used_from": "2021-06"},
                (_from_june("U5"),)),),
        "grid_money_beside", 1, "0", "12432.740352", market="changing",
    ),
    Kind(
        "kept_user", "a user that has gone to another retailer is still counted in our unit",
        (Change("user_change", {"user": "U2", "effective_from": "2021-05", "used_from": ""},
                (WithoutRows("users", _row("U2")),)),),
        "long", 81, "2111.626", "1365638.27695", market="changing",
    ),
    Kind(
        "user_early", "a user that comes from another retailer is counted in our unit a month too early",
        (Change("user_change", {"user": "U8", "effective_from": "2021-05", "used_from": "2021-04"},
                (InTable("users", _row("U8"), {"effective_from": "2021-04"}),)),),
        "long", 46, "2412.419", "1554714.864955", market="changing",
    ),
    Kind(
        "user_late", "a user that comes from another retailer is counted in our unit a month late",
        (Change("user_change", {"user": "U8", "effective_from": "2021-05", "used_from": "2021-06"},
                (_from_june("U8"),)),),
        "exchange_gb18030", 3, "-2405.611", "-1319796.92366", market="changing",
    ),
)  # fmt: skip
