"""The page on extensions, docs/how-to/extend.md, followed step by step as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.extensions import GROUPS
from gridsim.rules.yamltext import read_yaml
from tests.extensions.market import folder_of, shape

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "extend.md"
TEXT = PAGE.read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Key by key, lists as a whole: as a file that extends another."""
    both = {key: merged(base[key], each) if isinstance(base.get(key), dict) else each for key, each in over.items()}
    return base | both


@pytest.mark.slow
def test_every_step(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "market_words.py").write_text(block("python"), encoding="utf-8")
    project = tomllib.loads(block("toml"))["project"]
    about = packages / "market_words-1.0.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    groups = project["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {to}\n" for name, to in each.items()) for group, each in groups.items()
    ]
    about.joinpath("entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    assert list(groups) == list(GROUPS.values())

    read, faults = read_yaml(block("yaml").encode(), "page")
    assert faults == []
    base = shape(checks=None, closing=None)
    base["modes"]["only"].update(
        over=[{"edge": "1.1", "price": 300, "payee": "GRID"}], under=[{"edge": 0.9, "price": 20}]
    )
    folder_of(merged(base, read.data), tmp_path / "scenario")

    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(packages), str(Path(gridsim.__file__).parents[1])]),
        "PYTHONIOENCODING": "utf-8",
    }
    said = []
    for command in block("sh").splitlines():
        program, *given = shlex.split(command)
        assert program == "gridsim"
        done = subprocess.run(
            [sys.executable, "-m", "gridsim", *given],
            capture_output=True, encoding="utf-8", env=environment, cwd=tmp_path, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said.append(" ".join(done.stdout.split()))
    assert "by first pair" in said[2] and "midpoint of" in said[2] and "levy" in said[2]
    assert "按首对成交" in said[3] and "中间价" in said[3] and "附加费" in said[3]


def test_the_page_names_what_there_is() -> None:
    for kind, group in GROUPS.items():
        assert f"| `{kind}` | `{group}` |" in TEXT
