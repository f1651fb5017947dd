"""What the lines of the ledger cite, and the values that govern them, by item and way of settling."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return rules.cited(f"ledger.{item}.{way}" if way else f"ledger.{item}", period)


def governing(rules: RuleSet, item: str, way: str, periods: Iterable[str]) -> tuple[str, ...]:
    """The paths of the values that govern such a line in some periods.

    Parameters
    ----------
    rules : RuleSet
    item, way : str
        As `line_clause` takes them.
    periods : iterable of str
    """
    names = (f"ledger.{item}.{way}", f"ledger.{item}") if way else (f"ledger.{item}",)
    found = next((rules.citations[name] for name in names if name in rules.citations), None)
    return () if found is None else found.paths(periods)
