"""Names that must be used once: keys of tables, and ids over all kinds of participants (docs/formats.md)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridsim.errors import Fault
from gridsim.rules.shape import unit_id
from gridsim.scenario.draft import Draft
from gridsim.tables.blocks import blocks
from gridsim.tables.faults import columns_in_words
from gridsim.tables.read_table import IntArray, ReadTable
from gridsim.words import Sentence, both, verbatim

__all__ = ["duplicate_keys", "ids_across_tables", "ids_of_units", "reserved_ids"]

_PARTICIPANTS = {"generators": "generator_id", "retailers": "retailer_id", "users": "user_id"}
_LARGEST_CODE = 2**62


def duplicate_keys(draft: Draft) -> Iterator[Fault]:
    """Two rows of a table with one key."""
    for table in draft.as_written():
        if table.table.key:
            yield from _duplicates_of(table)


def ids_across_tables(draft: Draft) -> Iterator[Fault]:
    """One id for two participants of different kinds."""
    seen: dict[str, str] = {}
    for name, column in _PARTICIPANTS.items():
        table = draft.get(name, column)
        if table is None:
            continue
        categories = table.categories(column)
        taken = np.array([text in seen for text in categories] + [False], dtype=bool)
        owners = [seen.get(text, "") for text in categories]
        codes = table.codes(column)

        def message(position: int, codes: IntArray = codes, owners: list[str] = owners) -> Sentence:
            return Sentence("an id that {file} has too", file=owners[codes[position]])

        yield from table.faults(
            np.flatnonzero(taken[codes]),
            column,
            message,
            Sentence("ids that are unique over generators, retailers and users together"),
            kind=Sentence("an id that another table has too"),
        )
        for text in categories:
            seen.setdefault(text, table.file)


def reserved_ids(draft: Draft) -> Iterator[Fault]:
    """A participant that bears the name of an account of the ledger."""
    accounts = draft.shape.all_accounts
    for name, column in _PARTICIPANTS.items():
        table = draft.get(name, column)
        if table is None:
            continue
        reserved = np.array([text in accounts for text in table.categories(column)] + [False], dtype=bool)
        rows = np.flatnonzero(reserved[table.codes(column)])
        yield from table.faults(
            rows,
            column,
            Sentence("a reserved id"),
            Sentence("any id but {ids}", ids=_in_words(accounts)),
        )


def ids_of_units(draft: Draft) -> Iterator[Fault]:
    """A user that bears the id of a settlement unit: outside the market it stands under its own, beside the units."""
    users = draft.get("users", "user_id")
    if users is None:
        return
    categories = users.categories("user_id")
    endings = tuple(unit_id("", mode) for mode in draft.shape.mode_ids)
    suspects = {text for text in categories if text.endswith(endings)}
    if not suspects:
        return
    retailers = draft.get("retailers", "retailer_id")
    buyers = {*categories, *(retailers.categories("retailer_id") if retailers is not None else ())}
    units = {
        text for text in suspects for ending in endings if text.endswith(ending) and text.removesuffix(ending) in buyers
    }
    is_unit = np.array([text in units for text in categories] + [False], dtype=bool)
    rows = np.flatnonzero(is_unit[users.codes("user_id")])
    yield from users.faults(
        rows, "user_id", Sentence("the id of a settlement unit"), Sentence("an id that is no buyer's with its mode")
    )


def _in_words(ids: tuple[str, ...]) -> Sentence:
    *others, last = ids
    return both(f"{', '.join(others)} and {last}", "、".join(ids)) if others else verbatim(last)


def _duplicates_of(table: ReadTable) -> Iterator[Fault]:
    names = table.table.key
    exact = [table.table[name].exact for name in names]
    is_id = table.table[names[0]].kind == "id"
    if _are_plainly_distinct(table, exact):
        return
    is_usable = table.usable(*exact)
    if is_id and table.table[names[0]].optional:
        is_usable &= table.codes(exact[0]) >= 0  # what has no id shares none
    usable = np.flatnonzero(is_usable)
    codes = [_codes(table, column) for column in exact]
    key = _joined_codes(codes if is_usable.all() else [part[usable] for part in codes])
    if not _has_duplicates(key):
        return
    order = np.argsort(key, kind="stable")
    is_repeat = np.zeros(len(key), dtype=bool)
    is_repeat[1:] = key[order][1:] == key[order][:-1]
    starts = np.maximum.accumulate(np.where(is_repeat, 0, np.arange(len(key))))
    first = np.empty(len(key), dtype=np.int64)
    first[order] = order[starts]
    repeats = np.sort(order[is_repeat])
    first_of = dict(zip(usable[repeats].tolist(), usable[first[repeats]].tolist(), strict=True))

    def message(position: int) -> Sentence:
        row = table.row_number(first_of[position])
        if is_id:
            return Sentence("duplicate id: row {row} has the same", row=row)
        return Sentence("duplicate row: row {row} has the same", row=row)

    allowed = Sentence("one row for each {codes}", codes=columns_in_words(table.table[name] for name in names))
    yield from table.faults(
        usable[repeats], names, message, allowed, kind=Sentence("duplicate id") if is_id else Sentence("duplicate row")
    )


def _are_plainly_distinct(table: ReadTable, exact: list[str]) -> bool:
    """Whether no two rows agree in these columns, if there are as many combinations as can be marked off; else False.

    Of categories that have about as many combinations as the table has rows, as a meter table's have.
    """
    if any(column in table.bad or table.frame[column].dtype.name != "category" for column in exact):
        return False
    parts = [table.short_codes(column) for column in exact]
    sizes = [len(table.categories(column)) + 1 for column in exact]
    if math.prod(sizes) > 4 * len(table) + 1024:
        return False
    is_there = np.zeros(math.prod(sizes), dtype=bool)
    for block in blocks(len(table)):
        key = np.zeros(block.stop - block.start, dtype=np.int64)
        for part, size in zip(parts, sizes, strict=True):
            key *= size
            key += part[block]
            key += 1  # of a missing cell 0
        is_there[key] = True
    return int(np.count_nonzero(is_there)) == len(table)


def _codes(table: ReadTable, column: str) -> IntArray:
    """Small integers, 0 or above, that are equal where the cells are equal."""
    values = table.frame[column]
    if values.dtype.name == "category":
        return table.codes(column) + 1
    numbers = values.to_numpy().astype(np.int64)
    if not len(numbers):
        return numbers
    low, high = int(numbers.min()), int(numbers.max())
    if high - low < _LARGEST_CODE // 2**20:
        return numbers - low
    return np.unique(numbers, return_inverse=True)[1].astype(np.int64)


def _joined_codes(parts: list[IntArray]) -> IntArray:
    """One integer for each row, equal where all parts are equal."""
    joined = parts[0]
    for part in parts[1:]:
        if not len(part):
            break
        size = int(part.max()) + 1
        if (int(joined.max()) + 1) * size >= _LARGEST_CODE:
            joined = np.unique(joined, return_inverse=True)[1].astype(np.int64)
            part = np.unique(part, return_inverse=True)[1].astype(np.int64)
            size = int(part.max()) + 1
        joined = joined * size + part
    return joined


def _has_duplicates(key: IntArray) -> bool:
    if len(key) < 2:
        return False
    if int(key.max()) <= 4 * len(key) + 1024:
        return bool(np.bincount(key).max() > 1)
    ordered: NDArray[np.int64] = np.sort(key)
    return bool((ordered[1:] == ordered[:-1]).any())
