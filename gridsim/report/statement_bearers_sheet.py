"""The annex of a retailer's statement that tells whose the unit's deviation was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.attribution.told import METHODS_TOLD, ORIGINS_TOLD, buyers_own
from gridsim.report.statement_energies import HEAD, SUM, Energies
from gridsim.show.workbook import Page, fen, kwh
from gridsim.units import round_fen
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.report.statement_about import About
    from gridsim.report.statement_bearers import Bearer, Bearers
    from gridsim.show.workbook import Cell

__all__ = ["write_bearers", "write_saved"]

_ENERGY, _AMOUNT = 6, 8  # columns as those of the charges
_HEADS = (
    msg("No."), msg("Item"), msg("Borne by"), msg("Product"), msg("Plan from"), msg("Plan [MWh]"), msg("Share [MWh]"),
    msg("Metered [MWh]"), msg("Amount [yuan]"), msg("± yuan"),
)  # fmt: skip


def write_bearers(energies: Energies, about: About, bearers: Bearers) -> list[tuple[int, int]]:
    """Write the annex below its title, up to its totals.

    Parameters
    ----------
    energies : Energies
        That writes tables on the sheet.
    about : About
    bearers : Bearers

    Returns
    -------
    list of (int, int)
        Row and fen of each subtotal.
    """
    page, words = energies.page, about.words
    if not bearers.parts:
        page.text(words.say("There is no deviation to share."), font_size=9)
        return []
    page.text(
        words.say(
            "Method: {method}. A plan is what the user nominated, else its history. What would be there had all kept "
            "their plan is the buyer's own.",
            method=words.say(METHODS_TOLD[bearers.method]),
        ),
        font_size=9,
    )
    page.row_of([words.say(head) for head in _HEADS], bold=True, bg_color=HEAD, align="center")
    subtotals: list[tuple[int, int]] = []
    number = 0
    for part in bearers.parts:
        first = page.row
        for row in part:
            number += 1
            page.row_of(_cells(number, row, about), {3: {"align": "center"}, 4: {"align": "center"}})
        amounts = [round_fen(row.amount) for row in part]
        item = words.title("item", part[0].item)
        item = words.listed((item, words.called("product", part[0].product)))
        label = words.say("Subtotal, {item}", item=item)
        style = {"border": 1, "bold": True, "bg_color": SUM}
        page.span(0, _ENERGY - 1, label, **{**style, "align": "right"})
        page.cell(_ENERGY, energies.sum_of(_ENERGY, first, [row.energy for row in part], kwh), **style)
        page.cell(_ENERGY + 1, None, **style)
        page.cell(_AMOUNT, energies.sum_of(_AMOUNT, first, amounts, fen), **style)
        page.cell(_AMOUNT + 1, None, **style)
        subtotals.append((page.row, sum(amounts)))
        page.row += 1
    return subtotals


def write_saved(page: Page, about: About, bearers: Bearers) -> None:
    """Write what netting saves, which stands in no total."""
    words = about.words
    if not bearers.saved:
        return
    page.skip()
    page.text(
        words.say(
            "Saved by settling together: what each user would overrun or fall short alone, with its plan as its "
            "contract, less the unit's. It belongs to nobody and stands in no total."
        ),
        font_size=9,
    )
    heads = (msg("No."), msg("Product"), msg("Overrun [MWh]"), msg("Shortfall [MWh]"), msg("Saved [yuan]"))
    page.row_of([words.say(head) for head in heads], bold=True, bg_color=HEAD, align="center")
    for number, each in enumerate(bearers.saved, start=1):
        product = words.called("product", each.product)
        page.row_of((number, product, kwh(each.over), kwh(each.under), fen(round_fen(each.amount))))


def _cells(number: int, row: Bearer, about: About) -> list[Cell]:
    words = about.words
    whose = about.party(row.user) if row.user else buyers_own(words)
    if row.others:
        whose = words.say(within("payers", "{count} other users"), count=f"{row.others:,}")
    error: Cell = fen(round_fen(row.error)) if row.error else None
    return [
        number, words.title("item", row.item), whose, words.called("product", row.product),
        words.say(ORIGINS_TOLD[row.plan_from]) if row.plan_from else "",
        None if row.plan is None else kwh(row.plan), kwh(row.energy),
        None if row.metered is None else kwh(row.metered), fen(round_fen(row.amount)), error,
    ]  # fmt: skip
