"""The clauses that the lines of a ledger cite, as codes: by item, by how a position is settled, and by period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet

__all__ = ["LedgerClauses", "ledger_clauses"]

_TRANSITION = "transition"  # whose code follows those of the modes (`gridsim.settlement.prices`)
_LEDGER = "ledger."


class LedgerClauses(NamedTuple):
    """What the lines of a ledger cite.

    Attributes
    ----------
    texts : tuple of str
        Each clause once, by its code.
    of_item : mapping of str to (modes + 1, periods) int64 array
        Codes by how a position settles (its mode; the last: in transition) and by period. Beside the items of the
        ledger: ``fallback_funds``, the funds of users that have left the market. -1: there is no such line.
    """

    texts: tuple[str, ...]
    of_item: Mapping[str, NDArray[np.int64]]


def ledger_clauses(rules: RuleSet) -> LedgerClauses:
    """The clauses that a rule set's ledger cites."""
    periods, regimes = rules.shape.periods, (*rules.shape.mode_ids, _TRANSITION)
    codes: dict[str, int] = {}
    of_item: dict[str, NDArray[np.int64]] = {}
    for name in rules.citations:
        if not name.startswith(_LEDGER):
            continue
        item, _, regime = name.removeprefix(_LEDGER).partition(".")
        by_period = [codes.setdefault(rules.cited(name, period), len(codes)) for period in periods]
        table = of_item.setdefault(item, np.full((len(regimes), len(periods)), -1, dtype=np.int64))
        table[regimes.index(regime) if regime else slice(None)] = by_period
    return LedgerClauses(tuple(codes), of_item)
