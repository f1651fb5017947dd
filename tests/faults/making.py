"""How a faulty input is made: what stands in the files of `inputs/`, as files in a folder.

The content of a file is text, or a map with one of these keys:

- ``same_as: users.csv``: what the small scenario of `tests/io/building.py` has there;
- ``bytes: "R1,\\xff"``: each character is the byte of its number;
- ``repeat: ["- 1\\n", 5000]``, with ``head`` before and ``tail`` behind it;
- ``gzip: …``: another content, compressed; ``cut: 20`` leaves so many bytes of it;
- ``parquet: [[energy_mwh, float64, [1.5, 2]], …]``: columns by name, Arrow type and values;
- ``workbook: {sheet9: [[old, new], …], …}``: the small scenario as a workbook, with parts changed, ``~`` left out;
- ``special: pipe``, ``folder``, ``socket``, or a link: ``link: /dev/zero``.
"""

from __future__ import annotations

import gzip
import io
import os
import socket
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.io.building import FILES, SETTINGS, write_as

Content = str | bytes | Mapping[str, Any] | None


def make_input(folder: Path, case: Mapping[str, Any], workbook: Path) -> Path:
    """The scenario folder of a case: the small scenario, with what the case changes.

    Parameters
    ----------
    folder : Path
    case : mapping
        ``files``: contents by file name, ``~`` for a file that is not there. ``edits``: text replaced once,
        [file, old, new]. ``alone: true``: only scenario.yaml and what the case has.
    workbook : Path
        The small scenario as a workbook.
    """
    folder.mkdir(parents=True, exist_ok=True)
    start = {"scenario.yaml": SETTINGS} if case.get("alone") else FILES
    contents: dict[str, Content] = {**start, **case.get("files", {})}
    for file, old, new in case.get("edits", ()):
        text = contents[file]
        assert isinstance(text, str)
        assert old in text, (file, old)
        contents[file] = text.replace(old, new, 1)
    for name, content in contents.items():
        if content is not None:
            path = Path(os.fsdecode(os.fsencode(folder) + b"/" + file_name(name)))
            _write(path, content, workbook)
    return folder


def file_name(name: str) -> bytes:
    r"""A name of a file; ``\xff`` in it is that byte, which no text can have."""
    return name.encode("utf-8").decode("unicode_escape").encode("latin-1") if "\\x" in name else name.encode("utf-8")


def _write(path: Path, content: Content, workbook: Path) -> None:
    if isinstance(content, Mapping) and "link" in content:
        path.symlink_to(content["link"])
    elif isinstance(content, Mapping) and "special" in content:
        _SPECIAL[content["special"]](path)
    else:
        path.write_bytes(bytes_of(content, workbook))


def _socket(path: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as bound:
        os.chdir(path.parent)  # the path of a socket may not be long
        try:
            bound.bind(path.name)
        finally:
            os.chdir(here)


_SPECIAL: dict[str, Callable[[Path], object]] = {"pipe": os.mkfifo, "folder": Path.mkdir, "socket": _socket}


def bytes_of(content: Content, workbook: Path) -> bytes:
    """The bytes that a content stands for."""
    if isinstance(content, (str, bytes)):
        return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    assert content is not None
    data = _of_map(content, workbook)
    return data[: content["cut"]] if "cut" in content else data


def _of_map(content: Mapping[str, Any], workbook: Path) -> bytes:
    if "same_as" in content:
        return FILES[content["same_as"]].encode()
    if "bytes" in content:
        return str(content["bytes"]).encode("latin-1")
    if "repeat" in content:
        text, times = content["repeat"]
        return f"{content.get('head', '')}{str(text) * times}{content.get('tail', '')}".encode()
    if "numbered" in content:  # the same with {0} in it, counted from 0
        text, times = content["numbered"]
        lines = "".join(text.replace("{0}", str(number)) for number in range(times))
        return f"{content.get('head', '')}{lines}{content.get('tail', '')}".encode()
    if "gzip" in content:
        return gzip.compress(bytes_of(content["gzip"], workbook))
    if "parquet" in content:
        return _parquet(content["parquet"])
    if "workbook" in content:
        return _changed_workbook(workbook, content["workbook"])
    raise AssertionError(content)


def _parquet(columns: list[list[Any]]) -> bytes:
    """Columns as a Parquet file; [value, times] repeats a value."""
    arrays = []
    for _, kind, values in columns:
        values = values[0] * values[1] if values and isinstance(values[0], list) else values
        arrays.append(_array(kind, values))
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=[column[0] for column in columns]), stream)
    return stream.getvalue()


def _array(kind: str, values: list[Any]) -> pa.Array:
    if kind == "bytes as text":  # what a careless writer leaves: no UTF-8, and said to be text
        raw = [str(value).encode("latin-1") for value in values]
        return pa.array(raw, pa.binary()).view(pa.string())
    if kind.startswith("timestamp"):
        zone = kind.partition(",")[2] or None
        return pa.array(values, pa.int64()).cast(pa.timestamp(kind.partition("[")[2].partition("]")[0], zone))
    if kind.startswith("decimal"):
        return pa.array([str(value) for value in values]).cast(pa.decimal128(38, int(kind.removeprefix("decimal"))))
    if kind == "list":
        return pa.array([[value] for value in values])
    if kind == "struct":
        return pa.array([{"of": value} for value in values])
    return pa.array(values, kind)


def _changed_workbook(path: Path, changes: Mapping[str, Any]) -> bytes:
    """A workbook with some parts of its archive changed: by edits, cut, left out, or put in their place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(path).items():
            change = changes.get(Path(name).name.removesuffix(".xml"), {})
            if change is None:
                continue
            if isinstance(change, list):
                for old, new in change:
                    assert old.encode() in content, (name, old)
                    content = content.replace(old.encode(), _encoded(new), 1)
            elif change:
                content = content[: change["cut"]] if "cut" in change else bytes_of(change, path)
            archive.writestr(name, content)
        for name, change in changes.items():
            if name.startswith("+"):  # one more part
                archive.writestr(name[1:], bytes_of(change, path))
    return stream.getvalue()


def _encoded(text: str) -> bytes:
    return text.encode("latin-1" if all(ord(character) < 256 for character in text) else "utf-8")


@cache
def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook_of(folder: Path) -> Path:
    """The small scenario as a workbook, to be changed."""
    return write_as(folder, "xlsx") / "tables.xlsx"
