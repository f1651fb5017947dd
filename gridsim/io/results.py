"""Result folders: tables and a manifest, written whole or not at all, and read back."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from gridsim.columns import INPUT_TABLES, RESULT_TABLES
from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, sync_folder
from gridsim.io.table_files import FORMATS, Format, read_parts, read_table, rows_of_file, write_table
from gridsim.io.table_sets import MadeTables, Tables, Where, chosen, selected
from gridsim.sentences import Sentence

__all__ = ["FORMATS", "MANIFEST", "Format", "StoredTables", "read_result", "write_result"]

MANIFEST = "manifest.json"
_INPUTS = "run_inputs"


def write_result(
    directory: Path,
    tables: Tables,
    inputs: Mapping[str, pa.Table],
    manifest: Mapping[str, Any],
    format: Format,
    *,
    threads: int | None = None,
) -> None:
    """Write a result folder.

    The manifest goes first out of the old folder and last into the new one: a folder with a manifest is whole.
    Only what an earlier result left, by its manifest, is removed.

    Parameters
    ----------
    directory : Path
        Made if missing. Tables of an earlier result there are replaced; other files stay as they are.
    tables : Tables
        Exact. A long one is made and written part by part.
    inputs : mapping of str to Arrow table
        Exact. They go to a folder of their own: what `explain` and comparisons need beside the results.
    manifest : mapping
    format : {"parquet", "csv"}
    threads : int, optional
        How many tables are written side by side; as many as there are processors if left out. If more than one, the
        parts of each are made by a thread beside the one that writes them.
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    directory.mkdir(parents=True, exist_ok=True)
    _remove_result(directory)
    (directory / _INPUTS).mkdir(exist_ok=True)
    groups = ((directory, tables, RESULT_TABLES), (directory / _INPUTS, MadeTables(inputs), INPUT_TABLES))
    files = [
        (group.length(name), folder / f"{name}.{format}", partial(group.parts, name), spec)
        for folder, group, specs in groups
        for name, spec in specs.items()
        if name in group
    ]
    files.sort(key=lambda file: -file[0])  # the longest first: the others are written beside it
    workers = threads or os.cpu_count() or 1
    write = partial(write_table, format=format, ahead=workers > 1)
    with ThreadPoolExecutor(workers) as pool:
        for written in [pool.submit(write, path, parts, spec) for _, path, parts, spec in files]:
            written.result()
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    replace_file(directory / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
    sync_folder(directory)


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
        raise ResultError(
            Sentence("{path}: no {file} here, so this is no folder of results", path=directory, file=MANIFEST)
        ) from None
    except (ValueError, KeyError, OSError) as error:
        raise ResultError(
            Sentence("{path}: cannot be read ({why})", path=directory / MANIFEST, why=str(error))
        ) from error
    if format not in FORMATS:
        raise ResultError(Sentence("{path}: unknown format {format!r}", path=directory / MANIFEST, format=str(format)))
    tables = StoredTables(directory, format)
    inputs = {
        name: read_table(directory / _INPUTS / f"{name}.{format}", spec)
        for name, spec in INPUT_TABLES.items()
        if (directory / _INPUTS / f"{name}.{format}").exists()
    }
    return tables, inputs, manifest


class StoredTables(Tables):
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
                raise ResultError(Sentence("{path}: the manifest promises this table, but it is missing", path=path))

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._read:
            self._read[name] = read_table(self._paths[name], RESULT_TABLES[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def length(self, name: str) -> int:
        if name in self._read or self._paths[name].suffix == ".csv":
            return super().length(name)
        return rows_of_file(self._paths[name])

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        if name in self._read:
            yield from super().parts(name, columns)
        else:
            yield from read_parts(self._paths[name], RESULT_TABLES[name], columns)

    def rows(self, name: str, where: Where, columns: Collection[str] | None = None) -> pa.Table:
        # Of a Parquet file no more rows are read than its texts tell apart.
        path = self._paths[name]
        several = {column: [texts] if isinstance(texts, str) else texts for column, texts in where.items()}
        by_text = [
            (column, "in", list(texts))
            for column, texts in several.items()
            if isinstance(texts, Collection) and texts and all(isinstance(text, str) for text in texts)
        ]
        if name in self._read or path.suffix == ".csv" or not by_text:
            return super().rows(name, where, columns)
        needed = None if columns is None else {*columns, *where}
        found = read_table(path, RESULT_TABLES[name], by_text, needed)
        others = {column: wanted for column, wanted in where.items() if column not in {each[0] for each in by_text}}
        return selected(chosen(found, others), columns)
