"""Result folders: tables and a manifest, written whole or not at all, and read back."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from gridsim.columns import INPUT_TABLES, RESULT_TABLES, Table
from gridsim.errors import ResultError
from gridsim.io.decimals import DECIMALS_OF_KIND, exact_table, outside_table

__all__ = ["FORMATS", "MANIFEST", "Format", "StoredTables", "read_result", "write_result"]

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
MANIFEST = "manifest.json"
_INPUTS = "run_inputs"
_NO_TEXT = {*DECIMALS_OF_KIND, "integer", "bool", "time", "date"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel takes Chinese text for another encoding


def write_result(
    directory: Path,
    tables: Mapping[str, pa.Table],
    inputs: Mapping[str, pa.Table],
    manifest: Mapping[str, Any],
    format: Format,
) -> None:
    """Write a result folder.

    The manifest goes first out of the old folder and last into the new one: a folder with a manifest is whole.
    Only what an earlier result left, by its manifest, is removed.

    Parameters
    ----------
    directory : Path
        Made if missing. Tables of an earlier result there are replaced; other files stay as they are.
    tables, inputs : mapping of str to Arrow table
        Exact. `inputs` go to a folder of their own: what `explain` and comparisons need beside the results.
    manifest : mapping
    format : {"parquet", "csv"}
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    directory.mkdir(parents=True, exist_ok=True)
    _remove_result(directory)
    (directory / _INPUTS).mkdir(exist_ok=True)
    for folder, group, specs in ((directory, tables, RESULT_TABLES), (directory / _INPUTS, inputs, INPUT_TABLES)):
        for name, spec in specs.items():
            if name in group:
                _write_table(folder / f"{name}.{format}", group[name], spec, format)
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    _replace(directory / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
    _sync_folder(directory)


def _remove_result(directory: Path) -> None:
    """Take an earlier result out of a folder: what its manifest says that it wrote, and nothing else."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        format, counts = manifest["format"], manifest["counts"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return  # no result of ours
    (directory / MANIFEST).unlink()
    for folder, names in ((directory, counts["results"]), (directory / _INPUTS, counts["inputs"])):
        for name in names:
            if name in RESULT_TABLES or name in INPUT_TABLES:
                (folder / f"{name}.{format}").unlink(missing_ok=True)


def read_result(directory: Path) -> tuple[StoredTables, dict[str, pa.Table], dict[str, Any]]:
    """Read a result folder back: exact tables, exact inputs, manifest.

    Raises
    ------
    ResultError
        The folder is none, or one of its files is missing; a broken table is found when it is first asked for.
    """
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        format = manifest["format"]
    except FileNotFoundError:
        raise ResultError(f"{directory}: no {MANIFEST} here, so this is no folder of results") from None
    except (ValueError, KeyError, OSError) as error:
        raise ResultError(f"{directory / MANIFEST}: cannot be read ({error})") from error
    if format not in FORMATS:
        raise ResultError(f"{directory / MANIFEST}: unknown format {format!r}")
    tables = StoredTables(directory, format)
    inputs = {
        name: _read_table(directory / _INPUTS / f"{name}.{format}", spec)
        for name, spec in INPUT_TABLES.items()
        if (directory / _INPUTS / f"{name}.{format}").exists()
    }
    return tables, inputs, manifest


class StoredTables(Mapping[str, pa.Table]):
    """The exact tables of a result folder, each read when it is first asked for.

    Parameters
    ----------
    directory : Path
    format : {"parquet", "csv"}

    Raises
    ------
    ResultError
        A table is missing; on access, a table is broken.
    """

    def __init__(self, directory: Path, format: Format) -> None:
        self._paths = {name: directory / f"{name}.{format}" for name in RESULT_TABLES}
        self._read: dict[str, pa.Table] = {}
        for path in self._paths.values():
            if not path.exists():
                raise ResultError(f"{path}: the manifest promises this table, but it is missing")

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._read:
            self._read[name] = _read_table(self._paths[name], RESULT_TABLES[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def at_least(self, name: str, where: Mapping[str, str | Sequence[str]]) -> pa.Table:
        """At least the rows whose texts equal those in `where`, in their order; of Parquet no others are kept.

        Parameters
        ----------
        name : str
        where : mapping of str to str or sequence of str
            A text, or several of which one must stand there, by column.
        """
        path = self._paths[name]
        if name in self._read or path.suffix == ".csv" or not all(where.values()):
            return self[name]
        several = {column: [texts] if isinstance(texts, str) else list(texts) for column, texts in where.items()}
        filters = [(column, "in", texts) for column, texts in several.items()]
        return _read_table(path, RESULT_TABLES[name], filters)

    def parts(self, name: str, columns: Collection[str]) -> Iterator[pa.Table]:
        """Some columns of a table, a piece at a time: of a Parquet file no more than one piece is in memory.

        Parameters
        ----------
        name : str
        columns : collection of str
            Their exact names, such as ``amount_micro_yuan``.
        """
        path, spec = self._paths[name], RESULT_TABLES[name]
        if name in self._read or path.suffix == ".csv":
            yield self[name].select(list(columns))
            return
        wanted = tuple(column for column in spec if column.exact in columns)
        texts = [column.name for column in wanted if column.kind not in _NO_TEXT]
        try:
            with pyarrow.parquet.ParquetFile(path, read_dictionary=texts) as file:
                for group in range(file.num_row_groups):
                    outside = file.read_row_group(group, columns=[column.name for column in wanted])
                    yield exact_table(outside, wanted)
        except KeyError as error:
            raise ResultError(f"{path}: column {error} is missing") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise ResultError(f"{path}: cannot be read ({error})") from error


def _write_table(path: Path, exact: pa.Table, spec: Table, format: Format) -> None:
    outside = outside_table(exact, spec.columns)

    def parquet(target: Path) -> None:
        # Without Arrow's own schema the texts come back as texts, not as dictionaries, in every reader.
        pyarrow.parquet.write_table(outside, target, store_schema=False, compression="zstd")

    def csv(target: Path) -> None:
        with target.open("wb") as file:
            file.write(_BYTE_ORDER_MARK + ",".join(outside.column_names).encode() + b"\n")
            pyarrow.csv.write_csv(_plain_texts(outside), file, pyarrow.csv.WriteOptions(include_header=False))

    _replace(path, parquet if format == "parquet" else csv)


def _plain_texts(table: pa.Table) -> pa.Table:
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        elif pa.types.is_timestamp(column.type):
            column = pa.compute.strftime(_whole_seconds(column), "%Y-%m-%dT%H:%M:%S")
        columns[name] = column
    return pa.table(columns)


def _whole_seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants in seconds if all of them are whole: the text of a finer unit carries its zeros along."""
    try:
        return column.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return column


def _read_table(path: Path, spec: Table, filters: list[tuple[str, str, Any]] | None = None) -> pa.Table:
    try:
        if path.suffix == ".csv":
            names = [column.name for column in spec]
            options = pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            )
            outside = pyarrow.csv.read_csv(path, convert_options=options)
        else:
            # A whole table keeps its dictionaries; a few rows of it are read sooner without them.
            texts = [column.name for column in spec if column.kind not in _NO_TEXT] if filters is None else []
            outside = pyarrow.parquet.read_table(path, read_dictionary=texts, filters=filters)
        return exact_table(outside, spec.columns)
    except KeyError as error:
        raise ResultError(f"{path}: column {error} is missing") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise ResultError(f"{path}: cannot be read ({error})") from error


def _replace(path: Path, write: Any) -> None:
    """Write under a temporary name, then move into place: a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(directory: Path) -> None:
    if os.name == "nt":  # Windows opens no folder as a file
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
