"""What the rules of a market are: values and choices as data, with unit, clause, dates and source.

``gridsim.rules.load("henan-2021")`` gives a `RuleSet`; its numbers are integers already.
Imported lazily: the names below load their module when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridsim.rules.assumptions import Assumption
    from gridsim.rules.loader import available, load
    from gridsim.rules.ruleset import RuleItem, RuleSet
    from gridsim.rules.schema import RuleValues

__all__ = ["Assumption", "RuleItem", "RuleSet", "RuleValues", "available", "load"]

_MODULES = {
    "Assumption": "assumptions",
    "RuleItem": "ruleset",
    "RuleSet": "ruleset",
    "RuleValues": "schema",
    "available": "loader",
    "load": "loader",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
