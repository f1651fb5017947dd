"""The clauses that the lines of a ledger cite, as codes: by item, by how a position is settled, and by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.citations import OWN_CLAUSES
from gridsim.rules.shape import TAIL_ITEMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.settlement.ways import Ways

__all__ = ["LedgerClauses", "ledger_clauses"]

_LEDGER, _TRANSFER = "ledger.", "ledger.transfer"


class LedgerClauses(NamedTuple):
    """What the lines of a ledger cite.

    Attributes
    ----------
    texts : tuple of str
        Each clause once, by its code.
    of_item : mapping of str to (ways, periods) int64 array
        Codes by how a position settles (`gridsim.settlement.ways`) and by period; -1: there is no such line. Beside
        the items of the ledger: those of users without a unit and of sellers (``funds.left_market``).
    ways : tuple of str
        Names of the ways.
    """

    texts: tuple[str, ...]
    of_item: Mapping[str, NDArray[np.int64]]
    ways: tuple[str, ...]

    def apart(self, names: tuple[str, ...]) -> int:
        """The code of lines that belong to no position: of the first name that the rule set has.

        A name may end in that of a mode (``energy.tou``): what positions of the mode cite.
        """
        for name in names:
            if name in self.of_item:
                return int(self.of_item[name][0, 0])
            item, _, way = name.rpartition(".")
            if item in self.of_item and way in self.ways:
                return int(self.of_item[item][self.ways.index(way), 0])
        raise AssertionError(names)


def ledger_clauses(rules: RuleSet, ways: Ways, *, transfers: bool = False, tail: Sequence[str] = ()) -> LedgerClauses:
    """The clauses that a rule set's ledger cites.

    Parameters
    ----------
    rules : RuleSet
    ways : Ways
    transfers : bool
        Whether contracted energy changed hands.
    tail : sequence of str
        Items of lines behind all others; what the rule set has no clause for is gridsim's own (`OWN_CLAUSES`).
    """
    periods, names = rules.shape.periods, [way.name for way in ways]
    codes: dict[str, int] = {}
    of_item: dict[str, NDArray[np.int64]] = {}
    for name in rules.citations:
        if not name.startswith(_LEDGER) or (name == _TRANSFER and not transfers):
            continue
        if name.removeprefix(_LEDGER) in TAIL_ITEMS:
            continue
        item, _, regime = name.removeprefix(_LEDGER).partition(".")
        if regime and regime not in names:  # of users without a unit, or of sellers
            item, regime = f"{item}.{regime}", ""
        by_period = [codes.setdefault(rules.cited(name, period), len(codes)) for period in periods]
        table = of_item.setdefault(item, np.full((len(names), len(periods)), -1, dtype=np.int64))
        table[[not regime or regime == each for each in names]] = by_period
    for item in tail:
        cited = rules.cited(_LEDGER + item) if _LEDGER + item in rules.citations else OWN_CLAUSES[item]
        of_item[item] = np.full((len(names), len(periods)), codes.setdefault(cited, len(codes)), dtype=np.int64)
    return LedgerClauses(tuple(codes), of_item, tuple(names))
