"""One table as far as it could be read: its exact frame, and where its cells are that no one could read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridsim.columns import Table
from gridsim.tables.faults import row_faults
from gridsim.units import decimals_of, format_fixed
from gridsim.words import NOTHING, Sentence

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.tables.fine import Rests

__all__ = ["BoolArray", "IntArray", "ReadTable"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class ReadTable:
    """One table as far as it could be read.

    Parameters
    ----------
    table : Table
        As the market has it.
    file : str
        The file as the user knows it.
    frame : DataFrame
        Exact; a cell that could not be read is missing, or zero.
    bad : mapping of str to (n,) bool array
        By exact column name, where the cells are that could not be read and are named in a fault already.
    row_numbers : (n,) int64 array, optional
        The 1-based data row of each row; None if row i is data row i + 1.
    left_out : int
        Rows that could not be read at all.
    rests : mapping of str to Rests
        By exact column name, what cells have beyond its last decimal, to be summed and rounded once.
    """

    table: Table
    file: str
    frame: pd.DataFrame
    bad: Mapping[str, BoolArray] = field(default_factory=dict)
    row_numbers: IntArray | None = None
    left_out: int = 0
    rests: Mapping[str, Rests] = field(default_factory=dict)
    _categories: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def name(self) -> str:
        return self.table.name

    def usable(self, *columns: str) -> BoolArray:
        """(n,) bool: the rows whose cells in these exact columns could all be read."""
        mask = np.ones(len(self.frame), dtype=bool)
        for column in columns:
            if column in self.bad:
                mask &= ~self.bad[column]
        return mask

    def is_readable(self, column: str) -> bool:
        """Whether there is any row to trust in this exact column (or no row at all)."""
        return column not in self.bad or not len(self) or not bool(self.bad[column].all())

    def codes(self, column: str) -> NDArray[np.int64]:
        """(n,) codes of a category column; −1 is missing."""
        return self.short_codes(column).astype(np.int64)

    def short_codes(self, column: str) -> NDArray[np.signedinteger[Any]]:
        """The same as they are held, not copied: int8 for a few categories, int32 for many."""
        codes: NDArray[np.signedinteger[Any]] = self.frame[column].array.codes
        return codes

    def categories(self, column: str) -> list[str]:
        """The texts that the codes of a category column stand for."""
        if column not in self._categories:
            self._categories[column] = self.frame[column].cat.categories.tolist()
        return self._categories[column]

    def code_of(self, texts: list[str], column: str) -> IntArray:
        """(k + 1,) the code that each text has in a category column, -1 if none; the last, -1, is that of no text."""
        known = self.categories(column)
        if texts == known:  # as where a table has a row for each user in turn
            return np.append(np.arange(len(texts)), -1)
        code_of = {text: code for code, text in enumerate(known)}
        return np.array([code_of.get(text, -1) for text in texts] + [-1], dtype=np.int64)

    def unknown_count(self, column: str) -> int:
        """How many cells of this exact column stand in the file and could not be read."""
        return self.left_out + (int(np.count_nonzero(self.bad[column])) if column in self.bad else 0)

    def file_of(self, position: int) -> str:
        """The file in which a row stands."""
        return self.file

    def row_number(self, position: int) -> int:
        """The 1-based data row of a position of the frame."""
        return int(position) + 1 if self.row_numbers is None else int(self.row_numbers[position])

    def shown(self, position: int, column: str) -> str:
        """What stands in a cell, in the words of the outside; `column` is the outside name."""
        spec = self.table[column]
        cells = self.frame[spec.exact].iloc[[position]]
        if cells.isna().all():
            return ""
        cell, decimals = cells.iloc[0], decimals_of(spec.kind)
        if decimals is not None:
            return "" if cell is pd.NA else format_fixed(int(cell), decimals)
        if spec.kind == "bool":
            return "true" if cell else "false"
        if spec.kind in ("time", "date"):
            return str(cell.isoformat())
        return str(cell)

    def faults(
        self,
        positions: NDArray[np.intp] | Sequence[int],
        columns: str | tuple[str, ...],
        message: Sentence | Callable[[int], Sentence],
        allowed: Sentence | Callable[[int], Sentence] = NOTHING,
        *,
        kind: Sentence | None = None,
    ) -> Iterator[Fault]:
        """One fault for each of these rows, named by one column or by several (see `row_faults`)."""
        names = (columns,) if isinstance(columns, str) else columns

        def value(position: int) -> str:
            return ", ".join(self.shown(position, name) for name in names)

        for file, own in self._by_file(positions):
            yield from row_faults(
                file, own, ", ".join(names), value, message, allowed, kind=kind, row_number=self.row_number
            )

    def _by_file(
        self, positions: NDArray[np.intp] | Sequence[int]
    ) -> Iterator[tuple[str, NDArray[np.intp] | Sequence[int]]]:
        """Rows by the file that they stand in."""
        yield self.file, positions
