"""The contract book: every trade as legs by unit, month and product (rulebook parts 3 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.errors import KernelError
from gridsim.scenario.decomposition import decomposition_weights
from gridsim.trading.deliveries import month_count, month_of_delivery
from gridsim.trading.trades import NEW_ENERGY, NO_ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleValues
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

__all__ = [
    "ContractBook",
    "DeliveredMonths",
    "Moves",
    "delivered_months",
    "legs_of",
]


class Moves(NamedTuple):
    """Parts of legs that changed hands, each a leg of its own, in their order; (M,) int64 arrays (rulebook part 10).

    Attributes
    ----------
    leg : array
        The leg that it became.
    source : array
        The leg that it was cut from.
    energy : array
        [kWh] Of the part; the leg itself may have been cut since.
    price : array
        [micro-yuan/kWh] What the taker pays the giver; negative: is paid.
    origin : array
        Row of the trade in which the energy was new.
    """

    leg: NDArray[np.int64]
    source: NDArray[np.int64]
    energy: NDArray[np.int64]
    price: NDArray[np.int64]
    origin: NDArray[np.int64]


_NONE = Moves(*np.zeros((len(Moves._fields), 0), dtype=np.int64))


@dataclass(frozen=True, eq=False)
class ContractBook:
    """Contract legs in the order of the trades, each trade's months ascending; those of transfers behind all others.

    Attributes
    ----------
    trade : (L,) int64 array
        Row of the trade.
    unit : (L,) int64 array
        Number of the settlement unit. Of a leg of an account: -1 - its place among the accounts of the market.
    month : (L,) int64 array
        0 to 11.
    product : (L,) int64 array
        Position among the products of the market.
    seller : (L,) int64 array
        Row of the generator; behind them all the market's account, the side of a deal that is not known.
    energy : (L,) int64 array
        [kWh]
    price : (L,) int64 array
        [micro-yuan/kWh]
    of_deal : (L,) bool array
        Whether it stands in the table of deals, and no transfer made it.
    moves : Moves
        The last legs: energy that was taken over from legs before them.
    traded : tuple of (L,) int64 array, or None
        Energy and price as traded, where the scenario changes them (`gridsim.contracts.changed`).
    """

    trade: NDArray[np.int64]
    unit: NDArray[np.int64]
    month: NDArray[np.int64]
    product: NDArray[np.int64]
    seller: NDArray[np.int64]
    energy: NDArray[np.int64]
    price: NDArray[np.int64]
    of_deal: NDArray[np.bool_]
    moves: Moves = _NONE
    traded: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self.trade)

    @classmethod
    def of(
        cls, trades: YearTrades, months: DeliveredMonths, energy: NDArray[np.int64], sessions: Sessions
    ) -> ContractBook:
        """The legs of trades of new energy, once their energy is split to months.

        The price of a matched trade that delivers several is held within the bounds of each month.

        Parameters
        ----------
        trades : YearTrades
        months : DeliveredMonths
            Of those trades.
        energy : (L,) int64 array
            [kWh]
        sessions : Sessions
        """
        count = np.diff(months.start)
        trade = np.repeat(np.flatnonzero(trades.transfer == NEW_ENERGY), count)
        price = trades.price[trade]
        if sessions.bounds is not None:
            leg = np.flatnonzero((trades.sell_row[trade] != NO_ROW) & np.repeat(count > 1, count))
            price[leg] = sessions.bounds.held(price[leg], trades.kind[trade[leg]], months.month[leg])
        return cls(
            trade=trade,
            unit=trades.unit[trade],
            month=months.month,
            product=trades.product[trade],
            seller=trades.seller[trade],
            energy=energy,
            price=price,
            of_deal=trades.deal_row[trade] != NO_ROW,
        )


class DeliveredMonths(NamedTuple):
    """The months that trades deliver in, trade by trade.

    Attributes
    ----------
    start : (n + 1,) int64 array
        Where the months of each trade begin.
    month : (L,) int64 array
        0 to 11.
    weights : (L,) int64 array
        By which a trade's energy is split to them.
    """

    start: NDArray[np.int64]
    month: NDArray[np.int64]
    weights: NDArray[np.int64]


def legs_of(trades: YearTrades, rules: RuleValues, year: int, sessions: Sessions) -> ContractBook:
    """Decompose every trade of new energy to months, in whole kWh, by largest remainder (rulebook parts 3 and 4).

    Parameters
    ----------
    trades : YearTrades
        All trades; transfers are passed over (`gridsim.contracts.transfers`).
    rules : RuleValues
    year : int
    sessions : Sessions

    Raises
    ------
    KernelError
        A trade of more than 10¹⁵ kWh, or a typical curve without weight in the delivery (a checked scenario has none).
    """
    from gridsim.core.jit import OK
    from gridsim.core.split import scratch_size, split_many  # who only reads contracts needs no kernel

    is_new = trades.transfer == NEW_ENERGY
    months = delivered_months(trades.month[is_new], rules, year)
    energy = np.empty(len(months.month), dtype=np.int64)
    scratch = np.empty(scratch_size(12), dtype=np.int64)
    status = split_many(trades.energy[is_new], months.start, months.weights, energy, scratch)
    if status != OK:
        raise KernelError(f"the decomposition of the trades was refused with status {status}")
    return ContractBook.of(trades, months, energy, sessions)


def delivered_months(delivery: NDArray[np.int64], rules: RuleValues, year: int) -> DeliveredMonths:
    """The months of each delivery, and by what its energy is split to them.

    Parameters
    ----------
    delivery : (n,) int64 array
        Positions in the deliveries of the year.
    rules : RuleValues
    year : int
    """
    count = month_count(delivery)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    trade = np.repeat(np.arange(len(delivery), dtype=np.int64), count)
    month = month_of_delivery(delivery)[trade] + np.arange(len(trade), dtype=np.int64) - start[trade]
    is_single = (count == 1)[trade]  # nothing to split, whatever the curve gives that month
    return DeliveredMonths(start, month, np.where(is_single, 1, decomposition_weights(rules, year)[month]))
