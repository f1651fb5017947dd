"""Result folders: tables and a manifest, written whole or not at all, and read back."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from gridsim.columns import INPUT_TABLES
from gridsim.errors import ResultError
from gridsim.io import journal
from gridsim.io.safe_write import written_name
from gridsim.io.settings import SETTINGS_FILE
from gridsim.io.stored_manifest import MANIFEST, StoredFiles, facts_of, read_manifest, written_before
from gridsim.io.table_files import FORMATS, Format, read_parts, read_table, table_without_rows, write_table
from gridsim.io.table_sets import MadeTables, Tables, Where, chosen, selected
from gridsim.io.whole_folder import OwnFiles, WholeFolder, hold
from gridsim.market_tables import METER_PARTS, USER_CHANGES, result_tables, scenario_tables
from gridsim.result_columns import RESULT_TABLES
from gridsim.rules import RuleSet
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.columns import Table
    from gridsim.rules.shape import MarketShape

__all__ = [
    "FORMATS",
    "MANIFEST",
    "Format",
    "StoredTables",
    "hold_results",
    "is_of_result",
    "read_result",
    "write_result",
]

_INPUTS = "run_inputs"
_NAMES = {
    format: {
        "results": {f"{name}.{format}" for name in RESULT_TABLES},
        "inputs": {f"{_INPUTS}/{name}.{format}" for name in (*INPUT_TABLES, USER_CHANGES, METER_PARTS)},
    }
    for format in FORMATS
}
_KEPT = OwnFiles({MANIFEST}.union(*(names for parts in _NAMES.values() for names in parts.values())), last=MANIFEST)


def hold_results(directory: Path) -> AbstractContextManager[WholeFolder]:
    """Keep other writers out of a folder of results, and find out whether it can be written to, before computing.

    Parameters
    ----------
    directory : Path
        Made if missing.

    Raises
    ------
    ResultError
        Another run is at work there, it is no folder, or cannot be written to.
    """
    return hold(directory, _KEPT)


def is_of_result(path: Path, directory: Path) -> bool:
    """Whether a file is one of those that a result in a folder consists of, so that nothing else is written there."""
    place, folder = (Path(os.path.realpath(one)) for one in (path, directory))
    return place.is_relative_to(folder) and place.relative_to(folder).as_posix() in _KEPT.names


def write_result(
    folder: WholeFolder,
    tables: Tables,
    inputs: Mapping[str, pa.Table],
    manifest: Mapping[str, Any],
    format: Format,
    shape: MarketShape,
    *,
    threads: int | None = None,
) -> None:
    """Write a result folder: it holds the old result or the new one at any moment.

    Only what an earlier result left, by its manifest, is removed; other files stay as they are.

    Parameters
    ----------
    folder : WholeFolder
        As `hold_results` gives it.
    tables : Tables
        Exact. A long one is made and written part by part.
    inputs : mapping of str to Arrow table
        Exact. They go to a folder of their own: what `explain` and comparisons need beside the results.
    manifest : mapping
        The manifest that is written has also the format, and of each file bytes, rows and SHA-256.
    format : {"parquet", "csv"}
    shape : MarketShape
        Of the rule set.
    threads : int, optional
        How many tables are written side by side; as many as there are processors if left out. If more than one, the
        parts of each are made by a thread beside the one that writes them.
    """
    groups = (("", tables, result_tables(shape)), (f"{_INPUTS}/", MadeTables(inputs), scenario_tables(shape)))
    files = [
        (group.length(name), f"{place}{name}.{format}", partial(group.parts, name), spec)
        for place, group, specs in groups
        for name, spec in specs.items()
        if name in group
    ]
    workers = threads or os.cpu_count() or 1

    def write(target: Path) -> None:
        (target / _INPUTS).mkdir()

        def write_one(rows: int, name: str, parts: Any, spec: Any) -> tuple[str, dict[str, Any]]:
            write_table(target / name, parts, spec, format, ahead=workers > 1)
            return name, facts_of(target / name, rows)

        pool = ThreadPoolExecutor(workers)
        try:
            # The longest first: the others are written beside it.
            begun = [pool.submit(write_one, *file) for file in sorted(files, key=lambda file: -file[0])]
            facts = dict(written.result() for written in begun)
        finally:
            pool.shutdown(cancel_futures=True)
        told = {"format": format, **manifest, "files": {name: facts[name] for _, name, *_ in files}}
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        (target / MANIFEST).write_text(text, encoding="utf-8")

    folder.replace(write, written_before(folder.path, _NAMES))


def read_result(directory: Path) -> tuple[StoredTables, dict[str, pa.Table], dict[str, Any], RuleSet]:
    """Read a result folder back: exact tables and inputs, the manifest as it was before it was written, the rules.

    Raises
    ------
    ResultError
        The folder is none, or one of its files is missing or has another size; a broken table, or one that the manifest
        does not tell of, is found when it is first asked for.
    """
    written_name(directory)
    journal.settle(directory, _KEPT.names, _KEPT.last)
    try:
        try:
            manifest = read_manifest(directory)
        except FileNotFoundError:  # a save that moves its files takes the manifest away for a moment
            journal.settle(directory, _KEPT.names, _KEPT.last)
            manifest = read_manifest(directory)
    except FileNotFoundError:
        raise ResultError(_no_results(directory)) from None
    format = manifest.pop("format")
    if format not in FORMATS:
        raise ResultError(Sentence("{path}: unknown format {format!r}", path=directory / MANIFEST, format=format))
    files = StoredFiles(directory, manifest)
    manifest.pop("files", None)
    rules = RuleSet.from_dict(manifest["rules"])
    shape = rules.shape
    tables = StoredTables(files, cast("Format", format), manifest["counts"]["results"], result_tables(shape))
    inputs = {}
    for name, spec in scenario_tables(shape).items():
        file = f"{_INPUTS}/{name}.{format}"
        if files.has(file):
            with files.reading(file) as path:
                inputs[name] = read_table(path, spec, is_marked=files.is_told)
            _check_rows(path, inputs[name].num_rows, files.rows(file))
    return tables, inputs, manifest, rules


def _check_rows(path: Path, rows: int, told: int | None) -> None:
    if told is not None and rows != told:
        raise ResultError(
            Sentence("{path}: {rows:,} rows, where the manifest tells of {told:,}", path=path, rows=rows, told=told)
        )


def _no_results(directory: Path) -> Sentence:
    """Why a folder has no manifest, as far as it can be seen."""
    if not directory.exists():
        return Sentence("{path}: no such folder", path=directory)
    if (directory / SETTINGS_FILE).exists():
        return Sentence("{path}: a scenario, and no results of it; `gridsim run` makes them", path=directory)
    return Sentence("{path}: no {file} here, so this is no folder of results", path=directory, file=MANIFEST)


class StoredTables(Tables):
    """The exact tables of a result folder, each read when it is first asked for.

    Parameters
    ----------
    files : StoredFiles
    format : {"parquet", "csv"}
    rows : mapping of str to int
        How many rows each table has, by the manifest.
    specs : mapping of str to Table
        By name.

    Raises
    ------
    ResultError
        A table is missing or has another size; on access, a table is broken, or not the one that the manifest tells of.
    """

    def __init__(self, files: StoredFiles, format: Format, rows: Mapping[str, int], specs: Mapping[str, Table]) -> None:
        self._files = files
        self._specs = specs
        self._names = {name: f"{name}.{format}" for name in specs}
        self._rows = rows
        self._is_csv = format == "csv"
        self._read: dict[str, pa.Table] = {}
        for name, file in self._names.items():
            if name not in rows and specs[name].later:
                self._read[name] = table_without_rows(specs[name])
            else:
                files.require(file)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._read:
            with self._files.reading(self._names[name]) as path:
                table = read_table(path, self._specs[name], is_marked=self._files.is_told)
            _check_rows(path, table.num_rows, self._rows[name])
            self._read[name] = table
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def length(self, name: str) -> int:
        return self._rows.get(name, 0)

    def parts(self, name: str, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        if name in self._read:
            yield from super().parts(name, columns)
            return
        rows = 0
        with self._files.reading(self._names[name]) as path:
            for part in read_parts(path, self._specs[name], columns, is_marked=self._files.is_told):
                rows += part.num_rows
                yield part
        _check_rows(path, rows, self._rows[name])

    def rows(self, name: str, where: Where, columns: Collection[str] | None = None) -> pa.Table:
        # Of a Parquet file no more rows are read than its texts tell apart.
        several = {column: [texts] if isinstance(texts, str) else texts for column, texts in where.items()}
        by_text = [
            (column, "in", list(texts))
            for column, texts in several.items()
            if isinstance(texts, Collection) and texts and all(isinstance(text, str) for text in texts)
        ]
        if name in self._read or self._is_csv or not by_text:
            return super().rows(name, where, columns)
        needed = None if columns is None else {*columns, *where}
        with self._files.reading(self._names[name]) as path:
            found = read_table(path, self._specs[name], by_text, needed)
        others = {column: wanted for column, wanted in where.items() if column not in {each[0] for each in by_text}}
        return selected(chosen(found, others), columns)
