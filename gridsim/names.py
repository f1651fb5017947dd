"""What the codes of tables are called: one name each, wherever it is shown.

The Chinese that a scenario's own tables may be written in (`gridsim.columns`) is part of the format; what is shown is
called the same, and a test holds the catalogue of words to it.
"""

from __future__ import annotations

from gridsim.words import msg, within

__all__ = ["CHECKS", "GROUPS", "INSTITUTIONS", "ITEMS", "MODES", "PERIODS", "REASONS", "SEGMENTS", "SESSION_KINDS"]

ITEMS = {
    "energy": within("item", "energy"),
    "shortfall": msg("shortfall fee"),
    "overrun": within("item", "overrun"),
    "transmission": msg("T&D"),
    "tou_adjustment": msg("peak-valley adjustment"),
    "funds": msg("funds and surcharges"),
    "fallback": msg("fallback"),
    "catalogue": msg("catalogue"),
    "transfer": msg("contract transfer"),
}
"""Items of the ledger."""

INSTITUTIONS = {"GRID": msg("grid company"), "GOVERNMENT": msg("government")}
"""Payees that are no participant."""

GROUPS = {
    "generators": msg("generators"),
    "retailers": msg("retailers"),
    "users": msg("users"),
    "grid": INSTITUTIONS["GRID"],
    "government": INSTITUTIONS["GOVERNMENT"],
}
"""Groups of parties."""

MODES = {"conventional": msg("conventional"), "tou": msg("time of use")}
"""Trading modes (N4)."""

SESSION_KINDS = {
    "annual_bilateral": msg("annual bilateral"),
    "annual_matched": msg("annual matched"),
    "half_year": msg("half-year"),
    "monthly": msg("monthly"),
    "intra_month": msg("intra-month"),
    "bilateral": msg("bilateral"),
    "matched": msg("matched"),
}
"""Kinds of sessions (N2); the last two are of scenarios without a table of sessions."""

SEGMENTS = {"mid": msg("middle ten days"), "late": msg("last ten days")}
"""Parts of a month that intra-month sessions deliver."""

PERIODS = {"peak": msg("peak"), "flat": msg("flat"), "valley": msg("valley")}
"""Periods of the day, and the products of time-of-use units, as N5.2 calls them (N4 has 高峰时段, 平时段, 低谷时段)."""

REASONS = {
    "superseded": msg("superseded"),
    "outside_window": msg("outside the window"),
    "unconfirmed": msg("never confirmed"),
    "product_not_allowed": msg("product or side not allowed"),
    "one_direction": msg("gives energy of that month away"),
    "exceeds_contracts": msg("more than the contracts leave to give"),
}
"""Why an order or a filing was not used."""

CHECKS = {
    "direct_access": msg("direct access"),
    "mode": msg("mode"),
    "mode_encouraged": msg("mode encouraged"),
    "annual_cover": msg("annual cover"),
    "total_cover": msg("total cover"),
    "calendar": msg("calendar"),
    "curve_balance": msg("curve balance"),
    "credit": msg("credit record"),
}
"""Checks of compliance."""
