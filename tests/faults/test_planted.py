"""What stands in a folder, a manifest, a link or a journal never decides what outside is written, moved or removed."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.io import safe_write, whole_folder
from gridsim.io.journal import JOURNAL
from gridsim.io.report_faults import write_faults
from gridsim.io.safe_write import LOCK, replace_file, sweep
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from tests.faults.conftest import Saved
from tests.faults.saving import WAYS, check_clear, check_whole, print_of, use_way
from tests.markets import RESULT_TABLES

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows lets few users make links")

SECRET = "not gridsim's"


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "victim.txt"
    path.parent.mkdir()
    path.write_text(SECRET, encoding="utf-8")
    return path


def is_unharmed(victim: Path) -> bool:
    return not victim.is_symlink() and victim.read_text("utf-8") == SECRET and len(list(victim.parent.iterdir())) == 1


# ---- manifests --------------------------------------------------------------------------------------------------

FORGED: list[Any] = [
    {"format": "x/../../elsewhere/victim.txt", "counts": {"results": ["ledger"], "inputs": []}},
    {"format": "/../../elsewhere/victim.txt", "counts": {"results": {"ledger": 1}, "inputs": {}}},
    {"format": "parquet", "counts": {"results": ["../elsewhere/victim", "../../elsewhere/victim"], "inputs": []}},
    {"format": "txt", "counts": {"results": {"../elsewhere/victim": 1}, "inputs": {"../../elsewhere/victim": 1}}},
    {"format": ["parquet"], "counts": {"results": {}, "inputs": {}}},
    {"format": {"parquet": 1}, "counts": 7},
    {"format": None, "counts": None},
    {"format": "csv", "counts": {"results": [["ledger"], {}], "inputs": 3}},
    {"format": "parquet", "files": {"../elsewhere/victim.txt": {"bytes": 13, "rows": 1, "sha256": "0" * 64}}},
    ["format", "counts"],
    "format",
    7,
    None,
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
def test_a_forged_manifest_removes_nothing_outside(
    forged: Any, way: str, new: Saved, victim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    out = tmp_path / "out"
    (out / "ledger.x").mkdir(parents=True)  # what the path of the first one goes through
    (out / "manifest.json").write_text(json.dumps(forged), encoding="utf-8")
    with pytest.raises(gridsim.ResultError):
        gridsim.Result.load(out)
    new.result.save(out)
    assert is_unharmed(victim)
    assert print_of(gridsim.Result.load(out)) == new.print
    assert (out / "ledger.x").is_dir()


def spoilt(manifest: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Manifests in which one part is gone, or of another kind, or has been invented."""
    made = []
    parts: list[tuple[str, ...]] = [(name,) for name in manifest]
    parts += [("scenario", name) for name in manifest["scenario"]]
    parts += [("rules", name) for name in ("id", "values", "title", "document", "clauses", "hash", "format")]
    parts += [("counts", "results"), ("counts", "inputs"), ("counts", "results", "ledger"), ("versions", "gridsim")]
    parts += [("files", "ledger.parquet"), ("files", "ledger.parquet", "sha256"), ("files", "ledger.parquet", "bytes")]
    parts += [("assumptions", 0), ("assumptions", 0, "why")]  # type: ignore[list-item]
    for path in parts:
        for what in ("gone", None, 7, -1, True, "x", "../x", [], [[]], {}, {"x": 1}, 10**30, 1.5):
            data = copy.deepcopy(manifest)
            node: Any = data
            for name in path[:-1]:
                node = node[name]
            if what == "gone":
                del node[path[-1]]
            elif type(node[path[-1]]) is type(what):
                continue  # another name, or an empty list, is no forgery
            else:
                node[path[-1]] = what
            made.append((f"{'.'.join(map(str, path))} = {what!r}", data))
    return made


