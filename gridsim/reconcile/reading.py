"""Files of a settlement statement as lines in gridsim's names, with every fault of all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.errors import Fault, ScenarioError
from gridsim.importing.heading_texts import heading_text
from gridsim.importing.opening import open_grids
from gridsim.reconcile.annex import metered_of
from gridsim.reconcile.cell_figures import figure_of, is_unit_told
from gridsim.reconcile.frame_grid import FrameGrid
from gridsim.reconcile.ledger_lines import KEYS, Side
from gridsim.reconcile.printed import Printed
from gridsim.reconcile.sheets import Column, Sheet, find_sheet
from gridsim.reconcile.statement import Statement, Total
from gridsim.reconcile.statement_map import StatementMap
from gridsim.reconcile.total_rows import RowOfTotals, rows_and_totals
from gridsim.reconcile.words_of_statements import Speech
from gridsim.rules.shape import CORRECTION, ENERGY, FEE, OVERRUN, SHORTFALL, TRANSFER, WITHIN_UNITS
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import MWH, YUAN, YUAN_PER_MWH, Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.importing.grids import Grid
    from gridsim.scenario import Scenario

    Files = pd.DataFrame | str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

__all__ = ["ReadStatement", "read_statement"]

_OF_BUYER = {ENERGY, SHORTFALL, OVERRUN, TRANSFER, FEE, CORRECTION}
"""What a buyer pays for itself, whoever consumes."""
_MEASURES = ("energy", "price", "amount")
_READ_IN = {"energy": MWH, "price": YUAN_PER_MWH, "amount": YUAN}
_UNITS = {"energy": 1_000, "price": 1_000, "amount": 1_000_000}
"""1 MWh, 1 yuan/MWh, 1 yuan in gridsim's own units."""


