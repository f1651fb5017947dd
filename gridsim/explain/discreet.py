"""A market as one party may be shown it: all others go by numbers, and what names or notes say of them is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.names import NamingLanguage
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyarrow as pa

    from gridsim.words import Lang

__all__ = ["PARTIES", "aliases", "with_aliases"]

PARTIES = frozenset(
    {
        "buyer_id",
        "generator_id",
        "participant_id",
        "payee",
        "payer",
        "retailer_id",
        "seller_id",
        "unit_id",
        "user_id",
    }
)
"""The columns of inputs and results whose cells name somebody; of a settlement unit it is who has it."""

_OF = {"generators": "generator_id", "retailers": "retailer_id", "users": "user_id"}
"""The tables of participants, with the column of their ids."""

_FREE = frozenset({"note"})
"""Columns in which anything may stand, and so anybody's name."""


def aliases(
    inputs: Mapping[str, pa.Table], known: Collection[str], first: Collection[str], lang: Lang
) -> dict[str, str]:
    """What everybody is called whom a party may not be shown.

    Parameters
    ----------
    inputs : mapping of str to Arrow table
        With the tables of participants.
    known : collection of str
        Who keeps the own id: the party itself and its own users.
    first : collection of str
        Sellers that have the first numbers, in this order.
    lang : {"en", "zh"}
    """
    words, found = NamingLanguage(lang), {}
    said = {"generators": msg("seller {number}"), "retailers": msg("buyer {number}"), "users": msg("buyer {number}")}
    count: dict[str, int] = {}
    for table, column in _OF.items():
        if table not in inputs:
            continue
        ids = dict.fromkeys(inputs[table].column(column).to_pylist())
        order = [each for each in first if each in ids] if table == "generators" else []
        for each in dict.fromkeys((*order, *ids)):
            if each not in known and each not in found:
                template = said[table]
                count[template] = count.get(template, 0) + 1
                found[each] = words.say(template, number=count[template])
    return found


def with_aliases(name: str, table: pa.Table, called: Mapping[str, str]) -> pa.Table:
    """A table in which everybody goes by the alias that there is.

    Parameters
    ----------
    name : str
        Of the table.
    table : Arrow table
    called : mapping of str to str
        As `aliases` gives it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = table.column(_OF[name]).to_pylist() if name in _OF and "name" in table.column_names else []
    for column in table.column_names:
        place = table.column_names.index(column)
        if column in PARTIES:
            table = table.set_column(place, column, _renamed(table.column(column), called))
        elif column in _FREE:
            table = table.set_column(place, column, pa.nulls(len(table), pa.string()))
        elif column == "name" and ids:
            is_known = pa.array([each not in called for each in ids], pa.bool_())
            own = pc.if_else(is_known, table.column(column).cast(pa.string()), pa.scalar(None, pa.string()))
            table = table.set_column(place, column, own)
    return table


def _renamed(column: pa.ChunkedArray, called: Mapping[str, str]) -> pa.ChunkedArray:
    """The texts of a column with aliases: each is looked up once, however often it stands there."""
    import pyarrow as pa

    texts = column.cast(pa.string()).combine_chunks().dictionary_encode()
    new = [_alias(each, called) for each in texts.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(new, pa.string()).take(texts.indices)])


def _alias(text: str | None, called: Mapping[str, str]) -> str | None:
    if text is None or text in called:
        return called.get(text) if text is not None else None
    buyer, slash, mode = text.rpartition("/")
    return f"{called[buyer]}/{mode}" if slash and buyer in called else text
