"""Write the small scenarios of the example rule sets in `docs/rules/examples`. Every number is synthetic.

    python docs/examples.py

Tests ask that the folders hold what this writes. Energies and prices come from short formulas, not from chance, so that
a person can see in the script why a cell of a table is what it is.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent / "rules" / "examples"

Row = dict[str, Any]
Tables = dict[str, list[Row]]

RATE = {"tariff_class": "works", "voltage": "10kV"}
GENERATORS = [
    {"generator_id": "G1", "name": "合成第一发电厂"},
    {"generator_id": "G2", "name": "合成第二发电厂"},
]
RETAILERS = [{"retailer_id": "R1", "name": "合成售电公司"}]
USERS = {
    "U1": {"name": "合成铸造厂", "retailer_id": "R1"},
    "U2": {"name": "合成纺织厂", "retailer_id": "R1"},
    "U3": {"name": "合成水泥厂"},
    "U4": {"name": "合成造纸厂", "exit_month": "2023-07"},  # what it uses from then on is settled outside the market
}


def users(modes: dict[str, str], **further: dict[str, Any]) -> list[Row]:
    """The users, with their modes and what else is said of some."""
    every = {name: USERS.get(name, {}) | further.get(name, {}) for name in [*USERS, *further]}
    modes = {name: {"mode": modes[name]} for name in every if name in modes}
    return [{"user_id": name, **RATE, **modes.get(name, {}), **said} for name, said in every.items()]


def session(name: str, kind: str, opens: str, closes: str) -> Row:
    """A session, announced at the end of the year before."""
    return {"session": name, "kind": kind, "announced_on": "2022-12-01", "opens_at": opens, "closes_at": closes}


def filing(number: int, generator: str, buyer: str, product: str, month: str, energy: float, price: float) -> Row:
    """A contract that both sides confirmed in time."""
    return {
        "session": "Y-2023",
        "contract_id": f"C{number:03d}",
        "generator_id": generator,
        "buyer_id": buyer,
        "product": product,
        "month": month,
        "energy_mwh": energy,
        "price_yuan_per_mwh": price,
        "filed_at": "2022-12-05T10:00:00",
        "confirmed_at": "2022-12-05T15:00:00",
    }


def order(name: str, who: str, side: str, product: str, month: str, price: float, energy: float, at: str) -> Row:
    """An order of a matched session."""
    return {
        "session": name,
        "participant_id": who,
        "side": side,
        "product": product,
        "month": month,
        "price_yuan_per_mwh": price,
        "energy_mwh": energy,
        "submitted_at": at,
    }


def meter(user: str, month: str, period: str, energy: float) -> Row:
    """What a user metered in a month and period."""
    return {"user_id": user, "month": month, "period": period, "energy_mwh": energy}


YEARLY = session("Y-2023", "yearly", "2022-12-02T09:00:00", "2022-12-20T17:00:00")


def sharp_peak() -> Tables:
    """June has no sharp peak, July has: the same contracts, and one product more."""
    products = {"sharp": (90, 610), "peak": (240, 520), "flat": (210, 380), "night": (160, 260)}
    use = {"sharp": (60, 34), "peak": (150, 92), "flat": (140, 75), "valley": (60, 40), "deep": (48, 18)}
    months = ("2023-06", "2023-07")
    filings: list[Row] = []
    for month in months:
        for product, (energy, price) in products.items():
            if (product, month) != ("sharp", "2023-06"):
                filings.append(filing(len(filings) + 1, "G1", "R1", product, month, energy, price))
    filings += [filing(len(filings) + n, "G2", "U3", "all_hours", month, 300, 395) for n, month in enumerate(months, 1)]
    filings.append(filing(len(filings) + 1, "G2", "U4", "all_hours", "2023-06", 120, 402))
    rows = []
    for user, share in {"U1": 1.0, "U2": 0.6, "U3": 0.75, "U4": 0.3, "U5": 0.2, "U6": 0.25}.items():
        for place, month in enumerate(months):
            for period, (summer, other) in use.items():
                if (period, month) != ("sharp", "2023-06"):
                    rows.append(meter(user, month, period, round(share * (summer + other * (1 - place) / 2), 3)))
    prices = {"sharp": 1080, "peak": 900, "flat": 600, "valley": 330, "deep": 240}
    auction = session("M-2023-07", "monthly", "2023-06-20T09:00:00", "2023-06-20T15:00:00")
    orders = [
        order("M-2023-07", "G2", "sell", "sharp", "2023-07", 560, 20, "2023-06-20T09:30:00"),
        order("M-2023-07", "G1", "sell", "sharp", "2023-07", 580, 15, "2023-06-20T09:20:00"),
        order("M-2023-07", "R1", "buy", "sharp", "2023-07", 640, 25, "2023-06-20T10:00:00"),
        order("M-2023-07", "G2", "sell", "night", "2023-07", 240, 30, "2023-06-20T11:00:00"),
        order("M-2023-07", "R1", "buy", "night", "2023-07", 250, 12.5, "2023-06-20T11:10:00"),
    ]
    return {
        "generators": GENERATORS,
        "retailers": RETAILERS,
        "users": users(
            {"U1": "by_period", "U2": "by_period", "U3": "plain", "U4": "plain", "U5": "plain", "U6": "plain"},
            **{name: {"peak_valley_tariff": "true"} for name in USERS},
            U5={"name": "合成农场", "peak_valley_tariff": "true", "priority_purchase": "true"},
            U6={"name": "合成商店", "peak_valley_tariff": "false"},
        ),
        "tariffs": [
            RATE | {f"list_price_{name}": price for name, price in prices.items()} | {"wires": 150, "levy": 30}
        ],
        "sessions": [YEARLY, auction],
        "bilateral": filings,
        "orders": orders,
        "meter": rows,
    }


def hourly() -> Tables:
    """A day's shape of load, hour by hour, for one month; some hours are bought at auction too."""
    month = "2023-07"
    shape = [62, 58, 55, 54, 56, 63, 78, 95, 108, 112, 110, 104, 98, 101, 106, 110, 115, 118, 112, 104, 96, 88, 78, 68]
    filings, rows, orders = [], [], []
    for hour, load in enumerate(shape, 1):
        price = 250 + 2 * load
        filings.append(filing(hour, "G1", "R1", f"e{hour:02d}", month, load, price))
        filings.append(filing(100 + hour, "G2", "U3", f"e{hour:02d}", month, 40, price - 10))
    for place, (user, share) in enumerate({"U1": 0.62, "U2": 0.41, "U3": 0.4, "U4": 0.1}.items()):
        rows += [
            meter(user, month, f"h{hour:02d}", round(share * load * (1 + ((hour * 7 + place) % 5 - 2) / 40), 3))
            for hour, load in enumerate(shape, 1)
        ]
    for hour in range(9, 13):
        product, minute = f"e{hour:02d}", f"2023-06-20T{hour:02d}"
        orders += [
            order("A-2023-07", "G2", "sell", product, month, 455 + hour, 6, f"{minute}:10:00"),
            order("A-2023-07", "G1", "sell", product, month, 470 + hour, 4, f"{minute}:12:00"),
            order("A-2023-07", "R1", "buy", product, month, 490, 5 + hour / 4, f"{minute}:20:00"),
            order("A-2023-07", "U3", "buy", product, month, 468, 2, f"{minute}:25:00"),
        ]
    return {
        "generators": GENERATORS,
        "retailers": RETAILERS,
        "users": users({}),
        "tariffs": [RATE | {"wires": 140}],
        "market_prices": [{"month": month, "reference": 430}],
        "sessions": [YEARLY, session("A-2023-07", "day_ahead", "2023-06-20T08:00:00", "2023-06-20T17:00:00")],
        "bilateral": filings,
        "orders": orders,
        "meter": rows,
    }


