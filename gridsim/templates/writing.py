r"""Writing a scenario folder: texts, tables of ready text, and tables of columns as CSV or Parquet.

Tables are UTF-8 with BOM, which Excel needs to see Chinese, with ``\n`` line ends and plain decimals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from gridsim.columns import INPUT_TABLES, Column
from gridsim.io.whole_folder import OwnFiles
from gridsim.templates.market import RULES, tables
from gridsim.units import decimals_of

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

__all__ = [
    "EXPORTS",
    "SCENARIO_FILES",
    "Codes",
    "Row",
    "TableWriter",
    "Values",
    "compact",
    "template_text",
    "write_columns",
    "write_rows",
    "write_text",
]

EXPORTS = ("exports/load-2021-05.csv", "exports/statement-2021-05.xlsx")
"""Files beside the tables of a scenario, as they came from a meter system and an exchange."""
SCENARIO_FILES = OwnFiles(
    {"README.md", "README.zh.md", "scenario.yaml", "tables.xlsx", *EXPORTS}
    | {f"{table}.{ending}" for table in INPUT_TABLES for ending in ("csv", "parquet")},
    last="scenario.yaml",
)
"""What a template may write."""

Row = tuple[str, ...]
_BOM = b"\xef\xbb\xbf"
# Every quantity fits: int64 has 19 digits, and 18 is what a decimal stored as a 64-bit integer may have.
_PRECISION = 18


def template_text(name: str, rules: str = RULES) -> str:
    """A text that ships with the templates of a rule set."""
    return files("gridsim.templates").joinpath(rules, "texts", name).read_text(encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with the line ends that it has."""
    path.write_bytes(text.encode("utf-8"))


def write_rows(folder: Path, table: str, rows: Iterable[Row], rules: str = RULES) -> None:
    """Write an input table from rows of text in the order of its columns.

    Parameters
    ----------
    folder : Path
    table : str
    rows : iterable of tuple of str
    rules : str
        The shipped rule set whose table it is.
    """
    with open(folder / f"{table}.csv", "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in tables(rules)[table] if not column.later])
        writer.writerows(rows)


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of repeated texts: codes into a list of them.

    Parameters
    ----------
    codes : int array, shape (rows,)
        Position in `texts`; -1 is an empty cell.
    texts : sequence of str
    """

    codes: NDArray[Any]
    texts: Sequence[str]


def compact(codes: NDArray[Any], texts: Sequence[str]) -> Codes:
    """`Codes` with only those texts that occur, in their order, and each of them once."""
    used, position = np.unique(codes, return_inverse=True)
    occurring = [texts[code] for code in used]
    once = {text: number for number, text in enumerate(dict.fromkeys(occurring))}
    return Codes(np.array([once[text] for text in occurring], dtype=np.int64)[position], list(once))


Values = Codes | Sequence[str] | np.ndarray[Any, Any]


class TableWriter:
    """Writes one input table, block by block, as CSV or Parquet; a context manager.

    Parameters
    ----------
    folder : Path
    table : str
    parquet : bool
        Parquet rather than CSV; each block is one row group then.
    columns : sequence of Column, optional
        If they are not those of Henan's table without what came later, which no province has.
    """

    def __init__(self, folder: Path, table: str, *, parquet: bool, columns: Sequence[Column] | None = None) -> None:
        self._columns = tuple(columns or (column for column in tables()[table] if not column.later))
        self._path = folder / (f"{table}.parquet" if parquet else f"{table}.csv")
        self._parquet = parquet
        self._file: BinaryIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        self._file = open(self._path, "wb")
        if not self._parquet:
            self._file.write(_BOM + ",".join(column.name for column in self._columns).encode() + b"\n")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._file is not None
        if self._writer is not None:
            self._writer.close()
        self._file.close()

    def write(self, columns: Mapping[str, Values]) -> None:
        """Append rows.

        Parameters
        ----------
        columns : mapping of str to array
            Under each column's exact name: int64 in kWh or micro-yuan/kWh, bool, datetime64, `Codes`, or texts.
        """
        import pyarrow as pa
        import pyarrow.csv
        import pyarrow.parquet

        block = pa.table(
            {column.name: _arrow(column, columns[column.exact], self._parquet) for column in self._columns}
        )
        if not self._parquet:
            # No quotes: nothing that the templates write holds a comma, a quote or a line end.
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
            pyarrow.csv.write_csv(block, self._file, options)
            return
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(
                self._file, block.schema, compression="zstd", compression_level=1, store_decimal_as_integer=True
            )
        self._writer.write_table(block)


def write_columns(
    folder: Path, table: str, columns: Mapping[str, Values], *, parquet: bool, spec: Sequence[Column] | None = None
) -> None:
    """Write an input table from whole columns; see `TableWriter`, whose `columns` are here the `spec`."""
    with TableWriter(folder, table, parquet=parquet, columns=spec) as writer:
        writer.write(columns)


def _arrow(column: Column, values: Values, parquet: bool) -> pa.Array:
    """One column as Arrow writes it best: decimals exact, texts as a dictionary in Parquet and plain in CSV."""
    import pyarrow as pa

    if isinstance(values, Codes):
        no_text = values.codes < 0
        codes = pa.array(values.codes.astype(np.int32), mask=no_text if no_text.any() else None)
        texts = pa.DictionaryArray.from_arrays(codes, pa.array(values.texts, pa.string()))
        return texts if parquet else texts.cast(pa.string())
    if not isinstance(values, np.ndarray):
        return pa.array(values, pa.string())
    if values.dtype.kind == "M":
        if parquet:
            return pa.array(values.astype("datetime64[us]"))
        texts = np.datetime_as_string(values, unit="D" if column.kind == "date" else "s")
        return pa.array(texts, pa.string(), mask=np.isnat(values))
    decimals = decimals_of(column.kind)
    if not decimals:
        return pa.array(values)
    # The same 128 bits under another type: the integers are the decimals' own, so nothing is computed.
    missing = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    integers = pa.array(np.asarray(values).astype(np.int64, copy=False), mask=missing).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(_PRECISION, decimals), len(values), integers.buffers())
