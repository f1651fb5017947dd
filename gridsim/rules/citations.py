"""What cites a clause, and the values of the rule set that govern it.

A ledger line, a check of compliance and a step of an explanation name the clause that makes them so. That is the
clause of the values that govern it, each once; where a rule set's `clauses` section says another one, it is that.
Nothing here names a clause of any notice: those are data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from gridsim.words import Language, msg

if TYPE_CHECKING:
    from gridsim.words import Lang

__all__ = [
    "CHOICE",
    "CITATION_GROUPS",
    "CITING",
    "GOVERNED_BY",
    "PERIOD",
    "UNSTATED",
    "clause_parts",
    "clause_text",
    "clauses_together",
]

CHOICE = "choice"
"""Stands for a clause where the rules are silent and the rule set chose a reading."""

UNSTATED = "unstated"
"""Stands for a clause where a rule set has a value and doesn't say by which clause."""

PERIOD = "{period}"
"""In the path of a governing value: the period that is settled."""

_OVERRUN = "overrun_catalogue." + PERIOD
_COEFFICIENT = "tariff.coefficient." + PERIOD
_PAIRS = ("matching.mechanism", "matching.ties", "matching.k", "matching.heat_priority")

GOVERNED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # The ledger's lines, in the order in which its clauses are shown.
        "ledger.energy.conventional": ("settlement.conventional.upper",),
        "ledger.energy.tou": ("settlement.tou.upper",),
        "ledger.energy.transition": ("transition.months",),
        "ledger.shortfall.conventional": ("settlement.conventional.lower", "settlement.shortfall_price"),
        "ledger.shortfall.tou": ("settlement.tou.lower", "settlement.shortfall_price"),
        "ledger.overrun.conventional": ("settlement.conventional.upper", f"settlement.conventional.{_OVERRUN}"),
        "ledger.overrun.tou": ("settlement.tou.upper", f"settlement.tou.{_OVERRUN}"),
        "ledger.overrun.transition": ("transition.months", "transition.without_contract"),
        "ledger.transmission.conventional": ("settlement.conventional.transmission",),
        "ledger.transmission.tou": ("settlement.tou.transmission", _COEFFICIENT),
        "ledger.transmission.transition": ("transition.transmission",),
        "ledger.tou_adjustment": ("settlement.tou_adjustment_base", _COEFFICIENT),
        "ledger.fallback": ("fallback.multiple", "fallback.base"),
        "ledger.catalogue": ("settlement.priority_purchase",),
        "ledger.funds": ("settlement.funds",),
        "ledger.fallback_funds": ("fallback.funds",),
        "ledger.transfer": ("matching.intra_month",),
        # The checks of compliance.
        "compliance.direct_access": ("compliance.direct_access_energy",),
        "compliance.mode": ("compliance.tou_energy",),
        "compliance.mode_encouraged": ("compliance.encouraged_energy",),
        "compliance.annual_cover": ("compliance.annual_cover", "compliance.history_years"),
        "compliance.total_cover": ("compliance.total_cover", "compliance.history_years"),
        "compliance.window.annual_bilateral": ("calendar.annual_bilateral_working_days",),
        "compliance.window.matched": ("calendar.matched_working_days",),
        "compliance.close.annual": ("calendar.annual_closes_by",),
        "compliance.close.half_year": ("calendar.half_year_closes_by",),
        "compliance.announcement.monthly": (
            "calendar.monthly_announced_before_day",
            "calendar.monthly_announcement_months",
        ),
        "compliance.announcement.mid": ("calendar.mid_announced_before_day",),
        "compliance.announcement.late": ("calendar.late_announced_before_day",),
        "compliance.delivery.half_year": ("calendar.half_year_delivers",),
        "compliance.delivery.month": (),
        "compliance.curve_balance": ("compliance.curve_balance",),
        "compliance.credit": (),
        # Where contracts come from.
        "sessions.annual_bilateral": ("bilateral.filing",),
        "sessions.annual_matched": _PAIRS,
        "sessions.half_year": ("calendar.half_year_closes_by", *_PAIRS),
        "sessions.monthly": ("calendar.monthly_announced_before_day", *_PAIRS),
        "sessions.intra_month": ("matching.intra_month", *_PAIRS),
        "sessions.none": (),
    }
)
"""By what cites a clause: the paths of the values that govern it. None: the rule set must give the clause itself."""