def shares() -> Tables:
    """Four months: far above the contract, a little above, a little below, far below; by night the other way round."""
    months = {"2023-03": (1.25, 0.55), "2023-04": (1.04, 0.9), "2023-05": (0.95, 1.08), "2023-07": (0.5, 1.2)}
    contracts = {"R1": {"day": (400, 460), "night": (150, 310)}, "U3": {"day": (200, 450), "night": (90, 300)}}
    filings, rows = [], []
    for month, (by_day, by_night) in months.items():
        for buyer, products in contracts.items():
            for product, (energy, price) in products.items():
                filings.append(filing(len(filings) + 1, "G1", buyer, product, month, energy * 0.75, price))
                filings.append(filing(len(filings) + 1, "G2", buyer, product, month, energy * 0.25, price + 12))
        for period, ratio in (("day", by_day), ("night", by_night)):
            held = {buyer: products[period][0] for buyer, products in contracts.items()}
            rows += [
                meter("U1", month, period, round(held["R1"] * ratio * 0.7, 3)),
                meter("U2", month, period, round(held["R1"] * ratio * 0.3, 3)),
                meter("U3", month, period, round(held["U3"] * (2 - ratio), 3)),
                meter("U4", month, period, 12.5),
            ]
    listing = session("L-2023-05", "listing", "2023-04-20T09:00:00", "2023-04-20T15:00:00")
    orders = [
        order("L-2023-05", "G2", "sell", "night", "2023-05", 305, 10, "2023-04-20T09:30:00"),
        order("L-2023-05", "G1", "sell", "night", "2023-05", 300, 8, "2023-04-20T09:40:00"),
        order("L-2023-05", "R1", "buy", "night", "2023-05", 302, 5, "2023-04-20T10:00:00"),
        order("L-2023-05", "R1", "buy", "night", "2023-05", 306, 9, "2023-04-20T10:30:00"),
    ]
    return {
        "generators": GENERATORS,
        "retailers": RETAILERS,
        "users": users({}),
        "tariffs": [RATE | {"wires": 145}],
        "market_prices": [{"month": month, "cap": 520} for month in months],
        "sessions": [YEARLY, listing],
        "bilateral": filings,
        "orders": orders,
        "meter": rows,
    }


