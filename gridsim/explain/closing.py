"""What extensions charge or pay when a month closes, to a unit's buyer and its users (`gridsim.extensions.item`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridsim.arrow import dicts
from gridsim.explain.facts import transfers_of
from gridsim.explain.script import table
from gridsim.rules.citations import clauses_together
from gridsim.show.numbers import energy, line_numbers, money_in_full
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts

__all__ = ["closing_step"]


def closing_step(script: Script, source: ResultFacts, month: str, parties: Iterable[str]) -> bool:
    """The lines of items of extensions that some parties pay or are paid; whether there are any.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    month : str
    parties : iterable of str
        Ids.
    """
    items = [each.item for each in source.rules.shape.closing]
    ours = set(parties)
    rows = dicts(source.exact.arrow("ledger", {"month": month, "item": items})) if items else []
    lines = [line for line in transfers_of(rows) if line.payer in ours or line.payee in ours]
    if not lines:
        return False
    words = script.words
    cells = [
        (
            words.called("item", line.item),
            words.called("party", line.payer),
            words.called("party", line.payee),
            energy(line.energy_kwh),
            money_in_full(line.amount_micro_yuan),
            line_numbers([line.line]),
        )
        for line in lines
    ]
    clauses = clauses_together(sorted({line.clause for line in lines}))
    script.step(
        msg("Items of extensions"),
        clauses,
        words.say("lines that close the month, as an installed extension computes them; they are in no position"),
        [table(words, ("item", "from", "to", "energy", "money", "lines"), cells)],
        transfers=lines,
    )
    return True
