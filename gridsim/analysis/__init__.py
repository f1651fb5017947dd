"""What analysts ask of a scenario or a result: tables, charts, comparisons, how much to contract.

The names below load their module when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridsim.analysis.cover import Contract, Cover, optimal_cover

__all__ = ["Contract", "Cover", "optimal_cover"]

_HOME = {
    "Contract": "gridsim.analysis.cover",
    "Cover": "gridsim.analysis.cover",
    "optimal_cover": "gridsim.analysis.cover",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
