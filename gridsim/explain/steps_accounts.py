"""The last steps: who pays whom, as the ledger has it, and the readings of the rules that all of it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gridsim.explain.script import FIRST, condense, table
from gridsim.rules.assumptions import WITHIN_MONTHS
from gridsim.show.document import ListItem
from gridsim.show.numbers import energy, line_numbers, money_in_full
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.model import Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block, Grid

__all__ = ["accounts_step", "ground_step"]

_PAIRS_SHOWN = 12  # of one item; beyond that its payers are taken together


def accounts_step(
    script: Script, transfers: Sequence[Transfer], items: Sequence[str], what: str, *, by_payee: bool = True
) -> int:
    """Sums by item, payer and payee, and what each payee receives.

    Parameters
    ----------
    script : Script
    transfers : sequence of Transfer
        Checked against the ledger before.
    items : sequence of str
        Of the ledger, in the order in which they are shown.
    what : str
        A text, as `gridsim.words.msg` gives it: what these are the accounts of.
    by_payee : bool
        Whether to show what each payee receives.
    """
    words = script.words
    lines: list[Block]
    if transfers:
        checked = words.say(
            msg(
                "Checked: this is the only line of the ledger for {what}; its energy, price and amount agree with the "
                "steps above."
            )
            if len(transfers) == 1
            else msg(
                "Checked: these are the {count} lines of the ledger for {what}; energy, price and amount of each agree "
                "with the steps above."
            ),
            count=f"{len(transfers):,}",
            what=words.say(what),
        )
        lines = [_by_item(words, transfers, items), checked]
        if by_payee:
            lines.append(_by_payee(words, transfers))
    else:
        lines = [words.say("No energy, so no line in the ledger.")]
    total = sum(line.amount_micro_yuan for line in transfers)
    return script.step(
        msg("Who pays whom"),
        "",
        words.say("sum of the amounts above, item by item"),
        lines,
        values={"amount_micro_yuan": total},
    )


def _by_item(words: Wording, transfers: Sequence[Transfer], items: Sequence[str]) -> Grid:
    rows = []
    for item in items:
        of_pair: dict[tuple[str, str], list[Transfer]] = defaultdict(list)
        for line in transfers:
            if line.item == item:
                of_pair[line.payer, line.payee].append(line)
        if len(of_pair) > _PAIRS_SHOWN:
            of_pair = _taken_together(words, of_pair)
        for (payer, payee), lines in of_pair.items():
            rows.append(
                (
                    words.called("item", item),
                    words.called("party", payer),
                    words.called("party", payee),
                    energy(sum(line.energy_kwh for line in lines)),
                    money_in_full(sum(line.amount_micro_yuan for line in lines)),
                    line_numbers(line.line for line in lines),
                )
            )
    total = money_in_full(sum(line.amount_micro_yuan for line in transfers))
    columns = ("item", "from", "to", "energy", "money", "lines")
    return table(words, columns, rows, (words.say("sum"), "", "", "", total, ""))


def _taken_together(
    words: Wording, of_pair: Mapping[tuple[str, str], list[Transfer]]
) -> dict[tuple[str, str], list[Transfer]]:
    """All payers of an item as one, and all payees if they are many."""
    payers, payees = {payer for payer, _ in of_pair}, {payee for _, payee in of_pair}
    all_payers = words.say("{count} parties", count=f"{len(payers):,}")
    all_payees = words.say("{count} parties", count=f"{len(payees):,}")
    together: dict[tuple[str, str], list[Transfer]] = defaultdict(list)
    for (payer, payee), lines in of_pair.items():
        key = (payer if len(payers) == 1 else all_payers, payee if len(payees) <= _PAIRS_SHOWN else all_payees)
        together[key].extend(lines)
    return together


def _by_payee(words: Wording, transfers: Sequence[Transfer]) -> Grid:
    of_payee: dict[str, int] = defaultdict(int)
    for line in transfers:
        of_payee[line.payee] += line.amount_micro_yuan
    payees = list(of_payee)
    shown, rest = condense(payees, lambda payee: of_payee[payee])
    rows = [(words.called("party", payees[i]), money_in_full(of_payee[payees[i]])) for i in shown]
    if rest:
        rows.append(
            (words.say("{count} more", count=f"{len(rest):,}"), money_in_full(sum(of_payee[payees[i]] for i in rest)))
        )
    return table(words, ("payee", "received"), rows, (words.say("sum"), money_in_full(sum(of_payee.values()))))


def ground_step(script: Script, rules: RuleSet, month: str, tables: Collection[str] | None = None) -> None:
    """The choices, unverified values and overrides that steps before this lean on, in words: the last section."""
    words = script.words
    leans = script.leans
    lines: list[Block] = [
        words.say(
            "The notice leaves these points open, or their figures are not verified, or the scenario "
            "changed them. Another reading gives other numbers."
        )
    ]
    there_are = None if tables is None else (*tables, WITHIN_MONTHS)  # what leans on it says whether any does
    for taken in rules.assumptions([month], there_are):
        if taken.path not in leans and taken.path != "in_force":
            continue
        steps = sorted({step for step in leans.get(taken.path, [0]) if step})
        where = words.say("throughout")
        if steps:
            where = words.say(
                msg("step {numbers}") if len(steps) == 1 else msg("steps {numbers}"), numbers=_numbers(words, steps)
            )
        place = words.parted([*([words.clause_list(taken.clause)] if taken.clause else []), where])
        lines.append(ListItem(words.sentences(taken.words(words.lang), f"[{place}]"), ()))
    script.step(msg("Assumptions"), "", "", lines)
    script.section(words.say("What this rests on"))


def _numbers(words: Wording, steps: Sequence[int]) -> str:
    if len(steps) <= FIRST:
        return words.listed(str(step) for step in steps)
    return line_numbers(steps)
