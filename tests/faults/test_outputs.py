"""An output that cannot be, or that would overwrite what it is made from, is refused before anything is computed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gridsim
from gridsim import cli
from gridsim.io import exchange
from tests.faults.conftest import Saved
from tests.faults.saving import check_clear, check_foreign, check_whole, print_of, put_foreign
from tests.shared import MINI, ROOT

pytestmark = pytest.mark.slow  # commands in processes of their own, disks

NOBODY = 65534


def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """The same in this process."""
    monkeypatch.setattr(sys, "argv", ["gridsim", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    code = left.value.code
    assert isinstance(code, int)
    return code, capsys.readouterr().err


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINI, tmp_path / "scenario"))


@pytest.fixture
def nothing_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise AssertionError("the scenario is read before the output is looked at")

    monkeypatch.setattr("gridsim.io.load", load)
    monkeypatch.setattr("gridsim.result.Result.load", load)


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


FOLDERS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "the scenario": (lambda base: base / "scenario", "apart from the scenario"),
    "the scenario by another name": (lambda base: base / "scenario" / ".." / "scenario", "apart from the scenario"),
    "a link to the scenario": (lambda base: linked(base / "link", base / "scenario"), "apart from the scenario"),
    "inside the scenario": (lambda base: base / "scenario" / "out", "apart from the scenario"),
    "around the scenario": (lambda base: base, "apart from the scenario"),
    "a file": (lambda base: written(base / "file"), "results go into a folder, and this is a file"),
    "under a file": (lambda base: written(base / "file") / "out", "cannot be written"),
    "a link to nothing": (lambda base: linked(base / "link", base / "nothing"), "results go into a folder"),
    "under a link to nothing": (lambda base: linked(base / "link", base / "nothing") / "out", "cannot be written"),
    "a pipe": (lambda base: piped(base / "pipe"), "results go into a folder"),
    "a name too long": (lambda base: base / ("x" * 300), "cannot be written"),
    "no text": (lambda base: base / os.fsdecode(b"\xff\xfe"), "a file name must be UTF-8 text"),
}


def written(path: Path) -> Path:
    path.write_text("mine")
    return path


def linked(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


def piped(path: Path) -> Path:
    os.mkfifo(path)
    return path


@pytest.mark.usefixtures("nothing_computed")
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_of_results_that_cannot_be(
    name: str, scenario: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make, words = FOLDERS[name]
    out = make(scenario.parent)
    before = content_of(scenario.parent)
    code, told = called(monkeypatch, capsys, "run", scenario, "--out", out)
    assert code == 2 and words in told and len(told.splitlines()) == 1, told
    code, told = called(monkeypatch, capsys, "run", scenario, "--out", out, "--lang", "zh")
    assert code == 2 and any("\u4e00" <= letter <= "\u9fff" for letter in told)
    assert content_of(scenario.parent) == before


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (lambda base: base / "folder.xlsx", "this is a folder"),
    "a link": (lambda base: linked(base / "link.xlsx", base / "scenario" / "users.csv"), "a link"),
    "a link to nothing": (lambda base: linked(base / "link.xlsx", base / "nothing"), "a link"),
    "a pipe": (lambda base: piped(base / "pipe.xlsx"), "a pipe or a device"),
    "under a file": (lambda base: written(base / "file") / "out.xlsx", "cannot be written"),
    "a name too long": (lambda base: base / ("x" * 300 + ".xlsx"), "cannot be written"),
    "no text": (lambda base: base / os.fsdecode(b"\xff.xlsx"), "a file name must be UTF-8 text"),
}


@pytest.mark.usefixtures("nothing_computed")
@pytest.mark.parametrize("command", ["check", "report", "statements"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be(
    name: str, command: str, scenario: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (scenario.parent / "folder.xlsx").mkdir()
    make, words = FILES[name]
    out = make(scenario.parent)
    before = content_of(scenario.parent)
    code, told = called(monkeypatch, capsys, command, scenario, "--out", out, "--lang", "en")
    assert code == 2 and words in told and len(told.splitlines()) == 1, told
    assert content_of(scenario.parent) == before


@pytest.mark.usefixtures("nothing_computed")
@pytest.mark.parametrize("name", ["users.csv", "USERS.CSV", "scenario.yaml", "tables.xlsx", "load.csv.gz", "own.yml"])
def test_a_list_of_faults_over_the_scenario(
    name: str, scenario: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content_of(scenario)
    code, told = called(monkeypatch, capsys, "check", scenario, "--out", scenario / name)
    assert code == 2 and "is a file of the scenario" in told
    assert content_of(scenario) == before


@pytest.mark.usefixtures("nothing_computed")
@pytest.mark.parametrize("name", ["ledger.parquet", "manifest.json", "run_inputs/users.parquet", "ledger.csv"])
def test_a_report_over_its_result(
    name: str, old: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(shutil.copytree(old.folder, tmp_path / "out"))
    before = content_of(out)
    code, told = called(monkeypatch, capsys, "report", out, "--out", out / name)
    assert code == 2 and "is a file of the result in" in told
    assert content_of(out) == before


def test_a_report_beside_the_tables_is_kept_by_the_next_run(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    for arguments in (
        ("run", scenario, "--out", out),
        ("statements", out, "--out", out / "bills.xlsx"),
        ("run", scenario, "--out", out, "--format", "csv"),
    ):
        assert called(monkeypatch, capsys, *arguments)[0] == 0
    assert (out / "bills.xlsx").exists()
    check_whole(out)
    check_clear(out)


def test_a_scenario_with_faults_leaves_no_folder(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (scenario / "users.csv").write_text("user_id\n", encoding="utf-8")
    code, _ = called(monkeypatch, capsys, "run", scenario, "--out", tmp_path / "a" / "b")
    assert code == 2 and not (tmp_path / "a").exists()


# ---- folders that cannot change places --------------------------------------------------------------------------


def test_the_folder_that_one_stands_in_stays_the_same(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    put_foreign(out)
    monkeypatch.chdir(out)
    inode = out.stat().st_ino
    for _ in range(2):
        assert called(monkeypatch, capsys, "run", scenario, "--out", ".")[0] == 0
    assert out.stat().st_ino == inode
    check_whole(out)
    check_foreign(out)
    check_clear(out)


def test_a_folder_with_folders_of_others_stays_the_same(old: Saved, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    (out / "charts" / "april").mkdir(parents=True)
    (out / "charts" / "april" / "a.html").write_text("mine")
    inode = out.stat().st_ino
    new.result.save(out)
    assert out.stat().st_ino == inode and (out / "charts" / "april" / "a.html").read_text() == "mine"
    check_whole(out)
    check_clear(out)


def test_a_link_to_a_folder_stays_a_link(old: Saved, new: Saved, tmp_path: Path) -> None:
    old.result.save(tmp_path / "real")
    (tmp_path / "out").symlink_to("real")
    new.result.save(tmp_path / "out")
    assert (tmp_path / "out").is_symlink() and print_of(gridsim.Result.load(tmp_path / "real")) == new.print
    check_clear(tmp_path / "real")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where the system lets us have one."""
    place = tmp_path / "mounted"
    place.mkdir()
    if shutil.which("mount") is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("mounting is root's")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", place], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no mounting here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_mount_point_and_a_full_disk(mounted: Path, old: Saved, new: Saved) -> None:
    with pytest.raises(OSError, match="busy"):
        mounted.rename(mounted.with_name("other"))
    old.result.save(mounted)
    put_foreign(mounted)
    new.result.save(mounted)
    assert print_of(gridsim.Result.load(mounted)) == new.print
    check_foreign(mounted)
    check_clear(mounted)
    with pytest.raises(OSError, match="No space left"):
        (mounted / "large").write_bytes(bytes(3 << 20))
    for free in (0, 4096, 1 << 14, 1 << 16):
        os.truncate(mounted / "large", (mounted / "large").stat().st_size - free)
        try:
            old.result.save(mounted)
        except OSError:
            expected = new.print
        else:
            expected = old.print
        assert print_of(gridsim.Result.load(mounted)) == expected
        check_whole(mounted)
        check_foreign(mounted)
        check_clear(mounted)


