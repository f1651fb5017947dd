"""Parts of a batch: the rows of whole points, a Parquet file for each table, and a record that says what they hold.

A part counts only as its record tells: how many rows each file has, how many bytes, and their SHA-256. What does not
agree is damage; it is told with its file and never read as if it were whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from gridsim.batch.tables import TABLE_NAMES, expected_rows
from gridsim.errors import ResultError, SentenceError
from gridsim.io.decimals import exact_table, outside_table
from gridsim.io.safe_write import replace_file
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.batch.kept import Kept
    from gridsim.columns import Table

__all__ = [
    "FORMAT",
    "PARTS",
    "Damage",
    "DamagedError",
    "Part",
    "bytes_of",
    "damage_error",
    "opened",
    "part_key",
    "parts_of",
    "put_sealed",
    "read_table",
    "seal_of",
    "write_part",
]

FORMAT = 2
PARTS = "parts"

_MOST_TOLD = 8
_MOST_JSON = 2**28  # bytes: many times what a hundred thousand points need
_KEY = re.compile(r"[0-9a-f]{24}")
_POINT = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class TableFile(NamedTuple):
    """What a record says of one Parquet file."""

    rows: int
    bytes: int
    sha256: str


class Part(NamedTuple):
    """Rows of one or more whole points.

    Attributes
    ----------
    key : str
        The name of its files.
    points : mapping of str to dict
        By id, how each was computed: seconds, attempts.
    tables : mapping of str to TableFile
        By table, what its file must be.
    """

    key: str
    points: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, TableFile]

    def is_there(self, directory: Path) -> bool:
        """Whether each of its files stands in a folder with as many bytes as were written; none of them is opened."""
        for name, file in self.tables.items():
            try:
                about = (directory / name / f"{self.key}.parquet").stat()
            except OSError:
                return False
            if not stat.S_ISREG(about.st_mode) or about.st_size != file.bytes:
                return False
        return True

    def is_of(self, kept: Kept) -> bool:
        """Whether it has the tables of such a batch, and as many rows as so many points have there."""
        rows = expected_rows(kept, len(self.points))
        return set(rows) == set(self.tables) and all(
            counts is None or self.tables[name].rows in counts for name, counts in rows.items()
        )


class Damage(NamedTuple):
    """One thing in a batch folder that is not as gridsim left it.

    Attributes
    ----------
    path : Path
    why : Sentence
    points : tuple of str
        Ids of the points whose rows cannot be had for it, as far as known.
    """

    path: Path
    why: Sentence
    points: tuple[str, ...] = ()


class DamagedError(SentenceError):
    """A file of a batch is not what its record says, or the record itself is none."""


def part_key(points: Iterable[str]) -> str:
    """The name of the files that hold these points."""
    return hashlib.sha256("\n".join(sorted(points)).encode()).hexdigest()[:24]


# ---- writing ---------------------------------------------------------------------------------------------------------


def write_part(
    directory: Path, specs: Mapping[str, Table], tables: Mapping[str, pa.Table], points: Mapping[str, Mapping[str, Any]]
) -> Part:
    """Store the rows of whole points; the record comes last.

    Texts are stored as plain texts, so that tables of one folder can be joined by any program.

    Parameters
    ----------
    directory : Path
        With a folder for each table, and one for records.
    specs : mapping of str to Table
    tables : mapping of str to Arrow table
        Exact.
    points : mapping of str to dict
        The points that the rows are of, with what is told of each.
    """
    key = part_key(points)
    files: dict[str, TableFile] = {}

    def store(name: str) -> None:
        outside = outside_table(tables[name], specs[name].columns)
        # Amounts are hardly ever the same twice: a dictionary of them takes a third longer and a quarter more room.
        texts = [field.name for field in outside.schema if pa.types.is_dictionary(field.type)]

        def write(path: Path) -> None:
            # Without Arrow's own schema: it would tell readers which columns are held by codes in here.
            pyarrow.parquet.write_table(outside, path, use_dictionary=texts, compression="zstd", store_schema=False)
            files[name] = TableFile(len(outside), path.stat().st_size, _digest_of(path))

        replace_file(directory / name / f"{key}.parquet", write)

    with ThreadPoolExecutor() as pool:  # tables are compressed, and wait for the disk, side by side
        for _ in pool.map(store, specs):
            pass  # what one raises is raised
    record = {"format": FORMAT, "points": points, "tables": {name: files[name]._asdict() for name in specs}}
    put_sealed(directory / PARTS / f"{key}.json", record)
    return Part(key, points, files)


def put_sealed(path: Path, data: Mapping[str, Any], indent: int | None = 2) -> None:
    """Plain data as a JSON file that knows its own SHA-256, so that damage to it is found.

    Without `indent`, JSON is written by compiled code: names of 100,000 users took 0.8 s, and take 0.02.
    """
    text = json.dumps({**data, "seal": seal_of(data)}, ensure_ascii=False, indent=indent) + "\n"
    replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


# ---- reading ---------------------------------------------------------------------------------------------------------


def opened(path: Path) -> dict[str, Any]:
    """What `put_sealed` wrote.

    Raises
    ------
    DamagedError
        It is no such file, or no longer what was written.
    FileNotFoundError
    """
    content = bytes_of(path, _MOST_JSON)
    try:
        data = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise DamagedError(Sentence("no JSON, or cut off")) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DamagedError(
            Sentence("not of format {number}, so another version of gridsim wrote it, or none did", number=FORMAT)
        )
    seal = data.pop("seal", None)
    if seal != seal_of(data):
        raise DamagedError(Sentence("changed since gridsim wrote it: its SHA-256 is another"))
    return data


def parts_of(directory: Path) -> tuple[list[Part], list[Damage]]:
    """The parts of a batch folder by their records, and the records that do not hold.

    The files of their tables are not looked at (`read_table`).
    """
    found: list[Part] = []
    damage: list[Damage] = []
    owners: dict[str, str] = {}
    for path in sorted((directory / PARTS).glob("*.json")):
        try:
            part = _part(path.stem, opened(path))
        except (DamagedError, OSError) as error:
            damage.append(Damage(path, _why(error)))
            continue
        twice = sorted(owners[point] for point in part.points if point in owners)
        if twice:
            why = Sentence("has points that {part} has too", part=f"{twice[0]}.json")
            damage.append(Damage(path, why, tuple(part.points)))
            continue
        found.append(part)
        owners |= dict.fromkeys(part.points, part.key)
    return found, damage


def read_table(directory: Path, part: Part, name: str, spec: Table) -> pa.Table:
    """The rows of a part in one table, exact, after its file was held against the record.

    Raises
    ------
    DamagedError
        The file is missing, or not what was written.
    """
    path, file = directory / name / f"{part.key}.parquet", part.tables[name]
    try:
        content = bytes_of(path, file.bytes)
    except FileNotFoundError:
        raise DamagedError(Sentence("not there")) from None
    except OSError as error:
        raise DamagedError(_why(error)) from None
    if len(content) < file.bytes:
        raise DamagedError(
            Sentence("cut off: {found} of {count} bytes are there", found=len(content), count=file.bytes)
        )
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DamagedError(Sentence("changed since gridsim wrote it: its SHA-256 is another"))
    texts = [column.name for column in spec if column.kind in ("ref", "enum")]
    try:
        table = exact_table(pyarrow.parquet.read_table(pa.BufferReader(content), read_dictionary=texts), spec.columns)
        points = set(table["point_id"].unique().to_pylist())
    except (KeyError, OSError, pa.ArrowException) as error:
        raise DamagedError(Sentence("cannot be read ({why})", why=str(error))) from None
    if len(table) != file.rows or not points <= set(part.points):
        raise DamagedError(Sentence("holds other rows than its record says"))
    return table


def damage_error(directory: Path, damage: Iterable[Damage]) -> ResultError:
    """The error of a reader: all that is damaged, and what helps."""
    every = list(damage)
    told = [Sentence("{path}: {what}", path=_inside(directory, one.path), what=one.why) for one in every[:_MOST_TOLD]]
    more = len(every) - _MOST_TOLD
    what = listed(*told, Sentence("and {more} more", more=more) if more > 0 else None)
    return ResultError(
        Sentence(
            "{path}: this batch is damaged: {what}; run its plan again in the same folder: "
            "what is damaged is set aside, and its points are computed again",
            path=directory,
            what=what,
        )
    )


def bytes_of(path: Path, most: int) -> bytes:
    """The bytes of an ordinary file, at most so many; neither a pipe nor a device is waited for.

    Raises
    ------
    DamagedError
        It is none, or larger.
    OSError
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise DamagedError(Sentence("no ordinary file"))
        if about.st_size > most:
            raise DamagedError(Sentence("larger than what gridsim wrote"))
        return file.read(most)


