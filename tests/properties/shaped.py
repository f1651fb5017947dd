"""Random scenarios for any shape of a market: small, and full of orders that tie, amend, give and take."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from chinese_calendar import is_workday

from tests.oracle.contracts import clear, legs_of_trades
from tests.oracle.market import read_market
from tests.properties.deals import deal_rows
from tests.properties.draws import ENERGIES, PRICES, Chooser, Row, mwh, yuan_per_mwh
from tests.properties.shapes import ACCOUNT, COLUMNS, VARIETIES, Data, hours, random_shape

YEAR = 2023
MONTHS = ("2023-01", "2023-05", "2023-06")
KEY = {"tariff_class": "large", "voltage": "10kV"}


def shaped_scenario(choose: Chooser, shape: Data | None = None) -> dict[str, Any]:
    """A scenario in the form of the oracle, with its shape."""
    shape = shape or random_shape(choose)
    generators = [f"G{number}" for number in range(1, choose.number(1, 3) + 1)]
    retailers = [f"R{number}" for number in range(1, choose.number(0, 2) + 1)]
    tables: dict[str, list[Row]] = {
        "generators": [
            {
                "generator_id": g,
                "heat_priority": choose.one(("", "true")),
                "capacity_mw": choose.one(("", "300", "600")),
            }
            for g in generators
        ],
        "retailers": [{"retailer_id": retailer} for retailer in retailers],
        "users": [a_user(choose, shape, f"U{number}", retailers) for number in range(1, choose.number(1, 4) + 1)],
        "tariffs": [a_tariff(choose, shape, effective_from) for effective_from in ("", "2023-05")],
        "sessions": [
            {"session": kind, "kind": kind, "opens_at": "2022-12-01", "closes_at": "2023-12-31"}
            for kind in shape["sessions"]
        ],
        "market_prices": [market_price(choose, month) for month in months_of_year()],
        "agency": [{"month": MONTHS[1], "energy_mwh": mwh(choose, choose.one(ENERGIES))}] if choose.chance(40) else [],
    }
    scenario: dict[str, Any] = {
        "name": "shaped",
        "year": YEAR,
        "rules": days_of_year(),
        "shape": shape,
        "tables": tables,
    }
    market = read_market({**scenario, "tables": {**tables, "meter": []}})
    buyers = {
        product: [who for who in [*retailers, *(u.id for u in market.users)] if product in market.products_of(who)]
        for product in shape["products"]
    }
    tables["bilateral"] = bilateral_rows(choose, shape, generators, buyers)
    if choose.chance(40):
        varieties = [name for name in VARIETIES if name != "transferred"] if shape["varieties"] != "none" else []
        deliveries = (*MONTHS, *MONTHS, f"{YEAR}", f"{YEAR}-H2", f"{YEAR}-Q2", f"{YEAR}-04/{YEAR}-06")
        tables["deals"] = deal_rows(
            choose, generators, buyers, deliveries, kinds=list(shape["sessions"]), varieties=varieties
        )
    tables["orders"] = order_rows(choose, shape, tables, buyers)
    if choose.chance(25):
        scenario["period_sets"] = {name: hours(choose, shape["periods"]) for name in ("own", "自定")}
        give_periods(choose, shape, tables["users"])
        tables["load"] = load_rows(choose, tables["users"])
    else:
        tables["meter"] = meter_rows(choose, scenario)
    tables["generation"] = [
        {
            "generator_id": g, "month": month, "energy_mwh": mwh(choose, choose.one(ENERGIES)),
            "own_fault": choose.one(("", "true")),
        }
        for g in generators
        for month in choose.some(MONTHS, 0, 3)
        if shape["sellers"] != "none"
    ]  # fmt: skip
    return scenario


@cache
def days_of_year() -> dict[str, list[str]]:
    """The days off and the weekends worked of the year, for the oracle, which has none of its own."""
    days = [date(YEAR, 1, 1) + timedelta(days=number) for number in range(365)]
    off = [day.isoformat() for day in days if day.weekday() < 5 and not is_workday(day)]
    worked = [day.isoformat() for day in days if day.weekday() >= 5 and is_workday(day)]
    return {"calendar.holidays": off, "calendar.working_weekends": worked}


def months_of_year() -> list[str]:
    return [f"{YEAR}-{month:02d}" for month in range(1, 13)]


def a_user(choose: Chooser, shape: Data, name: str, retailers: list[str]) -> Row:
    return {
        "user_id": name,
        **KEY,
        "peak_valley_tariff": choose.one(("true", "true", "false")),
        "mode": choose.one(list(shape["modes"])),
        "retailer_id": choose.one(retailers) if retailers and choose.chance(60) else "",
        "exit_month": choose.one(MONTHS) if choose.chance(15) else "",
        "priority_purchase": "true" if choose.chance(10) else "",
    }


def a_tariff(choose: Chooser, shape: Data, effective_from: str) -> Row:
    row = {**KEY, "effective_from": effective_from}
    for item, how in shape["tariff"].items():
        for column in [f"{item}_{period}" for period in shape["periods"]] if how == "by_period" else [item]:
            row[column] = yuan_per_mwh(choose, choose.one((600_000, 612_345, 333_333, 30_001, 0)))
    return row


def market_price(choose: Chooser, month: str) -> Row:
    """A month's row: caps and benchmarks always, the others now and then."""
    row = {column: yuan_per_mwh(choose, choose.one((350_000, 391_000, 469_200))) for column in COLUMNS}
    row["floor"] = choose.one(("", "300"))
    row["agency_price"] = choose.one(("", "430.005"))
    row["coal_index_last_month"] = choose.one(("", "799.999", "800", "1500", "2000"))
    return {"month": month, **row}


