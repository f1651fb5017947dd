"""Settlement statements: every cell against the ledger's exact integers, limits that lose nothing, whole files."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.report.statements import MAX_LINES, MAX_SHEETS, write_statements
from tests.cases.reading import read_cases, scenario_of
from tests.io.building import write_files
from tests.properties.harness import gridsim_result
from tests.report.reading import (
    charges_of,
    count_of,
    exact,
    fen_of,
    of_statement,
    sheets_of,
    statements_in,
    table_of,
    unit_of,
)
from tests.shared import scenario_in

ITEMS = {
    "合同电费": "energy", "欠用电费": "shortfall", "超用电费": "overrun", "输配电费": "transmission",
    "峰谷调整电费": "tou_adjustment", "政府性基金及附加": "funds", "保底电费": "fallback", "目录电费": "catalogue",
}  # fmt: skip


SLOTS = {"常规电量（不分时段）": "total", "峰段": "peak", "平段": "flat", "谷段": "valley"}


PARTIES = {"电网企业": "GRID", "政府": "GOVERNMENT"}


def test_every_line_is_its_ledger_lines_rounded_to_the_fen(bills: Path, mini: gridsim.Result) -> None:
    ledger = mini.exact.ledger
    legs = mini.exact.legs.set_index("leg_id")["product"]
    by_line = ledger.set_index("line")
    seen: list[int] = []
    for (subject, month), rows in statements_in(bills).items():
        for charges, is_trial in zip(charges_of(rows), (False, True), strict=False):
            for line in charges.lines:
                if count_of(line["ledger"]) > 1:
                    continue
                number = int(line["ledger"])
                seen.append(number)
                row = by_line.loc[number]
                assert (row["month"], row["unit_id"] if "/" in subject else row["user_id"]) == (month, subject)
                assert row["trial"] == is_trial
                payer, payee = (PARTIES.get(line[side], line[side].split(" ")[0]) for side in ("payer", "payee"))
                slot = row["period"] if pd.isna(row["leg_id"]) else legs[row["leg_id"]]
                assert (ITEMS[line["item"]], payer, payee, SLOTS[line["slot"]]) == (
                    row["item"],
                    row["payer"],
                    row["payee"],
                    slot,
                )
                assert line["energy"] == row["energy_kwh"]
                assert line["price"] == row["price_micro_yuan_per_kwh"]
                assert line["amount"] == fen_of(int(row["amount_micro_yuan"]))
                assert line["clause"] == {"choice": "约定"}.get(row["clause"], row["clause"])
                if pd.isna(row["leg_id"]):
                    assert line["whose"] == row["user_id"]
    assert len(seen) == len(set(seen)) > 0.9 * len(ledger)


def test_each_statement_holds_every_ledger_line_and_its_total_is_the_rounded_exact_one(
    bills: Path, mini: gridsim.Result
) -> None:
    ledger = mini.exact.ledger
    found = statements_in(bills)
    lines = 0
    for (subject, month), rows in found.items():
        of = of_statement(ledger, subject, month)
        trials = of["trial"].any()
        parts = charges_of(rows)
        assert len(parts) == 1 + trials
        for charges, is_trial in zip(parts, (False, True), strict=False):
            part = of[of["trial"] == is_trial]
            amounts = [line["amount"] for line in charges.lines]
            assert sum(count_of(line["ledger"]) for line in charges.lines) == len(part)
            assert sum(line["energy"] for line in charges.lines) == part["energy_kwh"].sum()
            assert charges.sum == sum(amounts) == sum(amount for _, amount in charges.subtotals)
            assert charges.total == charges.sum + charges.rounding == fen_of(int(part["amount_micro_yuan"].sum()))
            lines += len(part)
    assert lines == len(ledger)
    assert any(charges.rounding for rows in found.values() for charges in charges_of(rows))


def test_subtotals_are_those_of_the_items(bills: Path, mini: gridsim.Result) -> None:
    rows = statements_in(bills)["R1/conventional", "2021-04"]
    (charges,) = charges_of(rows)
    of = of_statement(mini.exact.ledger, "R1/conventional", "2021-04")
    by_item = [
        (item, lines["energy_kwh"].sum(), lines) for item, lines in of.groupby("item", observed=True, sort=False)
    ]
    assert [energy for energy, _ in charges.subtotals] == [
        energy for _, energy, _ in sorted(by_item, key=lambda x: list(ITEMS.values()).index(x[0]))
    ]


def test_energies_are_those_of_the_positions(bills: Path, mini: gridsim.Result) -> None:
    positions = mini.exact.positions
    for (subject, month), rows in statements_in(bills).items():
        of = positions[(positions["unit_id"] == subject) & (positions["month"] == month)].set_index("product")
        if of.empty:
            continue
        is_transition = of["trial"].any()
        for heading, is_trial in (
            (("一、电量", False), ("试结算电量", True)) if is_transition else (("一、电量", False),)
        ):
            table = table_of(rows, heading)
            expected = of[of["trial"] == is_trial]
            assert [SLOTS[row[1]] for row in table] == [name for name in SLOTS.values() if name in expected.index]
            for row in table:
                position = expected.loc[SLOTS[row[1]]]
                names = ("contract", "metered", "lower", "upper", "in_band", "overrun", "shortfall")
                for name, cell in zip(names, row[2:9], strict=True):
                    if is_transition and not is_trial and name in ("lower", "upper"):
                        assert cell == "不设"
                    else:
                        assert exact(cell, 3) == position[f"{name}_kwh"], (subject, month, name)


def test_accounts_are_each_pairs_exact_sum(bills: Path, mini: gridsim.Result) -> None:
    ledger = mini.exact.ledger
    for (subject, month), rows in statements_in(bills).items():
        of = of_statement(ledger, subject, month)
        pairs = of[~of["trial"]].groupby(["payer", "payee"], observed=True)["amount_micro_yuan"].sum()
        found = {}
        for row in table_of(rows, "三、收付汇总"):
            payer, payee = (PARTIES.get(cell, cell.split(" ")[0]) for cell in (row[1], row[4]))
            found[payer, payee] = exact(row[8], 2)
        assert found == {pair: fen_of(int(amount)) for pair, amount in pairs.items()}


def test_the_index_sums_the_whole_ledger(bills: Path, mini: gridsim.Result) -> None:
    rows = sheets_of(bills)["目录"]
    ledger = mini.exact.ledger
    ledger = ledger[~ledger["trial"]]
    table = [row for row in rows if isinstance(row[0], float)]
    assert len(table) == 65
    for row in table:
        of = of_statement(ledger, unit_of(row[1]), row[3])
        assert exact(row[9], 2) == fen_of(int(of["amount_micro_yuan"].sum()))
    (total,) = (row for row in rows if row[0] == "合计")
    (rounding,) = (row for row in rows if row[0] == "尾差")
    assert exact(total[9], 2) == fen_of(int(ledger["amount_micro_yuan"].sum()))
    assert exact(rounding[9], 2) == exact(total[9], 2) - sum(exact(row[9], 2) for row in table)


NASTY = "=1+1 '[a]:*?\\/\"@x"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    """A result whose ids and names are what a spreadsheet would take for formulas, or Excel for no sheet name."""
    folder = write_files(tmp_path_factory.mktemp("nasty"))
    names = {
        "First": "=HYPERLINK(1)",
        "Second": "+2",
        "Third": "-3",
        "Retail": "@SUM(A1)",
        "东风电厂": "=cmd|' /C calc'!A0",
    }
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        for old, new in names.items():
            text = text.replace(f",{old},", f",{new},").replace(f",{old}\n", f",{new}\n")
        if file.suffix == ".csv":
            text = "\n".join(
                ",".join(
                    '"' + NASTY.replace('"', '""') + '"' if cell == "U1" else "+A1" if cell == "R1" else cell
                    for cell in line.split(",")
                )
                for line in text.split("\n")
            )
        file.write_text(text, encoding="utf-8")
    return gridsim.run(gridsim.load(folder))


@pytest.mark.slow
def test_what_looks_like_a_formula_stays_text(nasty: gridsim.Result, tmp_path: Path) -> None:
    path = tmp_path / "bills.xlsx"
    write_statements(nasty, path)
    with zipfile.ZipFile(path) as archive:
        formulas = [
            formula.partition("</f>")[0]
            for name in archive.namelist()
            if name.startswith("xl/worksheets/sheet")
            for formula in archive.read(name).decode("utf-8").split("<f>")[1:]
        ]
    assert formulas
    assert all(formula.startswith(("ROUND(", "I", "D", "'")) for formula in formulas)
    cells = {cell for rows in sheets_of(path).values() for row in rows for cell in row if isinstance(cell, str)}
    assert {
        f"{NASTY}/常规电量",
        NASTY,
        "+A1/分时段",
        "+A1 @SUM(A1)",
        "G1 =cmd|' /C calc'!A0",
        f"{NASTY} =HYPERLINK(1)",
    } <= cells


@pytest.mark.slow
def test_the_same_result_gives_the_same_bytes(mini: gridsim.Result, tmp_path: Path) -> None:
    for name in ("one.xlsx", "other.xlsx"):
        write_statements(mini, tmp_path / name, units=["R1/tou"], lang="en")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_in_english(mini: gridsim.Result, tmp_path: Path) -> None:
    write_statements(mini, tmp_path / "bills.xlsx", units=["U5/conventional", "U5"], months=["2021-08"], lang="en")
    sheets = sheets_of(tmp_path / "bills.xlsx")
    assert list(sheets) == ["Index", "U5 2021-08", "U5-conventional 2021-08"]
    (charges,) = charges_of(sheets["U5-conventional 2021-08"], "en")
    ledger = of_statement(mini.exact.ledger, "U5/conventional", "2021-08")
    assert charges.total == fen_of(int(ledger["amount_micro_yuan"].sum()))
    text = " ".join(cell for row in sheets["U5-conventional 2021-08"] for cell in row if isinstance(cell, str))
    for name in ("合成钢厂", "合成燃气电厂", "豫发改运行", "号"):
        text = text.replace(name, "")
    assert not any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_scenario_set_is_told(tmp_path: Path, lang: Any) -> None:
    """A statement by other values than the rule set's says so; and which months are of transition is such a value."""
    scenario = scenario_in()
    upper = [{"from": "2021-01", "value": "1.06"}, {"from": "2021-09", "value": "1.07"}]
    changed = {"transition.months": ["2021-08"], "settlement.conventional.upper": upper}
    result = gridsim.run(scenario.with_overrides(changed))
    write_statements(result, tmp_path / "bills.xlsx", months=["2021-08"], units=["R1/tou"], lang=lang)
    index, sheet = (
        [str(cell) for row in rows for cell in row if cell] for rows in sheets_of(tmp_path / "bills.xlsx").values()
    )
    months, edge = {
        "en": ("transition.months = ", "settlement.conventional.upper = "),
        "zh": ("过渡期月份（transition.months）= ", "常规电量偏差上限（settlement.conventional.upper）= "),
    }[lang]
    for texts in (index, sheet):
        (told,) = (text for text in texts if months in text)
        assert f"{edge}1.06 (2021-01), 1.07 (2021-09)" in told
        assert any(("改设 2 项" if lang == "zh" else "2 of its values changed") in text for text in texts)
    assert any(("本月处于过渡期" if lang == "zh" else "This month of transition") in text for text in sheet)
    assert not any("一季度" in text or "first quarter" in text for text in sheet)


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_a_stored_result_gives_the_same_statements(mini: gridsim.Result, tmp_path: Path, format: str) -> None:
    mini.save(tmp_path / "out", format=format)  # type: ignore[arg-type]
    for name, result in (("fresh.xlsx", mini), ("stored.xlsx", gridsim.Result.load(tmp_path / "out"))):
        write_statements(result, tmp_path / name, units=["R1/tou", "U6"], months=["2021-01"])
    assert (tmp_path / "fresh.xlsx").read_bytes() == (tmp_path / "stored.xlsx").read_bytes()


