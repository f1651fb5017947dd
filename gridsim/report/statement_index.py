"""The index of a workbook of statements: what each comes to, what has no sheet, and the sum of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.errors import shorten
from gridsim.report.sheet_names import quoted
from gridsim.report.statement_about import About
from gridsim.report.statement_model import Key, Sums
from gridsim.show.workbook import Page, Sum, column_letter, fen, kwh
from gridsim.units import MONEY_DECIMALS, format_fixed, round_fen
from gridsim.words import msg, within

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from gridsim.report.statement_choice import Choice
    from gridsim.show.workbook import Cell, Formats

__all__ = ["TotalCell", "write_index"]

_WIDTHS = (6, 24, 28, 11, 12, 16, 16, 14, 14, 18, 30)
_LAST = len(_WIDTHS) - 1
_AMOUNT = 9
_HEAD, _SUM = "#D9E2EF", "#F2F2F2"
_HEADS = (
    msg("No."),
    msg("Settlement unit"),
    msg("Buyer"),
    within("statement", "Month"),
    msg("Mode, products"),
    msg("Contracted"),
    msg("Metered"),
    msg("Overrun"),
    msg("Shortfall"),
    msg("Amount [yuan]"),
    msg("Sheet"),
)


@dataclass(frozen=True, slots=True)
class TotalCell:
    """Where a statement stands: its sheet, and the cell of its total."""

    sheet: str
    total: str


def write_index(
    sheet: Worksheet,
    formats: Formats,
    choice: Choice,
    places: Mapping[Key, TotalCell],
    about: About,
    chosen: str,
    max_sheets: int,
) -> None:
    """Write the index.

    Parameters
    ----------
    sheet : Worksheet
    formats : Formats
    choice : Choice
    places : mapping of Key to TotalCell
        Of every statement that has a sheet.
    about : About
    chosen : str
        What was asked for, in words.
    max_sheets : int
    """
    words = about.words
    page = Page(sheet, formats, _WIDTHS)
    _set_up(page, about, chosen)
    is_of_customers = any(key.is_customer for key in choice.sums)
    heads = [*_HEADS[:1], msg("Customer"), *_HEADS[2:]] if is_of_customers else _HEADS
    heading = page.row_of([words.say(head) for head in heads], bold=True, bg_color=_HEAD, align="center")
    sheet.repeat_rows(heading)
    sheet.freeze_panes(heading + 1, 2)
    buyers, sellers = choice.part(of_sellers=False), choice.part(of_sellers=True)
    _part(page, buyers, places, about)
    if sellers.sums or sellers.rest:
        page.skip()
        page.text(words.say("Generators: received, less paid"), 20, bold=True, font_size=12)
        energies = {6: msg("Generated"), 7: msg("Over-generation"), 8: msg("Under-generation")}
        of_sellers = {1: msg("Generator"), 2: "", **energies}
        texts = [of_sellers.get(column, head) for column, head in enumerate(_HEADS)]
        page.row_of([text and words.say(text) for text in texts], bold=True, bg_color=_HEAD, align="center")
        _part(page, sellers, places, about)
    _notes(page, buyers, about, max_sheets)


def _part(page: Page, choice: Choice, places: Mapping[Key, TotalCell], about: About) -> None:
    first = page.row
    for number, (key, sums) in enumerate(choice.sums.items(), start=1):
        _row(page, number, key, sums, places[key], about)
    _totals(page, choice, first, about)


def _set_up(page: Page, about: About, chosen: str) -> None:
    """The sheet as it is printed, its title, and what it is about."""
    words, sheet = about.words, page.sheet
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&C&9" + words.say("Page &P of &N"))
    page.text(words.say("Index of settlement statements"), 30, bold=True, font_size=18, align="center")
    for label, value in (
        (words.say("Scenario"), about.scenario),
        (words.say("Rules"), about.rules),
        (words.say("Chosen"), chosen),
    ):
        page.span(0, 1, label, border=1, bold=True, bg_color=_HEAD)
        page.span(2, _LAST, value, border=1, shrink=True, text_wrap=False)
        page.row += 1
    page.skip()


def _totals(page: Page, choice: Choice, first: int, about: About) -> None:
    """What has no sheet, and the sums beneath the rows from `first` on."""
    words = about.words
    shown = [round_fen(sums.amount_micro_yuan) for sums in choice.sums.values()]
    if choice.others:
        label = words.say("{count} other statements (without a sheet)", count=f"{choice.others:,}")
        amount = round_fen(choice.sums_of_others.amount_micro_yuan)
        _sums_row(page, label, choice.sums_of_others, fen(amount), bold=False)
        shown.append(amount)
    last = page.row
    total = choice.total
    energies = [
        Sum(f"=ROUND(SUM({column_letter(column)}{first + 1}:{column_letter(column)}{last}),3)", kwh(value))
        if shown
        else kwh(value)
        for column, value in enumerate(
            (total.contract_kwh, total.metered_kwh, total.overrun_kwh, total.shortfall_kwh), start=5
        )
    ]
    letter = column_letter(_AMOUNT)
    total_fen = round_fen(total.amount_micro_yuan)
    above: Cell = Sum(f"=ROUND(SUM({letter}{first + 1}:{letter}{last}),2)", fen(sum(shown))) if shown else fen(0)
    style = {"border": 1, "bg_color": _SUM, "bold": True}
    _label_row(page, words.say("Sum of the rows above"), [*energies, above], **style)
    _label_row(page, words.say("Rounding"), ["", "", "", "", fen(total_fen - sum(shown))], border=1)
    sum_of_both = Sum(f"=ROUND({letter}{page.row - 1}+{letter}{page.row},2)", fen(total_fen))
    _label_row(page, words.say("Total"), ["", "", "", "", sum_of_both], **{**style, "bg_color": _HEAD, "font_size": 12})


def _notes(page: Page, choice: Choice, about: About, max_sheets: int) -> None:
    words, total = about.words, choice.total
    page.skip()
    exact = format_fixed(total.amount_micro_yuan, MONEY_DECIMALS, thousands=True)
    page.text(
        words.say(
            "Amounts are the totals of the statements, without the trial settlement. Units stand by "
            "their money, largest first, on at most {limit} sheets; those without a sheet are the row of "
            "the others, and the total holds them.",
            limit=f"{max_sheets:,}",
        ),
        font_size=9,
    )
    page.text(
        words.say(
            "The total is the exact sum of the ledger lines chosen, rounded half up to the fen: {exact} yuan.",
            exact=exact,
        ),
        font_size=9,
    )
    if about.overridden:
        page.text(
            words.say("Set by the scenario, not as in the rule set: {values}.", values=about.overridden), font_size=9
        )
    page.text(
        words.say(
            "Simulated by gridsim {version} from the data of the scenario, for checking and analysis; no "
            "settlement of record.",
            version=about.version,
        ),
        font_size=9,
    )


def _row(page: Page, number: int, key: Key, sums: Sums, place: TotalCell, about: About) -> None:
    words = about.words
    if key.is_seller:
        buyer, mode_text = key.subject, words.say("generator")
    elif key.is_customer:
        buyer, mode_text = key.subject, words.say("customer's bill")
    elif key.is_outside:
        buyer, mode_text = key.subject, words.say("outside the market")
    else:
        buyer, mode = about.units[key.subject]
        mode_text = words.called("mode", mode)
    amount = Sum(f"={quoted(place.sheet)}!{place.total}", fen(round_fen(sums.amount_micro_yuan)))
    energies = (sums.contract_kwh, sums.metered_kwh, sums.overrun_kwh, sums.shortfall_kwh)
    cells: list[Cell] = [
        number,
        shorten(words.called("unit", key.subject)),
        about.party(buyer),
        key.month,
        mode_text,
        *map(kwh, energies),
        amount,
    ]
    row = page.row_of(cells, {3: {"align": "center"}, 4: {"align": "center"}})
    link = page.formats(border=1, font_color="#1F4E9E", underline=1)
    page.sheet.write_url(row, _LAST, f"internal:{quoted(place.sheet)}!A1", link, place.sheet)


def _sums_row(page: Page, label: str, sums: Sums, amount: Cell, **properties: object) -> None:
    energies = (sums.contract_kwh, sums.metered_kwh, sums.overrun_kwh, sums.shortfall_kwh)
    _label_row(page, label, [*map(kwh, energies), amount], **{"border": 1, **properties})


def _label_row(page: Page, label: str, cells: list[Cell], **properties: object) -> None:
    page.span(0, 4, label, **{**properties, "align": "right"})
    for column, cell in enumerate(cells, start=5):
        page.cell(column, cell, **properties)
    page.cell(_LAST, None, **properties)
    page.row += 1
