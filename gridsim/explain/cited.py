"""What the lines of the ledger cite, and the values that govern them, by item and way of settling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.citations import GOVERNED_BY, PERIOD, UNSTATED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.rules import RuleSet

__all__ = ["governing", "line_clause"]


def line_clause(rules: RuleSet, item: str, way: str, period: str | None = None) -> str:
    """The clauses that a line of the ledger cites.

    Parameters
    ----------
    rules : RuleSet
    item : str
    way : str
        The mode or the regime that it settles by; empty for users outside the market.
    period : str, optional
        All periods if left out.
    """
    name = _name(item, way)
    return UNSTATED if name is None else rules.cited(name, period)


def governing(item: str, way: str, periods: Iterable[str]) -> tuple[str, ...]:
    """The paths of the values that govern such a line in some periods."""
    name = _name(item, way)
    if name is None:
        return ()
    found = (path.replace(PERIOD, period) for path in GOVERNED_BY[name] for period in periods)
    return tuple(dict.fromkeys(found))


def _name(item: str, way: str) -> str | None:
    names = (f"ledger.{item}.{way}", f"ledger.{item}") if way else (f"ledger.{item}",)
    return next((name for name in names if name in GOVERNED_BY), None)
