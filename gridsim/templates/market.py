"""The market that the templates are of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gridsim.market_tables import input_tables
from gridsim.rules.loader import shipped
from gridsim.rules.shipped import FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.columns import Table
    from gridsim.rules.shape import MarketShape

__all__ = ["RULES", "market", "tables"]

RULES = FIRST
"""The rule set of the templates if none is named; what they write out stands in a folder of its name."""


@cache
def market(rules: str = RULES) -> MarketShape:
    """The shape of the market of a shipped rule set."""
    return shipped(rules).shape


@cache
def tables(rules: str = RULES) -> Mapping[str, Table]:
    """The input tables of the market of a shipped rule set."""
    return input_tables(shipped(rules).shape)