@pytest.mark.slow
def test_a_spoilt_manifest_is_a_sentence_and_no_traceback(new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(new.folder, out)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    taken = []
    cases = spoilt(manifest)
    for name, data in cases:
        (out / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
        try:
            result = gridsim.Result.load(out)
            result.summary()
            result.exact.arrow("ledger")
        except (gridsim.ResultError, gridsim.ScenarioError):
            continue
        taken.append(name)
    assert len(cases) > 300
    # What is not asked about, or may be missing: a result of version 0.1 tells of no files.
    allowed = re.compile(
        r"files = 'gone'|scenario\.seed = (None|-1|\d+)|rules_hash = .*|counts\.inputs.*|assumptions\.0 = 'gone'"
        r"|rules\.format = ('gone'|True)"  # as those of version 0.1 have it
        r"|scenario\.what_if = 'gone'"  # the hash of the scenario tells, when the result is checked
        r"|sentences = .*"  # translations, believed only where they give the English that is stored
    )
    wrongly = [name for name in taken if not allowed.fullmatch(name)]
    assert not wrongly, ", ".join(wrongly)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000, b"9" * 5_000, b"null\0", b'"\\ud800"']
)
def test_so_is_one_that_cannot_be_read(content: bytes, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(new.folder, out)
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(gridsim.ResultError, match=r"manifest\.json"):
        gridsim.Result.load(out)
    new.result.save(out)
    assert print_of(gridsim.Result.load(out)) == new.print


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["a pipe", "/dev/zero"])
def test_so_is_one_without_end(make: Callable[[Path], object], new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(new.folder, out)
    (out / "manifest.json").unlink()
    make(out / "manifest.json")
    with pytest.raises(gridsim.ResultError, match="no ordinary file"):
        gridsim.Result.load(out)
    new.result.save(out)
    assert print_of(gridsim.Result.load(out)) == new.print


# ---- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_links_in_a_result_folder_are_not_followed(
    way: str, old: Saved, new: Saved, victim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    out = tmp_path / "out"
    old.result.save(out)
    names = [f"{name}.parquet" for name in RESULT_TABLES] + ["manifest.json", "run_inputs/users.parquet"]
    for name in names:
        (out / name).unlink()
        (out / name).symlink_to(victim)
        # and what the names of temporary files used to be
        (out / name).with_name(f".{Path(name).name}.part").symlink_to(victim)
    new.result.save(out)
    assert is_unharmed(victim)
    assert not any((out / name).is_symlink() for name in names)
    assert print_of(gridsim.Result.load(out)) == new.print


@pytest.mark.parametrize("way", WAYS)
def test_a_link_instead_of_a_folder_in_it_is_refused(
    way: str, old: Saved, new: Saved, victim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    out = tmp_path / "out"
    old.result.save(out)
    shutil.rmtree(out / "run_inputs")
    (out / "run_inputs").symlink_to(victim.parent)
    with pytest.raises(gridsim.ResultError, match="run_inputs: is no folder, or a link to one"):
        new.result.save(out)
    assert is_unharmed(victim)
    (out / "run_inputs").unlink()
    (out / LOCK).symlink_to(victim)
    with pytest.raises(gridsim.ResultError, match="cannot be written"):
        new.result.save(out)
    assert is_unharmed(victim)


WRITERS: dict[str, Callable[[gridsim.Result, Path], object]] = {
    "report.html": lambda result, path: write_report(result, path, units=1),
    "statements.xlsx": lambda result, path: write_statements(result, path, max_sheets=1),
    "chart.html": lambda result, path: result.plot.market_prices().save(path),
    "chart.png": lambda result, path: result.plot.market_prices(backend="matplotlib").save(path),
    "faults.csv": lambda result, path: write_faults((), path),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_whatever_is_written_follows_no_link(name: str, new: Saved, victim: Path, tmp_path: Path) -> None:
    write, path = WRITERS[name], tmp_path / name
    path.with_name(f".{name}.part").symlink_to(victim)
    write(new.result, path)
    assert path.stat().st_size > 10 and is_unharmed(victim)
    path.unlink()
    path.symlink_to(victim)
    with pytest.raises(gridsim.ResultError, match="a link, which is not written through"):
        write(new.result, path)
    assert is_unharmed(victim) and path.is_symlink()
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(gridsim.ResultError, match="a pipe or a device"):
        write(new.result, path)
    path.unlink()
    path.mkdir()
    with pytest.raises(gridsim.ResultError, match="a file is to be written, and this is a folder"):
        write(new.result, path)


def test_names_of_temporary_files_cannot_be_guessed(tmp_path: Path) -> None:
    seen = set()

    def write(temporary: Path) -> None:
        assert re.fullmatch(r"\.gridsim-[0-9a-f]{32}\.txt\.part", temporary.name)
        seen.add(temporary.name)

    for _ in range(20):
        replace_file(tmp_path / "a.txt", write)
    assert len(seen) == 20


def test_a_link_under_a_guessed_name_is_not_followed(
    victim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_write.secrets, "token_hex", lambda count: "0" * 2 * count)
    (tmp_path / f".gridsim-{'0' * 32}.txt.part").symlink_to(victim)
    with pytest.raises(FileExistsError):
        replace_file(tmp_path / "a.txt", lambda path: path.write_text("new"))
    assert is_unharmed(victim)


def test_a_link_that_is_made_meanwhile_is_replaced(victim: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write(temporary: Path) -> None:
        temporary.write_text("new")
        path.symlink_to(victim)

    replace_file(path, write)
    assert is_unharmed(victim) and path.read_text() == "new" and not path.is_symlink()


def test_a_temporary_file_that_somebody_replaced_is_not_moved_into_place(victim: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write(temporary: Path) -> None:
        temporary.unlink()
        temporary.symlink_to(victim)

    with pytest.raises(OSError, match="another program"):
        replace_file(path, write)
    assert is_unharmed(victim) and path.read_text() == "old"


# ---- journals and leftovers -------------------------------------------------------------------------------------

STAGED = f".gridsim-{'a' * 32}-{'b' * 16}.save"
JOURNALS = [
    {"staged": "../elsewhere", "gone": []},
    {"staged": STAGED, "gone": ["../elsewhere/victim.txt"]},
    {"staged": f"{STAGED}/../../elsewhere", "gone": []},
    {"staged": STAGED, "gone": [["ledger.parquet"]]},
    {"staged": 7, "gone": None},
    {},
    [],
    "x" * 2_000_000,
]


@pytest.mark.parametrize("journal", JOURNALS, ids=range(len(JOURNALS)))
def test_a_forged_journal_moves_nothing(journal: Any, old: Saved, victim: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    (out / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")
    with pytest.raises(gridsim.ResultError, match="no journal of gridsim's"):
        gridsim.Result.load(out)
    with pytest.raises(gridsim.ResultError, match="no journal of gridsim's"):
        old.result.save(out)
    assert is_unharmed(victim)
    (out / JOURNAL).unlink()
    assert print_of(gridsim.Result.load(out)) == old.print


def test_a_journal_that_names_a_link_moves_nothing(old: Saved, victim: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    shutil.copy(out / "ledger.parquet", tmp_path / "ledger.parquet")
    victim.rename(victim.with_name("legs.parquet"))
    (out / STAGED).symlink_to(victim.parent)
    (out / JOURNAL).write_text(json.dumps({"staged": STAGED, "gone": []}), encoding="utf-8")
    assert print_of(gridsim.Result.load(out)) == old.print
    assert victim.with_name("legs.parquet").read_text() == SECRET
    assert not (out / JOURNAL).exists()


def test_only_what_is_ours_and_not_in_use_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / f".gridsim-{'1' * 32}.html.part"
    left.write_text("half")
    others = [tmp_path / name for name in (".a.html.part", ".gridsim-1.part", f"gridsim-{'1' * 32}.part")]
    for path in others:
        path.write_text("mine")
    folder = tmp_path / f".gridsim-{'2' * 32}.part"
    folder.mkdir()

    def write(temporary: Path) -> None:
        temporary.write_text("being written")
        sweep(tmp_path)
        assert temporary.exists(), "it is in use"

    replace_file(tmp_path / "a.html", write)
    assert not left.exists() and folder.is_dir()
    assert all(path.read_text() == "mine" for path in others)


def test_what_is_not_ours_in_a_folder_that_was_left_is_given_back(old: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    with whole_folder.hold(out, whole_folder.OwnFiles((), "")) as held:
        mark = held._mark
    left = tmp_path / f".gridsim-{'3' * 32}-{mark}.save"
    other = tmp_path / f".gridsim-{'3' * 32}-{'0' * 16}.save"
    for folder in (left, other):
        folder.mkdir()
        (folder / "ledger.parquet").write_text("half")
        (folder / "notes.txt").write_text("mine")
    old.result.save(out)
    assert (out / "notes.txt").read_text() == "mine" and not left.exists()
    assert (other / "ledger.parquet").exists(), "of another folder's save, which may be at work"
    shutil.rmtree(other)
    check_whole(out)
    check_clear(out)


# ---- rights -----------------------------------------------------------------------------------------------------


def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "a.txt", lambda path: path.write_text("a"))
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("way", WAYS)
def test_who_could_read_an_old_file_and_nobody_else_can_read_the_new_one(
    way: str, old: Saved, new: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    replace_file(tmp_path / "a.txt", lambda path: path.write_text("a"))
    (tmp_path / "a.txt").chmod(0o600)
    replace_file(tmp_path / "a.txt", lambda path: path.write_text("b"))
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600
    out = tmp_path / "out"
    old.result.save(out)
    rights = {out: 0o2750, out / "run_inputs": 0o710, out / "ledger.parquet": 0o640, out / "manifest.json": 0o600}
    for path, mode in rights.items():
        path.chmod(mode)
    new.result.save(out)
    assert {path: path.stat().st_mode & 0o7777 for path in rights} == rights
