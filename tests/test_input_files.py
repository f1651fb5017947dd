"""Files of an input: regular ones alone, of a size that may be, and every other told in words."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gridsim import input_files
from gridsim.input_files import InputFileError, check_input, open_input, read_input, shown_path, unpacked_limit


def test_a_file_is_read_whole_or_up_to_its_most(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_input(tmp_path / "file") == read_input(tmp_path / "file", most=5) == b"12345"
    assert check_input(tmp_path / "file") == 5
    with pytest.raises(InputFileError, match="too large") as caught:
        read_input(tmp_path / "file", most=4)
    assert "at most 4 bytes" in caught.value.allowed


@pytest.mark.parametrize("name", ["none", "x" * 5_000, "file/under it", "nul\0in it"])
def test_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputFileError) as caught, open_input(f"{tmp_path}/{name}"):
        pass
    assert caught.value.is_missing == (name in ("none", "x" * 5_000))
    fault = caught.value.fault("users.csv")
    assert fault.file == "users.csv" and fault.message.zh != fault.message


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_nobody_waits_for_a_pipe_or_reads_a_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for path in (tmp_path / "pipe", tmp_path / "link", tmp_path, Path("/dev/zero")):
        with pytest.raises(InputFileError, match="not a regular file"):
            read_input(path)


def test_what_the_system_says_while_a_file_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputFileError, match="cannot be read") as caught, open_input(tmp_path / "file"):
        raise OSError(5, "Input/output error")
    assert caught.value.value == "Input/output error" and not caught.value.is_missing


def test_small_files_may_unpack_freely_and_large_ones_in_proportion() -> None:
    assert unpacked_limit(0) == unpacked_limit(10**6) == 2**28
    assert unpacked_limit(10**8) == 2 * 10**10
    assert re.search(f"at most {2**28:,} bytes", input_files.unpacked_too_far("a.gz", 2**28).allowed)


def test_paths_are_shown_harmlessly() -> None:
    assert shown_path("a/\x1b[31mb") == "a/\\x1b[31mb"
    assert shown_path("合成") == "合成"
