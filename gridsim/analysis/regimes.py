"""The months that settle by other bands than the rest of the year, and by which clauses (rulebook parts 6 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import RegimeShape

__all__ = ["RegimeMonths", "WithoutBands", "regime_months", "without_bands"]


class RegimeMonths(NamedTuple):
    """When a regime is in force.

    Attributes
    ----------
    id : str
    months : tuple of str
        ``YYYY-MM``, ascending.
    clause, trial_clause : str
        By which clauses there is the regime, and a trial settlement beside it.
    """

    id: str
    months: tuple[str, ...]
    clause: str
    trial_clause: str


class WithoutBands(NamedTuple):
    """Months whose deviation has no bands, and the clauses by which they have none."""

    months: tuple[str, ...]
    clause: str


def regime_months(rules: RuleSet) -> tuple[RegimeMonths, ...]:
    """The regimes of a rule set."""
    return tuple(_of(regime, rules) for regime in rules.shape.regimes)


def without_bands(rules: RuleSet) -> WithoutBands:
    """The months of the regimes under which all energy is in band while there is a contract."""
    is_open = [all(band.edge is None for band in regime.over) and not regime.under for regime in rules.shape.regimes]
    regimes = [each for each, has_none in zip(regime_months(rules), is_open, strict=True) if has_none]
    months = sorted({month for each in regimes for month in each.months})
    return WithoutBands(tuple(months), ", ".join(dict.fromkeys(each.clause for each in regimes if each.clause)))


def _of(regime: RegimeShape, rules: RuleSet) -> RegimeMonths:
    if not isinstance(regime.months, str):
        return RegimeMonths(regime.id, tuple(sorted(regime.months)), "", "")
    path = regime.months
    return RegimeMonths(
        id=regime.id,
        months=tuple(sorted(rules.months_at(path))),
        clause=rules.clauses_of(path),
        trial_clause=rules.clauses_of(f"{path.rpartition('.')[0]}.trial"),
    )
