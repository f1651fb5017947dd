"""What a traded market says of the bills of its users: the rows of ``billing``, with where each user stands in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.settlement.billing import billed_rows
from gridsim.settlement.levies import BilledUsers
from gridsim.settlement.meter import units_at
from gridsim.settlement.names import names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.settlement.billing import BilledRows
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.tariffs import Tariffs
    from gridsim.trading.buyers import Buyers

    Ints = NDArray[np.int64]

__all__ = ["BilledMarket", "billed_market"]


@dataclass(frozen=True, eq=False)
class BilledMarket:
    """The rows of ``billing`` of a traded market.

    Attributes
    ----------
    rows : BilledRows
    unit : (n,) int64 array
        Number of the settlement unit that the user of each row is in then; -1: outside the market.
    users : BilledUsers
    names : PartyNames
    """

    rows: BilledRows
    unit: Ints
    users: BilledUsers
    names: PartyNames

    @property
    def digest(self) -> str:
        """SHA-256 of the rows."""
        *numbers, standard = self.rows
        digest = hashlib.sha256(repr(standard).encode())
        for values in (*numbers, self.unit):
            digest.update(np.asarray(values).astype("<i8", copy=False).tobytes())
        return digest.hexdigest()


def billed_market(scenario: Scenario, buyers: Buyers, tariffs: Tariffs) -> BilledMarket | None:
    """The rows of ``billing`` of a scenario, of months that settle; None if there are none."""
    if not len(scenario.tables["billing"]):
        return None
    rows = billed_rows(scenario, tariffs)
    rows = rows.take(scenario.settles[rows.month])
    unit = units_at(scenario, buyers, rows.user, rows.month).astype(np.int64)
    return BilledMarket(rows, unit, BilledUsers.of(scenario), names_of(scenario, buyers))
