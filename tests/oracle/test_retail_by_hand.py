"""The worked month of rulebook 14 through the oracle, to the micro-yuan."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tests.oracle import settle_market
from tests.retail.worked import WORKED


def worked(**rules: str) -> list[dict[str, Any]]:
    tables = {
        name.removesuffix(".csv"): list(csv.DictReader(text.splitlines()))
        for name, text in WORKED.items()
        if name.endswith(".csv")
    }
    scenario = {"year": 2021, "rules": {key.replace("__", "."): each for key, each in rules.items()}, "tables": tables}
    return [line for line in settle_market(scenario)["ledger"] if line["item"].startswith("retail")]


def money(lines: list[dict[str, Any]], item: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        if line["item"] == item:
            found[line["user_id"]] = found.get(line["user_id"], 0) + line["amount_micro_yuan"]
    return found


@pytest.mark.parametrize("choice", ["user_pays", "retailer_bears"])
def test_the_energy_of_the_worked_month(choice: str) -> None:
    lines = worked(retail__overrun_delivery=choice)
    yuan = 10**6
    assert money(lines, "retail_energy") == {"U1": 246_400 * yuan, "U2": 206_400 * yuan, "U3": 69_280 * yuan}


def test_who_bears_what() -> None:
    lines = worked(retail__overrun_delivery="retailer_bears")
    assert money(lines, "retail_delivery") == {}
    assert money(lines, "retail_deviation") == {"U1": 24_830_214_876, "U2": 8_185_785_124, "U3": 3_464_000_000}
    lines = worked()
    assert money(lines, "retail_delivery") == {"U1": 26_052 * 10**6, "U2": 10_800 * 10**6, "U3": -2_230 * 10**6}
    assert money(lines, "retail_deviation") == {"U3": 3_464_000_000}  # 1,858 yuan of extra cost: nothing for the others
