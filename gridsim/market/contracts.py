"""What the sessions that are cleared came to: trades, positions, prices of books."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.calendar import days_in_month
from gridsim.columns import Column
from gridsim.io.decimals import floats_of_table
from gridsim.io.named_frames import to_pandas
from gridsim.market.to_date import SUBMITTED, in_sessions, rows_of
from gridsim.remembered import Remembered
from gridsim.result_columns import RESULT_TABLES
from gridsim.settled_market import traded_market
from gridsim.settlement.position_prices import mean_prices
from gridsim.stages import Stages
from gridsim.tables.encoded import texts_of_rows
from gridsim.trading.trades import trades_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.market.timetable import TradingSession
    from gridsim.remembered import Remembered
    from gridsim.scenario import Scenario
from gridsim.settled_market import TradedMarket

__all__ = [
    "BOOKS",
    "HELD",
    "SOLD",
    "TRADES",
    "Traded",
    "as_frame",
    "pending_months",
    "positions_of",
    "prices_of_books",
    "traded",
    "trades_of",
]

_TRADE = RESULT_TABLES["trades"]
_PROVISIONAL = Column("provisional", "bool", (), "whether later sessions of the month may change it")
TRADES = (*_TRADE.columns, _PROVISIONAL)
BOOKS = (
    *(_TRADE[name] for name in ("session", "kind", "product", "month", "segment", "transfer")),
    *(_TRADE[name] for name in ("energy_mwh", "price_yuan_per_mwh")),
    _PROVISIONAL,
)
HELD = (
    RESULT_TABLES["positions"]["unit_id"],
    *(_TRADE[name] for name in ("month", "product", "energy_mwh", "price_yuan_per_mwh")),
)
SOLD = (Column("generator_id", "text", (), "who sells"), *HELD[1:])

_NUMBERED = {"sell_row": "orders", "buy_row": "orders", "bilateral_row": "bilateral"}


class Traded(NamedTuple):
    """The trading of some sessions.

    Attributes
    ----------
    scenario : Scenario
        With what was submitted to them.
    rows : dict of str to (n,) int64 array
        By table, which rows of all that was submitted these are.
    market : TradedMarket
    """

    scenario: Scenario
    rows: dict[str, NDArray[np.int64]]
    market: TradedMarket


def traded(scenario: Scenario, sessions: Collection[str]) -> Traded:
    """Clear what was submitted to some sessions.

    Parameters
    ----------
    scenario : Scenario
        With all that was submitted.
    sessions : collection of str
    """
    rows = {name: rows_of(scenario, name, sessions) for name in SUBMITTED}
    found = in_sessions(scenario, rows)
    return Traded(
        found, {name: np.flatnonzero(own) for name, own in rows.items()}, traded_market(found, Stages(), Remembered())
    )


def trades_of(found: Traded, pending: Collection[str]) -> pa.Table:
    """Trades as the exact result table has them, and whether later sessions may change them.

    Parameters
    ----------
    found : Traded
    pending : collection of str
        Months in which transfers may still come out otherwise.
    """
    buyers, sessions, cleared, _ = found.market
    table = trades_table(cleared.trades, found.scenario, buyers, sessions)
    for column, name in _NUMBERED.items():
        own = table.column(column)
        rows = np.append(found.rows[name], -1)[own.fill_null(0).to_numpy() - 1] + 1
        numbers = pa.array(rows, pa.int64(), mask=np.asarray(own.is_null()))
        table = table.set_column(table.column_names.index(column), column, numbers)
    moves = np.asarray(table.column("transfer").is_valid())
    if moves.any():
        moves &= np.asarray(pc.is_in(table.column("month"), pa.array(sorted(pending), pa.string())))
    return table.append_column("provisional", pa.array(moves))


def pending_months(scenario: Scenario, left: Iterable[TradingSession]) -> frozenset[str]:
    """The months whose transfers may still come out otherwise.

    That is where all sessions of a month count, and one that is not cleared opens before it ends, or has orders for it.

    Parameters
    ----------
    scenario : Scenario
    left : iterable of TradingSession
        Those that are not cleared.
    """
    sessions = list(left)
    if not sessions or scenario.rules.values.transfers.counted == "closed_sessions":
        return frozenset()
    first = min(session.opens_at for session in sessions)
    rows = rows_of(scenario, "orders", {session.id for session in sessions})
    months = scenario.tables["orders"]["month"].array
    named = {months.categories[code] for code in np.unique(months.codes[rows])}
    return frozenset(month for month in scenario.months if first < _end_of(month) or month in named)


def _end_of(month: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{month}-01") + dt.timedelta(days=days_in_month(month))


def positions_of(found: Traded, *, of_sellers: bool = False) -> pa.Table:
    """Contracted energy by unit (or generator), month and product, and its mean price by energy: `HELD` or `SOLD`.

    Parameters
    ----------
    found : Traded
    of_sellers : bool
        By generator.
    """
    buyers, _, _, legs = found.market
    if of_sellers:
        names, who = texts_of_rows(found.scenario.tables["generators"]["generator_id"]), legs.seller
    else:
        names, who = buyers.unit_ids, legs.unit
    leg = np.flatnonzero((who >= 0) & (who < len(names)))  # an account is neither
    products = len(buyers.shape.products)
    keys, place = np.unique((who[leg] * 12 + legs.month[leg]) * products + legs.product[leg], return_inverse=True)
    energy, money = np.zeros((2, len(keys)), dtype=np.int64)
    np.add.at(energy, place, legs.energy[leg])
    np.add.at(money, place, legs.energy[leg] * legs.price[leg])
    mean = mean_prices(money, energy)
    return pa.table(
        {
            "generator_id" if of_sellers else "unit_id": _texts(names, keys // (12 * products)),
            "month": _texts(found.scenario.months, keys // products % 12),
            "product": _texts(buyers.shape.product_ids, keys % products),
            "energy_kwh": energy,
            "price_micro_yuan_per_kwh": pa.array(mean.values, mask=energy == 0),
        }
    )


def prices_of_books(trades: pa.Table) -> pa.Table:
    """What is published of books: how much was traded, and at which mean price by energy (`BOOKS`).

    Parameters
    ----------
    trades : Arrow table
        As `trades_of` gives them.
    """
    keys = [column.exact for column in BOOKS[:6]]
    matched = trades.filter(trades.column("sell_row").is_valid())
    names = [f"by_{place}" for place in range(len(keys))]
    columns = {name: matched.column(key).cast(pa.string()) for name, key in zip(names, keys, strict=True)}
    energy, price = (matched.column(name) for name in ("energy_kwh", "price_micro_yuan_per_kwh"))
    columns |= {"energy": energy, "money": pc.multiply(energy, price), "open": matched.column("provisional")}
    sums = [("energy", "sum"), ("money", "sum"), ("open", "any")]
    books = pa.table(columns).group_by(names, use_threads=False).aggregate(sums)
    kwh, money = (books.column(f"{name}_sum").to_numpy() for name in ("energy", "money"))
    return pa.table(
        {
            **{key: books.column(name) for name, key in zip(names, keys, strict=True)},
            "energy_kwh": kwh,
            "price_micro_yuan_per_kwh": pa.array(mean_prices(money, kwh).values, mask=kwh == 0),
            "provisional": books.column("open_any"),
        }
    )


def as_frame(exact: pa.Table, columns: tuple[Column, ...]) -> pd.DataFrame:
    """An exact table for work in pandas: MWh and yuan/MWh."""
    return to_pandas(floats_of_table(exact, columns))


def _texts(names: Sequence[str] | NDArray[np.object_], codes: NDArray[np.int64]) -> pa.Array:
    return pa.array(list(names), pa.string()).take(pa.array(codes))
