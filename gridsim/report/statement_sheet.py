"""One settlement statement on one worksheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.errors import shorten
from gridsim.report.capitals import capital_amount
from gridsim.report.sheet_names import quoted
from gridsim.report.statement_bands import OVER
from gridsim.report.statement_bearers_sheet import write_bearers, write_saved
from gridsim.report.statement_energies import HEAD, SUM, Energies
from gridsim.report.statement_model import PERIODS_APART, Line, Reckoning, Statement
from gridsim.report.statement_notes import notes_of
from gridsim.rules.citations import clause_text
from gridsim.show.workbook import PRICE, Number, Page, Sum, column_letter, fen, kwh
from gridsim.units import MONEY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, format_fixed, round_fen, trimmed
from gridsim.words import msg, within

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from gridsim.report.statement_about import About
    from gridsim.report.statement_bearers import Bearers
    from gridsim.show.workbook import Cell, Formats

__all__ = ["write_statement"]

_WIDTHS = (6, 15, 21, 21, 17, 14, 15, 14, 17, 9, 9)
_LAST = len(_WIDTHS) - 1
_ENERGY, _AMOUNT = 6, 8  # columns of the charges
_TRIAL = "#FFF4E0"
_SOURCES = 3
_ROWS_OF_A_PAGE = 42


def write_statement(sheet: Worksheet, formats: Formats, statement: Statement, about: About) -> str:
    """Write a statement; the cell that holds its total is returned, such as ``I42``."""
    return _Writer(sheet, formats, statement, about).write()


class _Writer:
    def __init__(self, sheet: Worksheet, formats: Formats, statement: Statement, about: About) -> None:
        self.words = about.words
        self.about = about
        self.statement = statement
        self.is_outside, self.is_seller = statement.key.is_outside, statement.key.is_seller
        self.is_customer = statement.key.is_customer
        self.page = Page(sheet, formats, _WIDTHS)
        self.energies = Energies(self.page, about.words)
        self.sheet = sheet
        self._heading_row = 0  # of the charges written last
        self._breaks: list[int] = []  # rows at which annexes begin on another page

    def write(self) -> str:
        part, *trials = self.statement.parts
        self._set_up()
        due = self._head(part)
        self._heading(
            msg("1. Energy by period [MWh]") if self.is_outside or self.is_customer else msg("1. Energy [MWh]")
        )
        self.energies.write(self.statement, part)
        charges = msg("2. Received, less paid [yuan]") if self.is_seller else msg("2. Charges [yuan]")
        total_row, total_fen = self._charges(part, charges, msg("Total"))
        if total_row > _ROWS_OF_A_PAGE:
            self.sheet.repeat_rows(self._heading_row)
        self._accounts(part)
        for trial in trials:
            self._trial(trial, total_row, total_fen)
        if self.statement.retail is not None:
            self._retail(self.statement.retail)
        if self.statement.key in self.about.bearers:
            self._bearers(self.about.bearers[self.statement.key])
        self._notes(part)
        total = f"{column_letter(_AMOUNT)}{total_row + 1}"
        self._due(due, total, total_fen)
        return total

    def _set_up(self) -> None:
        sheet, key = self.sheet, self.statement.key
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        plain = shorten(self.words.called("unit", key.subject)).replace("&", "&&")
        sheet.set_header(f"&R&9{plain}  {key.month}")
        sheet.set_footer("&C&9" + self.words.say("Page &P of &N"))

    def _head(self, part: Reckoning) -> int:
        """Title and whose statement it is; the row of the total due is returned, to be written when it is known."""
        words, page, key = self.words, self.page, self.statement.key
        title = msg("Statement of a user outside the market") if self.is_outside else msg("Settlement statement")
        if self.is_seller or self.is_customer:
            title = (
                msg("Settlement statement of a generator") if self.is_seller else msg("Electricity bill of a customer")
            )
        page.text(
            words.say(title),
            30,
            bold=True,
            font_size=18,
            align="center",
        )
        link = page.formats(font_color="#1F4E9E", underline=1, font_size=9, align="right")
        self.sheet.write_url(
            page.row, _LAST, f"internal:{quoted(self.about.index)}!A1", link, words.say("to the index")
        )
        page.span(2, 8, words.month(key.month), align="center", font_size=12)
        page.row += 1
        party = self.about.party(self.statement.buyer)
        if self.is_seller:
            self._pair(msg("Generator"), party, within("statement", "Month"), words.month(key.month))
            self._pair(msg("Rules"), self.about.rules, msg("Scenario"), self.about.scenario)
        elif self.is_customer:
            self._pair(msg("Customer"), party, within("statement", "Month"), words.month(key.month))
            supplier = self.about.suppliers.get(key)
            told = self.about.party(supplier) if supplier else words.say("no retailer")
            self._pair(msg("Supplied by"), told, msg("Rules"), self.about.rules)
        elif self.is_outside:
            self._pair(msg("User"), party, within("statement", "Month"), words.month(key.month))
            self._pair(
                msg("Mode, products"),
                words.say("outside the market, at regulated prices"),
                msg("Scenario"),
                self.about.scenario,
            )
        else:
            is_retailer = self.statement.buyer in self.about.retailers
            role = msg("{party} (retailer)") if is_retailer else msg("{party} (buys directly)")
            unit = shorten(words.called("unit", key.subject))
            self._pair(msg("Settlement unit"), unit, within("statement", "Month"), words.month(key.month))
            self._pair(msg("Buyer"), words.say(role, party=party), msg("Mode, products"), self._products(part))
            self._pair(msg("Rules"), self.about.rules, msg("Scenario"), self.about.scenario)
        page.row += 1  # the total due, which is known below
        return page.row - 1

    def _products(self, part: Reckoning) -> str:
        """The mode, and of one that trades several products those of the unit."""
        words, mode = self.words, self.words.called("mode", self.statement.mode)
        if self.statement.mode not in self.about.split_modes:
            return mode
        products = words.listed(words.called("product", band.product) for band in part.bands)
        return words.say("{mode}: {products}", mode=mode, products=products)

    def _pair(self, one: str, first: str, other: str, second: str) -> None:
        page = self.page
        label = {"border": 1, "bg_color": HEAD, "bold": True}
        page.sheet.set_row(page.row, 20)
        page.span(0, 1, self.words.say(one), **label)
        page.span(2, 4, first, border=1, shrink=True, text_wrap=False)
        page.cell(5, self.words.say(other), **label)
        page.span(6, _LAST, second, border=1, shrink=True, text_wrap=False)
        page.row += 1

    def _due(self, row: int, total: str, total_fen: int) -> None:
        page = self.page
        page.row, here = row, page.row
        label = {"border": 1, "bg_color": HEAD, "bold": True}
        page.sheet.set_row(row, 22)
        page.span(0, 1, self.words.say("Total [yuan]"), **label)
        page.span(2, 4, Sum(f"={total}", fen(total_fen)), border=1, bold=True, font_size=12)
        if self.words.lang == "zh":  # where money is due, Chinese writes it out in words
            told, second = self.words.say("In words"), capital_amount(total_fen)
        else:
            told, second = self.words.say("Units"), self.words.say("energy in MWh, prices in yuan/MWh, money in yuan")
        page.cell(5, told, **label)
        page.span(6, _LAST, second, border=1, shrink=True, text_wrap=False)
        page.row = here

    def _heading(self, text: str, **properties: object) -> None:
        self.page.skip()
        self.page.text(self.words.say(text), 20, bold=True, font_size=12, **properties)

    # ---- charges -----------------------------------------------------------------------------------------------------

    def _charges(self, part: Reckoning, heading: str, total_text: str) -> tuple[int, int]:
        """The lines by item, and the total: its row, and what it comes to in fen."""
        page, words = self.page, self.words
        self._heading(heading)
        heads = (
            msg("No."),
            msg("Item"),
            msg("Payer"),
            msg("Payee"),
            msg("User or contract"),
            msg("Period or product"),
            msg("Energy [MWh]"),
            msg("Price [yuan/MWh]"),
            msg("Amount [yuan]"),
            msg("Clause"),
            msg("Ledger line"),
        )
        self._heading_row = self.energies.columns(heads)
        number = 0
        subtotals: list[tuple[int, int]] = []
        for item in part.items:
            first = page.row
            for line in item.lines:
                number += 1
                self._line(number, item.item, line)
            amounts = [round_fen(line.amount_micro_yuan) for line in item.lines]
            energy = self.energies.sum_of(_ENERGY, first, [line.energy_kwh for line in item.lines], kwh)
            amount = self.energies.sum_of(_AMOUNT, first, amounts, fen)
            subtotals.append((page.row, sum(amounts)))
            self._sum_row(words.say("Subtotal, {item}", item=words.title("item", item.item)), amount, energy)
        return self._totals(subtotals, part.amount_micro_yuan, msg("Sum of the items above"), total_text)

    def _line(self, number: int, item: str, line: Line) -> None:
        words = self.words
        count = words.say(
            msg("{count} other sellers") if not line.payee else msg("{count} other users"), count=f"{line.others:,}"
        )
        payer = self.about.party(line.payer) if line.payer else count
        payee = self.about.party(line.payee) if line.payee else count
        whose = shorten(line.user) if line.user else count if line.others else self._sources(line.sources)
        ledger = (
            str(line.first)
            if line.count == 1
            else words.say(within("statement", "{count} lines"), count=f"{line.count:,}")
        )
        self.page.row_of(
            (
                number,
                self._item(item, line.band),
                payer,
                payee,
                whose,
                " / ".join(words.called("slot", each) for each in line.slot.split(PERIODS_APART)),
                kwh(line.energy_kwh),
                # A share of money has no price.
                Number(line.price, PRICE_DECIMALS, PRICE) if line.price is not None and line.energy_kwh else None,
                fen(round_fen(line.amount_micro_yuan)),
                clause_text(line.clause, words.lang),
                ledger,
            ),
            {
                5: {"align": "center"},
                7: {"italic": line.is_average, "align": "right"},
                9: {"align": "center"},
                10: {"align": "right"},
            },
        )

    def _item(self, item: str, band: str) -> str:
        """An item, and the band that the line settles where there are several."""
        told = self.words.title("item", item)
        if not band:
            return told
        side, edge = band.split(" ")
        form = msg("{item}, above {edge} %") if side == OVER else msg("{item}, below {edge} %")
        return self.words.say(form, item=told, edge=trimmed(int(edge), RATIO_DECIMALS - 2))

    def _sources(self, sources: tuple[str, ...]) -> str:
        shown = self.words.listed(sources[:_SOURCES])
        if len(sources) <= _SOURCES:
            return shown
        return self.words.say("{shown} and more, {count} in all", shown=shown, count=len(sources))

    def _sum_row(self, label: str, amount: Cell, energy: Cell = None, **properties: object) -> int:
        page = self.page
        style = {"border": 1, "bold": True, "bg_color": SUM, **properties}
        page.span(0, _ENERGY - 1 if energy is not None else _AMOUNT - 1, label, **{**style, "align": "right"})
        if energy is not None:
            page.cell(_ENERGY, energy, **style)
            page.cell(_ENERGY + 1, None, **style)
        for column, cell in ((_AMOUNT, amount), (_AMOUNT + 1, None), (_AMOUNT + 2, None)):
            page.cell(column, cell, **style)
        page.row += 1
        return page.row - 1

    def _totals(
        self, parts: Sequence[tuple[int, int]], exact_micro_yuan: int, sum_text: str, total_text: str
    ) -> tuple[int, int]:
        """Sum, rounding difference and total under some rows of amounts (row, fen)."""
        words, letter = self.words, column_letter(_AMOUNT)
        sum_fen = sum(amount for _, amount in parts)
        total_fen = round_fen(exact_micro_yuan)
        rows = [f"{letter}{row + 1}" for row, _ in parts]
        one_range = len(parts) > 1 and parts[-1][0] - parts[0][0] == len(parts) - 1
        cells = f"{rows[0]}:{rows[-1]}" if one_range else ",".join(rows)
        formula: Cell = Sum(f"=ROUND(SUM({cells}),2)", fen(sum_fen)) if parts else fen(0)
        above = self._sum_row(words.say(sum_text), formula)
        why = words.say(
            "Exact total {exact} yuan, rounded half up to the fen, less the sum of the lines",
            exact=format_fixed(exact_micro_yuan, MONEY_DECIMALS, thousands=True),
        )
        rounding = self._sum_row(words.say("Rounding: {why}", why=why), fen(total_fen - sum_fen), bold=False)
        total = Sum(f"=ROUND({letter}{above + 1}+{letter}{rounding + 1},2)", fen(total_fen))
        return self._sum_row(words.say(total_text), total, font_size=12, bg_color=HEAD), total_fen

    def _accounts(self, part: Reckoning) -> None:
        """Who pays whom, each pair's exact sum rounded to the fen."""
        page, words = self.page, self.words
        self._heading(msg("3. Who pays whom [yuan]"))
        label = {"border": 1, "bold": True, "bg_color": HEAD, "align": "center"}
        page.cell(0, words.say("No."), **label)
        page.span(1, 3, words.say("Payer"), **label)
        page.span(4, 7, words.say("Payee"), **label)
        page.cell(_AMOUNT, words.say("Amount [yuan]"), **label)
        page.span(_AMOUNT + 1, _LAST, "", **label)
        page.row += 1
        rows: list[tuple[int, int]] = []
        for number, account in enumerate(part.accounts, start=1):
            amount = round_fen(account.amount_micro_yuan)
            users = words.say(within("payers", "{count} other users"), count=f"{account.payers:,}")
            sellers = words.say("{count} other payees", count=f"{account.payees:,}")
            page.cell(0, number, border=1)
            page.span(1, 3, self.about.party(account.payer) if account.payer else users, border=1)
            page.span(4, 7, self.about.party(account.payee) if account.payee else sellers, border=1)
            page.cell(_AMOUNT, fen(amount), border=1)
            page.span(_AMOUNT + 1, _LAST, "", border=1)
            rows.append((page.row, amount))
            page.row += 1
        self._totals(rows, part.amount_micro_yuan, msg("Sum of the rows above"), msg("Total"))

    # ---- the trial, and what stands below ----------------------------------------------------------------------------

    def _trial(self, part: Reckoning, total_row: int, total_fen: int) -> None:
        page, words, letter = self.page, self.words, column_letter(_AMOUNT)
        self._annex(msg("Annex: trial settlement (nothing is paid; not in the total above)"))
        regime = self.about.regime(self.statement.key.month)
        if regime is not None:
            page.text(
                words.say(
                    "This month of {regime} settles by the older method; here the new rules run beside it "
                    "({clause}), for comparison.",
                    regime=words.called("regime", regime.id),
                    clause=clause_text(regime.trial_clause, words.lang),
                ),
                font_size=9,
            )
        self._heading(msg("Trial: energy [MWh]"))
        self.energies.write(self.statement, part)
        row, trial_fen = self._charges(part, msg("Trial: charges [yuan]"), msg("Total of the trial"))
        difference = Sum(f"=ROUND({letter}{row + 1}-{letter}{total_row + 1},2)", fen(trial_fen - total_fen))
        self._sum_row(words.say("Total of the trial less the total of this statement"), difference, bg_color=_TRIAL)

    def _retail(self, part: Reckoning) -> None:
        """What users pay the retailer, beside the statement of its unit."""
        self._annex(msg("Annex: what users pay the retailer by their contracts (not in the total above)"))
        self._charges(part, msg("Retail contracts: charges [yuan]"), msg("Total of the retail contracts"))

    def _bearers(self, bearers: Bearers) -> None:
        """Whose the unit's deviation was, beside the statement of a retailer to itself."""
        self._annex(msg("Annex: whose deviation it was (part of the total above, shared over the users)"))
        subtotals = write_bearers(self.energies, self.about, bearers)
        if subtotals:
            self._totals(subtotals, bearers.amount, msg("Sum of the items above"), msg("Total of the deviation"))
        write_saved(self.page, self.about, bearers)

    def _annex(self, title: str) -> None:
        """Begin an annex on another page."""
        page = self.page
        page.skip()
        self._breaks.append(page.row)
        self.sheet.set_h_pagebreaks(self._breaks)
        page.text(self.words.say(title), 24, bold=True, font_size=13, bg_color=_TRIAL, border=1)

    def _notes(self, part: Reckoning) -> None:
        words = self.words
        notes = notes_of(self.statement, part, self.about)
        self._heading(msg("Notes"))
        for number, note in enumerate(notes, start=1):
            self.page.text(f"{number}. {note}", font_size=9)
        self.page.skip()
        self.sheet.set_row(self.page.row, 24)
        for first, last, label in (
            (0, 2, msg("Prepared by:")),
            (3, 4, msg("Checked by:")),
            (5, 7, msg("For the generator:") if self.is_seller else msg("For the buyer:")),
            (8, _LAST, msg("Date:")),
        ):
            self.page.span(first, last, words.say(label))