@pytest.mark.slow
def test_what_cannot_be_finished_leaves_the_old_workbook(
    mini: gridsim.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bills.xlsx"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("gridsim.report.statements.write_index", fail)
    with pytest.raises(OSError, match="disk full"):
        write_statements(mini, path, units=["U6"])
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("bills.xlsx", b"old")]


def test_the_command(mini: gridsim.Result, tmp_path: Path) -> None:
    mini.save(tmp_path / "out")
    arguments = ["statements", str(tmp_path / "out"), "--out", str(tmp_path / "bills.xlsx"), "--max-sheets", "2"]
    done = CliRunner().invoke(
        app, [*arguments, "--unit", "R1/conventional", "--month", "2021-04", "--month", "2021-05", "--month", "2021-06"]
    )
    assert done.exit_code == 0, done.output
    assert "结算单 2 份；其余 1 份只在目录中合计" in done.output
    assert list(statements_in(tmp_path / "bills.xlsx")) == [
        ("R1/conventional", "2021-04"),
        ("R1/conventional", "2021-05"),
    ]


def test_the_limits_of_the_command_are_the_librarys() -> None:
    options = {option.name: option.default for option in get_command(app).commands["statements"].params}  # type: ignore[attr-defined]
    assert (options["max_sheets"], options["max_lines"]) == (MAX_SHEETS, MAX_LINES)


