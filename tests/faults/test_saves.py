"""A save that is killed, or fails, at any moment leaves the old result or the new one, and what others put there."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.io import exchange, whole_folder
from tests.faults.conftest import Saved
from tests.faults.saving import (
    WAYS,
    check_clear,
    check_foreign,
    check_whole,
    print_of,
    put_foreign,
    use_way,
)
from tests.shared import IS_FULL, ROOT

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has neither SIGKILL nor links for everybody"),
    pytest.mark.slow,
]  # processes that are killed

ROUNDS = 17 if IS_FULL else 1
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
STEPS_BETWEEN = 1 if IS_FULL else 11
"""Where saves are broken off: after each step, or after every eleventh."""

# All that a save asks of the system by name.
CALLS = ("chmod", "fsync", "link", "mkdir", "open", "rename", "replace", "rmdir", "unlink")


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_save_leaves_the_old_or_the_new_result(way: str, old: Saved, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    put_foreign(out)
    moment = random.Random(12)
    command = [sys.executable, str(Path(__file__).with_name("save_again.py")), out, old.folder, new.folder, way]
    seen: set[str] = set()
    for turn, number in enumerate(cycle(SIGNALS)):
        if (
            turn >= len(SIGNALS) * ROUNDS and len(seen) == 2
        ):  # how far a save came when it was hit is the machine's affair
            break
        assert turn < len(SIGNALS) * (ROUNDS + 10), "never the one of two results"
        with subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            began = time.monotonic()
            saves = moment.randint(1, 4)
            for _ in range(saves):
                assert process.stdout.readline() == "saved\n"
            time.sleep(moment.uniform(0, (time.monotonic() - began) / saves))  # some moment of the next one
            told = ended(process, number)
        assert process.returncode in (-number, 128 + number), told
        if way == "exchange":
            check_whole(out)  # also for who reads the files without gridsim
        now = print_of(gridsim.Result.load(out))
        check_whole(out)
        check_foreign(out)
        assert now in (old.print, new.print)
        seen.add(now)
    new.result.save(out)  # clears what the killed ones left
    assert print_of(gridsim.Result.load(out)) == new.print
    check_clear(out)
    check_foreign(out)


def ended(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Ask a process to end, as a person asks again: Python passes over an exception that a destructor is hit by."""
    for _ in range(5):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=30)[1]
    process.kill()
    return process.communicate()[1]


class Killed(BaseException):
    """The process is no more: nothing that it does from here on has an effect."""


@contextmanager
def broken_off(step: int, monkeypatch: pytest.MonkeyPatch, is_death: bool) -> Iterator[Callable[[], bool]]:
    """Let the system fail at one call, or, as if the process had been killed there, at all from that one on."""
    calls = 0

    def failing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if is_death and calls > step:
                raise Killed(name)
            if calls == step + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, failing(name, getattr(os, name)))
        patch.setattr(whole_folder.exchange, "exchange", failing("exchange", exchange.exchange))
        yield lambda: calls > step


@pytest.mark.parametrize("is_death", [False, True], ids=["full disk", "killed"])
@pytest.mark.parametrize("way", WAYS)
def test_so_does_one_that_breaks_off_at_any_step(
    way: str, is_death: bool, old: Saved, new: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    seen = []
    for step in range(0, 1_000, STEPS_BETWEEN):
        out = tmp_path / f"out-{step}"
        old.result.save(out, format="csv")
        put_foreign(out)
        with broken_off(step, monkeypatch, is_death) as has_broken:
            with suppress(Killed, OSError, gridsim.ResultError):
                new.result.save(out, threads=1)
            if not has_broken():
                break
        if way == "exchange":
            check_whole(out)
        seen.append(print_of(gridsim.Result.load(out)))
        check_whole(out)
        check_foreign(out)
        new.result.save(out)
        assert print_of(gridsim.Result.load(out)) == new.print
        check_foreign(out)
        check_clear(out)
    assert len(seen) > 50 / STEPS_BETWEEN
    assert set(seen) == {old.print, new.print}
    if is_death:  # a single call that fails may have another way round it
        assert seen == sorted(seen, key=[old.print, new.print].index), "old up to some step, and new from then on"


def test_a_file_too_large_for_the_disk_leaves_the_old_result(old: Saved, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    put_foreign(out)
    program = (
        "import pathlib, resource, sys, gridsim\n"
        "out, new, limit = sys.argv[1:]\n"
        "result = gridsim.Result.load(new)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))\n"
        "try:\n"
        "    pathlib.Path(out + '.plain').write_bytes(b'x' * (int(limit) + 1))\n"
        "except OSError:\n"
        "    print('a plain write fails', flush=True)\n"
        "result.save(out)\n"
    )
    for limit in (0, 100, 5_000, 20_000):
        command = [sys.executable, "-c", program, str(out), str(new.folder), str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.stdout == "a plain write fails\n" and done.returncode == 1, done.stderr
        assert "OSError" in done.stderr.splitlines()[-1] or "File too large" in done.stderr
        check_whole(out)
        assert print_of(gridsim.Result.load(out)) == old.print
        check_foreign(out)
        check_clear(out)


def test_two_writers_never_mix(old: Saved, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old.result.save(out)
    with whole_folder.hold(out, whole_folder.OwnFiles((), "")):
        with pytest.raises(gridsim.ResultError, match="another run is at work in this folder"):
            new.result.save(out)
        command = [sys.executable, "-m", "gridsim", "run", str(ROOT / "no such scenario"), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 2  # before the scenario is even looked at
        assert done.stderr == f"{out}: another run is at work in this folder\n"
    assert print_of(gridsim.Result.load(out)) == old.print
    new.result.save(out)
    check_clear(out)


def test_many_writers_at_once_leave_one_whole_result(old: Saved, new: Saved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    program = (
        "import sys, gridsim\n"
        "out, one = sys.argv[1:]\n"
        "result = gridsim.Result.load(one)\n"
        "for _ in range(10):\n"
        "    try:\n"
        "        result.save(out, threads=1)\n"
        "    except gridsim.ResultError as error:\n"
        "        assert 'another run' in str(error), error\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(out), str(one.folder)], stderr=subprocess.PIPE, cwd=ROOT)
        for one in (old, new, old)
    ]
    for writer in writers:
        assert writer.communicate()[1] == b"" and writer.returncode == 0
    check_whole(out)
    assert print_of(gridsim.Result.load(out)) in (old.print, new.print)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_asked_to_end_clears_away_what_it_began(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "here" / "out"
    program = (
        "import gridsim.simulate, os, signal, sys\n"
        f"gridsim.simulate.run = lambda *_, **__: os.kill(os.getpid(), {int(number)}) or signal.pause()\n"
        f"signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.argv = ['gridsim', 'run', 'scenarios/henan-2021-mini', '--out', {str(out)!r}]\n"
        "from gridsim.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 128 + number, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
