"""gridsim where it may write nothing: installed by another user, without a home, as in many containers."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.compiling import shown_in
from tests.shared import IS_FULL, ROOT

LIBRARIES = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
NOBODY = 65534
EN = "because their machine code cannot be kept: no folder for it can be written"
ZH = "因为编译结果无法保存：没有可写入的文件夹"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of files as POSIX has them"),
    pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without JIT nothing is compiled"),
]


def interpreters() -> Iterator[str]:
    """This Python; and where other users may not start it, one of the same version that anybody may."""
    yield sys.executable
    system = shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin")
    if system is not None:
        yield system


FULL_ONLY = pytest.mark.skipif(not IS_FULL, reason="compiles for a minute: GRIDSIM_FULL=1")


class Place:
    """A copy of the package that cannot be written, its shipped scenarios, and a folder for what commands write."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self.site = folder / "site"
        shutil.copytree(ROOT / "gridsim", self.site / "gridsim", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "scenarios", self.site / "scenarios")
        # As an installer leaves it; else each of the many processes below would compile all modules for itself.
        compileall.compile_dir(self.site / "gridsim", quiet=1)
        self.out.mkdir()
        self.out.chmod(0o777)
        folder.chmod(0o755)
        for path in [self.site, *self.site.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)

        self.interpreter = next((path for path in interpreters() if self._starts(path)), None)

    def _starts(self, path: str) -> bool:
        self.interpreter = path
        try:
            return self.python("-c", "import numba, pandas, pyarrow, ruamel.yaml").returncode == 0
        except PermissionError:
            return False

    def python(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Python with these arguments, as a user without rights and without a home."""
        caches = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
        environment = {name: text for name, text in os.environ.items() if name not in caches}
        environment |= {"PYTHONPATH": os.pathsep.join([str(self.site), *LIBRARIES]), "HOME": "/nonexistent"}
        nobody: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
        assert self.interpreter is not None
        return subprocess.run(
            [self.interpreter, *arguments], cwd=self.site, env=environment | {"PYTHONUTF8": "1"} | changes,
            capture_output=True, encoding="utf-8", check=False, **nobody,
        )  # fmt: skip

    def gridsim(self, *arguments: str, **changes: str) -> str:
        """A command that ends well; what it tells on standard error."""
        done = self.python("-m", "gridsim", *arguments, **changes)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="gridsim-read-only-"))  # pytest's own folders are closed to other users
    try:
        made = Place(folder)
        if made.interpreter is None:
            pytest.skip("no other user can start this Python with its libraries")
        yield made
    finally:
        for path in [folder / "site", *(folder / "site").rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def results(place: Place) -> str:
    folder = place.out / "given"
    gridsim.run(gridsim.load(ROOT / "scenarios" / "henan-2021-mini")).save(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return str(folder)


WRITE = "open({path!r}, 'w').close()"


def test_a_plain_write_fails_there(place: Place) -> None:
    for path in (place.site / "gridsim" / "new.py", place.site / "gridsim" / "core" / "__pycache__" / "new.nbc"):
        done = place.python("-c", WRITE.format(path=str(path)))
        assert done.returncode == 1 and "PermissionError" in done.stderr
    assert "FileNotFoundError" in place.python("-c", WRITE.format(path="/nonexistent/new")).stderr
    assert place.python("-c", WRITE.format(path=str(place.out / "new"))).returncode == 0


QUICKLY = {"NUMBA_OPT": "0"}
"""Where compiling is the question, and neither how well nor what is kept: numba keeps no such code."""

SETTLING_NOTHING = (
    "--help",
    "rules list",
    "rules show henan-2021",
    "check scenarios/henan-2021-mini",
    "check scenarios/henan-2021",
    "new {out}/workbook --format xlsx",
    "check {out}/workbook",
    "explain {results} --unit R1/conventional --month 2021-04",
    "compare {results} {results}",
    "statements {results} --out {out}/statements.xlsx",
    "new {out}/mini",
    "new {out}/province --template province --users 20",
)
TOLD_AFTER_EACH = """
import shlex, sys
from gridsim.cli import main
for command in sys.argv[1:]:
    sys.argv = ["gridsim", *shlex.split(command)]
    try:
        main()
    except SystemExit as left:
        code = left.code
    compiled = [name for name, module in sorted(sys.modules.items()) if name.startswith("gridsim.core")
                for kernel in vars(module).values() if getattr(kernel, "signatures", None)]
    print(f"after {command}:", code, "numba" in sys.modules, compiled, file=sys.stderr)
"""


def test_what_settles_nothing_loads_no_numba_and_compiles_nothing(place: Place, results: str) -> None:
    """One after the other in one process: what one of them had loaded would be there after all that follow."""
    commands = [command.format(out=place.out, results=results) for command in SETTLING_NOTHING]
    done = place.python("-c", TOLD_AFTER_EACH, *commands)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("after ")]
    assert told == [f"after {command}: 0 False []" for command in commands]
    assert EN not in done.stderr


def test_a_run_compiles_tells_once_why_it_waits_and_gives_the_same_bytes(place: Place, results: str) -> None:
    out = place.out / "run"
    said = place.gridsim("run", "scenarios/henan-2021-mini", "--out", str(out), **QUICKLY)
    assert said.count(EN) == 1 and said.count("NUMBA_CACHE_DIR") == 1
    assert "UncachedWarning" not in said
    tables = sorted(path.name for path in Path(results).glob("*.parquet"))
    assert tables
    for name in tables:
        assert (out / name).read_bytes() == (Path(results) / name).read_bytes()


CLEAR = """
import gridsim, pandas as pd
orders = pd.DataFrame({"side": ["sell", "buy"], "price_yuan_per_mwh": [300, 400], "energy_mwh": [1, 1],
                       "participant_id": ["G", "B"], "submitted_at": pd.to_datetime(["2021-01-01 09:00"] * 2)})
"""
CLEAR_TWICE = CLEAR + "print(len(gridsim.clear(orders)), len(gridsim.clear(orders)))"


def test_a_cache_that_can_be_written_is_used_and_nothing_is_told(place: Place) -> None:
    cache = place.out / "cache"
    kept = []
    for _ in range(2):
        done = place.python("-c", CLEAR_TWICE, NUMBA_CACHE_DIR=str(cache))
        assert (done.returncode, done.stdout, done.stderr) == (0, "1 1\n", "")
        kept.append({path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")})
    assert kept[0] and kept[0] == kept[1]


def locked(folder: Path) -> Path:
    folder.mkdir()
    folder.chmod(0o555)
    return folder


@pytest.mark.parametrize("variable", ["HOME", "NUMBA_CACHE_DIR"])
def test_the_library_warns_once_where_a_folder_exists_and_cannot_be_written(variable: str, place: Place) -> None:
    folder = locked(place.out / f"locked-{variable}")
    done = place.python("-c", CLEAR_TWICE, **{variable: str(folder)}, **QUICKLY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 1\n"
    assert done.stderr.count("UncachedWarning: ") == 1
    assert "(no folder for it can be written)" in done.stderr


def test_who_wants_no_warning_filters_it_and_who_wants_an_error_gets_one(place: Place) -> None:
    quiet = "import gridsim, warnings; warnings.simplefilter('ignore', gridsim.UncachedWarning)\n"
    done = place.python("-c", quiet + CLEAR_TWICE, **QUICKLY)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 1\n", "")
    done = place.python("-W", "error", "-c", CLEAR_TWICE, **QUICKLY)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("gridsim.core.keeping.UncachedWarning: ")


FULL = """
import resource
# What a full disk does to a file: no more of it can be written (a file size that is exceeded needs no disk to fill).
resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))
"""


def test_a_home_that_is_full_is_told_with_what_the_system_says(place: Place) -> None:
    home = place.out / "full"
    home.mkdir()
    home.chmod(0o777)
    done = place.python("-c", FULL + CLEAR_TWICE, HOME=str(home), **QUICKLY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 1\n"
    assert done.stderr.count("UncachedWarning: ") == 1
    assert "(File too large)" in done.stderr
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert kept, "something was kept: the folder itself could be written"
    assert not [path for path in kept if ".tmp." in path.name or path.stat().st_size >= 16_384]


BATCH = """
import json, sys
import gridsim.batch
if __name__ == "__main__":
    plan = {{"scenario": "{site}/scenarios/henan-2021-mini", "sweep": {{"settlement.tou.upper": [1.02, 1.05]}}}}
    {how}
    print(batch.points["status"].tolist(), batch.runs["total_yuan"].tolist())
