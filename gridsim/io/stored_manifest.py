"""The manifest of a result folder as it is found there: believed in nothing that it has not been asked about."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridsim.errors import ResultError
from gridsim.result_columns import RESULT_TABLES
from gridsim.words import Sentence

__all__ = ["MANIFEST", "StoredFiles", "facts_of", "read_manifest", "written_before"]

MANIFEST = "manifest.json"
_MOST_BYTES = 1 << 26  # that of a province has 60 kB
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What is asked of a manifest: its parts, and what they are.
_PARTS: Mapping[str, type] = {
    "format": str,
    "scenario": dict,
    "rules": dict,
    "rules_hash": str,
    "overrides": dict,
    "assumptions": list,
    "warnings": list,
    "counts": dict,
    "versions": dict,
}
_TEXTS = (("scenario", "name"), ("scenario", "hash"), ("versions", "gridsim"))
_OF_AN_ASSUMPTION = ("path", "why", "en", "zh")


def read_manifest(directory: Path) -> dict[str, Any]:
    """A manifest with everything in it that gridsim asks for.

    Raises
    ------
    ResultError
        There is none, it cannot be read, or a part of it is missing or of another kind.
    FileNotFoundError
        There is none, or no folder.
    """
    path = directory / MANIFEST
    try:
        manifest = json.loads(_text(path))
    except NotADirectoryError as error:
        raise FileNotFoundError(str(error)) from None
    except FileNotFoundError:
        raise
    except RecursionError:
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why="nested too deeply")) from None
    except (ValueError, OSError) as error:
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
    wrong = _what_is_wrong(manifest)
    if wrong is not None:
        raise ResultError(Sentence("{path}: {part} is missing, or not what it should be", path=path, part=wrong))
    return dict(manifest)


def written_before(directory: Path, names: Mapping[Any, Mapping[str, Collection[str]]]) -> list[str]:
    """Names of the files that the manifest of an earlier result says it wrote, as far as they are names of ours.

    Parameters
    ----------
    directory : Path
    names : mapping
        By format and by ``inputs`` or ``results``: which names there can be.

    Raises
    ------
    ResultError
        There is a manifest, and it cannot be read.
    """
    try:
        manifest = json.loads(_text(directory / MANIFEST))
        of_format = names[manifest["format"]]
        told = {part: set(manifest["counts"][part]) for part in of_format}
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        return []  # no result of ours
    except OSError as error:  # there may be one: its tables would stay beside the new ones
        path = directory / MANIFEST
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
    return [name for part, ours in of_format.items() for name in ours if Path(name).stem in told[part]]


def facts_of(path: Path, rows: int) -> dict[str, Any]:
    """What a manifest tells of a file that was written."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "rows": rows, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


class StoredFiles:
    """The files of a result folder, each held against what the manifest tells of it.

    The size is compared when the folder is opened. The digest is when a file is first read, and again if another file
    has taken its name since: what a result gives out is of one run.

    Parameters
    ----------
    directory : Path
    manifest : mapping
        As `read_manifest` gives it. That of a version before 0.2 tells of no files.
    """

    def __init__(self, directory: Path, manifest: Mapping[str, Any]) -> None:
        self._directory = directory
        self._told: Mapping[str, Mapping[str, Any]] | None = manifest.get("files")
        self._seen: dict[str, tuple[int, ...]] = {}

    @property
    def is_told(self) -> bool:
        """Whether the manifest tells of files."""
        return self._told is not None

    def has(self, name: str) -> bool:
        """Whether a file belongs to the result."""
        return (self._directory / name).exists() if self._told is None else name in self._told

    def require(self, name: str) -> None:
        """Refuse a result without a file, or with one of another size.

        Raises
        ------
        ResultError
        """
        path = self._directory / name
        size = self._identity(path)[-1]
        if self._told is not None and (name not in self._told or self._told[name]["bytes"] != size):
            raise _changed(path)

    def rows(self, name: str) -> int | None:
        """How many rows a file has; None if the manifest does not tell."""
        return None if self._told is None else int(self._told[name]["rows"])

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        """The path of a file that is read meanwhile, held against the manifest before and after.

        Raises
        ------
        ResultError
            It is missing, or not the file that the manifest tells of.
        """
        path = self._directory / name
        if self._told is not None:
            self._check(name, path)
        yield path
        if self._told is not None:
            self._check(name, path)

    def _check(self, name: str, path: Path) -> None:
        identity = self._identity(path)
        if self._seen.get(name) == identity:
            return
        assert self._told is not None
        told = self._told[name]
        if identity[-1] != told["bytes"]:
            raise _changed(path)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
        if digest != told["sha256"] or self._identity(path) != identity:
            raise _changed(path)
        self._seen[name] = identity

    def _identity(self, path: Path) -> tuple[int, ...]:
        try:
            there = path.stat()
        except FileNotFoundError:
            raise ResultError(
                Sentence("{path}: the manifest promises this table, but it is missing", path=path)
            ) from None
        except OSError as error:
            raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
        if not stat.S_ISREG(there.st_mode):
            raise _changed(path)
        return there.st_dev, there.st_ino, there.st_mtime_ns, there.st_size