def a_variety(choose: Chooser, shape: Data) -> str:
    names = [name for name in VARIETIES if name != "transferred"]
    return choose.one(names) if shape["varieties"] != "none" and choose.chance(60) else ""


def give_periods(choose: Chooser, shape: Data, users: list[Row]) -> None:
    """Periods of one's own for some units of a mode by periods: all users of one unit agree in them."""
    by_unit: dict[tuple[str, str], str] = {}
    for user in users:
        if len(shape["modes"][user["mode"]]["products"]) == 1 or user["priority_purchase"]:
            continue
        unit = (user["retailer_id"] or user["user_id"], user["mode"])
        user["period_set"] = by_unit.setdefault(unit, choose.one(("", "own", "自定")))


def load_rows(choose: Chooser, users: list[Row]) -> list[Row]:
    """Half-hourly, by a few intervals, of which two of a user follow each other, so that their length shows."""
    rows = []
    for user in users:
        starts = {datetime(YEAR, 5, 1), datetime(YEAR, 5, 1, 0, 30)}
        for _ in range(choose.number(0, 12)):
            day, half_hour = choose.number(1, 7), choose.number(0, 47)
            starts.add(datetime(YEAR, choose.one((1, 5)), day) + half_hour * timedelta(minutes=30))
        rows += [
            {
                "user_id": user["user_id"], "starts_at": start.isoformat(),
                "energy_mwh": choose.one((mwh(choose, choose.one(ENERGIES)), "0.00024", "1.0005")),
            }
            for start in sorted(starts)
        ]  # fmt: skip
    return choose.shuffled(rows)


def bilateral_rows(choose: Chooser, shape: Data, generators: list[str], buyers: dict[str, list[str]]) -> list[Row]:
    rows: list[Row] = []
    filings = next(kind for kind, rules in shape["sessions"].items() if rules["how"] == "filings")
    for number in range(choose.number(0, 6)):
        product = choose.one([p for p, names in buyers.items() if names] or list(buyers))
        if not buyers[product]:
            continue
        base = {
            "session": filings, "contract_id": f"C{number}", "generator_id": choose.one(generators),
            "buyer_id": choose.one(buyers[product]), "product": product, "variety": a_variety(choose, shape),
            "filed_at": f"2022-12-0{choose.number(1, 3)}", "confirmed_at": "2022-12-05",
        }  # fmt: skip
        for month in choose.some((*MONTHS, *MONTHS, f"{YEAR}", f"{YEAR}-H2"), 1, 2):
            energy, price = choose.one(ENERGIES), choose.one(PRICES)
            rows.append(
                base
                | {"month": month, "energy_mwh": mwh(choose, energy), "price_yuan_per_mwh": yuan_per_mwh(choose, price)}
            )
    return rows