@dataclass
class ReadStatement:
    """A statement as it was read.

    Attributes
    ----------
    statement : Statement
    side : Side
    left_out : list of str or Sentence
        Rows and columns that are no lines: where, and their text or what they were taken for.
    notes : list of Sentence
        What its figures were taken to be in, where nothing says it.
    used : StatementMap
        Whose it was taken to be, and what its names were taken for.
    """

    statement: Statement
    side: Side
    left_out: list[str | Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    used: StatementMap = field(default_factory=StatementMap)


@dataclass
class _Taken:
    """Lines as they come."""

    keys: list[dict[str, str]] = field(default_factory=list)
    figures: dict[str, list[Decimal | None]] = field(default_factory=lambda: {name: [] for name in _MEASURES})
    where: list[str] = field(default_factory=list)
    corrects: list[tuple[str, str]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left_out: list[str | Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    unknown: set[tuple[str, str]] = field(default_factory=set)


def read_statement(files: Files, scenario: Scenario, given: StatementMap) -> ReadStatement:
    """Read one statement.

    Parameters
    ----------
    files : DataFrame, path or sequence of path
        CSV in UTF-8 or GB18030, ``.xlsx``, ``.xls``, ``.ods``; every sheet that has headings is read.
    scenario : Scenario
        Whose names the statement uses.
    given : StatementMap

    Raises
    ------
    ScenarioError
        Every fault: cells that can't be read, names that nobody has, a statement that tells not whose it is.
    """
    speech, taken = Speech(scenario, given), _Taken()
    annexes: list[Sheet] = []
    for grids, faults in _opened(files):
        taken.faults += faults
        for grid in grids:
            sheet = find_sheet(grid, speech)
            if sheet is None:
                taken.left_out.append(grid.name)
            elif _is_annex(sheet):
                annexes.append(sheet)
            else:
                _take(sheet, speech, taken)
    metered = metered_of(annexes, speech, taken.faults, taken.left_out)
    if not taken.keys and not taken.faults:
        headings = Sentence("headings such as 结算单元, 户号, 结算月份, 结算科目, 电量, 电价, 电费")
        name = shown_names(files)
        taken.faults.append(Fault.of_file(name, Sentence("no row of headings of a statement"), headings))
    side, faults = _side(taken, scenario, given, shown_names(files))
    if taken.faults or faults:
        raise ScenarioError(taken.faults or faults)
    lines = pd.DataFrame({name: [key.get(name, "") for key in taken.keys] for name in KEYS}, dtype=object)
    energy, price, amount = (Printed.of(taken.figures[name], _UNITS[name]) for name in _MEASURES)
    statement = Statement(lines, energy, price, amount, taken.where, taken.corrects, tuple(taken.totals), metered)
    used = given.model_copy(
        update={"party": side.whose, "shows": side.shows}
        | {name: {**getattr(given, name), **names} for name, names in speech.used.items()}
    )
    return ReadStatement(statement, side, taken.left_out, taken.notes, used)


def _opened(files: Files) -> Iterator[tuple[Sequence[Grid], list[Fault]]]:
    if isinstance(files, pd.DataFrame):
        yield [FrameGrid(files)], []
        return
    for path in _paths(files):
        yield open_grids(path)


def _paths(files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[str | os.PathLike[str]]:
    return [files] if isinstance(files, str | os.PathLike) else list(files)


def shown_names(files: Files) -> str:
    """The files' names, for faults of all of them."""
    if isinstance(files, pd.DataFrame):
        return FrameGrid.name
    return ", ".join(Path(path).name for path in _paths(files))


def _is_annex(sheet: Sheet) -> bool:
    """Whether a sheet tells what was metered, and no money."""
    names = {column.said.key for column in sheet.columns}
    has_money = any(column.said.measure in ("amount", "price") or column.said.item for column in sheet.columns)
    return (
        "user_id" in names
        and "item" not in names
        and not has_money
        and (sheet.slots is not None or any(column.said.period for column in sheet.measures))
    )


# ---- lines ----------------------------------------------------------------------------------------------------------


def _take(sheet: Sheet, speech: Speech, taken: _Taken) -> None:
    groups = _groups(sheet, taken.faults)
    for text in sheet.unread:
        taken.left_out.append(f"{sheet.name}: {text}")
    taken.left_out += [f"{sheet.name}:{row}: {text}" for row, text in sheet.left_out]
    figures_of = [(name, column) for _, columns in groups for name, column in columns.items()]
    taken.notes += _without_unit(sheet, figures_of)
    lines, totals = rows_and_totals(sheet, figures_of, taken.faults)
    of_row: dict[int, list[int]] = {}
    for column in sheet.measures:
        speech.note_heading(column.heading, column.said)
    for number, row in lines:
        shared = dict(sheet.shared)
        for column in sheet.keys:
            cell = row[column.place] if column.place < len(row) else None
            value = "" if cell is None else speech.value(column.said.key, cell)
            if value is None:
                asked = (column.said.key, heading_text(cell))
                if asked not in taken.unknown:  # one name is one fault, however often it stands there
                    taken.unknown.add(asked)
                    taken.faults.append(_unknown(sheet, number, column, cell, speech))
                value = ""
            speech.note(column.said.key, cell, value)
            if value or column.said.key not in shared:
                shared[column.said.key] = value
        for about, columns in groups:
            figures = {
                name: figure_of(sheet, number, row, column, name, taken.faults) for name, column in columns.items()
            }
            if all(figure is None for figure in figures.values()):
                continue
            key = {**shared, **about}
            earlier = key.pop("corrects_month", "")
            if earlier in ("", key.get("month")):
                taken.corrects.append(("", ""))
            else:  # its energy is the earlier month's
                taken.corrects.append((key.get("item", ""), earlier))
                key["item"], figures = CORRECTION, {"amount": figures.get("amount")}
            of_row.setdefault(number, []).append(len(taken.keys))
            taken.keys.append(key)
            taken.where.append(f"{sheet.name}:{number}")
            for name in _MEASURES:
                taken.figures[name].append(figures.get(name))
    for total in totals:
        _total(sheet, total, groups, [line for row in sorted(total.of) for line in of_row.get(row, ())], taken)
        if not total.is_labelled:
            told = Sentence("a row without a name, whose figures are the sums of other rows: taken as a row of totals")
            where = f"{sheet.name}:{total.number}"
            taken.left_out.append(Sentence("{place}: {what}", place=where, what=told))


def _without_unit(sheet: Sheet, figures: Iterable[tuple[str, Column]]) -> Iterator[Sentence]:
    """By measure, the headings that name no unit where no title does: what they were read in."""
    for measure, unit in _READ_IN.items():
        found = [
            column.heading for name, column in figures if name == measure and not is_unit_told(sheet, column, name)
        ]
        if found:
            yield Sentence("{place}: no unit stands with {headings}; read in {unit}",
                           place=sheet.name, headings=named(found, most=4), unit=unit)  # fmt: skip


def _groups(sheet: Sheet, faults: list[Fault]) -> list[tuple[dict[str, str], dict[str, Column]]]:
    """Columns of figures by what their headings say that they are of; a bare one is of the only measure there is."""
    found: dict[tuple[str, str, str], dict[str, Column]] = {}
    for column in sheet.measures:
        said = column.said
        group = found.setdefault((said.item, said.period, said.month), {})
        first = group.setdefault(said.measure or "amount", column)
        if first is not column:
            message = Sentence("two columns for one figure of each line: {headings}",
                               headings=named([first.heading, column.heading]))  # fmt: skip
            allowed = Sentence("in a map, left_out: [heading], or items: what it means")
            faults.append(Fault(sheet.name, None, None, column.heading, message, allowed))
    names = ("item", "period", "month")
    return [({n: v for n, v in zip(names, key, strict=True) if v}, columns) for key, columns in found.items()]


def _total(
    sheet: Sheet,
    total: RowOfTotals,
    groups: list[tuple[dict[str, str], dict[str, Column]]],
    lines: Sequence[int],
    taken: _Taken,
) -> None:
    """A row of totals: by group, the money of the lines that it adds up."""
    for about, columns in groups:
        if "amount" not in columns:
            continue
        value = figure_of(sheet, total.number, total.row, columns["amount"], "amount", taken.faults)
        of_group = tuple(line for line in lines if about.items() <= taken.keys[line].items())
        if value is not None and of_group:
            taken.totals.append(Total(of_group, value, Fraction(_UNITS["amount"])))


def _unknown(sheet: Sheet, number: int, column: Column, cell: object, speech: Speech) -> Fault:
    key, text = column.said.key, heading_text(cell)
    if key in ("month", "corrects_month"):
        message, allowed = Sentence("not a month"), Sentence("a month, such as 2021-05 or 2021年5月")
        return Fault(sheet.name, number, column.heading, text, message, allowed)
    known = speech.allowed(key)
    section = {"item": "items", "unit_id": "units", "user_id": "users", "product": "products", "period": "periods"}[key]
    message = Sentence("nobody is called so here") if key.endswith("_id") else Sentence("no such name here")
    in_map = Sentence("or, in a map, {section}: what it means", section=section)
    allowed = listed(
        Sentence("one of {names}", names=named(known)) if len(known) <= 12 else Sentence("a name of the scenario"),
        nearest_in_words(nearest(text, known)),
        in_map,
    )
    return Fault(sheet.name, number, column.heading, text, message, allowed)


# ---- whose it is ----------------------------------------------------------------------------------------------------


def _side(taken: _Taken, scenario: Scenario, given: StatementMap, file: str) -> tuple[Side, list[Fault]]:
    """Whose statement it is, by the units and users that it names."""
    units = {key["unit_id"] for key in taken.keys if key.get("unit_id")}
    has_unit, has_user = (any(name in key for key in taken.keys) for name in ("unit_id", "user_id"))
    is_bill = any(key.get("item") in WITHIN_UNITS for key in taken.keys)
    of_users = "bills" if is_bill else "users"
    shows = "party" if has_unit and not has_user else of_users if is_bill or (has_user and not has_unit) else "all"
    items = {key["item"] for key in taken.keys if key.get("item")}
    if shows == "all" and not has_unit and not has_user and items and items <= _OF_BUYER:
        shows = "party"  # of what users pay it has nothing, and is no statement of theirs
    shows = given.shows or shows
    if (scenario.tables["users"]["user_id"] == given.party).any():
        retailers = _buyers(scenario, [{**key, "user_id": given.party} for key in taken.keys]) - {given.party}
        if len(retailers) == 1:  # a bill of one user, who buys from a retailer
            return Side(retailers.pop(), given.shows or of_users, given.party), []
    if given.party:
        return Side(given.party, shows), []
    parties = {unit.rpartition("/")[0] for unit in units}
    if not parties:
        parties = _buyers(scenario, [key for key in taken.keys if key.get("user_id")])
    every = [*scenario.tables["retailers"]["retailer_id"].astype(str)]
    if not parties and len(every) == 1:
        parties = set(every)
    if len(parties) == 1:
        return Side(parties.pop(), shows), []
    message = (
        Sentence("the statement is of several parties: {names}", names=named(sorted(parties)))
        if parties
        else Sentence("the statement does not tell whose it is")
    )
    allowed = Sentence("--for, or in a map party: one of {names}", names=named(sorted(parties) or every))
    return Side("", shows), [Fault.of_file(file, message, allowed)]


def _buyers(scenario: Scenario, keys: Sequence[Mapping[str, str]]) -> set[str]:
    """Who buys for the users of some lines, in their months; of a line without a month, in any."""
    states = scenario.states
    row_of = {str(name): row for row, name in enumerate(scenario.tables["users"]["user_id"])}
    retailers = states.rows["retailer_id"].astype(object).tolist()
    found: set[str] = set()
    for key in keys:
        held = states.by_month()[row_of[key["user_id"]]].tolist()
        month = key.get("month")
        held = [held[scenario.months.index(month)]] if month in scenario.months else held
        found |= {retailer if isinstance(retailer := retailers[state], str) else key["user_id"] for state in held}
    return found
