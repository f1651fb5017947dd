"""The forge tells the truth: without a change its statements are the ledger's, with one they differ as it says."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from python_calamine import load_workbook

import gridsim
from tests.properties.harness import exact_tables

from .annexes import metered
from .changing import CHANGING
from .edits import FEN, YUAN, round_to
from .forging import Forged, Kind, forge, our_lines, unchanged
from .grids import Cell, Sheet, settled_energy
from .held_back import HELD_BACK
from .kinds import KINDS
from .layouts import LAYOUTS, MONEY_UNITS
from .lines import lines_of, real, users_of_retailer
from .market import MARKETS, write_market

ALL = (*KINDS, *HELD_BACK, *CHANGING)


def shown_market(layout: str) -> str:
    """The market that a layout can show."""
    return "hourly" if LAYOUTS[layout].annex == "hours" else "metered"


@cache
def forged_kind(name: str) -> Forged:
    """The statement of a kind, made once. Only for looking at."""
    (kind,) = (kind for kind in ALL if kind.name == name)
    return forge(kind)


@pytest.mark.parametrize("market", MARKETS)
def test_the_market_is_one_that_gridsim_settles_alike(market: str, tmp_path: Path) -> None:
    scenario = MARKETS[market]()
    result = gridsim.run(gridsim.load(write_market(scenario, tmp_path / "market")))
    lines = lines_of(exact_tables(result), users_of_retailer(scenario))
    assert Counter(lines) == Counter(our_lines(market))
    assert {"energy", "shortfall", "overrun", "transfer", "fallback", "catalogue"} <= {
        line.item for line in our_lines("metered")
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_a_change_a_statement_adds_up_to_the_ledger(layout: str) -> None:
    market, shape = shown_market(layout), LAYOUTS[layout]
    forged = unchanged(layout, market)
    assert forged.differences == [] and forged.amount == 0
    lines = [
        line
        for line in real(our_lines(market))
        if shape.scope == "all" or (shape.scope == "exchange") == (line.user == "")
    ]
    amount = sum(line.amount for line in lines)
    shown, count = amounts_shown(forged)
    if shape.total_row and not shape.sheet_by:
        assert total_shown(forged) == round_to(amount, FEN)
    # Each line is rounded to the fen by itself: half a fen each is what the sum may be off.
    assert abs(shown - amount) * 2 <= count * FEN
    assert count >= len({line.month for line in lines})


def test_energy_settled_is_energy_metered() -> None:
    assert unchanged("totals_only").energy == 0
    (sheet,) = unchanged("totals_only").sheets
    cells = metered(MARKETS["metered"]())
    assert sheet.cells[-1][0] == "总计"
    assert sheet.cells[-1][1] == sum(cells.values()) / 10
    assert settled_energy(real(our_lines())) == sum(cells.values()) * 1000


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_a_statement_differs_as_its_kind_says(kind: Kind) -> None:
    forged = forged_kind(kind.name)
    assert Decimal(forged.energy) / 1000 == Decimal(kind.energy_mwh)
    assert Decimal(forged.amount) / 10**6 == Decimal(kind.money_yuan)
    assert len(forged.differences) == kind.lines
    assert sum(difference.amount for difference in forged.differences) == forged.amount
    prices = dict.fromkeys(
        (Decimal(each.our_price) / 1000, Decimal(each.their_price) / 1000)
        for each in forged.differences
        if None not in (each.our_price, each.their_price) and each.our_price != each.their_price
    )
    if kind.prices:
        assert list(prices) == [(Decimal(ours), Decimal(theirs)) for ours, theirs in kind.prices]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_a_statement_shows_its_change(kind: Kind) -> None:
    """What is printed is another than without the change: what can't be seen can't be found."""
    theirs = [sheet.cells for sheet in forged_kind(kind.name).sheets]
    ours = [sheet.cells for sheet in unchanged(kind.layout, kind.market).sheets]
    assert theirs != ours


@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL[::13], ids=lambda kind: kind.name)
def test_a_kind_is_printed_in_any_layout(kind: Kind) -> None:
    for name, layout in LAYOUTS.items():
        if layout.annex != "hours" or kind.market == "hourly":
            assert all(sheet.cells for sheet in forge(kind, name).sheets)


def test_causes_apart_add_up_and_causes_in_one_position_do_not() -> None:
    by_name = {kind.name: forged_kind(kind.name) for kind in ALL if len(kind.changes) > 1}
    assert {name for name, forged in by_name.items() if sum(amount for _, amount in forged.alone) == forged.amount} == {
        "several_apart",
        "corrections_apart",
    }
    assert {name: len(forged.alone) for name, forged in by_name.items()} == {
        "several_apart": 2,
        "corrections_apart": 3,
        "several_in_one": 3,
    }


def test_a_total_that_is_rounded_differs_and_no_line_does() -> None:
    forged = forged_kind("rounding_yuan_total")
    assert forged.differences == []
    exact = sum(line.amount for line in forged.ours)
    assert total_shown(forged) == round_to(exact, YUAN) != round_to(exact, FEN)


def test_differences_worked_by_hand() -> None:
    """June: 5,300.004 MWh contracted, 4,596.903 metered; by periods the valley 750.008 and 580.366.

    Lower edges 5,035.004 and 690.007: short by 438.101 and 109.641 MWh, at 10 yuan more each. With an edge of 90 %
    the valley's is 675.007: 15 MWh less at 10 yuan.
    """
    assert forged_kind("shortfall_price").amount == (438_101 + 109_641) * 10_000
    assert forged_kind("band_under").amount == -15_000 * 10_000


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_holds_what_the_sheets_hold(layout: str, tmp_path: Path) -> None:
    forged = unchanged(layout, shown_market(layout))
    path = forged.write(tmp_path)
    if path.suffix == ".csv":
        with path.open(encoding=forged.layout.encoding, newline="") as file:
            read = {"": list(csv.reader(file))}
    else:
        book = load_workbook(path)
        read = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert len(read) == len(forged.sheets)
    for rows, sheet in zip(read.values(), forged.sheets, strict=True):
        assert len(rows) == len(sheet.cells)
        for row, cells in zip(rows, sheet.cells, strict=True):
            for value, cell in zip(row, cells, strict=False):
                if isinstance(cell, Decimal):
                    assert Decimal(str(value).replace(",", "")) == cell
                elif cell:
                    assert value == cell


def test_the_kinds_are_forty_and_no_code_is_shared() -> None:
    assert (len(KINDS), len(HELD_BACK), len(CHANGING)) == (30, 10, 5)
    assert len({kind.name for kind in ALL}) == 45
    assert {kind.layout for kind in ALL} >= set(LAYOUTS) - {"items_months_beside", "unit_totals"}
    for path in Path(__file__).parent.glob("*.py"):
        if path != Path(__file__):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
            assert not [name for name in imported if name.split(".")[0] == "gridsim"], path.name


# ---- what is printed, read from the cells ----------------------------------------------------------------------------


def amounts_shown(forged: Forged) -> tuple[int, int]:
    """The money of all lines as printed [10⁻⁶ yuan], and how many cells of money there are."""
    layout = forged.layout
    unit = MONEY_UNITS[layout.money_unit][0]
    total, count = 0, 0
    for sheet in lines_sheets(forged):
        for row in body(forged, sheet.cells):
            numbers = [cell for cell in row if not isinstance(cell, str) or cell == layout.empty]
            numbers = numbers[: -1 if layout.total_column else None]
            for cell in numbers[len(layout.measures) - 1 :: len(layout.measures)] if layout.beside else numbers[-1:]:
                if isinstance(cell, Decimal):
                    total += int(cell * unit)
                    count += 1
    return total, count


def total_shown(forged: Forged) -> int:
    """The money of the total row [10⁻⁶ yuan]."""
    (sheet,) = lines_sheets(forged)
    row = next(row for row in sheet.cells if row[0] == forged.layout.total_row)
    unit = MONEY_UNITS[forged.layout.money_unit][0]
    if forged.layout.beside and not forged.layout.total_column:
        numbers = [cell for cell in row if isinstance(cell, Decimal)]
        step = 2  # energy, money: a total has no price
        return round_to(sum(int(cell * unit) for cell in numbers[step - 1 :: step]), FEN)
    cell = row[-1]
    assert isinstance(cell, Decimal)
    return int(cell * unit)


def lines_sheets(forged: Forged) -> list[Sheet]:
    return forged.sheets[:-1] if forged.layout.annex else forged.sheets


def body(forged: Forged, cells: list[list[Cell]]) -> list[list[Cell]]:
    """The rows below the headings and above the total."""
    layout = forged.layout
    front = len(layout.titles) + (2 if layout.two_row_heading else 1)
    back = len(layout.notes) + (1 if layout.total_row else 0)
    return cells[front : len(cells) - back]