SCENARIOS = {"sharp-peak": sharp_peak, "hourly": hourly, "shares": shares}
SWEEPS = {
    "sharp-peak": "  bands.upper: [1.02, 1.05]\n  coefficient.sharp: [1.6, 2]\n",
    "hourly": "  bands.upper: [1.03, 1.08]\n  bands.multiple: [1, 1.5]\n",
    "shares": "  over.first: [1.01, 1.04]\n  under.share: [0.05, 0.1]\n",
}
SYNTHETIC = "# Every number in this folder is SYNTHETIC. 本目录中的全部数字均为合成数据。\n"


def write(folder: Path, name: str) -> None:
    """Write the tables, the head and a small plan of a batch beside the rule set."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in SCENARIOS[name]().items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with open(folder / f"{table}.csv", "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    head = f"name: {name} (synthetic)\nyear: 2023\nrules: rules.yaml\n"
    (folder / "scenario.yaml").write_text(SYNTHETIC + head, encoding="utf-8")
    load = "load:\n  common: {distribution: lognormal, sigma: 0.03}\n  own: {distribution: lognormal, sigma: 0.1}\n"
    metrics = "metrics: [cost_by_unit, items, deviation]\n"
    plan = f"scenario: .\nseed: 7\ndraws: 20\n{load}sweep:\n{SWEEPS[name]}{metrics}"
    (folder / "plan.yaml").write_text(SYNTHETIC + plan, encoding="utf-8")


def main() -> None:
    """Write every folder."""
    for name in SCENARIOS:
        write(EXAMPLES / name, name)


if __name__ == "__main__":
    sys.exit(main())
