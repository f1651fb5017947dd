"""What a settlement statement says below its figures: how they were rounded, and what is not in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.metering import forecast_told
from gridsim.rules.citations import clause_text
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.report.statement_about import About
    from gridsim.report.statement_model import Reckoning, Statement

__all__ = ["notes_of"]


def notes_of(statement: Statement, part: Reckoning, about: About) -> list[str]:
    """The notes of a statement whose figures are `part`, in the order in which they are numbered."""
    words = about.words
    notes = []
    if told := forecast_told(statement.key.month, words.forecast, words):
        notes.append(told)
    regime = about.regime(statement.key.month)
    if len(statement.parts) > 1 and regime is not None:
        notes.append(
            words.say(
                "This month of {regime} has no deviation bands ({clause}); the trial settlement stands below.",
                regime=words.called("regime", regime.id),
                clause=clause_text(regime.clause, words.lang),
            )
        )
    lines = (
        msg(
            "This statement holds all {count} ledger lines of the generator's month, each as it stands there: of those "
            "that the generator pays, the amount is negative. Its total is what the generator's account receives."
        )
        if statement.key.is_seller
        else msg(
            "This bill holds all {count} ledger lines of the user's month: what it pays, and negative what it "
            "receives. What a retailer pays for it is not in it."
        )
        if statement.key.is_customer
        else msg("This statement holds all {count} ledger lines of the user's month outside the market.")
        if statement.key.is_outside
        else msg(
            "This statement holds all {count} ledger lines of the unit's month. {who_pays} What its users pay the "
            "retailer stands in the annex."
        )
        if statement.retail is not None
        else msg(
            "This statement holds all {count} ledger lines of the unit's month. {who_pays} What a retailer agrees "
            "with its own users is not in it."
        )
    )
    notes += [
        words.say(
            "Each line is the exact amount rounded half up to the fen; the total is the exact total "
            "rounded to the fen; the difference of the two is the line Rounding. Subtotals and totals "
            "are formulas."
        ),
        words.say(lines, count=f"{part.ledger_lines:,}", who_pays=words.note("who_pays")),
        *about.on_clauses,
    ]
    notes += about.bills.get(statement.key, ())
    if part.is_by_user:
        users, count = f"{part.users:,}", f"{part.ledger_lines:,}"
        notes.append(
            words.say(
                "{users} users and {count} ledger lines are more than the {limit} lines that a statement may "
                "have: the periods of a user are summed, the largest are shown, the others are one line. The "
                "totals hold all of them.",
                users=users,
                count=count,
                limit=f"{about.max_lines:,}",
            )
        )
    if any(line.is_average for of in statement.parts for item in of.items for line in item.lines):
        notes.append(
            words.say(
                "A price in italics is the rounded mean of a line that sums up several; nothing is computed from it."
            )
        )
    if about.overridden:
        notes.append(words.say("Set by the scenario, not as in the rule set: {values}.", values=about.overridden))
    notes.append(
        words.say(
            "Simulated by gridsim {version} from the data of the scenario, for checking and analysis; no "
            "settlement of record.",
            version=about.version,
        )
    )
    return notes
