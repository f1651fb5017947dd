"""The version carries the git revision, without git being asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import gridsim
from gridsim.version import RELEASE, _revision

ROOT = Path(__file__).resolve().parents[1]
FULL = "0123456789abcdef0123456789abcdef01234567"


def test_the_release_is_that_of_the_package() -> None:
    assert f'version = "{RELEASE}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert gridsim.__version__.partition("+")[0] == RELEASE


def test_it_is_the_revision_that_git_tells() -> None:
    told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("no git, or no checkout")
    assert _revision(ROOT / "gridsim") == told.stdout.strip()


@pytest.mark.parametrize(
    ("files", "revision"),
    [
        ({"gridsim/_revision.txt": f"{FULL}\n"}, FULL),
        ({".git/HEAD": FULL}, FULL),
        ({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": f"{FULL}\n"}, FULL),
        ({".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": f"# pack\n{FULL} refs/heads/main\n"}, FULL),
        (
            {
                ".git": "gitdir: elsewhere/worktrees/two\n",
                "elsewhere/worktrees/two/HEAD": "ref: refs/heads/two\n",
                "elsewhere/worktrees/two/commondir": "../..\n",
                "elsewhere/refs/heads/two": FULL,
            },
            FULL,
        ),
        ({".git/HEAD": "ref: refs/heads/main\n"}, ""),
        ({".git/HEAD": "what is this"}, ""),
        ({}, ""),
    ],
)
def test_wherever_it_stands(tmp_path: Path, files: dict[str, str], revision: str) -> None:
    (tmp_path / "gridsim").mkdir()
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert _revision(tmp_path / "gridsim") == revision
