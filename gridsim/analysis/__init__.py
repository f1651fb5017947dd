"""What analysts ask of a scenario or a result: tables, charts, comparisons, how much to contract.

The names below load their module when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.lazy import lazy_names

if TYPE_CHECKING:
    from gridsim.analysis.cover import Contract, Cover, optimal_cover

__all__ = ["Contract", "Cover", "optimal_cover"]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Contract": "cover",
        "Cover": "cover",
        "optimal_cover": "cover",
    },
)
