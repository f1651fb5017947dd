"""Random rows of ``billing``, and the prices that they ask for, put into a random scenario."""

from __future__ import annotations

from typing import Any

from tests.properties.draws import Chooser

_STANDARDS = ("0.90", "0.85", "0.80")


def with_billing(choose: Chooser, scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with some users billed in some months, most of them where they metered something."""
    tables = dict(scenario["tables"])
    for row in tables["tariffs"]:
        row["capacity_yuan_per_kva"] = choose.one(("20", "0", "0.001", "16.667"))
        row["demand_yuan_per_kw"] = choose.one(("28.5", "33.333", "1"))
    metered = [(row["user_id"], row.get("month") or row["starts_at"][:7]) for row in _metered(tables)]
    since = {(row["tariff_class"], row["voltage"]): [] for row in tables["tariffs"]}
    for row in tables["tariffs"]:
        since[row["tariff_class"], row["voltage"]].append(row["effective_from"])
    first = {user["user_id"]: min(since[user["tariff_class"], user["voltage"]]) for user in tables["users"]}
    anywhere = [(user, f"{scenario['year']}-{month:02d}") for user in first for month in (1, 5, 12)]
    places = list(dict.fromkeys([*metered, *choose.some(anywhere, 0, 2)]))
    tables["billing"] = choose.shuffled(
        [_row(choose, *place) for place in places if first[place[0]] <= place[1] and choose.chance(80)]
    )
    return {**scenario, "tables": tables}


def _metered(tables: dict[str, Any]) -> list[dict[str, str]]:
    return [*tables.get("meter", []), *tables.get("load", [])]


def _row(choose: Chooser, user: str, month: str) -> dict[str, str]:
    what, has_factor = choose.one(("capacity_kva", "demand_kw", "")), choose.chance(80)
    row = {"user_id": user, "month": month, "capacity_kva": "", "demand_kw": ""}
    if what:
        row[what] = choose.one(("1000", "0.001", "0", "315.125", "12345.678"))
    reactive = choose.one(("0", "0.001", "0.005", "0.01", "0.75", "1.5", "333.333", "123456.789"))
    row["reactive_mvarh"] = reactive if has_factor else ""
    row["power_factor_standard"] = choose.one(_STANDARDS) if has_factor else ""
    return row
