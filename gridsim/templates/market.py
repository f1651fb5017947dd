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
"""The shipped rule set whose market both templates are; their tables and texts stand in a folder of its name."""


@cache
def market() -> MarketShape:
    """Its shape."""
    return shipped(RULES).shape


@cache
def tables() -> Mapping[str, Table]:
    """Its input tables."""
    return input_tables(market())