def _changed(path: Path) -> ResultError:
    return ResultError(
        Sentence(
            "{path}: not the file that the manifest tells of; it was changed or damaged, or is of another run",
            path=path,
        )
    )


def _text(path: Path) -> str:
    """The text of a file that is one: no pipe, no device, nothing without end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("no ordinary file")
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError("too large")
    return data.decode("utf-8")


def _what_is_wrong(manifest: Any) -> str | None:
    """The first part of a manifest that is not what it should be."""
    if not isinstance(manifest, dict):
        return "{}"
    for part, kind in _PARTS.items():
        if not isinstance(manifest.get(part), kind):
            return part
    for part, name in _TEXTS:
        if not isinstance(manifest[part].get(name), str):
            return f"{part}.{name}"
    year = manifest["scenario"].get("year")
    if not _is_count(year) or year not in range(1, 10_000):
        return "scenario.year"
    seed = manifest["scenario"].get("seed", "")
    if not isinstance(seed, int | None) or isinstance(seed, bool):
        return "scenario.seed"
    what_if = manifest["scenario"].get("what_if", {"from": "", "changes": []})
    if not (
        isinstance(what_if, dict) and isinstance(what_if.get("from"), str) and _are_changes(what_if.get("changes"))
    ):
        return "scenario.what_if"
    for taken in manifest["assumptions"]:
        if not (isinstance(taken, dict) and all(isinstance(taken.get(key), str) for key in _OF_AN_ASSUMPTION)):
            return "assumptions"
        if not ({"value", "clause"} <= set(taken) and isinstance(taken["clause"], str | None)):
            return "assumptions"
    if not all(map(_is_override, manifest["overrides"].values())):
        return "overrides"
    if not all(isinstance(warning, str) for warning in manifest["warnings"]):
        return "warnings"
    for part in ("inputs", "results"):
        counts = manifest["counts"].get(part)
        if not (isinstance(counts, dict) and all(map(_is_count, counts.values()))):
            return f"counts.{part}"
    for name, table in RESULT_TABLES.items():
        if name not in manifest["counts"]["results"] and not table.later:
            return f"counts.results.{name}"
    files = manifest.get("files", {})
    if not (isinstance(files, dict) and all(map(_are_facts, files.values()))):
        return "files"
    return None


def _are_changes(value: Any) -> bool:
    """What they say is asked where they are made again, or shown."""
    return isinstance(value, list) and all(isinstance(change, dict) for change in value)


def _is_override(value: Any) -> bool:
    """A value; of one that changes within the year, the pieces."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return True
    return all(isinstance(piece, dict) and {"from", "value"} <= set(piece) for piece in value)


def _are_facts(facts: Any) -> bool:
    return (
        isinstance(facts, dict)
        and _is_count(facts.get("bytes"))
        and _is_count(facts.get("rows"))
        and isinstance(facts.get("sha256"), str)
        and _DIGEST.fullmatch(facts["sha256"]) is not None
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63
