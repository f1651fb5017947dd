"""The oracle: the rulebook once more, slow and plain, to hold the simulator against.

Nothing here comes from ``gridsim``, numpy or pandas: only ints, `fractions.Fraction` and `datetime` (and a reader of
YAML for the shapes of the two shipped sets, which stand in `shapes/` in the words of rulebook 9). Each function
stands beside the clause it was written from ("rulebook 5" is part 5 of the rulebook, "N5.2" the notice's part five,
second item). It reads a scenario as plain text rows and gives back every result table as plain rows of exact units.
"""

from __future__ import annotations

from .market_run import settle_market
from .shape import FaultError, load_shape

__all__ = ["FaultError", "load_shape", "settle_market"]
