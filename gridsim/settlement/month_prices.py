"""What price expressions ask of a month beyond its rules: market prices, and means over what was traded (part 9)."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import delivered_months
from gridsim.settlement.figures import Figure
from gridsim.settlement.monthly import MonthPrices
from gridsim.settlement.position_prices import mean_prices
from gridsim.trading.bounds import market_columns
from gridsim.trading.deliveries import month_of_delivery
from gridsim.trading.standing import prices_of
from gridsim.trading.trades import GENERATORS, NEW_ENERGY, NO_ROW

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

    Ints = NDArray[np.int64]
    Split = Callable[[Ints, Ints, Ints], Ints]

__all__ = ["month_prices"]

_MONTHS = 12


def month_prices(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, trades: YearTrades, reason: NDArray[np.int8],
    legs: ContractBook, split: Split,
) -> MonthPrices:  # fmt: skip
    """The prices of the months of a scenario.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    trades : YearTrades
    reason : (orders,) int8 array
        0 for orders that stand.
    legs : ContractBook
        After transfers.
    split : callable
        By largest remainder, as `gridsim.contracts.transfers.with_moves` takes it.
    """
    columns = market_columns(scenario)
    return MonthPrices(
        market={name: Figure(values, is_there) for name, (values, is_there) in columns.items()},
        mean=cache(partial(_mean, sessions, trades, legs)),  # asked for by each seller in each month
        transfers=_mean_of_transfers(trades),
        unfilled=partial(_unfilled, scenario, buyers, sessions, trades, reason, split),
    )


def _mean(sessions: Sessions, trades: YearTrades, legs: ContractBook, kinds: tuple[str, ...]) -> Figure:
    """The mean price of the new energy of each month that was traded in sessions of some kinds."""
    is_asked = np.array([kind.id in kinds for kind in sessions.of_trades], dtype=bool)
    new = np.flatnonzero((trades.transfer[legs.trade] == NEW_ENERGY) & is_asked[trades.kind[legs.trade]])
    energy = legs.energy.copy()
    np.add.at(energy, legs.moves.source, legs.moves.energy)  # what was cut was traded too
    return _by_month(legs.month[new], energy[new], legs.price[new])


def _mean_of_transfers(trades: YearTrades) -> Figure:
    """The mean price of what generators transferred among themselves for each month."""
    at = np.flatnonzero(trades.transfer == GENERATORS)
    return _by_month(month_of_delivery(trades.month[at]), trades.energy[at], trades.price[at])


def _by_month(month: Ints, energy: Ints, price: Ints) -> Figure:
    money, total = np.zeros((2, _MONTHS), dtype=np.int64)
    np.add.at(money, month, energy * price)
    np.add.at(total, month, energy)
    return mean_prices(money, total)


def _unfilled(
    scenario: Scenario, buyers: Buyers, sessions: Sessions, trades: YearTrades, reason: NDArray[np.int8], split: Split,
    kind: str, least: Figure,
) -> Ints:  # fmt: skip
    """(12, units, products) what stayed unfilled of orders to buy new energy in sessions of a kind [kWh].

    Of those whose price is at least that of the month; of an order for several months, each month's part.
    """
    orders, shape = scenario.tables["orders"], buyers.shape
    found = np.zeros((_MONTHS, len(buyers.units), len(shape.products)), dtype=np.int64)
    every = np.arange(len(orders))
    price, takes = prices_of(orders, every)
    is_kind = np.array([each.id == kind for each in sessions.kinds], dtype=bool)[sessions.kind_of_orders(orders)]
    product = orders["product"].array.codes.astype(np.int64)
    unit = buyers.units.number[buyers.position_of(orders["participant_id"]), shape.mode_of_product[product]]
    stands = (reason == 0) & is_kind & (orders["side"].array == "buy") & ~orders["transfer"].to_numpy(dtype=bool)
    row = np.flatnonzero(stands & (unit >= 0) & (True if takes is None else ~takes))
    left = orders["energy_kwh"].to_numpy().copy()
    bought = np.flatnonzero(trades.buy_row != NO_ROW)
    np.subtract.at(left, trades.buy_row[bought], trades.energy[bought])

    delivery = orders["month"].array.codes[row].astype(np.int64)
    start, month, weights = delivered_months(delivery, scenario.rules.values, scenario.year)
    of = np.repeat(np.arange(len(row)), np.diff(start))
    part = split(left[row], weights, start)
    values, is_there = np.broadcast_to(least.values, _MONTHS), least.is_there
    pays = price[row][of] >= values[month]
    if is_there is not None:
        pays &= np.broadcast_to(is_there, _MONTHS)[month]
    np.add.at(found, (month[pays], unit[row][of][pays], product[row][of][pays]), part[pays])
    return found
