"""Bills in batches: capacity or demand, and the adjustment by the power factor (rulebook part 13).

Capacity and demand are the same in every draw. A power factor hangs on what the user draws, and its base on what that
costs: so the positions of such users are settled once more, in the months that the table names, by the code of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.settled_draws import SettledDraw, SettledDraws
from gridsim.errors import InputOverflowError
from gridsim.rules.shape import TAIL_ITEMS, TAIL_OF_TABLE
from gridsim.settlement.billing import Biller
from gridsim.settlement.ledger_tail import NO_TAIL, NOBODY
from gridsim.units import INT64_MAX
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.rules.schema import Billing
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]

__all__ = ["DrawnBills"]

_ITEMS = TAIL_OF_TABLE["billing"]
_PLACE = np.array([_ITEMS.index(item) if item in _ITEMS else NOBODY for item in TAIL_ITEMS])


class DrawnBills:
    """The bills of users of some units, draw by draw.

    Parameters
    ----------
    traded : Traded
        With rows of ``billing``.
    rules : MonthlyRules
    values : Billing
        Of the rule set.
    units : slice
        Among those of `traded`.

    Attributes
    ----------
    items : tuple of str
        Of the columns of money.
    """

    items = _ITEMS

    def __init__(self, traded: Traded, rules: MonthlyRules, values: Billing, units: slice) -> None:
        assert traded.bills is not None  # as who asks knows
        bills, place = traded.bills, traded.unit_of_bill
        is_ours = (place >= units.start) & (place < units.stop)
        has_factor = np.array([standard is not None for standard in bills.rows.standard], dtype=bool)
        self._traded, self._rules, self._units = traded, rules, units
        self._unit_at = np.full((len(traded.is_priority), 12), NOBODY, dtype=np.int64)
        self._unit_at[bills.rows.user[is_ours], bills.rows.month[is_ours]] = place[is_ours] - units.start
        rows = bills.rows.take(is_ours & has_factor)
        self._settled = np.unique(np.stack([place[is_ours & has_factor], rows.month], axis=1), axis=0)
        self._biller = Biller(rows, bills.users, values, rules, bills.names, traded.tariffs)
        fixed = bills.rows.take(is_ours & ~has_factor & (bills.rows.item != NOBODY))
        self._fixed = self._empty()
        np.add.at(self._fixed, (self._unit_at[fixed.user, fixed.month], _PLACE[fixed.item]), fixed.charge)

    @property
    def is_drawn(self) -> bool:
        """Whether the bills of different draws differ."""
        return len(self._settled) > 0

    def fixed(self) -> Ints:
        """(units, items) money that is the same in every draw [micro-yuan]."""
        return self._fixed

    def of(self, draw: SettledDraw, retail: TailLines = NO_TAIL) -> Ints:
        """(units, items) money of all bills in a draw [micro-yuan].

        Parameters
        ----------
        draw : SettledDraw
            Of all cells of the users.
        retail : TailLines
            Lines of retail contracts in this draw.

        Raises
        ------
        InputOverflowError
            Money of the bills leaves int64.
        """
        lines, money = self._biller.lines(*draw, retail), self._fixed.copy()
        if np.abs(lines.amount.astype(float)).sum() + np.abs(money.astype(float)).sum() > INT64_MAX // 2:
            raise InputOverflowError(Sentence("the money of bills leaves int64"))
        np.add.at(money, (self._unit_at[lines.user, lines.month], _PLACE[lines.item]), lines.amount)
        return money

    def alone(self, draws_of: Callable[[Meter], Callable[[int], Ints]]) -> Callable[[int], Ints]:
        """How to make the bills of a draw where nothing but them needs what a run settles.

        Parameters
        ----------
        draws_of : callable
            Of some cells of the meter, what gives their energy in a draw [kWh].

        Returns
        -------
        callable
            Of a draw, the (units, items) money of all bills [micro-yuan].
        """
        if not self.is_drawn:
            return lambda _: self._fixed
        traded, months = self._traded, 12
        of_position = traded.positions.unit * months + traded.positions.month
        rows = np.flatnonzero(np.isin(of_position, self._settled @ (months, 1)))
        draws, meter = SettledDraws.of_some(traded, self._rules, rows)
        drawn = draws_of(meter)
        return lambda draw: self.of(draws.of(drawn(draw)))

    def _empty(self) -> Ints:
        return np.zeros((self._units.stop - self._units.start, len(_ITEMS)), dtype=np.int64)
