"""Rulebook 14: the tables of attribution of a settled market, from its rows of text and of results."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .attribution import Member, Part, attributed, edge_of, floor_split, plans_of, weights_of
from .exact import energy_kwh, round_half_up
from .market import Market, unit_of_user
from .positions import Method, over_edge, under_edge

Row = dict[str, Any]
Place = tuple[str, str, str]


def _users(market: Market, unit: str, month: str) -> list[str]:
    """All of the unit's that have not left, in the order of users."""
    return [user.id for user in market.users if unit_of_user(market.user_in(user.id, month), month) == unit]


def _metered(market: Market, tables: dict[str, list[Row]], place: Place, trial: bool, column: str) -> dict[str, int]:
    unit, month, product = place
    mode = unit.rpartition("/")[2]
    found: dict[str, int] = {}
    for cell in tables["cell_settlement"]:
        is_here = (cell["unit_id"], cell["month"], cell["trial"]) == (unit, month, trial)
        if is_here and market.shape.product_of(mode, cell["period"]) == product:
            found[cell["user_id"]] = found.get(cell["user_id"], 0) + cell[column]
    return found


def _history(market: Market, scenario: Row, users: list[str], month: str, periods: list[str]) -> list[list[int]]:
    """By user, the energies of the years given, at the finest level (month, period) that all users of the unit have."""
    by_period = set(periods) if len(periods) < len(market.shape["periods"]) else None
    years: dict[str, dict[str, list[Row]]] = {}
    for row in scenario["tables"].get("history", []):
        if row["user_id"] in users:
            years.setdefault(row["user_id"], {}).setdefault(row["year"], []).append(row)
    for of_month, of_periods in ((month, by_period), (month, None), ("", by_period), ("", None)):
        found = {}
        for user, rows_of in years.items():
            said = [_said(rows, of_month, of_periods) for rows in rows_of.values()]
            found[user] = [energy for energy in said if energy is not None]
        if all(found.values()):
            return [found.get(user, []) for user in users]
    raise AssertionError("every row says something of its year")


def _said(rows: list[Row], month: str, periods: set[str] | None) -> int | None:
    """What a year's rows say of a month (empty: the year), in some periods or in all; finer ones add up.

    A row of the whole is taken before its parts.
    """
    if month:
        groups = [[row for row in rows if row.get("month") == month]]
    else:
        whole = [row for row in rows if not row.get("month") and (periods is None or row.get("period") in periods)]
        months = sorted({row.get("month") or "" for row in rows})
        groups = [whole] if whole else [[row for row in rows if (row.get("month") or "") == each] for each in months]
    total = None
    for group in groups:
        if periods is None:
            part = [row for row in group if not row.get("period")] or group
        else:
            part = [row for row in group if row.get("period") in periods]
        for row in part:
            total = (total or 0) + energy_kwh(row["energy_mwh"])
    return total


def _plans(
    market: Market, scenario: Row, users: list[str], position: Row, month_of_unit: list[Row]
) -> tuple[list[int], list[str]]:
    """By nomination (a month's split over products as the unit's contract is), else by the mean of the years given."""
    nominated: list[int | None] = []
    for user in users:
        of_month = [
            energy_kwh(row["energy_mwh"])
            for row in scenario["tables"].get("nominations", [])
            if (row["user_id"], row["month"], row.get("period", "")) == (user, position["month"], "")
        ]
        if not of_month:
            nominated.append(None)
            continue
        contracts = [each["contract_kwh"] for each in month_of_unit]
        shares = floor_split(of_month[0], contracts if any(contracts) else [1] * len(contracts))
        nominated.append(shares[[each["product"] for each in month_of_unit].index(position["product"])])
    mode = position["unit_id"].rpartition("/")[2]
    periods = [each for each in market.shape["periods"] if market.shape.product_of(mode, each) == position["product"]]
    history = _history(market, scenario, users, position["month"][5:], periods)
    return plans_of(position["contract_kwh"], nominated, history)


