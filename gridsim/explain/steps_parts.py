"""What is said of a month within which tariffs begin: by what its energy falls into parts (rulebook part 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.script import OwnColumn, condense, condensed, table
from gridsim.show.numbers import energy
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.cells import Cell
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["PARTED", "parts_step"]

PARTED = ("changes.tariff_within_month", "changes.parts_of_a_month")
"""What the rule set says of it: by what, and how each part settles."""


def parts_step(words: Wording, cells: Sequence[Cell], month: str) -> list[Block]:
    """What is said of a month that falls into parts; nothing where no tariff begins within it."""
    begun = sorted({cell.tariff.begins for cell in cells if cell.tariff.begins})
    if not begun:
        return []
    by_load = [cell for cell in cells if cell.load is not None]
    told = words.say(
        msg(
            "Tariffs begin within {month} ({days}): each energy falls into a part for each tariff by what load has in "
            "it, in whole kWh by largest remainder (by days where nothing was metered); each part is a cell of its own."
        )
        if by_load
        else msg(
            "Tariffs begin within {month} ({days}): each energy falls into a part for each tariff by its days, in "
            "whole kWh by largest remainder; each part is a cell of its own."
        ),
        month=words.month(month),
        days=words.listed(begun),
    )
    return [told, *(_load(words, by_load, month) if by_load else [])]


def _load(words: Wording, cells: Sequence[Cell], month: str) -> list[Block]:
    """What load has in the parts, and the energy that falls into each."""
    shown, rest = condense(cells, lambda cell: cell.metered)
    rows = [
        (
            cells[i].user.id,
            words.both_periods(cells[i].period, cells[i].tariff_period),
            cells[i].tariff.begins or f"{month}-01",
            energy(cells[i].load or 0),
            energy(cells[i].metered),
        )
        for i in shown
    ]
    if rest:
        sums = (energy(sum(cells[i].load or 0 for i in rest)), energy(sum(cells[i].metered for i in rest)))
        rows.append((words.say("{count} more", count=f"{len(rest):,}"), "", "", *sums))
    columns = ("user", "period", "since", OwnColumn(words.say("load, MWh")), "energy")
    return [*([condensed(words, len(cells))] if rest else []), table(words, columns, rows)]
