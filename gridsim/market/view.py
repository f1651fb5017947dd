"""What one participant sees when a session opens: what is its own, and what is published; nobody else's."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.columns import Column
from gridsim.market.contracts import BOOKS, HELD, SOLD, as_frame, positions_of
from gridsim.market.to_date import PARTICIPANTS, nobody_named
from gridsim.market_tables import input_tables
from gridsim.result_columns import RESULT_TABLES
from gridsim.tables.encoded import texts_of_rows
from gridsim.trading.standing import REASONS
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.market.contracts import Traded
    from gridsim.market.timetable import TradingSession
    from gridsim.scenario import Scenario

__all__ = ["View", "view_of"]

_REASON = RESULT_TABLES["rejected"]["reason"]
_TRADE = RESULT_TABLES["trades"]
_OWN_TRADES = (
    *(_TRADE[name] for name in ("session", "kind")),
    Column("side", "text", (), "buy or sell"),
    *(_TRADE[name] for name in ("product", "month", "segment", "energy_mwh", "price_yuan_per_mwh", "contract_id")),
    Column("counterparty_id", "text", (), "the other side of a filed contract", optional=True),
    _TRADE["transfer"],
    BOOKS[-1],
)

Exact = tuple[pa.Table, tuple[Column, ...]]


@helpful
class View:
    """What a participant knows at the opening of a session; its frames are made when they are first looked at.

    A trade of a matched session tells nothing of its other side; the two sides of a filed contract know each other.

    Attributes
    ----------
    session : TradingSession
    participant : str or None
        None: an onlooker, who sees what is published alone.

    Examples
    --------
    >>> market = gridsim.Market(gridsim.example("henan-2021-mini"), players=["R1"])
    >>> trades = market.clear()
    >>> view = market.open("AM-2021", participant="R1")
    >>> view.trades[["session", "side", "energy_mwh", "price_yuan_per_mwh"]].head(2)
       session side  energy_mwh  price_yuan_per_mwh
    0  AB-2021  buy   36500.008               368.0
    1  AB-2021  buy    9125.000               500.0
    """

    def __init__(self, session: TradingSession, participant: str | None, tables: Mapping[str, Exact]) -> None:
        self.session = session
        self.participant = participant
        self._tables = dict(tables)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Its own rows of ``orders``, of this session too; `reason`: why one of a cleared session was not used."""
        return self._frame("orders")

    @cached_property
    def filings(self) -> pd.DataFrame:
        """The rows of ``bilateral`` of which it is a side; `reason` as in `orders`."""
        return self._frame("bilateral")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Its own, of cleared sessions.

        ``session``, ``kind``, ``side``, ``product``, ``month``, ``segment``, ``energy_mwh``, ``price_yuan_per_mwh``,
        ``contract_id``, ``counterparty_id`` (of filed contracts and deals), ``transfer``, ``provisional`` (later
        sessions of the month may change it).
        """
        return self._frame("trades")

    @cached_property
    def positions(self) -> pd.DataFrame:
        """Its contracts by month and product.

        ``unit_id`` (of a buyer) or ``generator_id``, ``month``, ``product``, ``energy_mwh``, ``price_yuan_per_mwh``
        (their mean by energy).
        """
        return self._frame("positions")

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Of each book of the cleared sessions, what all came to.

        ``session``, ``kind``, ``product``, ``month``, ``segment``, ``transfer``, ``energy_mwh`` in all,
        ``price_yuan_per_mwh`` (the mean by energy), ``provisional``.
        """
        return self._frame("prices")

    @cached_property
    def meter(self) -> pd.DataFrame:
        """What its own users metered, of the months that are known."""
        return self._frame("meter")

    @cached_property
    def history(self) -> pd.DataFrame:
        """What its own users consumed in earlier years."""
        return self._frame("history")

    def _frame(self, name: str) -> pd.DataFrame:
        return as_frame(*self._tables[name])

    def __repr__(self) -> str:
        who = "an onlooker" if self.participant is None else repr(self.participant)
        counts = {name: table.num_rows for name, (table, _) in self._tables.items()}
        own = ", ".join(f"{counts[name]} {name}" for name in ("orders", "bilateral", "trades"))
        return f"View({self.session.id!r}, {who}, {own}, {counts['prices']} books cleared)"


def view_of(
    scenario: Scenario,
    session: TradingSession,
    participant: str | None,
    found: Traded,
    trades: pa.Table,
    prices: pa.Table,
    known_months: Collection[str],
) -> View:
    """What a participant sees.

    Parameters
    ----------
    scenario : Scenario
        With all that was submitted.
    session : TradingSession
    participant : str or None
    found : Traded
        The trading of the cleared sessions.
    trades, prices : Arrow table
        Exact, of all participants.
    known_months : collection of str
        Of which metered energy is known.

    Raises
    ------
    ResultError
        Nobody of that name takes part.
    """
    kind = _kind_of(scenario, participant)
    ids = _own_users(scenario, kind, participant)
    meter, history = scenario.tables["meter"], scenario.tables["history"]
    known = np.array([*(month in known_months for month in meter["month"].array.categories), False], dtype=bool)
    return View(
        session,
        participant,
        {
            "orders": _own_rows(scenario, "orders", ("participant_id",), participant, found),
            "bilateral": _own_rows(scenario, "bilateral", ("generator_id", "buyer_id"), participant, found),
            "trades": _own_trades(trades, participant),
            "positions": _own_positions(found, kind, participant),
            "prices": (prices, BOOKS),
            "meter": _exact(
                scenario, "meter", _own_meter(scenario, kind, participant, ids) & known[meter["month"].array.codes]
            ),
            "history": _exact(scenario, "history", _is_one_of(history["user_id"], ids)),
        },
    )


