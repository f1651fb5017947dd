"""The energies of a statement: a unit's against its bands, a user's by period, what a generator sold and generated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gridsim.report.statement_model import EnergyRow, Reckoning, Sold, Statement
from gridsim.show.workbook import PRICE, Number, Page, Ratio, Sum, column_letter, kwh
from gridsim.units import PRICE_DECIMALS
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.report.statement_about import StatementWords
    from gridsim.show.workbook import Cell

__all__ = ["HEAD", "SUM", "Energies"]

HEAD = "#D9E2EF"
SUM = "#F2F2F2"


class Energies:
    """Writes tables of energies on a sheet.

    Parameters
    ----------
    page : Page
    words : StatementWords
    """

    def __init__(self, page: Page, words: StatementWords) -> None:
        self.page = page
        self.words = words

    def columns(self, heads: Sequence[str]) -> int:
        """The headings of a table; their row is returned."""
        cells = [self.words.say(head) if head else "" for head in heads]
        return self.page.row_of(cells, bold=True, bg_color=HEAD, align="center")

    def write(self, statement: Statement, part: Reckoning) -> None:
        """Write the table below its heading."""
        page, words = self.page, self.words
        if statement.sold is not None:
            self._sold(statement.sold)
            return
        if statement.key.is_outside or statement.key.is_customer:
            self.columns((msg("No."), msg("Period"), msg("Metered")))
            first = page.row
            for number, band in enumerate(part.bands, start=1):
                page.row_of((number, words.called("period", band.product), kwh(band.metered)))
            metered = self.sum_of(2, first, [band.metered for band in part.bands], kwh)
            page.row_of(("", words.say("Total"), metered), bold=True, bg_color=SUM)
            return
        heads = (
            msg("No."),
            msg("Product"),
            msg("Contracted"),
            msg("Metered"),
            msg("Lower edge"),
            msg("Upper edge"),
            msg("In band"),
            msg("Overrun"),
            msg("Shortfall"),
            msg("Met./contr."),
        )
        self.columns(heads)
        first = page.row
        for number, band in enumerate(part.bands, start=1):
            page.row_of(self._band(number, band), {4: {"align": "right"}, 5: {"align": "right"}, 9: {"align": "right"}})
        sums: dict[str, Cell] = {}
        for column, name in ((2, "contract"), (3, "metered"), (6, "in_band"), (7, "overrun"), (8, "shortfall")):
            sums[name] = self.sum_of(column, first, [getattr(band, name) for band in part.bands], kwh)
        contract, metered = (sum(getattr(band, name) or 0 for band in part.bands) for name in ("contract", "metered"))
        cells = (
            "",
            words.say("Total"),
            sums["contract"],
            sums["metered"],
            "",
            "",
            sums["in_band"],
            sums["overrun"],
            sums["shortfall"],
        )
        page.row_of((*cells, self._ratio(contract, metered)), {9: {"align": "right"}}, bold=True, bg_color=SUM)

    def _band(self, number: int, band: EnergyRow) -> list[Cell]:
        none = self.words.say(within("band", "none"))
        edges = [none if edge is None else kwh(edge) for edge in (band.lower, band.upper)]
        rest = [kwh(value or 0) for value in (band.in_band, band.overrun, band.shortfall)]
        contract = band.contract or 0
        return [
            number,
            self.words.called("product", band.product),
            kwh(contract),
            kwh(band.metered),
            *edges,
            *rest,
            self._ratio(contract, band.metered),
        ]

    def _ratio(self, contract: int, metered: int) -> Cell:
        """Metered by contracted energy: a quotient that is computed in the sheet, or a dash."""
        if not contract:
            return "–"
        row = self.page.row + 1
        return Sum(f"=D{row}/C{row}", Ratio(kwh(metered).value / kwh(contract).value))

    def sum_of(self, column: int, first: int, parts: Sequence[int], cell: Callable[[int], Number]) -> Cell:
        """The sum of a column's rows from `first` to the one above, rounded to the decimals that they have."""
        if not parts:
            return cell(0)
        letter = column_letter(column)
        result = cell(sum(parts))
        return Sum(f"=ROUND(SUM({letter}{first + 1}:{letter}{first + len(parts)}),{result.decimals})", result)

    def _sold(self, sold: Sold) -> None:
        """A generator's: what it is settled for beyond its contracts, structural and its own."""
        self.columns(
            (
                "",
                msg("Contracted"),
                msg("Generated"),
                msg("Deviation"),
                msg("Structural part"),
                msg("Its own part"),
                msg("Price of its own part [yuan/MWh]"),
            )
        )
        row = self.page.row + 1
        deviation = kwh(sold.generated - sold.contract)
        price = "–" if sold.price is None else Number(sold.price, PRICE_DECIMALS, PRICE)
        own = Sum(f"=ROUND(D{row}-E{row},3)", kwh(sold.deviation))
        difference = Sum(f"=ROUND(C{row}-B{row},3)", deviation)
        cells: list[Cell] = ["", kwh(sold.contract), kwh(sold.generated), difference, kwh(sold.structural), own, price]
        self.page.row_of(cells, {6: {"align": "right"}})
