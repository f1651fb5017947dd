"""Making and ordering faults: so many of one kind, then a line that says how many more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from gridsim.columns import INPUT_TABLES, Column, Table
from gridsim.errors import Fault, shorten
from gridsim.words import NOTHING, Sentence, both

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LISTED",
    "columns_in_words",
    "in_reading_order",
    "listing",
    "missing_table",
    "row_faults",
    "tables_in_words",
    "unused_table",
]

LISTED = 1_000
"""So many faults of one kind in one table are listed one by one, unless more are asked for; the rest is counted."""

_most: ContextVar[int] = ContextVar("most", default=LISTED)


@contextmanager
def listing(most: int) -> Iterator[None]:
    """List up to so many faults of one kind in one table."""
    token = _most.set(most)
    try:
        yield
    finally:
        _most.reset(token)


def tables_in_words(names: Iterable[str]) -> Sentence:
    """Names of input tables, any of which will do."""
    names = tuple(names)
    return both(" or ".join(names), "、".join(f"{INPUT_TABLES[name].zh}（{name}）" for name in names))


def columns_in_words(columns: Iterable[Column], mark: str = "") -> Sentence:
    """Columns by name, in Chinese by the first of their headings; those that may be left out are marked."""
    columns = list(columns)
    marks = [mark if column.optional else "" for column in columns]
    return both(
        ", ".join(f"{column.name}{end}" for column, end in zip(columns, marks, strict=True)),
        "、".join(f"{column.zh[0]}{end}" for column, end in zip(columns, marks, strict=True)),
    )


def missing_table(table: Table) -> Fault:
    """An input table that is not there and must be."""
    return Fault.of_file(
        table.name,
        Sentence("missing table"),
        Sentence(
            "{name}.csv, {name}.csv.gz, {name}.parquet, or a sheet {name} (or {zh}) of tables.xlsx",
            name=table.name,
            zh=table.zh,
        ),
    )


def unused_table(file: str) -> Fault:
    """An input table that the rule set has no use for, so that nobody takes its rows for settled."""
    return Fault.of_file(
        file,
        Sentence("the rule set does not use this table"),
        Sentence("a name that begins with _, or a rule set that uses it"),
    )


def row_faults(
    file: str,
    rows: NDArray[np.intp] | Sequence[int],
    column: str | None,
    value: Callable[[int], str | None],
    message: Sentence | Callable[[int], Sentence],
    allowed: Sentence | Callable[[int], Sentence] = NOTHING,
    *,
    kind: Sentence | None = None,
    row_number: Callable[[int], int] | None = None,
) -> Iterator[Fault]:
    """One fault for each of many rows, at most `LISTED` (see `listing`), then one that counts the rest.

    Parameters
    ----------
    file : str
    rows : sequence of int
        Positions in the frame, from 0.
    column : str or None
    value : callable
        What stands there, by the position.
    message, allowed : Sentence or callable
        The same for every row, or by the position.
    kind : Sentence, optional
        The message of the line that counts the rest; needed where `message` is a callable.
    row_number : callable, optional
        The 1-based data row of a position; position + 1 if not given.
    """
    most = _most.get()
    if len(rows) == most + 1:
        most += 1  # to count one row takes no less than to list it
    for position in rows[:most]:
        position = int(position)
        text = value(position)
        yield Fault(
            file,
            position + 1 if row_number is None else row_number(position),
            column,
            None if text is None else shorten(text),
            message(position) if callable(message) else message,
            allowed(position) if callable(allowed) else allowed,
        )
    rest = len(rows) - most
    if rest > 0:
        what = message if kind is None else kind
        assert isinstance(what, Sentence)  # of a callable, the kind is given
        yield Fault(
            file,
            None,
            column,
            None,
            Sentence("and {count:,} more rows like these: {what}", count=rest, what=what),
            count=rest,
        )


def in_reading_order(faults: Iterable[Fault], files: Sequence[str]) -> tuple[Fault, ...]:
    """Faults without repetition, file by file, what concerns a whole file first, then by row.

    Parameters
    ----------
    faults : iterable of Fault
    files : sequence of str
        The order of the files; others come behind, in the order of their first fault.
    """
    unique = list(dict.fromkeys(faults))
    place = {file: number for number, file in enumerate(dict.fromkeys([*files, *(fault.file for fault in unique)]))}

    def key(fault: Fault) -> tuple[int, int, int]:
        if fault.row is not None:
            return place[fault.file], 1, fault.row
        return place[fault.file], 2 if fault.count > 1 else 0, 0

    return tuple(sorted(unique, key=key))
