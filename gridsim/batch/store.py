"""A batch folder: parts named by what they were made from, and a manifest.

::

    batch.json              what was asked for, what came of it
    parts/KEY.json          written last: the points whose rows are whole in the tables' KEY.parquet
    runs/KEY.parquet        and so on, a folder for each table; all files of a folder together are the table
    points/points.parquet   the points of the sweep with their parameters
    work/POINT/KEY.npz      blocks of points that are not whole yet; gone when they are
    superseded/             parts of other inputs that were found here, set aside, and taken back if they fit again
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from gridsim.batch.files import TEMPORARY, is_temporary, put, put_json
from gridsim.batch.outcome import Outcome
from gridsim.batch.tables import TABLE_NAMES, batch_tables
from gridsim.errors import ResultError
from gridsim.io.decimals import exact_table, outside_table
from gridsim.io.safe_write import sync_folder
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.batch.tables import Kept

__all__ = ["MANIFEST", "Part", "Store", "check_folder", "parts_of"]

MANIFEST = "batch.json"
_PARTS, _WORK, _SUPERSEDED = "parts", "work", "superseded"


@dataclass(frozen=True)
class Part:
    """Rows of one or more whole points.

    Attributes
    ----------
    key : str
        The name of its files.
    points : mapping of str to dict
        By id, how each was computed: seconds, attempts.
    """

    key: str
    points: Mapping[str, Mapping[str, Any]]


def check_folder(directory: Path) -> None:
    """Refuse a folder that is in use for something else.

    Raises
    ------
    ResultError
        It is a file, or holds other files and no batch.
    """
    if not directory.exists() or (directory / MANIFEST).exists():
        return
    if not directory.is_dir():
        raise ResultError(Sentence("{path}: a batch goes into a folder, and this is a file", path=directory))
    known = {".lock", MANIFEST, _PARTS, _WORK, _SUPERSEDED, "points", *TABLE_NAMES}
    foreign = sorted(path.name for path in directory.iterdir() if path.name not in known and not is_temporary(path))
    if foreign:
        raise ResultError(
            Sentence(
                "{path}: holds other files ({first}, …); a batch needs a folder of its own",
                path=directory,
                first=foreign[0],
            )
        )


def parts_of(directory: Path) -> list[Part]:
    """The parts of a batch folder whose tables are all there."""
    found = []
    for path in sorted((directory / _PARTS).glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if all((directory / name / f"{path.stem}.parquet").exists() for name in data["tables"]):
            found.append(Part(path.stem, data["points"]))
    return found


class Store:
    """What is written to a batch folder, and what an earlier run left there.

    Parameters
    ----------
    directory : Path
        Made if missing.
    kept : Kept
        Decides the tables.
    wanted : iterable of str
        Ids of the points of this batch: parts with any other are set aside.
    """

    def __init__(self, directory: Path, kept: Kept, wanted: Iterable[str]) -> None:
        self.directory = directory
        self._kept = kept
        self._specs = batch_tables(kept)
        self.finished: dict[str, Mapping[str, Any]] = {}
        self._open(frozenset(wanted))

    # ---- whole points -------------------------------------------------------------------------------------------

    def add(self, tables: Mapping[str, pa.Table], points: Mapping[str, Mapping[str, Any]]) -> None:
        """Store the rows of whole points, and forget their blocks.

        Parameters
        ----------
        tables : mapping of str to Arrow table
            Exact.
        points : mapping of str to dict
            The points that the rows are of, with what is told of each.
        """
        self._write(tables, points)
        for point in points:
            shutil.rmtree(self.directory / _WORK / point, ignore_errors=True)
        self.finished.update(points)

    def _write(self, tables: Mapping[str, pa.Table], points: Mapping[str, Mapping[str, Any]]) -> None:
        key = hashlib.sha256("\n".join(sorted(points)).encode()).hexdigest()[:24]
        for name, spec in self._specs.items():
            folder = self.directory / name
            folder.mkdir(exist_ok=True)
            table = outside_table(tables[name], spec.columns)
            put(
                folder / f"{key}.parquet",
                lambda path, table=table: pyarrow.parquet.write_table(table, path, compression="zstd"),  # type: ignore[misc]
            )
        (self.directory / _PARTS).mkdir(exist_ok=True)
        put_json(self.directory / _PARTS / f"{key}.json", {"points": points, "tables": list(self._specs)})

    # ---- blocks of points that are not whole --------------------------------------------------------------------

    def add_blocks(self, outcome: Outcome) -> None:
        """Store some blocks of a point."""
        folder = self.directory / _WORK / outcome.point
        folder.mkdir(parents=True, exist_ok=True)
        text = ";".join(",".join(map(str, block)) for block in sorted(outcome.blocks))
        key = hashlib.sha256(text.encode()).hexdigest()[:24]
        arrays = {**outcome.arrays, "total": np.array(outcome.total)}

        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type,unused-ignore]

        put(folder / f"{key}.npz", write)

    def blocks_of(self, point: str) -> list[Outcome]:
        """What an interrupted run left of a point; a block is in one of them at most."""
        found: list[Outcome] = []
        seen: set[Any] = set()
        for path in sorted((self.directory / _WORK / point).glob("*.npz")):
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            outcome = Outcome(point, int(arrays.pop("total")), arrays)
            if seen.isdisjoint(outcome.blocks):
                seen.update(outcome.blocks)
                found.append(outcome)
        return found

    # ---- manifest -----------------------------------------------------------------------------------------------

    def write_manifest(self, manifest: Mapping[str, Any], points: pa.Table) -> None:
        """Replace the manifest and the table of points."""
        (self.directory / "points").mkdir(exist_ok=True)
        put(self.directory / "points" / "points.parquet", lambda path: pyarrow.parquet.write_table(points, path))
        put_json(self.directory / MANIFEST, manifest)

    # ---- what was there before ----------------------------------------------------------------------------------

    def _open(self, wanted: frozenset[str]) -> None:
        for pattern in TEMPORARY:  # of a run that was killed: nobody else is at work here (`locked`)
            for path in list(self.directory.rglob(pattern)):
                path.unlink()
        self._drop_orphans()
        self._recall(wanted)
        for part in parts_of(self.directory):
            stays = {point: told for point, told in part.points.items() if point in wanted}
            if len(stays) < len(part.points):
                self._split(part, stays)
            self.finished.update(stays)
        work = self.directory / _WORK
        for folder in work.iterdir() if work.exists() else ():
            if folder.is_dir() and (folder.name not in wanted or folder.name in self.finished):
                shutil.rmtree(folder)

    def _drop_orphans(self) -> None:
        """Files of a part whose last file was never written."""
        whole = {part.key for part in parts_of(self.directory)}
        for name in TABLE_NAMES:
            for path in (self.directory / name).glob("*.parquet"):
                if path.stem not in whole:
                    path.unlink()

    def _recall(self, wanted: frozenset[str]) -> None:
        """Take parts back that fit again."""
        aside = self.directory / _SUPERSEDED
        have = {point for part in parts_of(self.directory) for point in part.points}
        for part in parts_of(aside):
            points = set(part.points)
            if points <= wanted and points.isdisjoint(have):
                self._move(part, aside, self.directory)
                have |= points

    def _split(self, part: Part, stays: Mapping[str, Mapping[str, Any]]) -> None:
        """Set a part aside, after its rows of points that are still wanted were copied."""
        if stays:
            ids = pa.array(sorted(stays))
            tables = {}
            for name, spec in self._specs.items():
                table = pyarrow.parquet.read_table(self.directory / name / f"{part.key}.parquet")
                rows = pyarrow.compute.is_in(table["point_id"].cast(pa.string()), ids)
                tables[name] = exact_table(table.filter(rows), spec.columns)
            self._write(tables, stays)
        self._move(part, self.directory, self.directory / _SUPERSEDED)

    def _move(self, part: Part, source: Path, target: Path) -> None:
        """The part's own file goes last, so that it never stands beside missing tables."""
        names = [(name, f"{part.key}.parquet") for name in TABLE_NAMES]
        for folder, file in [*names, (_PARTS, f"{part.key}.json")]:
            if (source / folder / file).exists():
                (target / folder).mkdir(parents=True, exist_ok=True)
                os.replace(source / folder / file, target / folder / file)
                sync_folder(target / folder)