def test_who_gives_energy_away_is_paid_in_its_own_statement(tmp_path: Path) -> None:
    """What the taker pays stands with both buyers, turned round with the giver; generators owe each other elsewhere."""
    (case,) = (case for case in read_cases() if case["case"].startswith("intra-month transfers"))
    result = gridsim_result(scenario_of(case))
    write_statements(result, tmp_path / "bills.xlsx")
    found = {
        subject: [
            (line["payer"].split(" ")[0], line["payee"].split(" ")[0], line["energy"], line["price"], line["amount"])
            for charges in charges_of(rows)
            for line in charges.lines
            if line["item"] == "合同转让"
        ]
        for (subject, _), rows in statements_in(tmp_path / "bills.xlsx").items()
    }
    assert found == {
        "R/conventional": [("R", "B", 60_000, 8_000, 48_000), ("R", "B", 40_000, 18_000, 72_000)],
        "B/conventional": [("B", "R", 60_000, -8_000, -48_000), ("B", "R", 40_000, -18_000, -72_000)],
    }
    sheets = sheets_of(tmp_path / "bills.xlsx")
    index = [row for row in sheets["目录"] if isinstance(row[0], float)]
    assert [exact(row[9], 2) for row in index] == [charges_of(sheets[row[10]])[0].total for row in index]
