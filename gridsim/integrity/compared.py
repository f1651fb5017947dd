"""A table as it stands against the same table as it was derived, block by block and column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.columns import INPUT_TABLES
from gridsim.integrity.places import difference
from gridsim.result_columns import RESULT_TABLES
from gridsim.settlement.parted import made_ahead
from gridsim.words import Sentence, verbatim

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["differences", "place_of_row"]

_TABLES = {**INPUT_TABLES, **RESULT_TABLES}
_NAMED_BY = {"ledger": ("item", "month", "unit_id", "user_id", "leg_id", "period")}
_OF_BATCHES = ("point", "draw", "unit_id", "item", "month", "product")
_NOTHING = Sentence("an empty cell")
_UNKNOWN, _EMPTY = -2, -1


@dataclass
class _Found:
    """The rows in which a column differs: the first, how many there are, and what it says there."""

    row: int
    sentence: Sentence
    rows: int = field(default=0)


def differences(
    name: str, stored: Iterable[pa.Table], derived: Iterable[pa.Table], lengths: tuple[int, int]
) -> list[Sentence]:
    """Everything in which two tables differ, a sentence for each column; nothing if they are alike.

    Parameters
    ----------
    name : str
        Of the result table.
    stored, derived : iterable of Arrow table
        Its rows as they stand, and as they should; in parts of any lengths, at least one each.
    lengths : pair of int
        Rows of each.
    """
    found: dict[str, _Found] = {}
    texts: dict[str, _TextColumn] = defaultdict(_TextColumn)
    for first, stands, should in _aligned(made_ahead(stored), made_ahead(derived)):
        for column in should.column_names:
            differs = _differing(_column(stands, column, should), should.column(column), texts[column])
            rows = np.flatnonzero(differs)
            if not len(rows):
                continue
            if column not in found:
                found[column] = _told(name, column, first, int(rows[0]), stands, should)
            found[column].rows += len(rows)
        if found and lengths[0] != lengths[1]:
            break  # behind the first row that is missing or too many, all of them differ
    told = []
    if lengths[0] != lengths[1]:
        told.append(
            Sentence(
                "{place}: the table has {stands:,} rows, but the derivation arrives at {derived:,}",
                place=name,
                stands=lengths[0],
                derived=lengths[1],
            )
        )
        if found:
            told.append(min(found.values(), key=lambda each: each.row).sentence)
        return told
    for each in found.values():
        more = each.rows - 1
        told.append(
            Sentence("{what} (and {more:,} more rows)", what=each.sentence, more=more) if more else each.sentence
        )
    return told


def place_of_row(name: str, number: int, row: dict[str, Any]) -> Sentence:
    """The place of a row in words: its number, and the ids by which people know it.

    Parameters
    ----------
    name : str
    number : int
        1-based.
    row : dict
        What stands there.
    """
    names = _NAMED_BY.get(name) or (_TABLES[name].key if name in _TABLES else _OF_BATCHES)
    about = " ".join(str(row[key]) for key in names if key != "trial" and row.get(key) is not None)
    numbered = Sentence("row {row}", row=number)
    if about and row.get("trial"):
        about_row = Sentence("{row} (trial)", row=about)
    else:
        about_row = verbatim(about)
    return (
        Sentence("{place}, {part} ({row})", place=name, part=numbered, row=about_row)
        if about
        else Sentence("{place}, {part}", place=name, part=numbered)
    )


def _told(name: str, column: str, first: int, at: int, stands: pa.Table, should: pa.Table) -> _Found:
    row = {each: should.column(each)[at].as_py() for each in should.column_names}
    value = stands.column(column)[at].as_py() if column in stands.column_names else None
    number = first + at + 1
    wanted = row[column]
    sentence = difference(
        place_of_row(name, number, row),
        column,
        _NOTHING if value is None else value,
        _NOTHING if wanted is None else wanted,
    )
    return _Found(number, sentence)


def _aligned(stored: Iterator[pa.Table], derived: Iterator[pa.Table]) -> Iterator[tuple[int, pa.Table, pa.Table]]:
    """Rows of both that stand at the same place, as many at a time as both have; the rest of the longer is left."""
    first, left, right = 0, next(stored), next(derived)
    while left is not None and right is not None:
        rows = min(left.num_rows, right.num_rows)
        if rows:
            yield first, left.slice(0, rows), right.slice(0, rows)
        first += rows
        left = left.slice(rows) if left.num_rows > rows else next(stored, None)
        right = right.slice(rows) if right.num_rows > rows else next(derived, None)


def _column(table: pa.Table, name: str, like: pa.Table) -> pa.ChunkedArray:
    """A column; of one that the table lacks, empty cells."""
    if name in table.column_names:
        return table.column(name)
    return pa.chunked_array([pa.nulls(table.num_rows, like.column(name).type)])


def _differing(stands: pa.ChunkedArray, should: pa.ChunkedArray, texts: _TextColumn) -> NDArray[np.bool_]:
    if _is_text(should.type):
        return texts.differing(stands, should)
    filled = [_numbers(column) for column in (stands, should)]
    differ: NDArray[np.bool_] = filled[0][0] != filled[1][0]
    if filled[0][1] is not None or filled[1][1] is not None:
        empty = [np.zeros(len(differ), dtype=bool) if mask is None else mask for _, mask in filled]
        differ = (differ & ~(empty[0] & empty[1])) | (empty[0] != empty[1])
    return differ


def _numbers(column: pa.ChunkedArray) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Values, zero where there is none, and where that is."""
    if not column.null_count:
        return np.asarray(column), None
    zero = pa.scalar(0).cast(column.type)
    return np.asarray(pc.fill_null(column, zero)), np.asarray(column.is_null())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind) or pa.types.is_string(kind))


class _TextColumn:
    """Texts of one side translated to the codes of the other, whose texts are looked at once for all parts."""

    def __init__(self) -> None:
        self._known: pa.Array | None = None
        self._index = pd.Index([])

    def differing(self, stands: pa.ChunkedArray, should: pa.ChunkedArray) -> NDArray[np.bool_]:
        """Where texts differ."""
        (codes, texts), (wanted, known) = _encoded(stands), _encoded(should)
        if not texts.equals(known):
            if self._known is None or not known.equals(self._known):
                self._known, self._index = known, pd.Index(known.to_pylist(), dtype=object)
            # An unknown text is -1 here and an empty cell the last, so that neither is taken for the other.
            translated = self._index.get_indexer(pd.Index(texts.to_pylist(), dtype=object))
            codes = np.append(np.where(translated < 0, _UNKNOWN, translated), _EMPTY)[codes]
        differ: NDArray[np.bool_] = codes != wanted
        return differ


def _encoded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], pa.Array]:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # of no chunk, or of dictionaries that do not fit into one
        array = pa.concat_arrays([chunk.cast(pa.string()) for chunk in array.chunks] or [pa.array([], pa.string())])
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    indices = array.indices
    codes = np.asarray(pc.fill_null(indices.cast(pa.int64()), _EMPTY) if indices.null_count else indices)
    return codes.astype(np.int64, copy=False), array.dictionary
