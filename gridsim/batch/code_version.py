"""Which program made a result: results of two programs are never mixed."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

import gridsim

__all__ = ["code_hash", "code_versions"]

_COMPUTING = ("core", "rules", "scenario", "trading", "contracts", "settlement", "batch")
"""The folders that decide numbers; what only shows them may change."""

_GROUND = ("calendar.py", "columns.py", "units.py")
_LIBRARIES = ("numpy", "numba", "scipy", "pandas")


def code_versions() -> dict[str, str]:
    """gridsim, Python and the libraries that take part in the arithmetic."""
    return {
        "gridsim": gridsim.__version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


@cache
def code_hash() -> str:
    """SHA-256 over the sources that decide numbers, and over the libraries' versions."""
    root = Path(gridsim.__file__).resolve().parent
    files = [root / name for name in _GROUND]
    for folder in _COMPUTING:
        files += [path for path in (root / folder).rglob("*") if path.suffix in (".py", ".yaml")]
    digest = hashlib.sha256()
    for name, number in sorted(code_versions().items()):
        if name == "python":  # decides no number
            continue
        digest.update(f"{name} {number}\n".encode())
    for path in sorted(files, key=lambda path: path.relative_to(root).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
