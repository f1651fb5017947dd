"""What the lines of the ledger cite, and the values that govern them, by item and way of settling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.citations import UNSTATED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import ChargeShape

__all__ = ["apart", "governing", "line_clause", "outside_names", "seller_names"]


def line_clause(rules: RuleSet, item: str, way: str, period: str | None = None) -> str:
    """The clauses that a line of the ledger cites.

    Parameters
    ----------
    rules : RuleSet
    item : str
    way : str
        The mode or the regime that it settles by.
    period : str, optional
        All periods if left out.
    """
    return rules.cited(f"ledger.{item}.{way}", period)


def outside_names(rules: RuleSet, why: str, charge: ChargeShape) -> tuple[str, ...]:
    """What a line of a user outside the market is called among what cites a clause; the first that there is counts.

    Parameters
    ----------
    rules : RuleSet
    why : str
        The list of the market that the user pays by.
    charge : ChargeShape
        One of that list.
    """
    first = dict(rules.shape.outside)[why][0].item
    return f"{charge.item}.{why}", f"{first}_{charge.item}", charge.item


def seller_names(item: str) -> tuple[str, ...]:
    """The same of a line of a seller's own settlement."""
    return (f"{item}.sellers", item)


def apart(rules: RuleSet, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The clause of a line that belongs to no position, and the paths of the values that govern it."""
    found = next((name for name in (f"ledger.{each}" for each in names) if name in rules.citations), None)
    if found is None:
        return UNSTATED, ()
    return rules.cited(found, rules.shape.periods[0]), rules.citations[found].paths(rules.shape.periods)


def governing(rules: RuleSet, item: str, way: str, periods: Iterable[str]) -> tuple[str, ...]:
    """The paths of the values that govern such a line in some periods.

    Parameters
    ----------
    rules : RuleSet
    item, way : str
        As `line_clause` takes them.
    periods : iterable of str
    """
    names = (f"ledger.{item}.{way}", f"ledger.{item}")
    found = next((rules.citations[name] for name in names if name in rules.citations), None)
    return () if found is None else found.paths(periods)
