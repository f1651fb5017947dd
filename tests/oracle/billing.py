"""Rulebook 13: capacity, demand and the adjustment by the power factor, line by line from the ledger before them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from .exact import number, round_half_up
from .ledger import Settlement
from .market import Market, Row, User, first_day
from .shape import FaultError, is_none, list_of

PERCENT = {
    # standard: percent for each 0.01 above, by the power factor reached; below likewise; from the table of rulebook 13
    "0.90": {**dict.fromkeys(range(91, 96), "-0.15")}
    | dict.fromkeys(range(70, 90), "0.5")
    | dict.fromkeys(range(65, 70), "1")
    | dict.fromkeys(range(65), "2"),
    "0.85": dict.fromkeys(range(86, 91), "-0.1")
    | dict.fromkeys(range(91, 95), "-0.15")
    | dict.fromkeys(range(65, 85), "0.5")
    | dict.fromkeys(range(60, 65), "1")
    | dict.fromkeys(range(60), "2"),
    "0.80": dict.fromkeys(range(81, 91), "-0.1")
    | dict.fromkeys(range(91, 93), "-0.15")
    | dict.fromkeys(range(60, 80), "0.5")
    | dict.fromkeys(range(55, 60), "1")
    | dict.fromkeys(range(55), "2"),
}


def factor_of(active: int, reactive: int) -> int | None:
    """The largest k of 0 … 100 with 40,000 A² ≥ (2k − 1)² (A² + R²); none where A = 0."""
    if active == 0:
        return None
    return max(k for k in range(101) if k == 0 or 40_000 * active**2 >= (2 * k - 1) ** 2 * (active**2 + reactive**2))


def percent_of(standard: str, factor: int) -> Fraction:
    """Every hundredth between the standard and the factor adds its own percent."""
    at = int(standard[2:])
    passed = range(at + 1, factor + 1) if factor > at else range(factor, at)
    return sum((Fraction(PERCENT[standard].get(k, "0")) for k in passed), Fraction(0))


def bill(market: Market, settlement: Settlement, rows: list[Row]) -> None:
    """The lines of all rows behind those of the ledger, in row order.

    Rulebook 15: in a month within which a tariff begins the power factor is one, on what all parts cost.
    """
    lines = zip(settlement.ledger, settlement.days, strict=True)
    before = [{**line, "day": day} for line, day in lines if not line["trial"]]
    for row in rows:
        user, month = market.user_in(row["user_id"], row["month"]), row["month"]
        charge = 0
        for item, column, tariff in (
            ("capacity", "capacity_kva", "capacity_yuan_per_kva"),
            ("demand", "demand_kw", "demand_yuan_per_kw"),
        ):
            if row.get(column, "") == "":
                continue
            price = per_month(market, user, month, tariff)
            amount = number(row[column]) * price * 10**6
            assert amount.denominator == 1  # exact: 3 decimals times 3
            charge = settlement.pay_share(
                item, user.id, "GRID", int(amount), "rulebook 13", month=month, user_id=user.id
            )
        standard = row.get("power_factor_standard", "")
        if standard == "":
            continue
        active = sum(cell.energy for cell in market.cells if (cell.user.id, cell.month) == (user.id, month))
        factor = factor_of(active, int(number(row["reactive_mvarh"]) * 1000))
        energy = energy_money(market, before, user, month)
        if factor is None or energy is None:
            continue
        base = charge + energy + paid_to_grid_beside(market, before, user, month)
        amount = round_half_up(Fraction(base) * percent_of(standard, factor) / 100)
        clause = "水电财字〔1983〕215号"
        settlement.pay_share("power_factor", user.id, "GRID", amount, clause, month=month, user_id=user.id)


def per_month(market: Market, user: User, month: str, column: str) -> Fraction:
    """The price of the row with the latest `effective_from`; none there is a fault."""
    rows = [
        row
        for row in market.tariff_rows
        if (row["tariff_class"], row["voltage"]) == (user.tariff_class, user.voltage)
        and first_day(row.get("effective_from", "")) <= f"{month}-01"
    ]
    latest = max(rows, key=lambda row: first_day(row.get("effective_from", "")), default={})
    if latest.get(column, "") == "":
        raise FaultError(f"no {column} for {user.id} in {month}")
    return number(latest[column])


def of_user(lines: list[dict[str, Any]], user: User, month: str, *items: str) -> list[dict[str, Any]]:
    return [line for line in lines if (line["payer"], line["month"]) == (user.id, month) and line["item"] in items]


def funds_items(market: Market, user: User) -> list[dict[str, Any]]:
    """Charges of the user's mode that go to another account than the grid company."""
    return [c for c in list_of(market.shape["modes"][user.mode].get("charges")) if c["payee"] != "GRID"]


def energy_money(market: Market, lines: list[dict[str, Any]], user: User, month: str) -> int | None:
    """Direct: `energy` and `overrun`; a retailer's: `retail_energy` and `retail_delivery`, none without a contract.

    Left: `fallback`; priority purchase: `catalogue`. From `overrun`, `retail_delivery` and `catalogue` energy × the
    user's funds is taken off, where it is not charged beside them.
    """
    if user.priority_purchase or user.has_left(month):
        why = "priority_purchase" if user.priority_purchase else "left_market"
        modes, entries = market.shape["modes"], []
        for entry in list_of(market.shape["outside"][why]):
            if not is_none(entry):
                entries += modes[entry["charges"]]["charges"] if "charges" in entry else [entry]
        mine = of_user(lines, user, month, *(e["item"] for e in entries if e["payee"] == "GRID"))
        pays_funds = any(e["payee"] != "GRID" for e in entries)
        return sum(line["amount_micro_yuan"] for line in mine) - (0 if pays_funds else in_it(market, user, month, mine))
    with_funds = "retail_delivery" if user.retailer else "overrun"
    mine = of_user(lines, user, month, "retail_energy" if user.retailer else "energy", with_funds)
    if user.retailer and not mine:
        return None
    over = [line for line in mine if line["item"] == with_funds]
    is_charged = any(charge["base"] == "metered" for charge in funds_items(market, user))
    return sum(line["amount_micro_yuan"] for line in mine) - (0 if is_charged else in_it(market, user, month, over))


def in_it(market: Market, user: User, month: str, lines: list[dict[str, Any]]) -> int:
    """Energy × the user's funds; rulebook 15: of each part of the month those of its own tariff."""
    taken = 0
    for line in lines:
        of_part = replace(user, day=line["day"])
        funds = [market.tariff(of_part, month, charge["price"]["tariff"]) for charge in funds_items(market, user)]
        taken += line["energy_kwh"] * sum(funds)
    return taken


def paid_to_grid_beside(market: Market, lines: list[dict[str, Any]], user: User, month: str) -> int:
    """T&D, `tou_adjustment` and the like: charges of the user's mode that go to the grid company."""
    charges = list_of(market.shape["modes"][user.mode].get("charges"))
    regime = market.shape.regime_of(month)
    if regime is not None:
        as_other = regime.get("charges") or {}
        charges = list_of(market.shape["modes"][as_other.get(user.mode, user.mode)].get("charges"))
    if user.priority_purchase or user.has_left(month):
        return 0
    mine = of_user(lines, user, month, *(charge["item"] for charge in charges if charge["payee"] == "GRID"))
    return sum(line["amount_micro_yuan"] for line in mine)
