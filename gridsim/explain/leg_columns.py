"""The keys by which legs are filled in order, as columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.leg_order import key_names
from gridsim.show.numbers import price
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.derivation import Derivation, LegPart
    from gridsim.explain.words import Wording

__all__ = ["key_columns"]

_YES = msg("yes")


def key_columns(words: Wording, position: Derivation) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns of the keys in their order, and what stands there for each leg.

    Parameters
    ----------
    words : Wording
    position : Derivation
        Of a market that fills legs in order.
    """
    names = key_names(position.rules.shape)
    columns = tuple("first" if name == "variety" and values else _COLUMNS[name] for name, values in names)
    return columns, [
        tuple(_cell(words, name, values, part, position) for name, values in names) for part in position.legs
    ]


_COLUMNS = {"ends_this_month": "ends", "variety": "variety", "group": "group", "price": "price", "time": "time"}


def _cell(words: Wording, name: str, values: tuple[str, ...], part: LegPart, position: Derivation) -> str:
    keys = position.facts.keys[part.leg.id]
    if name == "ends_this_month":
        return words.say(_YES) if keys.ends == position.facts.month else ""
    if name == "variety":
        if values:
            return words.say(_YES) if keys.variety in values else ""
        return words.called("varieties", keys.variety)
    if name == "group":
        return words.called("sources", keys.group)
    if name == "price":
        return price(part.leg.price)
    return "" if keys.time is None else words.instant(keys.time)
