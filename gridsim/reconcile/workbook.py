"""A reconciliation as a workbook: the bridge, the causes and every line, with formulas that compute the differences."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.names import NamingLanguage
from gridsim.reconcile.corrections import NAME as CORRECTIONS
from gridsim.reconcile.corrections import as_pasted
from gridsim.reconcile.derivations import derivations
from gridsim.reconcile.ledger_lines import KEYS
from gridsim.reconcile.view import KEY_HEADINGS, STATUS, reconciliation_document, step_name
from gridsim.show.workbook import ENERGY, MONEY, MOST_LINKS, PRICE, Link, Number, Page, Sum, column_letter, opened
from gridsim.show.workbook_document import write_document
from gridsim.units import MONEY_DECIMALS, fixed_point
from gridsim.words import Sentence, msg

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from gridsim.reconcile.explaining import Place
    from gridsim.reconcile.reconciled import ReconciledStatement
    from gridsim.show.workbook import Cell, Formats
    from gridsim.words import Lang

__all__ = ["workbook_file", "write_reconciliation"]

_EXACT = "#,##0.000000"
_HEAD = "#D9E2EF"
_MARKED = {"explained": "#FFF4CC", "candidates": "#FCE4D6", "unexplained": "#F8CBAD"}
_MEASURES = (("energy_mwh", 3, ENERGY), ("price_yuan_per_mwh", 3, PRICE), ("amount_yuan", 6, MONEY))
_FIGURES = (
    msg("our MWh"), msg("their MWh"), msg("our yuan/MWh"), msg("their yuan/MWh"), msg("our yuan"), msg("their yuan"),
    msg("difference, MWh"), msg("difference, yuan/MWh"), msg("difference, yuan"),
)  # fmt: skip


def write_reconciliation(found: ReconciledStatement, path: str | Path, lang: Lang) -> Path:
    """Write the workbook.

    Parameters
    ----------
    found : ReconciledStatement
    path : str or Path
        Named with ``.xlsx``; replaced as a whole if it exists.
    lang : {"zh", "en"}

    Raises
    ------
    ResultError
        It is no name for a workbook, or cannot be written to.
    """
    target, words = workbook_file(path), NamingLanguage(lang, found.scenario.rules.shape)
    replace_file(target, lambda part: _write(found, part, words))
    return target


def workbook_file(path: str | Path) -> Path:
    """A path that a workbook can be written to.

    Raises
    ------
    ResultError
        It is no name for a workbook, or cannot be written to.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ResultError(Sentence("{path}: a workbook is named with .xlsx at its end", path=target))
    return writable_file(target)


def _write(found: ReconciledStatement, path: Path, words: NamingLanguage) -> None:
    title = words.say("The statement of {party}, checked", party=found.read.side.whose)
    with opened(path, title, words) as (book, formats):
        write_document(book.add_worksheet(words.say("Overview")), formats, reconciliation_document(found, words.lang))
        if found.steps:
            _write_bridge(found, book, formats, words)
        of_lines = book.add_worksheet(words.say("Lines"))
        links = _write_derivations(found, book, formats, words)
        _write_lines(found, of_lines, formats, words, links)
        if len(found.corrections):
            _write_corrections(found, book, formats, words)


def _write_derivations(
    found: ReconciledStatement, book: Workbook, formats: Formats, words: NamingLanguage
) -> dict[Place, Link]:
    """The derivations of what differs, and what leads to each."""
    derived = derivations(found, words.lang)
    if not derived.headings:
        return {}
    name = words.say("Derivations")
    rows = write_document(book.add_worksheet(name), formats, derived.document)
    return {place: Link(name, rows[heading], words.say("derived")) for place, heading in derived.headings.items()}


def _write_corrections(found: ReconciledStatement, book: Workbook, formats: Formats, words: NamingLanguage) -> None:
    """The rows of the table that would take the statement's corrections in: a sheet that a scenario's workbook has."""
    page = Page(book.add_worksheet(CORRECTIONS), formats, (16,) * len(found.corrections.columns), shortens=False)
    headings, rows = as_pasted(found.corrections, words, found.scenario)
    page.row_of(headings, bold=True, bg_color=_HEAD)
    for row in rows:
        amount = Number(fixed_point(row["amount_yuan"], MONEY_DECIMALS), MONEY_DECIMALS, _EXACT)
        page.row_of([amount if name == "amount_yuan" else value for name, value in row.items()])


