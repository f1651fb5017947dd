"""Which gridsim this is: its release, and the git revision that it was taken from."""

from __future__ import annotations

from pathlib import Path

__all__ = ["RELEASE", "__version__"]

RELEASE = "0.1.0"

_WRITTEN = "_revision.txt"
"""Beside this file in a wheel or an archive of the sources: the revision that it was built from (`hatch_build.py`)."""

_SHOWN = 9
"""So many digits of a revision are told; git itself shows seven to ten."""


def _revision(package: Path) -> str:
    """The git revision of the package, in full; empty where nothing tells it.

    git itself is not asked: it may not be installed, and to start it would take longer than all the rest of an import.
    """
    try:
        return (package / _WRITTEN).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        pass
    try:
        folder = package.parent / ".git"
        if folder.is_file():  # a second work tree names the place of its own part
            folder = package.parent / folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref:"):
            return _digits(head)
        common = folder / "commondir"
        shared = folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
        branch = head.removeprefix("ref:").strip()
        for place in (folder, shared):
            if (place / branch).is_file():
                return _digits((place / branch).read_text(encoding="utf-8").strip())
        packed = (shared / "packed-refs").read_text(encoding="utf-8")
        return _digits(next(line.split()[0] for line in packed.splitlines() if line.endswith(f" {branch}")))
    except (OSError, ValueError, StopIteration):
        return ""


def _digits(text: str) -> str:
    return text if len(text) >= 40 and not text.strip("0123456789abcdef") else ""


def _version() -> str:
    revision = _revision(Path(__file__).resolve().parent)
    return f"{RELEASE}+g{revision[:_SHOWN]}" if revision else RELEASE


__version__ = _version()
