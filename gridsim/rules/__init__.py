"""What the rules of a market are: values and choices as data, with unit, clause, dates and source.

``gridsim.rules.load("henan-2021")`` gives a `RuleSet`; its numbers are integers already.
Imported lazily: the names below load their module when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.lazy import lazy_names

if TYPE_CHECKING:
    from gridsim.rules.assumptions import Assumption
    from gridsim.rules.entries import RuleItem
    from gridsim.rules.ruleset import RuleSet, load
    from gridsim.rules.schema import RuleValues
    from gridsim.rules.shipped import available

__all__ = ["Assumption", "RuleItem", "RuleSet", "RuleValues", "available", "load"]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Assumption": "assumptions",
        "RuleItem": "entries",
        "RuleSet": "ruleset",
        "RuleValues": "schema",
        "available": "shipped",
        "load": "ruleset",
    },
)
