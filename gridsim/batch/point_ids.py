"""What names a stored point: a hash of it, of all that points share, and of the program that decides numbers."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.scenario.changes import changes_as_data
from gridsim.version import RELEASE

if TYPE_CHECKING:
    from gridsim.batch.drawn_load import LoadModel
    from gridsim.batch.kept import Kept
    from gridsim.batch.points import Point
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = ["code_hash", "code_versions", "point_id", "shared_key"]


def shared_key(scenario: Scenario, load: LoadModel, seed: int, kept: Kept) -> str:
    """The hash of what all points have in common: scenario, load, seed, draws, what is kept, and the program."""
    from gridsim.batch.drawn_load import compile_load

    return _hash(
        {
            "scenario": scenario.hash,
            "load": load.model_dump(mode="json"),
            "load_tables": compile_load(load).digest,
            "seed": seed,
            "draws": kept.draws,
            "metrics": kept.metrics,
            "detail": kept.detail,
            "quantiles": kept.quantiles,
            "tail": kept.tail,
            "payer": kept.payer,
            "code": code_hash(),
        }
    )


def point_id(shared: str, point: Point, base: RuleSet) -> str:
    """The id of a point: the same for the same content, wherever the point stands in the sweep."""
    overrides = {path: _plain(value) for path, value in point.overrides.items()}
    changes = [changes_as_data(point.changes)] if point.changes else []
    return _hash([shared, base.hash, overrides, point.scales, *changes])[:16]


def _hash(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A plan's value as JSON has it; a number that is no whole one is its text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


_COMPUTING = ("core", "rules", "scenario", "trading", "contracts", "settlement", "retail", "batch")
"""The folders that decide numbers; what only shows them may change."""
_GROUND = ("calendar.py", "columns.py", "result_columns.py", "units.py")
_LIBRARIES = ("numpy", "numba", "scipy", "pandas")


def code_versions() -> dict[str, str]:
    """gridsim, Python and the libraries that take part in the arithmetic."""
    return {
        "gridsim": RELEASE,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


@cache
def code_hash() -> str:
    """SHA-256 over the sources that decide numbers, and over the libraries' versions."""
    root = Path(__file__).resolve().parents[1]
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