def _members(
    market: Market, scenario: Row, tables: dict[str, list[Row]], position: Row
) -> tuple[list[str], list[Member], list[str]]:
    """The users of a position, what they metered and planned, and where the plans are from."""
    place, trial = (position["unit_id"], position["month"], position["product"]), position["trial"]
    users = _users(market, place[0], place[1])
    metered = _metered(market, tables, place, trial, "metered_kwh")
    products = market.shape["modes"][place[0].rpartition("/")[2]]["products"]
    same_month = sorted(
        (
            each
            for each in tables["positions"]
            if (each["unit_id"], each["month"], each["trial"]) == (place[0], place[1], trial)
        ),
        key=lambda each: products.index(each["product"]),
    )
    plans, origins = _plans(market, scenario, users, position, same_month)
    return users, [Member(metered.get(user, 0), plan) for user, plan in zip(users, plans, strict=True)], origins


def netting_energies(
    market: Market, scenario: Row, tables: dict[str, list[Row]], *, trial: bool
) -> list[tuple[Any, ...]]:
    """Unit, month, product, and by side what the users would have alone, their plans as contracts, less the unit's."""
    rows: list[tuple[Any, ...]] = []
    for position in tables["positions"]:
        if position["trial"] != trial:
            continue
        mode, regime = position["unit_id"].rpartition("/")[2], market.shape.regime_of(position["month"])
        shape = market.shape.at(position["month"])
        method = Method.of_mode(shape, mode)
        if regime is not None and not trial:
            method = Method.of_regime(shape, mode, regime)
        _, members, _ = _members(market, scenario, tables, position)
        over = sum(max(0, m.metered - over_edge(method.over[0], m.plan, m.metered)) for m in members)
        under = sum(max(0, under_edge(method.under[0], m.plan) - m.metered) for m in members if method.under)
        of_unit = (position["overrun_kwh"], position["shortfall_kwh"]) if members else (0, 0)
        key = position["unit_id"], position["month"], position["product"]
        rows.append((*key, over - of_unit[0], under - of_unit[1]))
    return rows


def attribution_rows(
    market: Market, scenario: Row, tables: dict[str, list[Row]], method: str, *, trial: bool
) -> list[tuple[Any, ...]]:
    """Unit, month, product, item, side, user, metered, plan, where it is from, weight (exactly), energy, money."""
    rows: list[tuple[Any, ...]] = []
    fees = market.shape.get("fees")
    for position in tables["positions"]:
        if position["trial"] != trial:
            continue
        place = position["unit_id"], position["month"], position["product"]
        bands = [
            band
            for band in tables["position_bands"]
            if (band["unit_id"], band["month"], band["product"], band["trial"]) == (*place, trial)
        ]
        if not bands:
            continue
        users, members, origins = _members(market, scenario, tables, position)
        for band in bands:
            ratio = None if band["edge"] is None else Fraction(band["edge"], 10_000)
            edge = edge_of(position["contract_kwh"], ratio)
            assert edge is not None
            part = Part(band["side"], edge, band["energy_kwh"], band["amount_micro_yuan"])
            item = "overrun" if part.side == "over" else "shortfall"
            amounts = [(item, part.money)]
            if fees and band["fee_micro_yuan"]:
                amounts.append((fees["item"], band["fee_micro_yuan"]))
            weights = weights_of(method, members, part)
            for name, money in amounts:
                own_energy, energies = attributed(method, members, part, part.energy)
                own_money, of_users = attributed(method, members, part, money)
                start = (*place, name, part.side)
                for i, user in enumerate(users):
                    rows.append(
                        (*start, user, members[i].metered, members[i].plan, origins[i], round_half_up(weights[i]),
                         energies[i], of_users[i])
                    )  # fmt: skip
                if own_energy or own_money or not users:
                    rows.append((*start, None, None, None, None, None, own_energy, own_money))
    return rows


def energy_money_by_user(market: Market, tables: dict[str, list[Row]], buyer: str, month: str) -> dict[str, int]:
    """A buyer's money for energy in band, by user: of each position by `split` over the users' in-band energy there."""
    found: dict[str, int] = {}
    for position in tables["positions"]:
        if position["trial"] or (position["unit_id"].rpartition("/")[0], position["month"]) != (buyer, month):
            continue
        place = position["unit_id"], month, position["product"]
        in_band = _metered(market, tables, place, False, "in_band_kwh")
        users = [user for user in _users(market, place[0], month) if in_band.get(user)]
        if users:
            shares = floor_split(position["energy_micro_yuan"], [in_band[user] for user in users])
            for user, share in zip(users, shares, strict=True):
                found[user] = found.get(user, 0) + share
    return found
