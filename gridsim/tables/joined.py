"""The rows of two files as one table: each row knows the file in which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.tables.encoded import categorical, recode
from gridsim.tables.read_table import BoolArray, IntArray, ReadTable

if TYPE_CHECKING:
    from numpy.typing import NDArray


__all__ = ["JoinedTable", "joined", "rows_of"]


@dataclass(frozen=True)
class JoinedTable(ReadTable):
    """A table whose last rows stand in another file.

    Parameters
    ----------
    behind : ReadTable or None
        The last rows as they were read; None only because what is inherited has defaults.
    """

    behind: ReadTable | None = None

    @property
    def _first(self) -> int:
        """How many rows stand before those of the other file."""
        assert self.behind is not None
        return len(self) - len(self.behind)

    def file_of(self, position: int) -> str:
        assert self.behind is not None
        return self.behind.file if position >= self._first else self.file

    def _by_file(
        self, positions: NDArray[np.intp] | Sequence[int]
    ) -> Iterator[tuple[str, NDArray[np.intp] | Sequence[int]]]:
        assert self.behind is not None
        rows = np.asarray(positions, dtype=np.int64)
        yield self.file, rows[rows < self._first]
        yield self.behind.file, rows[rows >= self._first]


def rows_of(table: ReadTable, rows: BoolArray) -> ReadTable:
    """Some rows of a table, with the numbers that they have in its file."""
    chosen = np.flatnonzero(rows)
    return ReadTable(
        table.table,
        table.file,
        _typed(table, {str(name): column.iloc[chosen].array for name, column in table.frame.items()}, len(chosen)),
        {name: cells[chosen] for name, cells in table.bad.items()},
        np.array([table.row_number(row) for row in chosen.tolist()], dtype=np.int64),
        table.left_out,
    )


def joined(table: ReadTable, behind: ReadTable) -> JoinedTable:
    """The rows of two tables of the same columns as those of the first.

    Parameters
    ----------
    table, behind : ReadTable
        Texts are numbered as they first appear in both together, as in a table that was read.
    """
    columns = {str(name): _behind(column.array, behind.frame[name].array) for name, column in table.frame.items()}
    count, first = len(table) + len(behind), len(table)
    bad: dict[str, BoolArray] = {}
    for part, start in ((table, 0), (behind, first)):
        for name, cells in part.bad.items():
            bad.setdefault(name, np.zeros(count, dtype=bool))[start : start + len(part)] = cells
    return JoinedTable(
        table.table,
        table.file,
        _typed(table, columns, count),
        bad,
        np.concatenate([_numbers(table), _numbers(behind)]),
        table.left_out + behind.left_out,
        behind=behind,
    )


def _numbers(table: ReadTable) -> IntArray:
    return np.arange(1, len(table) + 1) if table.row_numbers is None else table.row_numbers


def _behind(first: object, last: object) -> object:
    """Two columns of one kind, one behind the other; codes of both over the texts of both."""
    if not isinstance(first, pd.Categorical) or not isinstance(last, pd.Categorical):
        return pd.concat([pd.Series(first), pd.Series(last)], ignore_index=True).array
    texts = dict.fromkeys([*first.categories.tolist(), *last.categories.tolist()])
    place = {text: number for number, text in enumerate(texts)}
    target = np.array([*(place[text] for text in last.categories.tolist()), -1], dtype=np.int32)
    return categorical(np.concatenate([first.codes.astype(np.int32), target[last.codes]]), list(texts))


def _typed(table: ReadTable, columns: dict[str, object], count: int) -> pd.DataFrame:
    """Columns as a table that is read has them: ids numbered as they first appear, and only those that are there."""
    for column in table.table:
        values = columns[column.exact]
        if column.kind in ("id", "ref", "text") and isinstance(values, pd.Categorical):
            own = recode(values.codes, values.categories.tolist())
            columns[column.exact] = categorical(own.codes, own.texts)
    return pd.DataFrame(columns, index=pd.RangeIndex(count))
