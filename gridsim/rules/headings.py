"""What the parts of a rule set are called, and what cites a clause: for people who look a rule set up."""

from __future__ import annotations

from gridsim.words import msg, within

__all__ = ["CITING", "HEADINGS"]

HEADINGS = {
    "matching": msg("Orders and matching"),
    "bilateral": msg("Bilateral filings"),
    "decomposition": msg("Decomposition to months"),
    "settlement": msg("Settlement"),
    "tariff": msg("Tariffs and coefficients"),
    "fallback": msg("Users that have left the market"),
    "transition": msg("Months of transition"),
    "periods": msg("Periods of the day"),
    "calendar": msg("Calendar"),
    "compliance": within("rules", "Compliance"),
    "scope": msg("What is computed and what is not"),
}
"""The groups of a rule set in the order in which people are shown them."""

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
    "compliance.direct_access": msg("Check: who may buy directly"),
    "compliance.mode": msg("Check: mode of large users"),
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
"""By the names of `gridsim.rules.citations.GOVERNED_BY`."""
