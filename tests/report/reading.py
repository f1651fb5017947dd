"""A workbook of statements as a reader sees it, by its headings, and as exact integers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

HEADINGS = {
    "zh": ("科目", "付款方", "小计", "尾差", "合计", "试结算合计"),
    "en": ("Item", "Payer", "Subtotal", "Rounding", "Total", "Total of the trial"),
}
LETTERS = {
    "item": 1,
    "payer": 2,
    "payee": 3,
    "whose": 4,
    "slot": 5,
    "energy": 6,
    "price": 7,
    "amount": 8,
    "clause": 9,
    "ledger": 10,
}


@dataclass
class Charges:
    """The charges of one part of a statement: lines, subtotals, rounding, total; energies in kWh, money in fen."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    subtotals: list[tuple[int, int]] = field(default_factory=list)
    sum: int = 0
    rounding: int = 0
    total: int = 0


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def exact(cell: Any, decimals: int) -> int:
    """A cell's number as an integer: its shortest decimal, which must have no more decimals."""
    scaled = Decimal(repr(float(cell))).scaleb(decimals)
    assert scaled == scaled.to_integral_value(), cell
    return int(scaled)


def fen_of(micro_yuan: int) -> int:
    """四舍五入 by the decimal module, which shares nothing with gridsim."""
    return int((Decimal(micro_yuan) / 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def charges_of(rows: list[list[Any]], lang: str = "zh") -> list[Charges]:
    """Every table of charges on a sheet, the trial's behind the one that counts."""
    item, payer, subtotal, rounding, *totals = HEADINGS[lang]
    found: list[Charges] = []
    is_inside = False
    for row in rows:
        if row[1] == item and row[2] == payer:
            found.append(Charges())
            is_inside = True
        elif is_inside and isinstance(row[0], float):
            line = {name: row[place] for name, place in LETTERS.items()}
            line |= {"energy": exact(row[6], 3), "price": exact(row[7], 3), "amount": exact(row[8], 2)}
            found[-1].lines.append(line)
        elif is_inside and subtotal in str(row[0]):
            found[-1].subtotals.append((exact(row[6], 3), exact(row[8], 2)))
        elif is_inside and str(row[0]).startswith(rounding):
            found[-1].rounding = exact(row[8], 2)
        elif is_inside and row[0] in totals:
            found[-1].total = exact(row[8], 2)
            is_inside = False
        elif is_inside and row[0]:
            found[-1].sum = exact(row[8], 2)
    return found


def table_of(rows: list[list[Any]], heading: str) -> list[list[Any]]:
    """The rows below a heading's columns, up to the first without a number in front."""
    start = next(place for place, row in enumerate(rows) if str(row[0]).startswith(heading)) + 2
    found = []
    for row in rows[start:]:
        if not isinstance(row[0], float):
            break
        found.append(row)
    return found


def count_of(ledger: str) -> int:
    """How many ledger lines a line says that it holds."""
    match = re.fullmatch(r"([\d,]+) ?(行|lines)", ledger)
    return int(match[1].replace(",", "")) if match else 1


MODES = {"常规电量": "conventional", "分时段": "tou"}
IN_FULL = {"/常规电量": "/conventional", "/分时段": "/tou"}


def unit_of(cell: str) -> str:
    """The id of a unit that a cell of a Chinese workbook names."""
    return reduce(lambda text, mode: text.replace(*mode), IN_FULL.items(), cell)


def statement_of(name: str) -> tuple[str, str]:
    """Subject and month of a sheet."""
    subject, _, month = name.rpartition(" ")
    buyer, _, mode = subject.rpartition("-")
    return (f"{buyer}/{MODES[mode]}" if mode in MODES else subject), month


def of_statement(ledger: pd.DataFrame, subject: str, month: str) -> pd.DataFrame:
    in_unit = ledger["unit_id"].astype(object) == subject
    outside = ledger["unit_id"].isna() & (ledger["user_id"].astype(object) == subject)
    return ledger[(in_unit | outside) & (ledger["month"] == month)]


def statements_in(path: Path) -> dict[tuple[str, str], list[list[Any]]]:
    sheets = sheets_of(path)
    assert next(iter(sheets)) == "目录"
    return {statement_of(name): rows for name, rows in sheets.items() if name != "目录"}
