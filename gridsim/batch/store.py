"""A batch folder: parts named by what they were made from, and a manifest.

::

    batch.json              what was asked for, what came of it
    market.json             the rule set and the names of participants: what codes and ids are called
    points/points.parquet   the points of the sweep with their parameters
    parts/KEY.json          written last: the points that are whole in the tables' KEY.parquet, and what these hold
    runs/KEY.parquet        and so on, a folder for each table; all files of a folder together are the table
    superseded/             parts of other inputs that were found here, set aside, and taken back if they fit again
    damaged/                what was found here and is not as gridsim wrote it, set aside
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from gridsim.batch.manifest import MANIFEST, POINTS, read_points
from gridsim.batch.named_market import MARKET
from gridsim.batch.parts import (
    PARTS,
    Damage,
    DamagedError,
    Part,
    opened,
    parts_of,
    put_sealed,
    read_table,
    write_part,
)
from gridsim.batch.tables import TABLE_NAMES, batch_tables
from gridsim.errors import ResultError
from gridsim.io.safe_write import LOCK, is_leftover, replace_file, sweep, sync_folder
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.batch.kept import Kept

__all__ = ["Store", "check_folder"]

_SUPERSEDED, _DAMAGED = "superseded", "damaged"


def check_folder(directory: Path) -> None:
    """Refuse a folder that is in use for something else.

    Raises
    ------
    ResultError
        It is a file, or holds other files and no batch.
    """
    if not os.path.lexists(directory):
        return
    if not directory.is_dir():
        raise ResultError(Sentence("{path}: a batch goes into a folder, and this is a file", path=directory))
    if (directory / MANIFEST).exists():
        return
    known = {LOCK, MANIFEST, MARKET, PARTS, POINTS, _SUPERSEDED, _DAMAGED, *TABLE_NAMES}
    foreign = sorted(path.name for path in directory.iterdir() if not (path.name in known or is_leftover(path)))
    if foreign:
        raise ResultError(
            Sentence(
                "{path}: holds other files ({first}, …); a batch needs a folder of its own",
                path=directory,
                first=foreign[0],
            )
        )


class Store:
    """What is written to a batch folder, and what an earlier run left there.

    Parameters
    ----------
    directory : Path
        Exists, and nobody else writes there.
    kept : Kept
        Decides the tables.
    wanted : iterable of str
        Ids of the points of this batch: parts with any other are set aside.

    Attributes
    ----------
    finished : dict of str to mapping
        By id of a point whose rows are stored, how it was computed.
    damage : list of Damage
        What was found and is not as gridsim wrote it. Nothing of it is where it was.

    Raises
    ------
    ResultError
        The folder cannot be written to.
    """

    def __init__(self, directory: Path, kept: Kept, wanted: Iterable[str]) -> None:
        self.directory = directory
        self._kept = kept
        self._specs = batch_tables(kept)
        self._place = _place_of(directory)
        self.finished: dict[str, Mapping[str, Any]] = {}
        self.damage: list[Damage] = []
        with self._writing():
            for name in (PARTS, POINTS, *self._specs):
                self._folder(name)
            self._open(frozenset(wanted))

    def add(self, tables: Mapping[str, pa.Table], points: Mapping[str, Mapping[str, Any]]) -> None:
        """Store the rows of whole points.

        Parameters
        ----------
        tables : mapping of str to Arrow table
            Exact.
        points : mapping of str to dict
            The points that the rows are of, with what is told of each.
        """
        with self._writing():
            write_part(self.directory, self._specs, tables, points)
        self.finished.update(points)

    def write_manifest(self, manifest: Mapping[str, Any], points: pa.Table) -> None:
        """Replace the manifest and the table of points."""
        with self._writing():
            replace_file(
                self.directory / POINTS / f"{POINTS}.parquet",
                lambda path: pyarrow.parquet.write_table(points, path, store_schema=False, write_page_checksum=True),
            )
            put_sealed(self.directory / MANIFEST, manifest)

    def write_market(self, data: Mapping[str, Any]) -> None:
        """What the market is called (`gridsim.batch.named_market.market_data`); the manifest comes after it."""
        with self._writing():
            put_sealed(self.directory / MARKET, data, indent=None)

    # ---- what was there before ----------------------------------------------------------------------------------

    def _open(self, wanted: frozenset[str]) -> None:
        claimed = self._claimed()
        for folder in (self.directory, *(self.directory / name for name in (PARTS, POINTS, *self._specs))):
            sweep(folder)
        self._recall(wanted)
        parts, damage = parts_of(self.directory)
        self._set_aside(damage)
        for part in parts:
            self._take(part, wanted)
        self._clear_away_strangers()
        told = {point for one in self.damage for point in one.points}
        lost = tuple(sorted(claimed & wanted - set(self.finished) - told))
        if lost:
            self.damage.append(Damage(self.directory / PARTS, Sentence("the record of finished points is gone"), lost))

    def _claimed(self) -> set[str]:
        """The points that an earlier run says to have finished; what it says of itself is checked."""
        try:
            opened(self.directory / MARKET)
        except FileNotFoundError:
            pass  # of a batch of before it, or none
        except DamagedError as error:
            self._set_aside([Damage(self.directory / MARKET, error.sentence)])
        path = self.directory / MANIFEST
        try:
            opened(path)
        except FileNotFoundError:
            return set()
        except DamagedError as error:
            self._set_aside([Damage(path, error.sentence)])
        path = self.directory / POINTS / f"{POINTS}.parquet"
        try:
            points = read_points(path)
        except FileNotFoundError:
            return set()
        except DamagedError as error:
            self._set_aside([Damage(path, error.sentence)])
            return set()
        done = pyarrow.compute.equal(points["status"], "done")
        return set(points["point_id"].filter(done).to_pylist())

    def _take(self, part: Part, wanted: frozenset[str]) -> None:
        """Count a part in if it is whole and wanted; else set aside it, or those of its points that are not wanted."""
        stays = {point: told for point, told in part.points.items() if point in wanted}
        if not stays:
            self._move(part, self.directory, self.directory / _SUPERSEDED)
            return
        tables, damage = self._checked(self.directory, part)
        if damage:
            self.damage += damage
            for path in self._files_of(part):  # without one of them the rest is no part any more
                self._move_to_damaged(path)
            return
        if len(stays) < len(part.points):
            ids = pa.array(sorted(stays))
            kept = {
                name: table.filter(pyarrow.compute.is_in(table["point_id"].cast(pa.string()), ids))
                for name, table in tables.items()
            }
            write_part(self.directory, self._specs, kept, stays)
            self._move(part, self.directory, self.directory / _SUPERSEDED)
        self.finished.update(stays)

    def _checked(self, directory: Path, part: Part) -> tuple[dict[str, pa.Table], list[Damage]]:
        """The tables of a part, and what is wrong with its files."""
        points = tuple(part.points)
        if not part.is_of(self._kept):
            why = Sentence("has other tables or rows than this batch")
            return {}, [Damage(directory / PARTS / f"{part.key}.json", why, points)]
        tables: dict[str, pa.Table] = {}
        damage: list[Damage] = []
        for name, spec in self._specs.items():
            try:
                tables[name] = read_table(directory, part, name, spec)
            except DamagedError as error:
                damage.append(Damage(directory / name / f"{part.key}.parquet", error.sentence, points))
        return tables, damage

    def _files_of(self, part: Part) -> list[Path]:
        tables = [self.directory / name / f"{part.key}.parquet" for name in TABLE_NAMES]
        return [*tables, self.directory / PARTS / f"{part.key}.json"]

    def _recall(self, wanted: frozenset[str]) -> None:
        """Take parts back that fit again."""
        aside = self.directory / _SUPERSEDED
        if not aside.is_dir() or aside.is_symlink():
            return
        have = {point for part in parts_of(self.directory)[0] for point in part.points}
        for part in parts_of(aside)[0]:
            points = set(part.points)
            if points <= wanted and points.isdisjoint(have) and not self._checked(aside, part)[1]:
                self._move(part, aside, self.directory)
                have |= points

    def _clear_away_strangers(self) -> None:
        """Set aside what others would read as a part of a table, and no record tells of."""
        known = {path.stem for path in (self.directory / PARTS).glob("*.json")}
        why = Sentence("no record tells of it: a run that was killed as it wrote it leaves such a file")
        for name in self._specs:
            strangers = [path for path in (self.directory / name).glob("*.parquet") if path.stem not in known]
            self._set_aside([Damage(path, why) for path in sorted(strangers)])
        others = [path for path in (self.directory / POINTS).glob("*.parquet") if path.stem != POINTS]
        self._set_aside([Damage(path, why) for path in sorted(others)])

    # ---- moving -------------------------------------------------------------------------------------------------

    def _set_aside(self, damage: Iterable[Damage]) -> None:
        """Tell of damaged files, and move them to where nobody reads them."""
        for one in damage:
            self.damage.append(one)
            self._move_to_damaged(one.path)

    def _move_to_damaged(self, path: Path) -> None:
        """Move a file under a name that is free there."""
        if not os.path.lexists(path):
            return
        target = self._folder(_DAMAGED, *path.parent.relative_to(self.directory).parts) / path.name
        number = 1
        while os.path.lexists(target):
            number += 1
            target = target.with_name(f"{path.stem}.{number}{path.suffix}")
        path.rename(target)
        sync_folder(target.parent)

    def _move(self, part: Part, source: Path, target: Path) -> None:
        """The part's record goes last, so that it never stands beside missing tables."""
        for path in self._files_of(part):
            inside = path.relative_to(self.directory)
            if os.path.lexists(source / inside):
                folder = self._folder(*target.relative_to(self.directory).parts, *inside.parent.parts)
                os.replace(source / inside, folder / inside.name)
                sync_folder(folder)

    def _folder(self, *names: str) -> Path:
        """A folder below that of the batch, made if missing. No link leads out of it.

        Raises
        ------
        ResultError
            Something else stands there.
        """
        path = self.directory
        for name in names:
            path = path / name
            try:
                path.mkdir()
            except FileExistsError:
                if path.is_symlink() or not path.is_dir():
                    raise ResultError(
                        Sentence("{path}: a batch keeps a folder here, and this is a link or a file", path=path)
                    ) from None
        return path

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Tell of a disk that is full or of a folder that nobody may write to in a sentence."""
        try:
            if _place_of(self.directory) != self._place:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.directory))
            yield
        except OSError as error:
            raise ResultError(
                Sentence(
                    "{path}: cannot be written ({why}); what was finished is kept, "
                    "and the same plan goes on from there",
                    path=error.filename or self.directory,
                    why=os.strerror(error.errno) if error.errno else str(error),  # Arrow's have a number and no text
                )
            ) from error


def _place_of(directory: Path) -> tuple[int, int]:
    """Which folder it is: one that was moved away and one that came in its place are two."""
    about = directory.stat()
    return about.st_dev, about.st_ino
