"""Hypothesis strategies for whole scenarios, as the text rows of their files.

They are small (few participants, few months) and full of what decides: prices and times that tie, energies on a band
edge and one kWh beside it, zero contracts, resubmissions, filings and orders at either end of a window and a second
outside, users that leave, tariffs that change, ids that a careless reader takes for numbers or for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.contracts import clear, legs_of_trades
from tests.oracle.exact import energy_kwh, round_half_up
from tests.oracle.market import PERIODS, Market, User, read_market, unit_of_user
from tests.oracle.rule_values import Rules
from tests.properties.changes import with_changes
from tests.properties.deals import deal_rows
from tests.properties.draws import (
    COEFFICIENT_TARIFFS,
    ENERGIES,
    IDS,
    MATCHED_KINDS,
    TARIFF_KEYS,
    Chooser,
    HypothesisChooser,
    Row,
    SeededChooser,
    mwh,
    time_text,
    yuan_per_mwh,
)
from tests.properties.rule_overrides import rule_overrides
from tests.properties.trading import bilateral_rows, buyers_by_product, order_rows, session_rows
from tests.properties.transfers import transfer_rows

PRICED = ("price_yuan_per_mwh", "catalogue_peak", "catalogue_flat", "catalogue_valley", "transmission", "funds")


def scenarios(**fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Random valid scenarios, in the form of the oracle: ``year``, ``rules``, ``tables`` of text rows, ``name``.

    One in three is chosen by Hypothesis throughout, and shrinks; the others by a generator that Hypothesis seeds.

    Parameters
    ----------
    **fixed
        ``year`` (int), ``with_sessions`` (bool), ``with_load`` (bool), ``rules`` (dict): not drawn but taken.
    """

    @st.composite
    def scenario(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
        if draw(st.integers(0, 2)) == 0:
            return build_scenario(HypothesisChooser(draw), **fixed)
        return seeded_scenario(draw(st.integers(0, 2**32 - 1)), **fixed)

    return scenario()


def seeded_scenario(seed: int, **fixed: Any) -> dict[str, Any]:
    """The scenario of a seed."""
    return build_scenario(SeededChooser(seed), name=f"seed {seed}", **fixed)


def enlarged(scenario: dict[str, Any], energy_factor: int, price_factor: int) -> dict[str, Any]:
    """The scenario with all its energies and prices so many times as large, whatever the table."""

    def times(name: str, text: str) -> str:
        return str(Decimal(text) * (energy_factor if name == "energy_mwh" else price_factor))

    tables = {
        table: [
            {name: times(name, text) if name in (*PRICED, "energy_mwh") else text for name, text in row.items()}
            for row in rows
        ]
        for table, rows in scenario["tables"].items()
    }
    return {**scenario, "tables": tables}


def build_scenario(
    choose: Chooser, *, name: str = "random", year: int | None = None, with_sessions: bool | None = None,
    with_load: bool | None = None, rules: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One scenario, from participants to history."""
    year = year or choose.one((2021, 2021, 2021, 2022, 2024))
    rules = rule_overrides(choose, year) if rules is None else rules
    if with_sessions is None:
        with_sessions = choose.chance(70)
    if with_load is None:
        with_load = choose.chance(20)

    tables = participants(choose, year)
    scenario = {"name": name, "year": year, "rules": rules, "tables": tables}
    sessions = session_rows(choose, year)
    buyers = buyers_by_product(scenario)
    tables["bilateral"] = bilateral_rows(choose, year, tables, sessions, buyers)
    if choose.chance(40):
        generators, months = [row["generator_id"] for row in tables["generators"]], (2, 6, 1, 3, 7)
        deliveries = [*(f"{year}-{month:02d}" for month in months), f"{year}", f"{year}-H2"]
        deliveries += [f"{year}-Q2", f"{year}-04/{year}-06", f"{year}-03/{year}-05"]
        tables["deals"] = deal_rows(choose, generators, buyers, deliveries, kinds=("annual_bilateral", *MATCHED_KINDS))
    tables["orders"] = order_rows(choose, year, tables, sessions, buyers, with_sessions=with_sessions)
    moved = transfer_rows(choose, year, tables, sessions, buyers, with_sessions=with_sessions)
    tables["orders"] = [{**row, "transfer": ""} for row in tables["orders"]] + moved if moved else tables["orders"]
    if with_sessions:
        tables["sessions"] = choose.shuffled(sessions)

    # Where contracts stand is known now: energies are drawn about them.
    market = read_market({**scenario, "tables": {**tables, "meter": []}})
    trades, _ = clear(market)
    contracted: dict[tuple[str, str, str], int] = {}
    for leg in legs_of_trades(trades, market):
        key = (leg.unit, leg.month, leg.product)
        contracted[key] = contracted.get(key, 0) + leg.energy
    cells = metered_cells(choose, market, contracted)
    if with_load:
        tables["load"] = load_rows(choose, cells, market)
    else:
        tables["meter"] = [
            {"user_id": user, "month": month, "period": period, "energy_mwh": mwh(choose, energy)}
            for (user, month, period), energy in cells.items()
        ]
    history = history_rows(choose, market, trades)
    if history or choose.chance(50):
        tables["history"] = history
    for name in ("bilateral", "orders"):
        if not tables[name] and choose.chance(50):
            del tables[name]
    return scenario


# ---- who takes part --------------------------------------------------------------------------------------------------


def participants(choose: Chooser, year: int) -> dict[str, list[Row]]:
    """Tables generators, retailers, users and tariffs."""
    ids = choose.some(IDS, 3, 9)
    generators = [ids.pop() for _ in range(choose.number(1, min(3, len(ids) - 1)))]
    retailers = [ids.pop() for _ in range(choose.number(0, min(2, len(ids) - 1)))]
    keys = choose.some(TARIFF_KEYS, 1, 2)
    users = []
    for user in ids[:4]:
        tariff_class, voltage = choose.one(keys)
        users.append(
            {
                "user_id": user,
                "tariff_class": tariff_class,
                "voltage": voltage,
                "peak_valley_tariff": "false" if choose.chance(30) else "true",
                "mode": choose.one(("conventional", "tou")),
                "retailer_id": choose.one(retailers) if retailers and choose.chance(60) else "",
                "exit_month": choose.one(months_about(year)) if choose.chance(25) else "",
                "priority_purchase": choose.one(("", "false", "true")) if choose.chance(30) else "",
            }
        )
    users = with_changes(year, users, retailers, keys)
    return {
        "generators": choose.shuffled(
            [{"generator_id": g, "heat_priority": choose.one(("", "false", "true"))} for g in generators],
        ),
        "retailers": [{"retailer_id": retailer} for retailer in retailers],
        "users": users,
        "tariffs": choose.shuffled([row for key in keys for row in tariff_rows(choose, year, key)]),
    }


def months_about(year: int) -> list[str]:
    """Months in which a user may leave, before and after the year too."""
    return [f"{year}-{m:02d}" for m in (1, 2, 3, 4, 6, 7, 12)] + [f"{year - 1}-12", f"{year + 1}-01"]


def tariff_rows(choose: Chooser, year: int, key: tuple[str, str]) -> list[Row]:
    """One class and voltage: a row from the beginning, and changes."""
    first = choose.one(("", f"{year}-01", f"{year - 2}-07"))
    changes = choose.some([f"{year}-{m:02d}" for m in (2, 3, 4, 7, 8, 12)], 0, 2)
    rows = []
    for effective_from in [first, *changes]:
        funds = choose.one((0, 27_195, 30_001, 27_195, 350_000))  # the last is more than some catalogue prices
        catalogue = [choose.one((600_000, 612_345, 900_001, 333_333, 30_001)) for _ in PERIODS]
        rows.append(
            {
                "tariff_class": key[0],
                "voltage": key[1],
                **{f"catalogue_{p}": yuan_per_mwh(choose, price) for p, price in zip(PERIODS, catalogue, strict=True)},
                "transmission": yuan_per_mwh(choose, choose.one(COEFFICIENT_TARIFFS)),
                "funds": yuan_per_mwh(choose, funds),
                "effective_from": effective_from,
            }
        )
    return rows


# ---- metered energy --------------------------------------------------------------------------------------------------


def metered_cells(
    choose: Chooser, market: Market, contracted: dict[tuple[str, str, str], int]
) -> dict[tuple[str, str, str], int]:
    """kWh by (user, month, period): positions land on a band edge, a kWh beside it, on nothing, or anywhere."""
    with_legs = sorted({month for _, month, _ in contracted})
    every = [f"{market.year}-{m:02d}" for m in range(1, 13)]
    # First the months that have contracts, and always one of them; then any.
    months = list(dict.fromkeys([*choose.some(with_legs, min(2, len(with_legs)), 6), *choose.some(every, 0, 1)]))
    places: dict[tuple[str, str, str], list[tuple[User, str, str]]] = {}
    for month in months:
        for user in market.users:
            for period in PERIODS:
                if choose.chance(10):
                    continue  # no such row
                unit = unit_of_user(user, month)
                product = "total" if user.mode == "conventional" else period
                places.setdefault((unit, month, product), []).append((user, month, period))
    cells: dict[tuple[str, str, str], int] = {}
    for (unit, month, product), mine in places.items():
        total = metered_total(choose, market.rules.at(month), product, contracted.get((unit, month, product), 0))
        for i, (user, _, period) in enumerate(mine):
            left = len(mine) - i
            energy = total if left == 1 else choose.one((0, total // left, total // 3, min(1, total), total))
            cells[user.id, month, period] = energy
            total -= energy
    return dict(choose.shuffled(list(cells.items())))


def metered_total(choose: Chooser, rules: Rules, product: str, contracted: int) -> int:
    """What a position meters, about what it has contracted."""
    if contracted == 0 or choose.chance(20):
        return choose.one(ENERGIES)
    mode = "conventional" if product == "total" else "tou"
    edges = [round_half_up(contracted * rules.ratio(f"settlement.{mode}.{edge}")) for edge in ("upper", "lower")]
    edge = choose.one([*edges, contracted, *(2 * edge for edge in edges), contracted // 2, 0])
    return max(0, edge + choose.one((0, 0, 1, -1)))


def load_rows(choose: Chooser, cells: dict[tuple[str, str, str], int], market: Market) -> list[Row]:
    """The same energies by the hour or quarter-hour: each cell in one or two intervals.

    Two intervals of a user follow each other, so that their length shows: by chance all could lie hours apart.
    """
    minutes = choose.one(((0,), (0, 15, 30, 45)))
    rows = []
    shown: set[str] = set()
    for (user, month, period), energy in cells.items():
        hours = [hour for hour in range(24) if market.rules.period_of_hour(hour) == period]
        if not hours:
            continue
        days = choose.some((1, 2, 28), 1, 2)
        for i, day in enumerate(days):
            part = energy if i == len(days) - 1 else choose.one((0, energy // 2, energy))
            energy -= part
            hour, minute = choose.one((hours[0], hours[-1])), choose.one(minutes)
            when = datetime.fromisoformat(f"{month}-{day:02d}T{hour:02d}:{minute:02d}")
            rows.append({"user_id": user, "starts_at": time_text(choose, when), "energy_mwh": mwh(choose, part)})
            beside = [when.replace(hour=near) for near in hours if abs(near - hour) == 1]
            if len(minutes) > 1:
                beside = [when.replace(minute=30 if minute in (15, 45) else 15)]
            # The first quarter alone of an hour would be an hour among quarter-hours, which is a fault.
            if beside and (user not in shown or (len(minutes) > 1 and minute == 0)):
                shown.add(user)
                energy_beside = choose.one(("0", "0", "0.00049", "0.0005", "0.00149999999999999999999"))
                rows.append({"user_id": user, "starts_at": time_text(choose, beside[0]), "energy_mwh": energy_beside})
    return choose.shuffled(rows)


# ---- history ---------------------------------------------------------------------------------------------------------


def history_rows(choose: Chooser, market: Market, trades: list[dict[str, Any]]) -> list[Row]:
    """Consumption of earlier years: about the limits of 5 and 200 GWh, and where a cover is just met."""
    rows = []
    for user in market.users:
        bought = sum(trade["energy_kwh"] for trade in trades if trade["buyer_id"] == user.buyer)
        covers = [bought * 5 // 4, bought * 10 // 9, bought * 10 // 9 + 1, bought] if bought else []
        limits = [
            energy_kwh(market.rules[f"compliance.{name}_energy"]) for name in ("direct_access", "encouraged", "tou")
        ]
        options = [0, 1, 1_000, *limits, *(limit + 1 for limit in limits), *(limit - 1 for limit in limits if limit)]
        for year in choose.some([market.year - back for back in (1, 2, 3, 4, 6, 0)], 0, 3):
            energy = choose.one([*options, *covers, *covers])
            rows += parts_of_a_year({"user_id": user.id, "year": str(year)}, energy, choose)
    return choose.shuffled(rows)


def parts_of_a_year(of: Row, energy: int, choose: Chooser) -> list[Row]:
    """A year of a user as a whole; at times by months, of which one may stand by periods."""
    if not choose.chance(20):
        return [{**of, "month": "", "period": "", "energy_mwh": mwh(choose, energy)}]
    first = choose.one((0, energy // 3, energy))
    months = choose.some([f"{month:02d}" for month in range(1, 13)], 2, 2)
    parts = [{**of, "month": months[0], "period": "", "energy_mwh": mwh(choose, first)}]
    if choose.chance(50):
        half = (energy - first) // 2
        by_period = zip(("peak", "valley"), (half, energy - first - half), strict=True)
        return [
            *parts,
            *(
                {**of, "month": months[1], "period": period, "energy_mwh": mwh(choose, kwh)}
                for period, kwh in by_period
            ),
        ]
    return [*parts, {**of, "month": months[1], "period": "", "energy_mwh": mwh(choose, energy - first)}]
