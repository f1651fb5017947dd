"""In which order the legs of a position are filled, where a market does not fill them in proportion (rulebook part 9).

The order of a market is a list of keys. A key that is added is a function here, with an entry in `_KEYS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.trading.deliveries import month_count, month_of_delivery
from gridsim.trading.trades import BUYERS, NO_ROW

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

    Ints = NDArray[np.int64]

__all__ = ["rank_of_legs"]

_NEVER = np.iinfo(np.int64).max
"""When a deal was concluded that does not say it: such deals stand last (rulebook part 12 is silent)."""


class _Legs(NamedTuple):
    """What the keys ask of legs; (L,) int64 arrays."""

    variety: Ints
    group: Ints
    """Place among `Sessions.of_trades` of the kind that the leg counts as."""
    ends: Ints
    time: Ints
    month: Ints
    price: Ints


def rank_of_legs(scenario: Scenario, sessions: Sessions, trades: YearTrades, legs: ContractBook) -> Ints | None:
    """The place of each leg in the order in which legs are filled; None where they are filled in proportion.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    trades : YearTrades
    legs : ContractBook
        After transfers.

    Returns
    -------
    (L,) int64 array or None
    """
    shape = scenario.rules.shape
    if not shape.order_of_legs:
        return None
    known = _with_transfers(_new_energy(scenario, sessions, trades, legs), scenario, sessions, trades, legs)
    keys = [_rank(key, known, shape, sessions) for key in shape.order_of_legs]
    # What the keys leave open stands in the order of the trades.
    order = np.lexsort([np.arange(len(legs)), legs.trade, *reversed(keys)])
    rank = np.empty(len(legs), dtype=np.int64)
    rank[order] = np.arange(len(legs))
    return rank


def _new_energy(scenario: Scenario, sessions: Sessions, trades: YearTrades, legs: ContractBook) -> _Legs:
    """What the trades that brought new energy say of it; of legs of transfers, the trade in which it was new."""
    shape = scenario.rules.shape
    bilateral, orders, held = (scenario.tables[name] for name in ("bilateral", "orders", "deals"))
    last = month_of_delivery(trades.month) + month_count(trades.month) - 1
    ends = last.copy()
    has_contract = trades.contract != NO_ROW
    contract = trades.contract[has_contract]
    of_contract = np.zeros(int(contract.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(of_contract, contract, last[has_contract])
    ends[has_contract] = of_contract[contract]
    concluded = held["concluded_on"]
    day = np.where(concluded.isna().to_numpy(), _NEVER, _times(concluded))
    trade = legs.trade.copy()
    trade[legs.moves.leg] = legs.moves.origin
    return _Legs(
        variety=_gathered(
            len(trades.energy),
            (trades.bilateral_row, _varieties(bilateral, shape)),
            (trades.deal_row, _varieties(held, shape)),
            (trades.sell_row, _varieties(orders, shape)),
        )[trade],
        group=trades.kind[trade],
        ends=ends[trade],
        time=_gathered(
            len(trades.energy),
            (trades.bilateral_row, _times(bilateral["filed_at"])),
            (trades.deal_row, day),
            (trades.buy_row, _times(orders["submitted_at"])),
        )[trade],
        month=legs.month,
        price=legs.price,
    )


def _with_transfers(
    known: _Legs, scenario: Scenario, sessions: Sessions, trades: YearTrades, legs: ContractBook
) -> _Legs:
    """What transfers made ends with its month, counts as their kind of session, and has the time of who took it."""
    moves, shape = legs.moves, scenario.rules.shape
    if not len(moves.leg):
        return known
    known = known._replace(**{name: getattr(known, name).copy() for name in ("variety", "group", "ends", "time")})
    trade = legs.trade[moves.leg]
    known.ends[moves.leg] = legs.month[moves.leg]
    known.group[moves.leg] = trades.kind[trade]
    if shape.transfer_variety:
        first = [shape.varieties.index(name) for name in _varieties_before_all(shape)]
        other = moves.leg[~np.isin(known.variety[moves.leg], first)]
        known.variety[other] = shape.varieties.index(shape.transfer_variety)
    times = _times(scenario.tables["orders"]["submitted_at"])
    is_taken = trades.transfer[trade] == BUYERS
    taken = times[trades.buy_row[trade]]
    for leg, source, among_buyers, time in zip(
        moves.leg.tolist(), moves.source.tolist(), is_taken.tolist(), taken.tolist(), strict=True
    ):  # in their order: a leg that was made may be cut in turn
        known.time[leg] = time if among_buyers else known.time[source]
    return known


def _varieties_before_all(shape: MarketShape) -> list[str]:
    keys = [dict(key) for key in shape.order_of_legs if isinstance(key, tuple)]
    return [name for key in keys for name in key.get("variety", ())]


def _varieties(table: pd.DataFrame, shape: MarketShape) -> Ints:
    """The variety of each row; an empty cell is the last."""
    if "variety" not in table:
        return np.full(len(table), len(shape.varieties) - 1, dtype=np.int64)
    codes = table["variety"].array.codes.astype(np.int64)
    return np.where(codes < 0, len(shape.varieties) - 1, codes)


def _times(column: pd.Series) -> Ints:
    times: Ints = column.to_numpy().astype("datetime64[us]").astype(np.int64)
    return times


def _gathered(count: int, *parts: tuple[Ints, Ints]) -> Ints:
    """By trade what stands in the table that it comes from: rows of each table (`NO_ROW`: another's) and its values."""
    found = np.zeros(count, dtype=np.int64)
    for row, values in parts:
        has_row = row != NO_ROW
        found[has_row] = values[row[has_row]]
    return found


def _rank(key: Any, legs: _Legs, shape: MarketShape, sessions: Sessions) -> Ints:
    """The place of each leg by one key: the smaller comes first."""
    if isinstance(key, str):
        return _KEYS[key](legs)
    given = dict(key)
    if "variety" in given:
        first = [shape.varieties.index(name) for name in given["variety"]]
        return np.where(np.isin(legs.variety, first), 0, 1)
    groups = given["group"]
    place = [groups.index(kind.group) if kind.group in groups else len(groups) for kind in sessions.of_trades]
    return np.array(place, dtype=np.int64)[legs.group]


_KEYS: Mapping[str, Callable[[_Legs], Ints]] = MappingProxyType(
    {
        "ends_this_month": lambda legs: np.where(legs.ends == legs.month, 0, 1),
        "variety": lambda legs: legs.variety,
        "price": lambda legs: legs.price,
        "time": lambda legs: legs.time,
    }
)
