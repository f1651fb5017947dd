"""Trading sessions: their names, kinds and windows (rulebook part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.rules.shape_lists import SessionKind
from gridsim.tables.encoded import places_of, texts_of_rows
from gridsim.trading.bounds import bounds_of
from gridsim.trading.terms import FILINGS, ROLLING, Terms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.bounds import PriceBounds

    Flags = NDArray[np.bool_]

__all__ = ["NO_KIND", "Sessions", "sessions_of"]

NO_KIND = SessionKind("deal", FILINGS)
"""Of a deal that says no kind of session: of no group, and annual where it delivers the year (rulebook part 12)."""


@dataclass(frozen=True)
class Sessions:
    """The sessions of a scenario, and what the rule set says of their kinds.

    Attributes
    ----------
    names : list of str
        As the table has them; without one, as filings and then orders name them first.
    table : DataFrame or None
        None if the scenario has no table of sessions: then no window is checked.
    kinds : tuple of SessionKind
        Without a table: that of all filings, and that of all orders.
    terms : tuple of Terms
        Of each kind.
    filed, ordered : (sessions,) int64 array
        The place among the kinds of each session's filings, and of its orders.
    bounds : PriceBounds or None
        What prices are held within; None where nothing is.
    turn : (sessions,) int64 array or None
        Where each stands in the order of closing, where transfers count those that are closed; None: they count all.
    of_deals : tuple of SessionKind
        The kinds that a deal may say it counts as, and behind them `NO_KIND`, that of one that says none.
    """

    names: list[str]
    table: pd.DataFrame | None
    kinds: tuple[SessionKind, ...]
    terms: tuple[Terms, ...]
    filed: NDArray[np.int64]
    ordered: NDArray[np.int64]
    bounds: PriceBounds | None = None
    of_deals: tuple[SessionKind, ...] = ()
    turn: NDArray[np.int64] | None = None

    @property
    def of_trades(self) -> tuple[SessionKind, ...]:
        """The kinds that a trade may have: those of filings and orders, then those of deals."""
        return (*self.kinds, *self.of_deals)

    def turn_of(self, session: NDArray[np.int64]) -> NDArray[np.int64]:
        """When what sessions made counts for transfers: the turn of each; -1 of what no session made, 0 if all count.

        Parameters
        ----------
        session : (n,) int64 array
            As `gridsim.trading.trades.YearTrades.session`.
        """
        if self.turn is None:
            return np.zeros(len(session), dtype=np.int64)
        is_made = (session >= 0) & (session < len(self.names))
        found: NDArray[np.int64] = np.append(self.turn, -1)[np.where(is_made, session, -1)]
        return found

    def position_of(self, session: pd.Series) -> NDArray[np.int64]:
        """The position in `names` of each row's session.

        Parameters
        ----------
        session : categorical Series of str
        """
        by_category = places_of(session.array.categories.tolist(), self.names)
        position: NDArray[np.int64] = by_category[session.array.codes]
        return position

    def is_outside(self, session: pd.Series, *times: pd.Series) -> Flags:
        """Whether one of the times of each row lies outside its session's window, ends included.

        Parameters
        ----------
        session : categorical Series of str
        *times : Series of datetime64
        """
        outside = np.zeros(len(session), dtype=bool)
        if self.table is None:
            return outside
        row = self.position_of(session)
        opens = self.table["opens_at"].to_numpy()[row]
        closes = self.table["closes_at"].to_numpy()[row]
        for time in times:
            instant = time.to_numpy()
            outside |= (instant < opens) | (instant > closes)
        return outside

    def kind_of_orders(self, orders: pd.DataFrame) -> NDArray[np.int64]:
        """The place among the kinds of each row of the orders.

        Parameters
        ----------
        orders : DataFrame
        """
        kind: NDArray[np.int64] = self.ordered[self.position_of(orders["session"])]
        return kind

    def may_transfer(self, orders: pd.DataFrame) -> Flags:
        """Whether contracted energy may change hands where each row orders (rulebook part 10).

        Parameters
        ----------
        orders : DataFrame
            Exact.
        """
        words = np.array([terms.transfers for terms in self.terms], dtype=object)[self.kind_of_orders(orders)]
        has_segment = orders["segment"].array.codes >= 0
        may: Flags = (words == "also") | (words == "only") | ((words == "with_segment") & has_segment)
        return may

    def only_transfers(self, orders: pd.DataFrame) -> Flags:
        """Whether no new energy is traded where each row orders."""
        return self._where(orders, [terms.transfers == "only" for terms in self.terms])

    def is_rolling(self, orders: pd.DataFrame) -> Flags:
        """Whether each row stands in a rolling book, in which later rows amend earlier ones."""
        return self._where(orders, [terms.how == ROLLING for terms in self.terms])

    def is_extension(self, orders: pd.DataFrame) -> Flags:
        """Whether a mechanism of an extension matches the book in which each row stands."""
        return self._where(orders, [terms.is_extension for terms in self.terms])

    def _where(self, orders: pd.DataFrame, by_kind: list[bool]) -> Flags:
        if not any(by_kind):
            return np.zeros(len(orders), dtype=bool)
        found: Flags = np.array(by_kind, dtype=bool)[self.kind_of_orders(orders)]
        return found


def sessions_of(scenario: Scenario) -> Sessions:
    """The sessions of a scenario."""
    shape, values = scenario.rules.shape, scenario.rules.values
    if "sessions" in scenario.given:
        table = scenario.tables["sessions"]
        kinds = shape.sessions
        kind = table["kind"].array
        of_session = places_of(kind.categories.tolist(), [each.id for each in kinds])[kind.codes].astype(np.int64)
        names, filed, ordered = texts_of_rows(table["session"]).tolist(), of_session, of_session
    else:
        table, kinds = None, shape.without_sessions
        named = (scenario.tables[name]["session"].array.categories for name in ("bilateral", "orders"))
        names = list(dict.fromkeys(name for names in named for name in names.tolist()))
        is_filed = [each.how == FILINGS for each in kinds]
        filed, ordered = (
            np.full(len(names), is_filed.index(wanted) if wanted in is_filed else 0, dtype=np.int64)
            for wanted in (True, False)
        )
    terms = tuple(Terms.of(each, values) for each in kinds)
    of_deals = (*shape.sessions, NO_KIND) if len(scenario.tables["deals"]) else ()
    turn = None
    if table is not None and values.transfers.counted == "closed_sessions":
        turn = np.argsort(np.argsort(table["closes_at"].to_numpy(), kind="stable"))
    return Sessions(names, table, kinds, terms, filed, ordered, bounds_of(scenario, kinds), of_deals, turn)