def order_rows(choose: Chooser, shape: Data, tables: dict[str, list[Row]], buyers: dict[str, list[str]]) -> list[Row]:
    """New energy and transfers of one product and month in each session kind, so that they meet.

    Mostly where contracts are, so that there is something to give; of a month some give and the others take.
    """
    generators = [row["generator_id"] for row in tables["generators"]]
    held = [*tables["bilateral"], *tables.get("deals", [])]
    contracts = [(row["product"], row["month"]) for row in held]
    givers: dict[tuple[str, str], list[str]] = {}
    rows = []
    for kind, rules in shape["sessions"].items():
        if rules["how"] == "filings":
            continue
        for _ in range(choose.number(0, 2)):
            product = choose.one([p for p, names in buyers.items() if names] or list(buyers))
            month = choose.one((*MONTHS, f"{YEAR}"))
            if contracts and choose.chance(80):
                product, month = choose.one(contracts)
                month = month if month in MONTHS else MONTHS[1]
            some = [row.get("generator_id") or row.get("seller_id") for row in held if row["product"] == product]
            some += [row["buyer_id"] for row in held if row["product"] == product]
            some = [who for who in some if who]
            give = givers.setdefault((product, month), choose.some(some or generators, 1, 2))
            for _ in range(choose.number(2, 9)):
                rows.append(an_order(choose, shape, kind, product, month, generators, buyers[product], give))
    return choose.shuffled(rows)


def an_order(
    choose: Chooser, shape: Data, kind: str, product: str, month: str, generators: list[str], buyers: list[str],
    givers: list[str],
) -> Row:  # fmt: skip
    rules = shape["sessions"][kind]
    transfers = rules.get("transfers")
    transfer = len(month) > 4 and transfers is not None and (transfers == "only" or choose.chance(70))
    side = choose.one(("buy", "sell"))
    who = choose.one(generators if side == "sell" or not buyers else buyers)
    taker = rules["how"] == "uniform" and choose.chance(15)
    energy = choose.one([energy for energy in ENERGIES if energy < 10**8])
    if transfer:
        who = choose.one([*generators, *buyers])
        gives = who in givers if choose.chance(95) else who not in givers
        side = "sell" if gives == (who not in generators) else "buy"
        energy = choose.one((1, 2, 7, 10, 1_000, 0, energy))
    elif taker and side == "buy" and choose.chance(50):
        who = ACCOUNT
    when = datetime(2023, 1, 1, 9) + timedelta(minutes=choose.number(0, 5))
    return {
        "session": kind, "participant_id": who, "side": side, "product": product, "month": month, "segment": "",
        "price_yuan_per_mwh": "" if taker else yuan_per_mwh(choose, choose.one([p for p in PRICES if p > 1])),
        "energy_mwh": mwh(choose, energy),
        "submitted_at": when.isoformat(), "transfer": "true" if transfer else "",
        "variety": a_variety(choose, shape) if side == "sell" and not transfer else "",
    }  # fmt: skip


def meter_rows(choose: Chooser, scenario: dict[str, Any]) -> list[Row]:
    """Energies about what the units have contracted."""
    market = read_market({**scenario, "tables": {**scenario["tables"], "meter": []}})
    contracted: dict[tuple[str, str, str], int] = {}
    for leg in legs_of_trades(clear(market)[0], market):
        key = (leg.unit, leg.month, leg.product)
        contracted[key] = contracted.get(key, 0) + leg.energy
    rows = []
    for user in market.users:
        for month in choose.some(MONTHS, 0, 3):
            for period in market.shape.periods:
                product = market.shape.product_of(user.mode, period)
                held = contracted.get((f"{user.buyer}/{user.mode}", month, product), 0)
                energy = choose.one((held, held * 103 // 100, held // 2, held * 12 // 10, 0, *ENERGIES[:6]))
                if not choose.chance(10):
                    rows.append(
                        {"user_id": user.id, "month": month, "period": period, "energy_mwh": mwh(choose, energy)}
                    )
    return choose.shuffled(rows)