"""
PROCESSES = "batch = gridsim.batch.run(plan, executor='processes', workers=1)"
DASK = """
    from distributed import Client, LocalCluster
    about = {{"dashboard_address": None, "local_directory": "{out}/dask"}}
    with LocalCluster(n_workers=1, threads_per_worker=1, **about) as cluster:
        with Client(cluster) as client:
            batch = gridsim.batch.run(plan, executor=client)
"""


def test_the_commands_tell_it_in_their_language(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, told in (("en", EN), ("zh", ZH)):
        shown_in(lang)(gridsim.UncachedWarning(""), gridsim.UncachedWarning, "file", 1)
        assert told in capsys.readouterr().err


@pytest.fixture(scope="module")
def expected() -> str:
    plan = {"scenario": str(ROOT / "scenarios" / "henan-2021-mini"), "sweep": {"settlement.tou.upper": [1.02, 1.05]}}
    batch = gridsim.batch.run(plan)
    return f"{batch.points['status'].tolist()} {batch.runs['total_yuan'].tolist()}\n"


@FULL_ONLY
@pytest.mark.parametrize("how", [pytest.param(PROCESSES, id="processes"), pytest.param(DASK, id="dask")])
def test_workers_of_a_batch_compile_for_themselves(how: str, place: Place, expected: str) -> None:
    if how == DASK:
        pytest.importorskip("distributed")
    script = place.out / "batch.py"
    script.write_text(BATCH.format(site=place.site, how=how.format(out=place.out)), encoding="utf-8")
    done = place.python(str(script), **QUICKLY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == expected
    assert "UncachedWarning: " in done.stderr and "Traceback" not in done.stderr
    if how == PROCESSES:
        assert done.stderr.count("UncachedWarning: ") == 1


@FULL_ONLY
def test_the_command_batch_tells_it_in_its_language(place: Place) -> None:
    said = place.gridsim(
        "batch", "scenarios/batches/bands-mini.yaml", "--out", str(place.out / "batch"), "--lang", "zh"
    )
    assert said.count(ZH) == 1
