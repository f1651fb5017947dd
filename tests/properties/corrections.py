"""Random rows of ``corrections`` put into a random scenario (rulebook part 16)."""

from __future__ import annotations

from typing import Any

from tests.oracle.corrections import OF_BILLS, OF_CONTRACTS, charges_inside, fees_of
from tests.oracle.market import read_market, unit_of_user
from tests.properties.draws import Chooser

_AMOUNTS = ("0.01", "-0.01", "-12345.67", "0.000001", "-0.000001", "0", "99999999.999999", "1500")


def with_corrections(choose: Chooser, scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with a few corrections of each kind of line: of units, of their users, of users alone."""
    market = read_market(scenario)
    shape, year = market.shape, market.year
    inside = list(dict.fromkeys(c["item"] for mode in shape["modes"] for c in _charges(shape, mode)))
    outside = [item for item in shape.charge_items() if item not in inside]
    units = list(dict.fromkeys(filter(None, (unit_of_user(user, "0000-01") for user in market.users))))
    found: dict[tuple[str, ...], dict[str, str]] = {}

    def add(item: str, unit: str, user: str) -> None:
        month = choose.number(2, 12)
        earlier = choose.one((*(f"{year - 1}-{m:02d}" for m in (1, 12)), f"{year}-{choose.number(1, month - 1):02d}"))
        row = {"month": f"{year}-{month:02d}", "item": item, "unit_id": unit, "user_id": user}
        row |= {"corrects_month": earlier, "amount_yuan": choose.one(_AMOUNTS)}
        found[tuple(row[name] for name in ("month", "item", "unit_id", "user_id", "corrects_month"))] = row

    users = [user.id for user in market.users]
    unit_of = {user.id: unit_of_user(user, "0000-01") for user in market.users}
    for _ in range(choose.number(0, 8)):
        user = choose.one(users)
        kind = choose.one(("unit", "unit", "overrun", "charge", "charge", "outside", "bill", "unsaid"))
        if kind == "unit" and units:
            add(choose.one((*OF_CONTRACTS, "overrun", *fees_of(shape))), choose.one(units), "")
        elif kind == "overrun" and unit_of[user]:
            add("overrun", unit_of[user], user)
        elif kind == "charge" and inside:
            has_unit = bool(unit_of[user]) and choose.chance(70)
            unit = unit_of[user] if has_unit else ""
            item = choose.one(inside)
            add(item, unit, "" if unit and choose.chance(30) else user)
        elif kind == "outside" and outside:
            add(choose.one(outside), "", user)
        elif kind == "bill":
            add(choose.one(OF_BILLS), "", user)
        elif kind == "unsaid":
            add("correction", unit_of[user], "" if unit_of[user] and choose.chance(50) else user)
    tables = {**scenario["tables"], "corrections": choose.shuffled(list(found.values()))}
    return {**scenario, "tables": tables}


def _charges(shape: Any, mode: str) -> list[dict[str, Any]]:
    return [charge for item in shape.charge_items() for charge in charges_inside(shape, item, mode)]
