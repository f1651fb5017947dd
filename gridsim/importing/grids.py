"""Files as grids of cells: CSV and its like in UTF-8 or GB18030, and workbooks ``.xlsx``, ``.xls`` and ``.ods``.

A grid shows its first rows as they stand, to find the headings in, and gives the rows behind them column by column, so
that a year of quarter-hours of a thousand users passes through as arrays.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts
from gridsim.input_files import InputFileError, open_input, shown_path
from gridsim.words import Sentence

__all__ = ["HEAD", "Body", "Grid", "Keyed", "open_grids"]

HEAD = 60
"""So many rows from the top are looked at for headings."""

_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PAR1"
_FORMS = Sentence(".csv, .txt or .tsv in UTF-8 or GB18030, .xlsx, .xls, .ods")


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

    @abstractmethod
    def row(self, number: int) -> list[object]:
        """The cells of one row, None where nothing stands."""


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

    @abstractmethod
    def body(self, start: int) -> tuple[Body, list[Fault]]:
        """The rows from the one at place `start` on."""


def open_grids(path: str | os.PathLike[str]) -> tuple[list[Grid], list[Fault]]:
    """The grids of a file: one, or one for each sheet that has any cell.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    grids : list of Grid
    faults : list of Fault
        Why there is none.
    """
    file = shown_path(Path(path).name)
    try:
        with open_input(path) as stream:
            start = stream.read(8)
            content = b"" if start.startswith((_OLE, _ZIP)) else start + stream.read()
    except InputFileError as error:
        return [], [error.fault(shown_path(path))]
    if file.lower().endswith(".xlsb"):
        return [], [Fault.of_file(file, Sentence(".xlsb has not been tried with any file"), _FORMS)]
    if start.startswith(_PARQUET):
        return [], [Fault.of_file(file, Sentence("a Parquet file, which is a table already"), _FORMS)]
    if start.startswith((_OLE, _ZIP)):
        from gridsim.importing.book_grids import book_grids

        return book_grids(Path(path), file, is_archive=start.startswith(_ZIP))
    from gridsim.importing.csv_grid import csv_grid

    return csv_grid(content, file)
