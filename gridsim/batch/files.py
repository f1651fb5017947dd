"""Files of a batch folder: replaced whole, and what a killed run may leave there."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from gridsim.io.safe_write import replace_file as put

__all__ = ["TEMPORARY", "is_temporary", "put", "put_json"]

TEMPORARY = (".*.part", ".shared-*.pickle")
"""What a run that was killed may leave behind: files half written, and what its workers were to read."""


def is_temporary(path: Path) -> bool:
    """Whether a file is of no use to anyone but the run that wrote it."""
    return any(fnmatch(path.name, pattern) for pattern in TEMPORARY)


def put_json(path: Path, data: Any) -> None:
    """Plain data as a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    put(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
