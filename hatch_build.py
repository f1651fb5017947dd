"""What the build adds to the package: the git revision that it was made from."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RevisionHook(BuildHookInterface[Any]):
    """Lays `_revision.txt` beside `version.py`, in the wheel and in the archive of the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a file is written; an editable install reads git's own files."""
        package = Path(self.root) / "gridsim"
        revision = runpy.run_path(str(package / "version.py"))["_revision"](package)
        if version == "editable" or not revision:
            return
        written = Path(self.directory) / "_revision.txt"
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(f"{revision}\n", encoding="ascii")
        build_data["force_include"][str(written)] = "gridsim/_revision.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """It stands in what was built."""
        (Path(self.directory) / "_revision.txt").unlink(missing_ok=True)
