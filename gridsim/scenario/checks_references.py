"""Names of things in other tables must name something there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.rules.shape import MARKET
from gridsim.scenario.draft import Draft
from gridsim.scenario.party_names import ids_by_name
from gridsim.suggest import Suggester, nearest_in_words
from gridsim.tables.faults import missing_table, tables_in_words
from gridsim.tables.read_table import ReadTable
from gridsim.words import Sentence, listed

_WHO_ORDERS = ("orders", "participant_id")

__all__ = ["namers", "references", "session_names", "tables_that_are_named"]


def references(draft: Draft) -> Iterator[Fault]:
    """A reference to nobody."""
    targets: dict[tuple[str, ...], _Target | None] = {}
    for table in draft.as_written():
        for column in table.table:
            if column.kind != "ref":
                continue
            if column.refers not in targets:
                targets[column.refers] = _target(draft, column.refers)
            target = targets[column.refers]
            if target is not None and (table.name, column.name) == _WHO_ORDERS:
                target = replace(target, ids=target.ids | _accounts_that_buy(draft))
            if target is not None:
                yield from _to_nobody(table, column.name, target)


def tables_that_are_named(draft: Draft) -> Iterator[Fault]:
    """A table that may be left out where nothing names a row of it, and is left out though something does."""
    for name in namers():
        if name not in draft.given and _is_named(draft, name):
            yield missing_table(INPUT_TABLES[name])


def session_names(draft: Draft) -> Iterator[Fault]:
    """With a table of sessions, a session named elsewhere that does not stand in it (docs/formats.md)."""
    target = _target(draft, ("sessions",)) if "sessions" in draft.given else None
    if target is None:
        return
    for name in ("bilateral", "orders"):
        table = draft.get(name, "session")
        if table is not None:
            yield from _to_nobody(table, "session", target)


@dataclass(frozen=True)
class _Target:
    """What the names of a column may refer to.

    Attributes
    ----------
    tables : tuple of str
    ids : set of str
    unknown : int
        Ids that stand in the tables and could not be read: so many names may refer to them.
    suggester : Suggester
    """

    tables: tuple[str, ...]
    ids: set[str]
    unknown: int
    suggester: Suggester
    names: Callable[[], Mapping[str, str]]
    """Ids by name, of the names that one alone has; asked for where there is a fault alone."""

    def likely(self, text: str) -> Sentence | None:
        """What a text that is no id may be meant for: a name, digits whose zeros a spreadsheet took, a slip."""
        if text in self.names():
            return Sentence("{name} is the name of {id}", name=text, id=self.names()[text])
        digits = text.lstrip("0")
        if digits.isdecimal() and len(same := [each for each in self.ids if each.lstrip("0") == digits]) == 1:
            return Sentence(
                "{id} stands there; a spreadsheet takes the zeros before a number away: give the cells a text format",
                id=same[0],
            )
        return nearest_in_words(self.suggester.nearest(text))


def _target(draft: Draft, tables: tuple[str, ...]) -> _Target | None:
    """All ids of these tables; None if one of them could not be read, so that nothing can be said."""
    ids: set[str] = set()
    unknown = 0
    for name in tables:
        if _is_left_out(draft, name):
            continue
        column = INPUT_TABLES[name].key[0]
        table = draft.get(name, column)
        if table is None:
            return None
        ids.update(table.categories(column))
        unknown += table.unknown_count(column)
    return _Target(tables, ids, unknown, Suggester(ids), cache(lambda: ids_by_name(_named_rows(draft, tables))))


def _named_rows(draft: Draft, tables: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Ids with their names, of the rows in which both could be read."""
    for name in tables:
        key, table = INPUT_TABLES[name].key[0], draft.get(name)
        if table is None or "name" not in {column.name for column in table.table} or not table.is_readable("name"):
            continue
        ids, names = table.categories(key), table.categories("name")
        for who, called in zip(table.codes(key).tolist(), table.codes("name").tolist(), strict=True):
            if who >= 0 and called >= 0:
                yield ids[who], names[called]


def _accounts_that_buy(draft: Draft) -> set[str]:
    """Accounts of the market that may buy in some kind of session."""
    kinds = (*draft.shape.sessions, *draft.shape.without_sessions)
    return {name for kind in kinds for name in kind.accounts}


@cache
def namers() -> dict[str, tuple[tuple[str, str], ...]]:
    """Tables that may be left out, with the columns whose names stand nowhere else."""
    columns = [(table.name, column) for table in INPUT_TABLES.values() for column in table if column.kind == "ref"]
    return {
        name: tuple((table, column.name) for table, column in columns if column.refers == (name,))
        for name in {name for _, column in columns for name in column.refers if not INPUT_TABLES[name].required}
    }


def _is_named(draft: Draft, name: str) -> bool:
    return any(
        table is not None and bool(table.categories(column))
        for table, column in ((draft.get(table, column), column) for table, column in namers()[name])
    )


def _is_left_out(draft: Draft, name: str) -> bool:
    """Whether the table is missing and may be: then it has no ids. Where something names one, that is the fault."""
    return name in namers() and name not in draft.given and not _is_named(draft, name)


def _to_nobody(table: ReadTable, column: str, target: _Target) -> Iterator[Fault]:
    texts = table.categories(column)
    is_unknown = np.array([text not in target.ids for text in texts] + [False], dtype=bool)
    if np.count_nonzero(is_unknown) <= target.unknown:  # they may well be the ids that could not be read
        return
    if not is_unknown.any():
        return
    codes = table.codes(column)
    where = tables_in_words(target.tables)
    an_id = Sentence("an id of {tables}", tables=where)

    @cache  # many rows may hold one text
    def allowed_of(code: int) -> Sentence:
        if texts[code] == MARKET and table.name == "deals":
            return Sentence("nothing: a side that is left empty is the market account")
        return listed(an_id, target.likely(texts[code]))

    def allowed(position: int) -> Sentence:
        return allowed_of(int(codes[position]))

    yield from table.faults(
        np.flatnonzero(is_unknown[codes]), column, Sentence("not in {tables}", tables=where), allowed
    )
