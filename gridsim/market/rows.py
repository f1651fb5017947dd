"""Exact tables with rows added or left out, as the reader would have made them of the rows that there then are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.tables.blocks import looked_up
from gridsim.tables.encoded import categorical, places_of, recode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.columns import Table

__all__ = ["joined", "kept"]

_BY_ROW = ("id", "ref", "text")
"""Kinds of column whose texts are told apart as they first appear (`gridsim.tables.encoded.Encoded`)."""


def joined(table: Table, first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The rows of two exact frames of one table, one behind the other.

    Parameters
    ----------
    table : Table
    first, second : DataFrame
    """
    if not len(second):
        return first
    columns: dict[str, object] = {}
    for column in table:
        one, other = first[column.exact], second[column.exact]
        columns[column.exact] = (
            _joined_texts(one.array, other.array)
            if one.dtype.name == "category"
            else pd.concat([one, other], ignore_index=True).array
        )
    return pd.DataFrame(columns, index=pd.RangeIndex(len(first) + len(second)), copy=False)


def kept(table: Table, frame: pd.DataFrame, rows: NDArray[np.bool_]) -> pd.DataFrame:
    """Some rows of an exact frame, in their order.

    Parameters
    ----------
    table : Table
    frame : DataFrame
    rows : (n,) bool array
    """
    if rows.all():
        return frame
    place = np.flatnonzero(rows)
    columns: dict[str, object] = {}
    for column in table:
        values = frame[column.exact].array[place]
        if column.kind in _BY_ROW and frame[column.exact].dtype.name == "category":
            encoded = recode(values.codes.astype(np.int32), values.categories.tolist())
            values = categorical(encoded.codes, encoded.texts)
        columns[column.exact] = values
    return pd.DataFrame(columns, index=pd.RangeIndex(len(place)), copy=False)


def _joined_texts(one: pd.Categorical, other: pd.Categorical) -> pd.Categorical:
    """Texts over those of the first, and behind them those that only the second has."""
    if one.categories.equals(other.categories):
        return categorical(np.concatenate([one.codes, other.codes]), one.categories.tolist())
    known, more = one.categories.tolist(), other.categories.tolist()
    new = [text for text in more if text not in set(known)]
    place = np.append(places_of(more, [*known, *new]), -1).astype(np.int32)
    return categorical(np.concatenate([one.codes.astype(np.int32), looked_up(place, other.codes)]), [*known, *new])
