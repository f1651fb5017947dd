"""The market of the forged statements: retailer R1 with two units, a second retailer, a direct user. All synthetic.

Of four months: February settles by the older method (a trial beside it), April lies in band, in May both units
overrun and R1 has given contracts away, in June both fall short and U6 has left the market.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

Row = dict[str, str]
Tables = dict[str, list[Row]]

RETAILER = "R1"
MONTHS = ("2021-02", "2021-04", "2021-05", "2021-06")
MONTHS_OF_YEAR = tuple(f"2021-{month:02}" for month in range(1, 13))
PERIODS = ("peak", "flat", "valley")

_USERS = """user_id,tariff_class,voltage,peak_valley_tariff,mode,retailer_id,exit_month,priority_purchase
U1,large_industry,110kV,true,conventional,R1,,
U2,large_industry,35kV,true,conventional,R1,,
U3,general_commercial,10kV,false,conventional,R1,,
U4,large_industry,110kV,true,tou,R1,,
U5,large_industry,35kV,true,tou,R1,,
U6,general_commercial,10kV,true,conventional,R1,2021-06,
U7,general_commercial,10kV,true,conventional,R1,,true
U8,large_industry,35kV,true,conventional,R2,,
U9,large_industry,110kV,true,conventional,,,"""

_TARIFFS = """tariff_class,voltage,catalogue_peak,catalogue_flat,catalogue_valley,transmission,funds,effective_from
large_industry,110kV,902.37,601.58,320.79,160.41,30.17,
large_industry,35kV,917.43,611.62,325.81,175.33,30.17,
general_commercial,10kV,1003.71,652.47,351.23,220.77,40.19,
large_industry,110kV,889.63,593.09,316.54,155.37,30.17,2021-05"""

_METER = """U1,1100.137,1000.251,850.408,1500.333,1300.129,1100.706,1700.123,1450.461,1200.347,1250.219,1100.087,950.113
U2,300.219,280.317,240.122,400.417,350.211,300.318,410.119,360.223,310.417,390.311,350.127,290.429
U3,100.011,90.107,50.203,120.301,110.407,60.109,130.205,115.301,65.407,110.103,100.209,55.305
U4,560.401,500.307,450.203,600.109,550.411,500.317,700.213,560.119,520.421,590.327,540.223,380.129
U5,180.113,160.219,210.323,200.117,180.221,240.319,215.423,182.127,243.229,190.331,175.133,200.237
U6,70.309,60.407,40.501,80.603,70.703,50.809,85.907,70.301,50.207,85.103,70.407,50.309
U7,60.101,50.203,40.307,60.401,50.503,40.601,60.709,50.807,40.901,60.103,50.207,40.309
U8,900.401,800.503,700.607,910.703,810.809,690.907,905.101,795.203,705.307,900.409,805.501,700.603
U9,500.709,450.807,400.901,510.103,440.207,390.309,505.401,455.503,405.607,495.709,445.801,395.903"""

# contract, seller, buyer, product, price, energy of each month
_CONTRACTS = """C-1,G1,R1,total,368.125,2300.007,3000.001,3000.003,2900.001
C-2,G2,R1,total,372.415,1900.001,2400.009,2500.007,2400.003
C-3,G1,R1,peak,502.337,740.003,800.001,800.007,800.003
C-3,G1,R1,flat,361.219,660.001,740.007,740.001,740.009
C-3,G1,R1,valley,254.613,400.009,400.001,400.003,400.007
C-4,G3,R1,valley,251.907,260.001,350.003,350.009,350.001
C-5,G2,R2,total,365.771,2400.003,2350.001,2350.007,2350.003
C-6,G3,U9,total,360.457,1350.001,1350.003,1350.007,1350.009"""

_TRANSFERS = """R1,sell,366.25,100.003
R2,buy,370.5,100.003"""


def metered_market() -> dict[str, Any]:
    """The scenario as plain text rows, with ``meter``."""
    return {"year": 2021, "rules": {}, "tables": _common(MONTHS) | {"meter": _meter(MONTHS)}}


def hourly_market() -> dict[str, Any]:
    """May alone, the same energy by user and period, hour by hour."""
    load = [row for cell in _meter(("2021-05",)) for row in _hours_of(cell)]
    load.sort(key=lambda row: (row["user_id"], row["starts_at"]))
    return {"year": 2021, "rules": {}, "tables": _common(("2021-05",)) | {"load": load}}


def changing_market() -> dict[str, Any]:
    """The metered market, in which three users change from May on: two their retailer, one its class of tariff."""
    market = metered_market()
    users = {row["user_id"]: row for row in market["tables"]["users"]}
    changes = [
        {**users[user], **what, "effective_from": "2021-05"}
        for user, what in {"U2": {"retailer_id": "R2"}, "U5": {"voltage": "110kV"}, "U8": {"retailer_id": "R1"}}.items()
    ]
    market["tables"]["users"] = [{**row, "effective_from": ""} for row in users.values()] + changes
    return market


MARKETS = {"metered": metered_market, "hourly": hourly_market, "changing": changing_market}


def write_market(scenario: dict[str, Any], folder: Path) -> Path:
    """The scenario as a folder that gridsim loads."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["name: statements-forged (synthetic)", f"year: {scenario['year']}", "rules: henan-2021"]
    if scenario["rules"]:
        lines += ["overrides:", *(f"  {path}: {value}" for path, value in scenario["rules"].items())]
    (folder / "scenario.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, rows in scenario["tables"].items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def period_of_hour(hour: int) -> str:
    """N4."""
    if hour < 8:
        return "valley"
    return "peak" if hour < 12 or 18 <= hour < 22 else "flat"


def _common(months: tuple[str, ...]) -> Tables:
    tables = {
        "generators": _rows("generator_id\nG1\nG2\nG3"),
        "retailers": _rows("retailer_id\nR1\nR2"),
        "users": _rows(_USERS),
        "tariffs": _rows(_TARIFFS),
        "bilateral": _bilateral(months),
    }
    if "2021-05" in months:
        tables["orders"] = [_transfer(line) for line in _TRANSFERS.splitlines()]
    return tables


def _rows(text: str) -> list[Row]:
    return [dict(row) for row in csv.DictReader(text.splitlines())]


def _meter(months: tuple[str, ...]) -> list[Row]:
    rows = []
    for line in _METER.splitlines():
        user, *energies = line.split(",")
        places = [(month, period) for month in MONTHS for period in PERIODS]
        for (month, period), energy in zip(places, energies, strict=True):
            if month in months:
                rows.append({"user_id": user, "month": month, "period": period, "energy_mwh": energy})
    return rows


def _bilateral(months: tuple[str, ...]) -> list[Row]:
    rows = []
    for line in _CONTRACTS.splitlines():
        contract, seller, buyer, product, price, *energies = line.split(",")
        for month, energy in zip(MONTHS, energies, strict=True):
            if month in months:
                rows.append(
                    {
                        "session": "AB", "contract_id": contract, "generator_id": seller, "buyer_id": buyer,
                        "product": product, "month": month, "energy_mwh": energy, "price_yuan_per_mwh": price,
                        "filed_at": "2020-12-14T10:00:00", "confirmed_at": "2020-12-14T15:00:00",
                    }
                )  # fmt: skip
    return rows


def _transfer(line: str) -> Row:
    who, side, price, energy = line.split(",")
    return {
        "session": "I-05", "participant_id": who, "side": side, "product": "total", "month": "2021-05",
        "segment": "mid", "price_yuan_per_mwh": price, "energy_mwh": energy, "submitted_at": "2021-05-08T10:00:00",
        "transfer": "true",
    }  # fmt: skip


def _hours_of(cell: Row) -> list[Row]:
    """A month's cell over its hours: more on working days, the last hour takes what is left."""
    first = dt.datetime.fromisoformat(cell["month"] + "-01")
    hours = [first + dt.timedelta(hours=hour) for hour in range(31 * 24)]
    hours = [hour for hour in hours if period_of_hour(hour.hour) == cell["period"]]
    weights = [(10 if hour.weekday() < 5 else 7) + hour.hour % 3 + hour.day % 4 for hour in hours]
    total = round(float(cell["energy_mwh"]) * 1000)
    energies = [total * weight // sum(weights) for weight in weights]
    energies[-1] += total - sum(energies)
    return [
        {"user_id": cell["user_id"], "starts_at": hour.isoformat(), "energy_mwh": f"{energy / 1000:.3f}"}
        for hour, energy in zip(hours, energies, strict=True)
    ]
