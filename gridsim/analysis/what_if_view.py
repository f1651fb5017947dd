"""A what-if as a document: what was changed, what moves by item and unit, and the lines of positions that move most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.closing_lines import unitless_apart
from gridsim.analysis.compare_view import changes_grid, differences_grid, unit_labels
from gridsim.names import NamingLanguage
from gridsim.rules.citations import clause_text
from gridsim.show.document import Heading, grid
from gridsim.show.numbers import change as relative
from gridsim.show.numbers import money, signed
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.analysis.compared import ComparedResults
    from gridsim.analysis.table import StatisticsTable
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = ["what_if_document"]

_TOP = 10


def what_if_document(comparison: ComparedResults, lang: Lang) -> list[Block]:
    """What was changed and what moves, each with its clause.

    Parameters
    ----------
    comparison : ComparedResults
        Of the scenario as it is with the one that it would be.
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, comparison.after.rules.shape)
    asked = changes_grid(comparison.changes, words, words.say("What was changed"), comparison.items)
    parts: list[Block] = [Heading(words.say("What if"), 1), asked, ""]
    overview = comparison.overview()
    by_item = overview["item"]
    if not any(overview[name].exact["difference"].any() for name in ("item", "unit", "month", "party")):
        same = words.say("All money is the same by item, settlement unit, month and party, to the micro-yuan.")
        return [*parts, same]
    items = [words.called("item", item) for item in by_item.index]
    clauses = _clauses(comparison)
    texts = [
        words.listed(clause_text(clause, words.lang) for clause in clauses.get(item, ())) for item in by_item.index
    ]
    cited = (words.say("clause"), [[text] for text in texts])
    parts += [differences_grid(words, "item", by_item, items, cited), ""]
    by_unit = unitless_apart(comparison, overview["unit"]).first(_TOP)
    parts += [differences_grid(words, "unit", by_unit, unit_labels(by_unit, words, comparison)), ""]
    lines = comparison.difference("amount_yuan", ("unit", "month", "product", "item", "clause"))
    parts += [_lines(words, lines, comparison), ""]
    return [*parts, words.say("(yuan rounded to the fen for display; differences are exact)")]


def _clauses(comparison: ComparedResults) -> dict[str, list[str]]:
    """The clauses that the lines of each item cite, before or after."""
    found: dict[str, list[str]] = {}
    for item, clause in sorted(comparison.difference("amount_yuan", ("item", "clause")).index):
        found.setdefault(item, []).append(clause)
    return found


def _lines(words: NamingLanguage, lines: StatisticsTable, comparison: ComparedResults) -> Grid:
    """What moves most, position by position."""
    names = comparison.names
    of_no_unit = words.say("(without a unit)") if comparison.sellers else words.say("(users without a unit)")
    exact = lines.exact[lines.exact["difference"] != 0].head(_TOP)
    rows = []
    for (unit, month, product, item, clause), *numbers in zip(
        exact.index, exact["before"], exact["after"], exact["difference"], strict=True
    ):
        before, after, difference = map(int, numbers)
        rows.append(
            (
                words.with_name("unit", unit, names) if unit else of_no_unit,
                month,
                words.called("product", product),
                words.called("item", item),
                clause_text(clause, words.lang),
                money(before),
                money(after),
                signed(money(difference), difference),
                relative(before, after),
            )
        )
    yuan = words.say("yuan")
    heads = (
        *map(words.say, (msg("unit"), msg("month"), msg("product"), msg("item"), msg("clause"))),
        words.say("before ({unit})", unit=yuan),
        words.say("after ({unit})", unit=yuan),
        words.say("difference ({unit})", unit=yuan),
        "%",
    )
    left = int((lines.exact["difference"] != 0).sum()) - len(rows)
    note = words.say("{count} more", count=f"{left:,}") if left > 0 else ""
    return grid(heads, rows, align="<<<<<>>>>", title=words.say("Positions that move most"), note=note)