def test_a_file_system_that_cannot_exchange(
    old: Saved, new: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    put_foreign(out)
    (out / "trades.csv").write_text("mine, though it has a name of ours")
    asked = []
    monkeypatch.setattr(exchange, "_rename", lambda: lambda *names: asked.append(names) or -1)
    new.result.save(out)
    assert len(asked) == 1
    assert (out / "trades.csv").read_text() == "mine, though it has a name of ours"
    assert print_of(gridsim.Result.load(out)) == new.print
    check_foreign(out)
    check_clear(out)


def test_windows_locks_and_moves(old: Saved, new: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without locks of Unix, without exchange, without links: what is left is what Windows has."""

    def no_link(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("gridsim.io.safe_write._flock", None)
    monkeypatch.setattr(exchange, "can_exchange", lambda: False)
    monkeypatch.setattr(os, "link", no_link)
    monkeypatch.delattr(os, "O_NOFOLLOW")
    out = tmp_path / "out"
    old.result.save(out, format="csv")
    put_foreign(out)
    new.result.save(out)
    assert print_of(gridsim.Result.load(out)) == new.print
    check_whole(out)
    check_foreign(out)
    check_clear(out)


# ---- rights: as root nothing is refused -------------------------------------------------------------------------

# All is imported before the rights are given up: Python itself may stand where others may not look.
AS_NOBODY = """
import os, sys
from pathlib import Path
import gridsim.cli, gridsim.explain, gridsim.io.outputs, gridsim.io.report_faults, gridsim.result, gridsim.words
import gridsim.catalogue, gridsim.simulate, gridsim.stages, gridsim.stages_view, gridsim.summary_view
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    (Path(sys.argv[1]) / "plain.txt").write_text("x")
    print("a plain write is possible")
except PermissionError:
    print("a plain write fails")
sys.stdout.flush()
sys.argv = ["gridsim", *sys.argv[2:]]
if "--no-load" in sys.argv:
    sys.argv.remove("--no-load")
    gridsim.io.load = None
gridsim.cli.main()
"""


def as_nobody(forbidden: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AS_NOBODY, str(forbidden), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "HOME"} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment, check=False)


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of ours that others may enter and not write to."""
    if os.name == "nt":
        pytest.skip("rights of Unix")
    path = tmp_path_factory.mktemp("rights")
    for folder in (path, *path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/") and folder.stat().st_mode & 0o55 != 0o55:
            folder.chmod(folder.stat().st_mode | 0o55)
    yield path
    path.chmod(0o755)


def test_a_folder_without_the_right_to_write_is_refused_at_once(base: Path) -> None:
    shutil.copytree(MINI, base / "scenario")
    (base / "out").mkdir(mode=0o555)
    base.chmod(0o555)
    done = as_nobody(base / "out", "--no-load", "run", base / "scenario", "--out", base / "out")
    assert done.stdout == "a plain write fails\n"
    assert done.returncode == 2 and done.stderr == f"{base / 'out'}: cannot be written (Permission denied)\n"
    done = as_nobody(base, "--no-load", "run", base / "scenario", "--out", base / "other" / "out")
    assert done.stdout == "a plain write fails\n"
    assert done.returncode == 2 and "cannot be written (Permission denied)" in done.stderr
    done = as_nobody(base, "--no-load", "check", base / "scenario", "--out", base / "faults.csv")
    assert done.stdout == "a plain write fails\n"
    assert done.returncode == 2 and f"no right to write to {base}" in done.stderr
    assert sorted(path.name for path in base.iterdir()) == ["out", "scenario"]


def test_a_parent_without_the_right_to_write_is_no_hindrance(base: Path, old: Saved, new: Saved) -> None:
    out = base / "out"
    old.result.save(out)
    put_foreign(out)
    program = AS_NOBODY.partition("sys.argv = [")[0] + ("gridsim.Result.load(sys.argv[2]).save(sys.argv[3])\n")
    shutil.copytree(new.folder, base / "new")
    if os.geteuid() == 0:
        for path in (out, *out.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    base.chmod(0o555)
    command = [sys.executable, "-c", program, base, base / "new", out]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd="/", env=environment, check=False
    )
    assert done.stdout == "a plain write fails\n" and done.returncode == 0, done.stderr
    base.chmod(0o755)
    assert print_of(gridsim.Result.load(out)) == new.print
    check_whole(out)
    check_foreign(out)
    check_clear(out)


def test_who_may_only_read_is_told_who_completes_an_interrupted_save(base: Path, old: Saved) -> None:
    out = Path(shutil.copytree(old.folder, base / "out"))
    journal = {"staged": f".gridsim-{'a' * 32}-{'b' * 16}.save", "gone": []}
    (out / ".gridsim-journal.json").write_text(json.dumps(journal))
    out.chmod(0o555)
    done = as_nobody(out, "explain", out, "--unit", "R1/tou", "--month", "2021-04")
    out.chmod(0o755)
    assert done.stdout == "a plain write fails\n" and done.returncode == 2
    assert "an interrupted save is to be completed" in done.stderr
    assert print_of(gridsim.Result.load(out)) == old.print