def _kind_of(scenario: Scenario, participant: str | None) -> str | None:
    """The table in which a participant stands."""
    if participant is None:
        return None
    for table, column in PARTICIPANTS.items():
        if participant in scenario.tables[table][column].array.categories:
            return table
    if any(participant in kind.accounts for kind in scenario.rules.shape.sessions):
        return "accounts"
    raise nobody_named(scenario, participant)


def _own_users(scenario: Scenario, kind: str | None, participant: str | None) -> frozenset[str]:
    if participant is None or kind not in ("users", "retailers"):
        return frozenset()
    if kind == "users":
        return frozenset({participant})
    users = scenario.states.rows
    own = _is_one_of(users["retailer_id"], {participant})
    return frozenset(texts_of_rows(users["user_id"])[own].tolist())


def _own_meter(
    scenario: Scenario, kind: str | None, participant: str | None, ids: Collection[str]
) -> NDArray[np.bool_]:
    """Which rows are of its own users: of one that changes its retailer, those of the months in which it is its."""
    meter, states = scenario.tables["meter"], scenario.states
    own = _is_one_of(meter["user_id"], ids)
    if kind == "retailers" and states.number is not None:
        state = states.at(scenario.row_of(meter["user_id"], "users", "user_id"), meter["month"].array.codes)
        own &= _is_one_of(states.rows["retailer_id"], {participant})[state]
    return own


def _is_one_of(column: pd.Series, names: Collection[str | None]) -> NDArray[np.bool_]:
    """(n,) which rows name one of some."""
    texts = column.array.categories.tolist()
    chosen = np.array([*(text in names for text in texts), False], dtype=bool)
    found: NDArray[np.bool_] = chosen[column.array.codes]
    return found


def _own_rows(scenario: Scenario, name: str, columns: tuple[str, ...], participant: str | None, found: Traded) -> Exact:
    """The rows that name a participant, and why those of cleared sessions were not used."""
    table = scenario.tables[name]
    own = np.logical_or.reduce([_is_one_of(table[column], {participant}) for column in columns])
    codes = np.zeros(len(table), dtype=np.int8)
    cleared = found.market.cleared
    codes[found.rows[name]] = cleared.orders if name == "orders" else cleared.filings
    exact, spec = _exact(scenario, name, own)
    words = pa.array([None, *REASONS[1:]], pa.string())
    return exact.append_column("reason", words.take(pa.array(codes[own]))), (*spec, _REASON)


def _own_trades(trades: pa.Table, participant: str | None) -> Exact:
    sides = (pc.equal(trades.column(name), participant) for name in ("seller_id", "buyer_id"))
    sells, buys = (pc.fill_null(side, pa.scalar(value=False)) for side in sides)
    is_own = pc.or_(sells, buys)
    own, sold = trades.filter(is_own), sells.filter(is_own)
    is_contract = own.column("contract_id").is_valid()
    other = pc.if_else(sold, own.column("buyer_id"), own.column("seller_id"))
    made = {
        "side": pc.if_else(sold, "sell", "buy"),
        "counterparty_id": pc.if_else(is_contract, other, pa.scalar(None, pa.string())),
    }
    return pa.table(
        {each.exact: made[each.exact] if each.exact in made else own.column(each.exact) for each in _OWN_TRADES}
    ), _OWN_TRADES


def _own_positions(found: Traded, kind: str | None, participant: str | None) -> Exact:
    if kind == "generators":
        sold = positions_of(found, of_sellers=True)
        return sold.filter(pc.equal(sold.column("generator_id"), participant)), SOLD
    held, units = positions_of(found), found.market.buyers.units
    ids = units.ids[found.market.buyers.ids[units.buyer] == participant]
    return held.filter(pc.is_in(held.column("unit_id"), pa.array(ids.tolist(), pa.string()))), HELD


def _exact(scenario: Scenario, name: str, rows: NDArray[np.bool_]) -> Exact:
    """Some rows of an input table, with texts as texts: categories would name everybody."""
    table, frame, place = input_tables(scenario.rules.shape)[name], scenario.tables[name], np.flatnonzero(rows)
    columns = {}
    for column in table:
        values = frame[column.exact].array
        if frame[column.exact].dtype.name == "category":
            columns[column.exact] = pa.array(values.categories, pa.string()).take(
                pa.array(values.codes[place], mask=values.codes[place] < 0)
            )
        else:
            columns[column.exact] = pa.array(values[place], from_pandas=True)
    return pa.table(columns), table.columns
