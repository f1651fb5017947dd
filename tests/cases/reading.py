"""Worked cases from YAML: each becomes a small scenario, and a list of what its results must hold."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Row = dict[str, Any]
CASE_FILES = sorted(Path(__file__).parent.glob("*.yaml"))

USUAL_TARIFF = {
    "catalogue_peak": "900", "catalogue_flat": "600", "catalogue_valley": "300", "transmission": "200", "funds": "30",
}  # fmt: skip
TARIFF_KEY = {"tariff_class": "large", "voltage": "110kV"}
CONFIRMED = {"filed_at": "2020-12-01T09:00", "confirmed_at": "2020-12-01T10:00"}
RATIO_ONE = 10_000
EXACT_UNITS = (("_yuan_per_mwh", "_micro_yuan_per_kwh", 3), ("_mwh", "_kwh", 3), ("_yuan", "_micro_yuan", 6))


def read_cases(market: str = "") -> list[dict[str, Any]]:
    """All cases of all files beside this one, or of one market's. Every scalar stays the text that was written.

    A file has the name of the rule set that its cases are of. A case that is `like` another has all its tables, but for
    those that it gives itself.
    """
    return [case for file in CASE_FILES if market in ("", file.stem) for case in _cases_of(file)]


@cache
def _cases_of(file: Path) -> list[dict[str, Any]]:
    """The cases of a file, read once. Only for looking at."""
    loaded = YAML(typ="base", pure=True).load(file.read_text(encoding="utf-8"))
    cases = {case["case"]: case for case in loaded}
    for case in cases.values():
        if "like" in case:
            case["tables"] = cases[case["like"]]["tables"] | case["tables"]
    return [{"market": file.stem, **case} for case in cases.values()]


# ---- a case as a scenario ------------------------------------------------------------------------------------------


def scenario_of(case: dict[str, Any]) -> dict[str, Any]:
    """The scenario of one case: market, year, rules and tables of text rows."""
    tables = {"position": _position_tables, "book": _book_tables, "scenario": _given_tables}[case["kind"]](case)
    return {
        "name": case["case"],
        "market": case["market"],
        "year": int(case.get("year", case["market"][-4:])),
        "rules": case.get("rules", {}),
        "tables": tables,
        **({"period_sets": case["period_sets"]} if "period_sets" in case else {}),
    }


def _given_tables(case: dict[str, Any]) -> dict[str, list[Row]]:
    return {name: rows or [] for name, rows in case["tables"].items()}


def _user(user: str, mode: str, peak_valley_tariff: str = "true") -> Row:
    return {"user_id": user, **TARIFF_KEY, "peak_valley_tariff": peak_valley_tariff, "mode": mode}


def _position_tables(case: dict[str, Any]) -> dict[str, list[Row]]:
    month = case.get("month", "2021-07")
    legs = case["legs"] if case["mode"] == "tou" else {"total": case["legs"]}
    metered = case["metered"] if isinstance(case["metered"], dict) else {"flat": case["metered"]}
    bilateral = [
        {
            "session": "S", "contract_id": f"{seller}-{product}", "generator_id": seller, "buyer_id": "U",
            "product": product, "month": month, "energy_mwh": energy, "price_yuan_per_mwh": price, **CONFIRMED,
        }
        for product, sellers in legs.items()
        for seller, (energy, price) in sellers.items()
    ]  # fmt: skip
    sellers = dict.fromkeys(row["generator_id"] for row in bilateral) or {"A": None}
    return {
        "generators": [{"generator_id": seller} for seller in sellers],
        "retailers": [],
        "users": [_user("U", case["mode"], case.get("peak_valley_tariff", "true"))],
        "tariffs": [{**TARIFF_KEY, **USUAL_TARIFF, **case.get("tariff", {})}],
        "bilateral": bilateral,
        "meter": [
            {"user_id": "U", "month": month, "period": period, "energy_mwh": energy}
            for period, energy in metered.items()
        ],
    }


def _book_tables(case: dict[str, Any]) -> dict[str, list[Row]]:
    orders = [
        {
            "session": "T", "participant_id": who, "side": side, "product": "total", "month": "2021-07",
            "price_yuan_per_mwh": price, "energy_mwh": energy, "submitted_at": f"2021-06-25T09:{minute:02d}",
        }
        for side, given in (("sell", case["sells"]), ("buy", case["buys"]))
        for minute, (who, energy, price, *_) in enumerate(given)
    ]  # fmt: skip
    heat = {who for who, _, _, *more in case["sells"] if more == ["heat"]}
    return {
        "generators": [
            {"generator_id": who, "heat_priority": "true" if who in heat else "false"}
            for who in dict.fromkeys(who for who, *_ in case["sells"])
        ],
        "retailers": [],
        "users": [_user(who, "conventional") for who in dict.fromkeys(who for who, *_ in case["buys"])],
        "tariffs": [{**TARIFF_KEY, **USUAL_TARIFF}],
        "orders": orders,
        "meter": [],
    }


# ---- what is expected ----------------------------------------------------------------------------------------------


def complaints(case: dict[str, Any], results: dict[str, list[Row]]) -> list[str]:
    """What the results (rows of exact units) do not hold of what the case expects; empty when all is well."""
    found: list[str] = []
    if case["kind"] == "book":
        columns = ("seller_id", "buyer_id", "energy_kwh", "price_micro_yuan_per_kwh")
        trades = [tuple(row[name] for name in columns) for row in results["trades"]]
        expected = [(s, b, _exact(energy, 3), _exact(price, 3)) for s, b, energy, price in case["trades"]]
        if trades != expected:
            found.append(f"trades: expected {expected}, found {trades}")
    for table, rows in case.get("expect", {}).items():
        if isinstance(rows, dict):
            if len(results[table]) != int(rows["rows"]):
                found.append(f"{table}: expected {rows['rows']} rows, found {len(results[table])}")
            continue
        for row in rows:
            found += [f"{table}: {complaint}" for complaint in _row_complaints(table, row, results[table])]
    return found


def unbalanced(case: dict[str, Any], results: dict[str, list[Row]]) -> list[str]:
    """What does not come out even: a line's product, the sum of all accounts, the market's own account in a month.

    The market's account is zero in every month where sellers settle what they generate.
    """
    found = []
    held: dict[str, int] = {}
    of_market: dict[str, int] = {}
    for line in results["ledger"]:
        amount = line["amount_micro_yuan"]
        price = line["price_micro_yuan_per_kwh"]
        if amount != line["energy_kwh"] * price if price is not None else line["energy_kwh"]:
            found.append(f"line {line['line']}: {amount} is not energy times price")
        for who, sign in ((line["payer"], -1), (line["payee"], 1)):
            held[who] = held.get(who, 0) + sign * amount
            if who == "MARKET":
                of_market[line["month"]] = of_market.get(line["month"], 0) + sign * amount
    if "generation" in case.get("tables", {}):
        found += [f"MARKET holds {amount} in {month}" for month, amount in of_market.items() if amount]
    return found + ([f"all accounts hold {sum(held.values())}"] if sum(held.values()) else [])


def _row_complaints(table: str, expected: Row, rows: list[Row]) -> list[str]:
    expected = dict(expected)
    absent = expected.pop("none", "false") == "true"
    words: Row = {}
    numbers: Row = {}
    for name, text in expected.items():
        for outside, exact, decimals in EXACT_UNITS:
            if name.endswith(outside):
                numbers[name.removesuffix(outside) + exact] = _exact(text, decimals)
                break
        else:
            # What a check found is checked; everything else in words says which row is meant.
            (numbers if table == "compliance" and name in ("value", "limit", "passed") else words)[name] = text
    chosen = [row for row in rows if all(_same_word(name, text, row[name]) for name, text in words.items())]
    if absent:
        return [f"expected no row {words}, found {chosen}"] if chosen else []
    if len(chosen) != 1:
        return [f"expected one row {words}, found {len(chosen)}"]
    return [
        f"row {words}: {name} should be {value}, is {chosen[0][name]}"
        for name, value in numbers.items()
        if not (chosen[0][name] == value if isinstance(value, int) else same_value(chosen[0][name], value))
    ]


def _exact(text: str, decimals: int) -> int:
    value = Decimal(text).scaleb(decimals)
    if value != value.to_integral_value():
        raise ValueError(f"{text} has more than {decimals} decimals")
    return int(value)


def _same_word(name: str, text: str, value: Any) -> bool:
    if name == "detail":  # compliance: the keyword it starts with
        return str(value).split(":")[0].split()[:1] == [text]
    if name == "edge":  # of a band
        return Decimal(text) * RATIO_ONE == value
    return as_text(value) == text


def as_text(value: Any) -> str:
    """A result's text, number or truth value as it would be written; missing is empty."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def same_value(one: Any, other: Any) -> bool:
    """Equal as numbers where both are numbers (0.8 and 0.800000), else as text."""
    one, other = as_text(one), as_text(other)
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
