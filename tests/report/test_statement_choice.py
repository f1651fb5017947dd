"""Which statements are written, and what of the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.errors import ResultError
from gridsim.report.statements import write_statements
from tests.report.reading import charges_of, count_of, exact, fen_of, of_statement, sheets_of, statements_in
from tests.shared import sampled


@pytest.mark.parametrize(("max_sheets", "max_lines"), sampled([(1, 60), (7, 12), (30, 1)], 3))
def test_limits_lose_nothing(province: gridsim.Result, tmp_path: Path, max_sheets: int, max_lines: int) -> None:
    path = tmp_path / "bills.xlsx"
    months = ["2021-02", "2021-07"]
    written = write_statements(province, path, months=months, max_sheets=max_sheets, max_lines=max_lines)
    ledger = province.exact.ledger
    ledger = ledger[ledger["month"].isin(months)]
    found = statements_in(path)
    assert len(found) == written.sheets <= max_sheets
    is_summed = False
    for (subject, month), rows in found.items():
        of = of_statement(ledger, subject, month)
        for charges, is_trial in zip(charges_of(rows), (False, True), strict=False):
            part = of[of["trial"] == is_trial]
            assert sum(count_of(line["ledger"]) for line in charges.lines) == len(part)
            assert sum(line["energy"] for line in charges.lines) == part["energy_kwh"].sum()
            assert charges.total == fen_of(int(part["amount_micro_yuan"].sum()))
            others = [line for line in charges.lines if "其余" in line["whose"]]
            is_summed |= bool(others)
            assert len(charges.lines) - len(others) <= max(max_lines, 2 * 8)
    assert is_summed or max_sheets == 1  # the unit with most money is one user
    rows = sheets_of(path)["目录"]
    (rest,) = (row for row in rows if str(row[0]).startswith("其余"))
    assert f" {written.others} " in rest[0]
    (total,) = (row for row in rows if row[0] == "合计")
    counted = ledger[~ledger["trial"]]
    assert exact(total[9], 2) == fen_of(int(counted["amount_micro_yuan"].sum()))
    shown = sum(of_statement(counted, *key)["amount_micro_yuan"].sum() for key in found)
    assert exact(rest[9], 2) == fen_of(int(counted["amount_micro_yuan"].sum() - shown))


def test_the_units_with_most_money_come_first(province: gridsim.Result, tmp_path: Path) -> None:
    write_statements(province, tmp_path / "bills.xlsx", months=["2021-07"], max_sheets=5)
    ledger = province.exact.ledger
    ledger = ledger[(ledger["month"] == "2021-07") & ~ledger["trial"]]
    money = ledger.groupby("unit_id", observed=True)["amount_micro_yuan"].sum().sort_values(ascending=False)
    assert [subject for subject, _ in statements_in(tmp_path / "bills.xlsx")] == money.index[:5].tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": ["R1/conventionel"]}, "nearest: R1/conventional"),
        ({"units": ["R1"]}, "its settlement units: R1/conventional, R1/tou"),
        ({"months": ["2022-01"]}, "not in 2021"),
        ({"months": ["April"]}, "no month YYYY-MM"),
        ({"path": "bills.csv"}, ".xlsx at its end"),
    ],
)
def test_questions_about_something_else(
    mini: gridsim.Result, tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    path = tmp_path / arguments.pop("path", "bills.xlsx")
    with pytest.raises(ResultError, match=message):
        write_statements(mini, path, **arguments)
    assert list(tmp_path.iterdir()) == []
