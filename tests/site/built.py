"""The site's own modules, and the site as it was built."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def site_module(name: str) -> ModuleType:
    """A module of docs/site, which is no package."""
    folder = str(ROOT / "docs" / "site")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


def built(folder: Path) -> Path:
    """The site: what GRIDSIM_SITE names (CI has built it with `make site`), or else one that is built in a folder."""
    if named := os.environ.get("GRIDSIM_SITE"):
        return (ROOT / named).resolve()
    command = [sys.executable, ROOT / "docs" / "site" / "build.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
