"""Makes the tables of scenarios/retailer-2021 and its export of load: ``python -m tests.templates.retailer_making``.

Figures are those of `retailer_figures`; what is drawn comes from gridsim's stable random stream, so the same bytes
come out everywhere. READMEs and scenario.yaml are written by hand and left alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from gridsim.templates.draws import ONE, RandomStream
from gridsim.templates.profiles import INDUSTRIES
from tests.oracle.exact import split
from tests.statements_forged.market import period_of_hour
from tests.templates.retailer_figures import (
    ANNUAL,
    EXPECTED_TOO_HIGH,
    GENERATORS,
    MONTHLY_PRICES,
    NOMINATED_BY_PERIOD,
    RETAIL_CONTRACTS,
    SEED,
    TARIFFS,
    USERS,
)

__all__ = ["EXPORT", "PLACES", "files"]

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / "scenarios" / "retailer-2021", ROOT / "gridsim" / "templates" / "henan-2021" / "retailer")
EXPORT = "exports/load-2021-05.csv"
EXPORTED = ("U02", "U14", "U23")
"""Users whose May stands in the export of the meter system, quarter-hour by quarter-hour."""

PERIODS = ("peak", "flat", "valley")
MONTHS = tuple(f"2021-{month:02}" for month in range(1, 13))
COLUMNS = {
    "generators": "generator_id,name",
    "retailers": "retailer_id,name",
    "users": "user_id,name,tariff_class,voltage,peak_valley_tariff,mode,retailer_id,exit_month",
    "tariffs": "tariff_class,voltage,catalogue_peak,catalogue_flat,catalogue_valley,transmission,funds,"
    "effective_from,source,capacity_yuan_per_kva,demand_yuan_per_kw",
    "history": "user_id,year,energy_mwh",
    "deals": "deal_id,contract,session,kind,concluded_on,buyer_id,seller_id,product,month,energy_mwh,"
    "price_yuan_per_mwh,note",
    "meter": "user_id,month,period,energy_mwh",
    "billing": "user_id,month,capacity_kva,demand_kw,reactive_mvarh,power_factor_standard",
    "retail_contracts": "user_id,from,to,kind,price,price_peak,price_flat,price_valley,reference,share,floor,cap,fee,"
    "deviation,free,rate,deviation_price,side,capped",
    "nominations": "user_id,month,period,energy_mwh",
}

Row = tuple[str, ...]


def files() -> dict[str, bytes]:
    """Every file that is made, by its path in the folder."""
    rows: dict[str, Iterable[Row]] = {
        "generators": _rows(GENERATORS),
        "retailers": [("R1", "合成售电公司")],
        "users": [(*user[:6], "R1", user[6]) for user in _users()],
        "tariffs": _rows(TARIFFS),
        "history": _history(),
        "deals": _deals(),
        "meter": _meter_rows(),
        "billing": _billing(),
        "retail_contracts": _rows(RETAIL_CONTRACTS),
        "nominations": _nominations(),
    }
    made = {f"{table}.csv": _csv([tuple(COLUMNS[table].split(",")), *rows[table]]) for table in COLUMNS}
    return made | {EXPORT: _export()}


def _rows(text: str) -> list[Row]:
    return [tuple(row) for row in csv.reader(text.splitlines())]


def _csv(rows: Iterable[Row]) -> bytes:
    return b"\xef\xbb\xbf" + "".join(",".join(row) + "\n" for row in rows).encode()


def _mwh(kwh: int) -> str:
    whole, rest = divmod(kwh, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


@cache
def _users() -> list[Row]:
    return _rows(USERS)


def _expected(user: Row) -> np.ndarray:
    """kWh of a year by month and period, as its industry spreads them."""
    industry = INDUSTRIES[int(user[7])]
    annual = int(user[8]) * 1000
    return np.array([[annual * month * period // ONE**2 for period in industry.periods] for month in industry.months])


@cache
def _metered() -> dict[str, np.ndarray]:
    """kWh by user, month and period: what was expected, times a draw of the month and one of the period."""
    draws = RandomStream(SEED, "retailer-meter")
    metered = {}
    for user in _users():
        month, period = draws.factor(350, 12), draws.factor(180, 36).reshape(12, 3)
        metered[user[0]] = _expected(user) * month[:, None] // ONE * period // ONE
    return metered


def _meter_rows() -> list[Row]:
    return [
        (user, month, period, _mwh(int(energy[m, p])))
        for user, energy in _metered().items()
        for m, month in enumerate(MONTHS)
        for p, period in enumerate(PERIODS)
    ]


def _history() -> list[Row]:
    draws = RandomStream(SEED, "retailer-history")
    rows = []
    for user in _users():
        for year, factor in zip((2018, 2019, 2020), draws.factor(300, 3).tolist(), strict=True):
            rows.append((user[0], str(year), _mwh(int(user[8]) * 1000 * (factor - 300) // ONE)))
    return rows


# ---- what the retailer holds -----------------------------------------------------------------------------------------


def _of_product(product: str) -> np.ndarray:
    """kWh by month that the retailer expects of a product."""
    total = np.zeros(12, dtype=np.int64)
    for user in _users():
        is_conventional = user[5] == "conventional"
        expected = _expected(user)
        if user[6]:
            expected[MONTHS.index(user[6]) :] = 0
        if is_conventional and product == "total":
            total += expected.sum(axis=1)
        elif not is_conventional and product != "total":
            total += expected[:, PERIODS.index(product)]
    return total


def _tens(kwh: Fraction | int) -> int:
    """Whole tens of MWh, as people trade [MWh]."""
    return int(Fraction(kwh) / 10_000) * 10


def _deals() -> list[Row]:
    rows: list[Row] = []

    def deal(contract: str, session: str, kind: str, on: str, seller: str, *what: str) -> None:
        note = "" if seller else "向市场购入，不知卖方"
        rows.append((f"D-{len(rows) + 1:03}", contract, session, kind, on, "R1", seller, *what, note))

    held: dict[str, np.ndarray] = {}
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    for product, bilateral, price, matched, matched_price in ANNUAL:
        year = int(_of_product(product).sum())
        own, market = _tens(year * Fraction(bilateral)), _tens(year * Fraction(matched))
        seller = "G1" if product == "total" else "G2"
        deal("HT-2021-01" if product == "total" else "HT-2021-02", "2021年年度双边", "annual_bilateral", "2020-12-16",
             seller, product, "2021", str(own), price)  # fmt: skip
        deal("", "2021年年度集中", "annual_matched", "2020-12-22", "", product, "2021", str(market), matched_price)
        held[product] = (own + market) * 1000 * days // 365
    half = _tens(_of_product("total")[6:].sum() * Fraction(3, 100))
    deal("", "2021年下半年集中", "half_year", "2021-06-24", "", "total", "2021-H2", str(half), "409")
    held["total"][6:] += half * 1000 * days[6:] // 184
    for m, month in enumerate(MONTHS[1:], start=1):
        for product, price in MONTHLY_PRICES.items():
            wanted = Fraction(EXPECTED_TOO_HIGH.get(month, "1")) * int(_of_product(product)[m])
            lacking = _tens(wanted - int(held[product][m]))
            if lacking > 0:
                on = f"{MONTHS[m - 1]}-24"
                deal("", f"{month}月度集中", "monthly", on, "", product, month, str(lacking), str(price - m))
    deal("", "2021-05月内（下旬）", "intra_month", "2021-05-17", "G3", "total", "2021-05", "300", "418.5")
    return rows


# ---- what users said, and what they are billed for -------------------------------------------------------------------


def _nominations() -> list[Row]:
    """Of users whose contract asks for one: what they expected, in whole tens of MWh."""
    asked = list(dict.fromkeys(row[0] for row in _rows(RETAIL_CONTRACTS) if row[13] in ("own", "price")))
    rows: list[Row] = []
    for user in (user for user in _users() if user[0] in asked):
        expected = _expected(user)
        for m, month in enumerate(MONTHS):
            if user[0] in NOMINATED_BY_PERIOD:
                rows += [(user[0], month, period, str(_tens(int(expected[m, p])))) for p, period in enumerate(PERIODS)]
            else:
                rows.append((user[0], month, "", str(_tens(int(expected[m].sum())))))
    return rows


def _billing() -> list[Row]:
    draws = RandomStream(SEED, "retailer-billing")
    rows = []
    for user in _users():
        charged, standard, usual = user[9:]
        if not standard:
            continue
        energy = _metered()[user[0]].sum(axis=1).tolist()
        capacity = -(-max(energy) // (100 * 500)) * 100  # kVA: 500 hours of use in the busiest month
        for month, kwh, use, wandering in zip(
            MONTHS, energy, draws.between(400, 520, 12).tolist(), draws.between(-3, 3, 12).tolist(), strict=True
        ):
            factor = round(Fraction(usual) * 100) + wandering
            reactive = kwh * math.isqrt((10_000 - factor**2) * 10**8) // (factor * 10**4)
            kva = str(capacity) if charged == "kva" else ""
            kw = str(kwh // use) if charged == "kw" else ""
            rows.append((user[0], month, kva, kw, _mwh(reactive), standard))
    return rows


# ---- the export of the meter system ----------------------------------------------------------------------------------


def _export() -> bytes:
    """May of some users, as a meter system exports it: a title, 96 columns stamped by their ends, kWh, GB18030.

    The quarter-hours of each period add up to the row of ``meter``; on working days more is used than on others.
    """
    draws = RandomStream(SEED, "retailer-load")
    first = dt.date(2021, 5, 1)
    days = [first + dt.timedelta(days=day) for day in range(31)]
    ends = [f"{quarter * 15 // 60:02}:{quarter * 15 % 60:02}" for quarter in range(1, 97)]
    lines = [
        "合成电能量采集系统  96点电量导出（合成数据）  单位：千瓦时",
        ",".join(["户号", "户名", "日期", *ends, "日电量"]),
    ]
    period = np.array([PERIODS.index(period_of_hour(quarter // 4)) for quarter in range(96)])
    for user in (user for user in _users() if user[0] in EXPORTED):
        weights = draws.factor(900, 31 * 96).reshape(31, 96)
        weights[[day.weekday() >= 5 for day in days]] //= 2
        load = np.zeros((31, 96), dtype=np.int64)  # hundredths of a kWh
        for p in range(3):
            of_period = weights[:, period == p]
            total = int(_metered()[user[0]][4, p]) * 100
            load[:, period == p] = np.array(split(total, of_period.reshape(-1).tolist())).reshape(of_period.shape)
        for day, quarters in zip(days, load.tolist(), strict=True):
            texts = [f"{energy // 100}.{energy % 100:02}" for energy in (*quarters, sum(quarters))]
            lines.append(",".join([user[0], user[1], day.isoformat(), *texts]))
    return ("\n".join(lines) + "\n").encode("gb18030")


def main() -> None:
    """Write what is made into both places, and the texts of the first into the second."""
    from tests.templates.retailer_statement import STATEMENT, statement

    first, second = PLACES
    for name, content in files().items():
        _write(first / name, content)
    _write(first / STATEMENT, statement(first))
    for path in first.rglob("*"):
        if path.is_file():
            _write(second / path.relative_to(first), path.read_bytes())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
