"""Corrections of earlier months, held against the rows that they were given in, and told (rulebook part 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, rows_where
from gridsim.explain.agree import expect, same
from gridsim.explain.facts import transfers_of
from gridsim.explain.script import OwnColumn, condense, table
from gridsim.integrity.places import TablePlace
from gridsim.rules.citations import OWN_CLAUSES
from gridsim.rules.corrected import corrected_items
from gridsim.rules.shape import CORRECTION
from gridsim.show.numbers import line_numbers, money_in_full
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gridsim.explain.model import Explanation, Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.show.document import Block

__all__ = ["corrections_explanation", "corrections_step"]

_NAME = "corrections"
_AMOUNT = "amount_micro_yuan"


def corrections_step(
    script: Script, source: ResultFacts, month: str, lines: Iterable[Transfer], *, unit: str = "", user: str = ""
) -> bool:
    """The corrections in a unit's month, or among what a user pays: what each corrects, and of which month.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    month : str
    lines : iterable of Transfer
        Among which those of this month stand.
    unit, user : str
        Of whom: a settlement unit, or a user.

    Returns
    -------
    bool
        Whether there are any.

    Raises
    ------
    ResultError
        The ledger has other corrections than the table.
    """
    found = [line for line in lines if line.item == CORRECTION]
    rows = {_key(row): row for row in _rows(source, month, unit, user)}
    place = TablePlace("ledger", f"{unit or user} {month} {CORRECTION}")
    for line in found:
        of_line = (line.unit_id, line.user_id, line.corrects_item, line.corrects_month)
        expect(place, rows.get(of_line), {_AMOUNT: line.amount_micro_yuan})
        payer, payee = _parties(source, rows[of_line])
        same(place, "payer", line.payer, payer)
        same(place, "payee", line.payee, payee)
    same(place, _AMOUNT, sum(line.amount_micro_yuan for line in found), sum(row[_AMOUNT] for row in rows.values()))
    if not found:
        return False
    words = script.words
    shown, rest = condense(found, lambda line: abs(line.amount_micro_yuan))

    def cells(line: Transfer) -> tuple[str, ...]:
        row = rows[line.unit_id, line.user_id, line.corrects_item, line.corrects_month]
        return (
            words.called("item", line.corrects_item or ""),
            words.month(line.corrects_month or ""),
            words.called("party", line.payer),
            words.called("party", line.payee),
            f"{row['number']:,}",
            money_in_full(line.amount_micro_yuan),
            line_numbers([line.line]),
        )

    listed = [cells(found[i]) for i in shown]
    if rest:
        amount = sum(found[i].amount_micro_yuan for i in rest)
        listed.append((words.say("{count} more", count=f"{len(rest):,}"), "", "", "", "", money_in_full(amount), ""))
    total = money_in_full(sum(line.amount_micro_yuan for line in found))
    columns: list[str | OwnColumn] = ["item", OwnColumn(words.say("month corrected"), is_text=True)]
    columns += ["from", "to", "row", "money", "lines"]
    blocks: list[Block] = [
        table(words, columns, listed, (words.say("sum"), "", "", "", "", total, "")),
        words.say(
            "Checked: these are the rows of the table corrections, and the lines of the ledger. Nothing else of this "
            "month follows from them."
        ),
    ]
    script.step(
        msg("Corrections of earlier months"),
        OWN_CLAUSES[CORRECTION],
        words.say("amounts as the statement gives them; what is paid back is negative"),
        blocks,
        transfers=found,
        values={"corrected_micro_yuan": sum(line.amount_micro_yuan for line in found)},
    )
    return True


def corrections_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain the month of a unit that has no position in it, but corrections of earlier months.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    subject : Subject

    Raises
    ------
    ResultError
        The ledger has other corrections than the table.
    """
    words, unit, month = script.words, subject.name, subject.month
    lines = transfers_of(dicts(source.exact.arrow("ledger", {"unit_id": unit, "month": month, "trial": False})))
    corrections_step(script, source, month, lines, unit=unit)
    script.section(words.say("Corrections of earlier months"))
    lead = words.say("Unit {unit} has no position in this month: neither contracts nor metered energy.", unit=unit)
    title = words.say("Settlement of unit {unit} in {month}", unit=unit, month=words.month(month))
    return script.explanation(unit, month, title, [lead])


def _rows(source: ResultFacts, month: str, unit: str, user: str) -> Iterator[dict[str, Any]]:
    """Those of the table that concern the unit or the user, by whom there is money."""
    if _NAME not in source.inputs:
        return
    for row in rows_where(source.input(_NAME), {"month": month}):
        if row[_AMOUNT] and (row["unit_id"] == unit if unit else _parties(source, row)[0] == user):
            yield row


def _key(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return row["unit_id"], row["user_id"], row["item"], row["corrects_month"]


def _parties(source: ResultFacts, row: Mapping[str, Any]) -> tuple[str, str]:
    """Who pays a row, and whom."""
    item = corrected_items(source.rules.shape)[row["item"]]
    buyer, mode = ("", "") if row["unit_id"] is None else source.buyer_and_mode(row["unit_id"])
    payer = row["user_id"] if item.by_user and row["user_id"] is not None else buyer
    return payer, item.of_mode.get(mode, item.account)