def _part(key: str, data: Mapping[str, Any]) -> Part:
    """A part as its record tells.

    Raises
    ------
    DamagedError
        The record says what none of gridsim's does.
    """
    points, tables = data.get("points"), data.get("tables")
    if not (
        isinstance(points, dict)
        and isinstance(tables, dict)
        and points
        and all(_POINT.fullmatch(point) and isinstance(told, dict) for point, told in points.items())
        and _KEY.fullmatch(key)
        and set(tables) <= set(TABLE_NAMES)
        and all(map(_is_file, tables.values()))
    ):
        raise DamagedError(Sentence("not what gridsim writes into a record"))
    if key != part_key(points):
        raise DamagedError(Sentence("the record of another part"))
    return Part(key, points, {name: TableFile(**file) for name, file in tables.items()})


def _is_file(data: object) -> bool:
    """Whether a record says of a file what a record says."""
    return (
        isinstance(data, dict)
        and set(data) == set(TableFile._fields)
        and all(type(data[name]) is int and data[name] >= 0 for name in ("rows", "bytes"))
        and isinstance(data["sha256"], str)
        and _SHA256.fullmatch(data["sha256"]) is not None
    )


def _why(error: SentenceError | OSError) -> Sentence:
    if isinstance(error, SentenceError):
        return error.sentence
    return Sentence("cannot be read ({why})", why=error.strerror or str(error))


def _inside(directory: Path, path: Path) -> str:
    return path.relative_to(directory).as_posix() if path.is_relative_to(directory) else str(path)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal_of(data: Mapping[str, Any]) -> str:
    """The SHA-256 of plain data, as `put_sealed` writes it beside them."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
