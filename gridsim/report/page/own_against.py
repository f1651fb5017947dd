"""What changed against another run, for one party, and which changes can be its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.compare_view import change_name
from gridsim.report.page.linked import Html, Told, told_money
from gridsim.show.numbers import change as relative
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.analysis.changes import Change
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["against_of"]

_ITEMS = 3


def against_of(result: Result, against: Result, party: Party, words: PageWords) -> list[Html]:
    """The sentences: what it costs more or less, in which items, and through what.

    Parameters
    ----------
    result, against : Result
        The later one, and the one that it is held against.
    party : Party
    words : PageWords

    Raises
    ------
    ResultError
        The results are of two years.
    """
    told, comparison = Told(words), against.compare(result)
    mine = {"unit": list(party.units), "payer": [party.id, *party.users]}
    items = comparison.money("item", mine).exact
    items = items[items.index.isin(result.rules.shape.items_with({}))]
    before, after = (int(items[side].sum()) for side in ("before", "after"))
    name = against.manifest["scenario"]["name"]
    if not items["difference"].any():
        return [told.say("Against {name} nothing of it costs more or less.", name=name)]
    parts = [
        words.say(
            "{item} {money}",
            item=words.called("item", str(item)),
            money=told_money(int(row["difference"]), words, sign=True),
        )
        for item, row in items.head(_ITEMS).iterrows()
        if row["difference"]
    ]
    blanks = {
        "name": name,
        "money": told.strong(told_money(after - before, words, sign=True)),
        "share": relative(before, after) or "0 %",
        "items": words.listed(parts),
    }
    sentences = [told.say("Against {name} it all comes to {money} ({share}): {items}.", **blanks)]
    return [*sentences, *_causes(comparison.causes(), party, told)]


def _causes(changes: Sequence[Change], party: Party, told: Told) -> list[Html]:
    """Its own changes by name; of what changed with others only through what it came."""
    words = told.words
    own = [change for change in changes if _is_own(change, party)]
    others = [change for change in changes if change not in own]
    sentences = []
    if len(changes) == 1:
        said = msg("Only this changed that can move money, so it is the cause: {what}.")
        return [told.say(said, what=change_name(changes[0], words))]
    if own:
        names = words.parted(dict.fromkeys(change_name(change, words) for change in own))
        sentences.append(told.say("Changed in its own rows or in the rules: {what}.", what=names))
    if others:
        sentences.append(told.say("Rows of others changed too, which reach it through the market."))
    return sentences


def _is_own(change: Change, party: Party) -> bool:
    """Whether a change is one of the rules or of the party's own rows."""
    if change.table is not None:
        return not change.table.units.isdisjoint(party.units)
    return change.units is None or change.kind != "contracts" or not change.units.isdisjoint(party.units)
