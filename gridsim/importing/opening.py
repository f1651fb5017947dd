"""A file of any kind as grids: told by its first bytes, not by the ending of its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import Fault
from gridsim.importing.book_grids import book_grids
from gridsim.importing.csv_grid import csv_grid
from gridsim.importing.markup_grid import is_markup, markup_grids
from gridsim.input_files import InputFileError, open_input, shown_path
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.importing.grids import Grid

__all__ = ["open_grids"]

_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PAR1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FORMS = Sentence(".csv, .txt or .tsv in UTF-8 or GB18030, .xlsx, .xlsb, .xls, .ods")


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
    if start.startswith(_PARQUET):
        return [], [Fault.of_file(file, Sentence("a Parquet file, which is a table already"), _FORMS)]
    if start.startswith(_OLE) and _is_encrypted(path):
        return [], [
            Fault.of_file(
                file, Sentence("a workbook with a password"), Sentence("one that is saved without a password")
            )
        ]
    if start.startswith((_OLE, _ZIP)):
        return book_grids(Path(path), file, is_archive=start.startswith(_ZIP))
    if is_markup(content):
        return markup_grids(content, file)
    return csv_grid(content, file)


def _is_encrypted(path: str | os.PathLike[str]) -> bool:
    """Whether a compound file holds an encrypted workbook instead of one of its own kind."""
    with open_input(path) as stream:
        return any(block for block in iter(lambda: stream.read(1 << 20), b"") if _ENCRYPTED in block)
