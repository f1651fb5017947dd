"""Dictionary columns cut down to the texts that their rows use, in time that does not grow with the dictionary."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["UsedTexts"]

_FEW = 4096
"""Texts: so few are written along, used or not."""
_WORD = 8
"""Marks that are looked at together: nearly all of a large dictionary's are blank."""


class UsedTexts:
    """Leaves out the texts that no row of a table uses: each row group of a file carries its dictionaries along.

    A province has millions of names, and a row group has room for some hundred thousand: what a name is looked up in
    is therefore made once, left clean by every use, and never gone through from end to end but by words of marks.
    Not to be shared by threads.
    """

    def __init__(self) -> None:
        self._marks = np.zeros(0, dtype=bool)
        self._place = np.zeros(0, dtype=np.int32)

    def of(self, table: pa.Table) -> pa.Table:
        """The same rows, with dictionaries of at most `_FEW` texts or of those that occur, in their order.

        Parameters
        ----------
        table : Arrow table

        Returns
        -------
        Arrow table
        """
        columns = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            if pa.types.is_dictionary(column.type):
                whole = column.combine_chunks()
                column = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
                if len(column.dictionary) > _FEW:
                    column = self._shortened(column)
            columns[name] = column
        return pa.table(columns)

    def _shortened(self, column: pa.DictionaryArray) -> pa.DictionaryArray:
        is_empty = np.asarray(column.is_null()) if column.null_count else None
        indices = column.indices.fill_null(0) if column.null_count else column.indices
        codes = np.asarray(indices).astype(np.intp)  # of any other type NumPy would convert it at every use
        used = self._distinct(codes if is_empty is None else codes[~is_empty], len(column.dictionary))
        self._place[used] = np.arange(len(used), dtype=np.int32)
        places = self._place.take(codes).astype(column.type.index_type.to_pandas_dtype(), copy=False)
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=is_empty), column.dictionary.take(pa.array(used)))

    def _distinct(self, codes: NDArray[np.intp], texts: int) -> NDArray[np.intp]:
        """The codes that occur, ascending; there is room for the places of so many texts then."""
        if texts > len(self._marks):
            self._marks = np.zeros(-(-texts // _WORD) * _WORD, dtype=bool)
            self._place = np.zeros(len(self._marks), dtype=np.int32)
        self._marks[codes] = True
        words = self._marks.view(np.uint64)
        marked = np.flatnonzero(words != 0)
        found = np.flatnonzero(words[marked].view(np.bool_))
        used: NDArray[np.intp] = (marked * _WORD).take(found // _WORD)
        used += found % _WORD
        self._marks[used] = False
        return used
