"""Fees of deviation that go back to who consumed, in a draw: shares of the whole market's, month by month (part 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.settlement.sellers import close_months, returned_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.batch.settled_draws import SettledDraw
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]

__all__ = ["ReturnedFees"]

_MONTHS = 12


class ReturnedFees:
    """What goes back to whom.

    Parameters
    ----------
    traded : Traded
        With retail contracts, of a market whose fees go back.
    rules : MonthlyRules
    draw : SettledDraw
        Any draw of all positions: what sellers pay is the same in every one.
    """

    def __init__(self, traded: Traded, rules: MonthlyRules, draw: SettledDraw) -> None:
        assert traded.retail is not None  # as who asks knows
        self._shape, self._names = rules.shape, traded.retail.names
        self._agency = traded.retail.generation.agency.tolist()
        months = np.zeros(_MONTHS, dtype=bool)
        months[draw.outcome.positions.month] = True  # in no other is anything to be given back to a buyer
        closed = close_months(
            rules, months, traded.legs, draw.outcome, draw.unitless, draw.meter, traded.retail.generation, self._names
        )
        self._of_sellers = np.zeros(_MONTHS, dtype=np.int64)
        np.subtract.at(self._of_sellers, closed.month, closed.fee_money)

    def of(self, draw: SettledDraw) -> Iterator[tuple[int, int, int]]:
        """Party, month and money of a draw [micro-yuan].

        Parameters
        ----------
        draw : SettledDraw
            Of all positions.
        """
        outcome, names, pot = draw.outcome, self._names, self._of_sellers.copy()
        positions = outcome.positions
        for fee in outcome.fees:
            np.add.at(pot, positions.month, fee.energy * fee.price)
        metered = np.zeros((_MONTHS, len(names.parties)), dtype=np.int64)
        np.add.at(metered, (positions.month, names.party_of_unit[positions.unit]), outcome.by_position.metered)
        for month in np.flatnonzero(pot).tolist():
            for party, share in returned_shares(
                self._shape, names, int(pot[month]), metered[month], self._agency[month]
            ):
                yield party, month, share