CITING = {
    "ledger.energy.conventional": msg("Contract energy, conventional mode"),
    "ledger.energy.tou": msg("Contract energy, tou mode"),
    "ledger.energy.transition": msg("Contract energy, months of transition"),
    "ledger.shortfall.conventional": msg("Shortfall, conventional mode"),
    "ledger.shortfall.tou": msg("Shortfall, tou mode"),
    "ledger.overrun.conventional": msg("Overrun, conventional mode"),
    "ledger.overrun.tou": msg("Overrun, tou mode"),
    "ledger.overrun.transition": msg("Overrun, months of transition"),
    "ledger.transmission.conventional": msg("T&D, conventional mode"),
    "ledger.transmission.tou": msg("T&D, tou mode"),
    "ledger.transmission.transition": msg("T&D, months of transition"),
    "ledger.tou_adjustment": msg("Peak-valley adjustment"),
    "ledger.fallback": msg("Fallback price of users that have left the market"),
    "ledger.catalogue": msg("Catalogue tariff of priority-purchase users"),
    "ledger.funds": msg("Government funds of a unit's users"),
    "ledger.fallback_funds": msg("Government funds beside the fallback price"),
    "ledger.transfer": msg("Transferred contract energy"),
    "compliance.direct_access": msg("Check: who may buy directly"),
    "compliance.mode": msg("Check: mode of large users"),
    "compliance.mode_encouraged": msg("Check: mode of users of medium size"),
    "compliance.annual_cover": msg("Check: cover by annual contracts"),
    "compliance.total_cover": msg("Check: cover by all contracts"),
    "compliance.window.annual_bilateral": msg("Check: window, annual bilateral"),
    "compliance.window.matched": msg("Check: window, matched sessions"),
    "compliance.close.annual": msg("Check: closing day, annual sessions"),
    "compliance.close.half_year": msg("Check: closing day, half-year session"),
    "compliance.announcement.monthly": msg("Check: announcement, monthly"),
    "compliance.announcement.mid": msg("Check: announcement, middle ten days"),
    "compliance.announcement.late": msg("Check: announcement, last ten days"),
    "compliance.delivery.half_year": msg("Check: delivery, half-year session"),
    "compliance.delivery.month": msg("Check: delivery, monthly and intra-month"),
    "compliance.curve_balance": msg("Check: balance of the curve"),
    "compliance.credit": msg("Check: credit record"),
    "sessions.annual_bilateral": msg("Contracts, annual bilateral sessions"),
    "sessions.annual_matched": msg("Contracts, annual matched sessions"),
    "sessions.half_year": msg("Contracts, half-year sessions"),
    "sessions.monthly": msg("Contracts, monthly sessions"),
    "sessions.intra_month": msg("Contracts, intra-month sessions"),
    "sessions.none": msg("A position without contracts"),
}
"""What cites a clause, for people who look a rule set up; by the names of `GOVERNED_BY`."""

CITATION_GROUPS: frozenset[str] = frozenset(
    name[:end] for name in GOVERNED_BY for end, letter in enumerate(name) if letter == "."
)
"""Every group of what cites a clause, by its dotted path."""

_NAMES = {CHOICE: msg("choice"), UNSTATED: msg("no clause stated")}


def clause_parts(clauses: str) -> list[str]:
    """The single clauses of a text such as ``N5.1, N5.2``."""
    return [part.strip() for part in clauses.split(",")]


def clauses_together(clauses: Iterable[str]) -> str:
    """The clauses of several values, each once, in their order; `UNSTATED` for a value without one."""
    return ", ".join(dict.fromkeys(part for each in clauses for part in clause_parts(each or UNSTATED)))


def clause_text(clauses: str, lang: Lang) -> str:
    """Clauses as people read them: those that are no clause of a document in words."""
    words = Language(lang, _NAMES)
    return words.listed(map(words.name, clause_parts(clauses)))
