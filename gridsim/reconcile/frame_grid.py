"""A DataFrame as a sheet: its columns as headings, its rows below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.importing.grids import Body, Grid, Keyed

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.importing.amounts import Amounts

__all__ = ["FrameGrid"]


class FrameGrid(Grid):
    """A frame whose columns are named as the headings of a statement.

    Parameters
    ----------
    frame : DataFrame
    """

    name = "statement"

    def __init__(self, frame: pd.DataFrame) -> None:
        headings = frame.columns.astype(object).tolist()
        self._rows: list[list[object]] = [[None if pd.isna(name) else name for name in headings]]
        self._rows += [[None if pd.isna(cell) else cell for cell in row] for row in frame.itertuples(index=False)]
        self.head = self._rows[:60]

    def body(self, start: int) -> tuple[Body, list[Fault]]:
        return _FrameBody(self._rows, start), []


class _FrameBody(Body):
    def __init__(self, rows: list[list[object]], start: int) -> None:
        self._rows, self.top = rows[start:], start + 1
        self.length, self.width = len(self._rows), len(rows[0])

    def keyed(self, place: int) -> Keyed:
        cells = [row[place] for row in self._rows]
        codes = [-1 if cell is None else number for number, cell in enumerate(cells)]
        return Keyed(np.array(codes, dtype=np.int64), cells)

    def amounts(self, places: Sequence[int]) -> Amounts:
        raise NotImplementedError  # figures of a statement are read one by one
