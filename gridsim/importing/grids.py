"""Files as grids of cells: CSV and its like in UTF-8 or GB18030, and workbooks ``.xlsx``, ``.xls`` and ``.ods``.

A grid shows its first rows as they stand, to find the headings in, and gives the rows behind them column by column, so
that a year of quarter-hours of a thousand users passes through as arrays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts
from gridsim.words import Sentence

__all__ = ["HEAD", "Body", "Grid", "Keyed", "NoBody"]

HEAD = 60
"""So many rows from the top are looked at for headings."""


@dataclass(frozen=True)
class Keyed:
    """A column of few different cells.

    Attributes
    ----------
    codes : (n,) int64 array
        Place in `cells`; -1 where nothing stands.
    cells : list
        Texts, numbers or dates, each once.
    """

    codes: NDArray[np.int64]
    cells: list[Any]


class Body(ABC):
    """The rows behind the headings.

    Attributes
    ----------
    top : int
        1-based row of the file in which the first of them stands.
    length, width : int
    """

    top: int
    length: int
    width: int

    @abstractmethod
    def keyed(self, place: int) -> Keyed:
        """A column whose cells say what a row is."""

    @abstractmethod
    def amounts(self, places: Sequence[int]) -> Amounts:
        """Columns of numbers side by side, (rows, columns)."""


class NoBody(Body):
    """What is left of rows that have been read.

    Parameters
    ----------
    top : int
    """

    def __init__(self, top: int) -> None:
        self.top, self.length, self.width = top, 0, 0

    def keyed(self, place: int) -> Keyed:
        """Nothing."""
        return Keyed(np.zeros(0, dtype=np.int64), [])

    def amounts(self, places: Sequence[int]) -> Amounts:
        """None."""
        return Amounts(np.zeros((0, len(places)), dtype=np.int64), 0, np.zeros((0, len(places)), dtype=bool), {})


class Grid(ABC):
    """A file, or a sheet of a workbook.

    Attributes
    ----------
    name : str
        As the user knows it: ``april.xlsx:Sheet1``.
    head : list of list
        The first rows; None for an empty cell.
    notes : tuple of Sentence
    """

    name: str
    head: list[list[object]]
    notes: tuple[Sentence, ...] = ()

    def release(self) -> None:
        """Let go of what was read: a grid is not asked for its body again."""
        self.head = []

    @abstractmethod
    def body(self, start: int) -> tuple[Body, list[Fault]]:
        """The rows from the one at place `start` on."""
