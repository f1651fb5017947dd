"""LibreOffice and its like as the tests' second opinion; they skip without it, unless it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 600  # it ends what hangs, and nothing that is slow


def need(tool: str) -> str:
    """The path of a tool; without it a test is skipped, or fails where all tools must be there."""
    found = shutil.which(tool)
    if found is not None:
        return found
    if os.environ.get("GRIDSIM_REQUIRE_TOOLS"):
        raise AssertionError(f"{tool} is not installed, but GRIDSIM_REQUIRE_TOOLS asks for it")
    pytest.skip(f"{tool} is not installed")


def convert(files: list[Path], form: str, folder: Path) -> list[Path]:
    """Files opened by LibreOffice and saved in another form; a warning of its own is a failure."""
    soffice = need("soffice")
    profile = (folder / "profile").resolve().as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", form, "--outdir", folder]
    done = subprocess.run(
        [*map(str, command), *map(str, files)], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    said = [line for line in done.stderr.splitlines() if line.strip() and "javaldx" not in line]  # Java is not needed
    assert not said, said
    made = [folder / file.with_suffix(f".{form.partition(':')[0]}").name for file in files]
    assert all(file.is_file() for file in made), done.stdout
    return made
