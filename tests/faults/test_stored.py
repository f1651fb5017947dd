"""A result folder that was damaged, or mixed from two runs, is told of before its figures are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

import gridsim
from tests.faults.conftest import Saved
from tests.faults.saving import print_of
from tests.markets import RESULT_TABLES

TOLD = "not the file that the manifest tells of"


@pytest.fixture
def out(old: Saved, tmp_path: Path) -> Path:
    return Path(shutil.copytree(old.folder, tmp_path / "out"))


def test_the_manifest_tells_of_each_file(out: Path, old: Saved) -> None:
    files = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    assert set(files) == {path.relative_to(out).as_posix() for path in out.rglob("*.parquet")}
    for name, told in files.items():
        assert told["bytes"] == (out / name).stat().st_size
        assert told["rows"] == pyarrow.parquet.read_metadata(out / name).num_rows
    assert "files" not in old.result.manifest and "format" not in old.result.manifest


def turn_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "cut": lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path, _: path.write_bytes(path.read_bytes() + b"\n"),
    "empty": lambda path, _: path.write_bytes(b""),
    "a bit": lambda path, _: turn_a_bit(path),
    "of another run": lambda path, other: shutil.copy(other, path),
    "gone": lambda path, _: path.unlink(),
    "a folder": lambda path, _: (path.unlink(), path.mkdir()),
    "a link to nothing": lambda path, _: (path.unlink(), path.symlink_to("nothing")),
}


@pytest.mark.parametrize("table", ["ledger", "positions"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_table_is_told_of_when_it_is_read(damage: str, table: str, out: Path, new: Saved) -> None:
    DAMAGE[damage](out / f"{table}.parquet", new.folder / f"{table}.parquet")
    readers: list[Callable[[gridsim.Result], object]] = [
        lambda result: result.exact.arrow(table),
        lambda result: list(result.exact.parts(table)),
        lambda result: result.exact.arrow(table, {"month": "2021-04"}),
        lambda result: result.summary(),
        lambda result: getattr(result, table),
    ]
    for read in readers:
        with pytest.raises(gridsim.ResultError, match=f"{table}.parquet: ({TOLD}|.*missing)"):
            read(gridsim.Result.load(out))


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_input_is_told_of_at_once(damage: str, out: Path, new: Saved) -> None:
    DAMAGE[damage](out / "run_inputs" / "users.parquet", new.folder / "run_inputs" / "tariffs.parquet")
    with pytest.raises(gridsim.ResultError, match=f"users.parquet: ({TOLD}|.*missing)"):
        gridsim.Result.load(out)


@pytest.mark.parametrize("size_stays", [False, True])
def test_tables_of_two_runs_are_not_mixed(size_stays: bool, out: Path, new: Saved) -> None:
    for name in RESULT_TABLES:
        one, other = out / f"{name}.parquet", new.folder / f"{name}.parquet"
        if one.read_bytes() == other.read_bytes() or (one.stat().st_size == other.stat().st_size) != size_stays:
            continue
        kept = one.read_bytes()
        shutil.copy(other, one)
        with pytest.raises(gridsim.ResultError, match=TOLD):
            gridsim.Result.load(out).exact.arrow(name)
        one.write_bytes(kept)


def test_a_result_that_was_replaced_after_it_was_opened_is_not_mixed(out: Path, old: Saved, new: Saved) -> None:
    opened = gridsim.Result.load(out)
    positions = opened.exact.arrow("positions")
    old.result.save(out)  # the same once more: other files, the same content
    assert len(opened.exact.arrow("legs"))
    new.result.save(out)
    assert opened.exact.arrow("positions") is positions
    with pytest.raises(gridsim.ResultError, match=TOLD):
        opened.exact.arrow("ledger")
    assert print_of(gridsim.Result.load(out)) == new.print


def test_rows_that_are_missing_are_told_of_without_digests_too(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    del manifest["files"]  # as version 0.1 wrote it
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert len(gridsim.Result.load(out).exact.arrow("ledger")) == manifest["counts"]["results"]["ledger"]
    table = pyarrow.parquet.read_table(out / "ledger.parquet")
    pyarrow.parquet.write_table(table.slice(1), out / "ledger.parquet")
    told = f"{len(table) - 1} rows, where the manifest tells of {len(table)}"
    with pytest.raises(gridsim.ResultError, match=told):
        gridsim.Result.load(out).exact.arrow("ledger")
    with pytest.raises(gridsim.ResultError, match=told):
        list(gridsim.Result.load(out).exact.parts("ledger"))
