"""What attribution's own words are called: methods, sides, where plans are from, levels of history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.names import NamingLanguage

__all__ = ["FORMULAS", "LEVELS_TOLD", "METHODS_TOLD", "ORIGINS_TOLD", "buyers_own"]

METHODS_TOLD = {
    "own_deviation": msg("own deviation from plan"),
    "pro_rata": msg("metered energy"),
    "marginal": msg("marginal contribution"),
    "shapley": msg("Shapley value"),
}

FORMULAS = {
    ("own_deviation", "over"): msg("weight = max(0, metered − plan)"),
    ("own_deviation", "under"): msg("weight = max(0, plan − metered)"),
    ("pro_rata", "over"): msg("weight = metered energy"),
    ("pro_rata", "under"): msg("weight = metered energy"),
    ("marginal", "over"): msg("weight = max(0, v(all) − v(all, this user on its plan))"),
    ("marginal", "under"): msg("weight = max(0, v(all) − v(all, this user on its plan))"),
    ("shapley", "over"): msg("weight = mean, over all orders of the users, of v(before and this user) − v(before)"),
    ("shapley", "under"): msg("weight = mean, over all orders of the users, of v(before and this user) − v(before)"),
}
"""What a method weighs a user by, by method and side."""

ORIGINS_TOLD = {
    "nomination": msg("nomination"),
    "history": within("plan", "history"),
    "mean_of_others": msg("mean of the others"),
    "equal": msg("equal parts"),
}

LEVELS_TOLD = {
    "month_and_period": msg("month and period"),
    "month": msg("month"),
    "period": msg("period"),
    "year": msg("year"),
}


def buyers_own(words: NamingLanguage) -> str:
    """What is said in place of a user where a part is the buyer's own."""
    return words.say("(the buyer's own)")
