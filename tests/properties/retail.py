"""Retail contracts and nominations for a scenario of text rows: every kind, at the edges of what is free."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.oracle.exact import round_half_up
from tests.oracle.market import Market, User, read_market, unit_of_user
from tests.properties.draws import Chooser, Row, mwh

__all__ = ["with_retail"]

PRICES = ("0", "0.001", "288.888", "440", "601.999")
SIGNED = (*PRICES, "-0.001", "-350.5")
RATIOS = ("0", "0.0001", "0.05", "0.3333", "0.5", "1", "1.5")


def with_retail(choose: Chooser, scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with contracts of about every user that has a retailer, and what they nominated.

    Prices by period are of users alone whose market has no item for that.
    """
    market = read_market(scenario)
    metered = energies(market)
    contracts: list[Row] = []
    nominations: list[Row] = []
    for user in market.users:
        if all(row.retailer == "" for row in market.rows_of(user.id)) or choose.chance(10):
            continue
        for first, last in spans(choose, market, user):
            contracts.append(a_contract(choose, market, user, first, last))
        for month in sorted({month for name, month, _ in metered if name == user.id}):
            nominations += nominated(choose, market, user, month, metered)
    tables = {**scenario["tables"], "retail_contracts": choose.shuffled(contracts), "nominations": nominations}
    rules = scenario.get("rules", {})
    if "shape" not in scenario:
        rules = {**rules, "retail.overrun_delivery": choose.one(("user_pays", "user_pays", "retailer_bears"))}
    return {**scenario, "tables": tables, "rules": rules}


def spans(choose: Chooser, market: Market, user: User) -> list[tuple[str, str]]:
    """First and last months of contracts: of a user that changes within the year, those with one retailer."""
    months = [f"{market.year}-{month:02d}" for month in range(1, 13)]
    if len(market.rows_of(user.id)) == 1:
        chosen = choose.one(((("", ""),), (("", "{}-05"), ("{}-06", "")), (("{}-03", "{}-11"),)))
        return [(first.format(market.year), last.format(market.year)) for first, last in chosen]
    behind = [market.user_in(user.id, month).retailer for month in months]
    begins = [0, *(place for place in range(1, 12) if behind[place] != behind[place - 1]), 12]
    return [
        (choose.one(("", months[0])) if begin == 0 else months[begin], months[end - 1] if end < 12 else "")
        for begin, end in pairwise(begins)
        if behind[begin]
    ]


def energies(market: Market) -> dict[tuple[str, str, str], int]:
    """Metered energy by user, month and contract period."""
    found: dict[tuple[str, str, str], int] = {}
    for cell in market.cells:
        if unit_of_user(cell.user, cell.month):
            key = (cell.user.id, cell.month, cell.period)
            found[key] = found.get(key, 0) + cell.energy
    return found


def a_contract(choose: Chooser, market: Market, user: User, first: str, last: str) -> Row:
    kind = choose.one(("fixed", "spread_share", "cost_plus"))
    row = {"user_id": user.id, "from": first, "to": last, "kind": kind}
    if kind == "fixed":
        row["price"] = choose.one(PRICES)
        is_off = not any(each.on_peak_valley_tariff for each in market.rows_of(user.id))
        if is_off and len(market.shape.periods) > 1 and choose.chance(50):
            row[f"price_{choose.one(market.shape.periods)}"] = choose.one(PRICES)
    elif kind == "spread_share":
        row |= {"reference": choose.one(SIGNED), "share": choose.one(RATIOS)}
        if choose.chance(40):
            row["floor"] = choose.one(("0", "333.333"))
        if choose.chance(40):
            row["cap"] = choose.one(("333.333", "500"))
    else:
        row["fee"] = choose.one(SIGNED)
    row["deviation"] = choose.one(("", "retailer", "own", "own", "own", "price"))
    if row["deviation"] in ("own", "price"):
        row["free"] = choose.one(("", "0", "0.05", "0.9999"))
        row |= choose.one(({"rate": choose.one(RATIOS)}, {"deviation_price": choose.one(PRICES)}))
        row["side"] = choose.one(("", "both", "over", "under", "unit", "unit"))
        row["capped"] = choose.one(("", "false", "true", "true"))
    return row


def nominated(
    choose: Chooser, market: Market, user: User, month: str, metered: dict[tuple[str, str, str], int]
) -> list[Row]:
    """Of a month as a whole or by its periods, about what was metered."""
    mine = {period: energy for (name, when, period), energy in metered.items() if (name, when) == (user.id, month)}
    if choose.chance(50):
        return [{"user_id": user.id, "month": month, "period": "", "energy_mwh": about(choose, sum(mine.values()))}]
    others = [period for period in market.shape.periods if period not in mine and choose.chance(50)]
    return [
        {"user_id": user.id, "month": month, "period": period, "energy_mwh": about(choose, mine.get(period, 500))}
        for period in choose.shuffled([*mine, *others])
    ]


def about(choose: Chooser, energy: int) -> str:
    """Where a deviation just begins, and beside it."""
    edges = [round_half_up(energy * 20 / 21) if energy % 21 == 0 else energy, energy // 2, 2 * energy, 0]
    return mwh(choose, max(0, choose.one(edges) + choose.one((0, 0, 1, -1))))
