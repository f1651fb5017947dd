"""The statement of scenarios/retailer-2021: May as the exchange settled it, which is not quite as the ledger has it."""

from __future__ import annotations

import csv
import dataclasses
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import gridsim
from tests.properties.harness import exact_tables
from tests.statements_forged.forging import Forged
from tests.statements_forged.grids import in_scope
from tests.statements_forged.layouts import LAYOUTS
from tests.statements_forged.lines import Line, lines_of, users_of_retailer

__all__ = ["CORRECTION", "MONTH", "STATEMENT", "forged", "statement"]

MONTH = "2021-05"
STATEMENT = "exports/statement-2021-05.xlsx"
CORRECTION = Line(MONTH, "correction", "R1/conventional", "", "total", "", "", 0, None, -3_214_560_000)
"""What is paid back of April."""

_LAYOUT = dataclasses.replace(LAYOUTS["exchange_with_meter"], month="2021年5月")
_TABLES = ("users", "meter", "deals")


def statement(folder: Path) -> bytes:
    """The workbook, of a scenario's folder."""
    with tempfile.TemporaryDirectory() as name:
        return forged(folder).write(Path(name)).read_bytes()


def forged(folder: Path) -> Forged:
    """The lines of both sides. The exchange has another metered energy of U07 and another price of D-022."""
    scenario = gridsim.load(folder)
    tables = {name: _rows(folder / f"{name}.csv") for name in _TABLES}
    users = users_of_retailer({"tables": tables})
    ours = lines_of(exact_tables(gridsim.run(scenario)), users)
    _change(tables["meter"], {"user_id": "U07", "month": MONTH, "period": "flat"}, "energy_mwh", "18.4")
    _change(tables["deals"], {"deal_id": "D-022"}, "price_yuan_per_mwh", "0.6")
    with tempfile.TemporaryDirectory() as name:
        other = Path(name)
        for path in folder.glob("*.*"):
            (other / path.name).write_bytes(path.read_bytes())
        for table in ("meter", "deals"):
            with (other / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(tables[table][0]))
                writer.writeheader()
                writer.writerows(tables[table])
        theirs = lines_of(exact_tables(gridsim.run(gridsim.load(other))), users)
    of_month = [[line for line in lines if line.month == MONTH] for lines in (ours, [*theirs, CORRECTION])]
    shown = [in_scope(lines, _LAYOUT) for lines in of_month]
    return Forged(_LAYOUT, *shown, scenario={"tables": tables}, months=(MONTH,))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _change(rows: list[dict[str, str]], where: dict[str, Any], column: str, by: str) -> None:
    (row,) = (row for row in rows if where.items() <= row.items())
    row[column] = str(Decimal(row[column]) + Decimal(by))