def _write_bridge(found: ReconciledStatement, book: Workbook, formats: Formats, words: NamingLanguage) -> None:
    """The steps, their sum as a formula, and what is left between it and theirs: nothing."""
    page = Page(book.add_worksheet(words.say("Bridge")), formats, (70, 20), shortens=False)
    page.row_of([words.say("step"), words.say("yuan")], bold=True, bg_color=_HEAD)
    *steps, theirs = found.steps
    first = page.row
    for step in steps:
        page.row_of([step_name(found, step, words), Number(step.amount, 6, _EXACT)])
    total = Number(sum(step.amount for step in steps), 6, _EXACT)
    summed = page.row_of([words.say("sum of the steps"), Sum(f"=SUM(B{first + 1}:B{page.row})", total)], bold=True)
    stated = page.row_of([step_name(found, theirs, words), Number(theirs.amount, 6, _EXACT)], bold=True)
    rest = Number(theirs.amount - total.units, 6, _EXACT)
    page.row_of([words.say("what is left"), Sum(f"=ROUND(B{stated + 1}-B{summed + 1},6)", rest)], bold=True)


def _write_lines(
    found: ReconciledStatement, sheet: Worksheet, formats: Formats, words: NamingLanguage, links: dict[Place, Link]
) -> None:
    """Every line of both sides; differences are formulas, and what differs leads to its derivation."""
    lines, beside, linked = found.lines, found.ours.beside, 0
    keys = [name for name in KEYS if (lines[name] != "").any()]
    widths = (*(18 for _ in keys), *(16 for _ in _FIGURES), 14, 8, 34, 12, 60)
    page = Page(sheet, formats, widths, shortens=False)
    heads = [words.say(KEY_HEADINGS[name]) for name in keys] + [words.say(each) for each in _FIGURES]
    heads += [words.say("status"), words.say("cause"), words.say("where it stands")]
    heads += [words.say("derivation"), words.say("explained by")]
    page.row_of(heads, bold=True, bg_color=_HEAD)
    sheet.freeze_panes(1, len(keys))
    for number, row in enumerate(lines.to_dict("records")):
        status = str(row["status"])
        cells: list[Cell] = [words.called(name.removesuffix("_id"), str(row[name])) for name in keys]
        numbers: dict[str, Number | None] = {}
        for measure, decimals, shown in _MEASURES:
            for side in ("ours", "theirs"):
                numbers[f"{measure}_{side}"] = _number(row[f"{measure}_{side}"], decimals, shown)
        cells += list(numbers.values())
        for place, (measure, decimals, shown) in enumerate(_MEASURES):
            cells.append(_difference(numbers, measure, decimals, shown, page.row, len(keys) + 2 * place))
        link = None
        if beside.differs[number] and row["explain"] and linked < MOST_LINKS:
            at = found.explained_at.place(beside.keys[number])
            link = None if at is None else links.get(at)
        linked += link is not None
        cells += [words.say(STATUS[status]), str(row["causes"]), str(row["where"]), link, str(row["explain"])]
        if status in _MARKED:
            page.row_of(cells, bg_color=_MARKED[status])
        else:
            page.row_of(cells)
    sheet.autofilter(0, 0, page.row - 1, len(heads) - 1)


def _number(value: float, decimals: int, shown: str) -> Number | None:
    return None if math.isnan(value) else Number(round(value * 10**decimals), decimals, shown)


def _difference(
    numbers: dict[str, Number | None], measure: str, decimals: int, shown: str, row: int, column: int
) -> Cell:
    ours, theirs = numbers[f"{measure}_ours"], numbers[f"{measure}_theirs"]
    if ours is None and theirs is None:
        return None
    of_ours, of_theirs = (0 if each is None else each.units for each in (ours, theirs))
    mine, other = (f"{column_letter(column + side)}{row + 1}" for side in (0, 1))
    return Sum(f"=ROUND(N({other})-N({mine}),{decimals})", Number(of_theirs - of_ours, decimals, shown))
