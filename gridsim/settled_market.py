"""A market from trading to its ledger: what a run is before its checks, and for whoever settles many times over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.contracts.changed import changed_legs
from gridsim.contracts.concluded import concluded, split_by_kernel
from gridsim.contracts.filling import rank_of_legs
from gridsim.io.named_frames import ExactTables
from gridsim.io.table_sets import MadeTables
from gridsim.market_tables import USER_CHANGES
from gridsim.remembered import Remembered
from gridsim.retail.year import settle_with_retail
from gridsim.rules.extended_shape import expressions_of
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.month_prices import month_prices
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.parted import PartedTable
from gridsim.settlement.tables import legs_table
from gridsim.settlement.year import ledger_of_year, tables_of_year
from gridsim.stages import Stages
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table
from gridsim.trading.trades import trades_table

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ModeShape, RegimeShape
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthPrices
    from gridsim.settlement.year import SettledYear
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.market import Cleared
    from gridsim.trading.sessions import Sessions

__all__ = ["SettledAgain", "SettledMarket", "TradedMarket", "settled_market", "traded_market"]

_NOT_TRADED = frozenset(
    ("meter", "load", "tariffs", "history", "generation", "retail_contracts", "nominations", "billing", "corrections")
)
"""Tables that no trade and no contract rests on."""
_OF_TARIFFS = ("name", "tariff_class", "voltage", "peak_valley_tariff")
"""Columns of users that no trade rests on."""


class TradedMarket(NamedTuple):
    """What the sessions of a scenario come to."""

    buyers: Buyers
    sessions: Sessions
    cleared: Cleared
    legs: ContractBook


class SettledMarket(NamedTuple):
    """A scenario settled, before its checks."""

    buyers: Buyers
    sessions: Sessions
    cleared: Cleared
    legs: ContractBook
    year: SettledYear
    tables: dict[str, pa.Table | PartedTable]


class _Traded(NamedTuple):
    """A year's trades, its contracts, and what hangs on them."""

    buyers: Buyers
    sessions: Sessions
    cleared: Cleared
    legs: ContractBook
    prices: MonthPrices
    rank: NDArray[np.int64] | None


def traded_market(scenario: Scenario, stages: Stages, made: Remembered) -> TradedMarket:
    """Clear what is submitted to the sessions of a scenario, and come to its contracts.

    Sessions know nothing of each other but through transfers and filings of one contract; so this is the trading of a
    year, and of those of its sessions that are cleared (`gridsim.Market`).

    Parameters
    ----------
    scenario : Scenario
    stages : Stages
    made : Remembered
        What need not be made again.
    """
    with stages("trading"):
        tables = scenario.tables
        of_buyers = (
            scenario.rules,
            scenario.period_sets,
            tables["users"],
            tables.get(USER_CHANGES),
            tables["retailers"],
        )
        buyers = made(buyers_of, scenario, of=of_buyers)
        sessions = sessions_of(scenario)
        cleared = trade(scenario, buyers, sessions)
    with stages("contracts"):
        cleared, legs = concluded(scenario, buyers, sessions, cleared)
    return TradedMarket(buyers, sessions, cleared, legs)


def settled_market(scenario: Scenario, threads: int | None, stages: Stages) -> SettledMarket:
    """Trade, settle, and make the tables but for the checks.

    Parameters
    ----------
    scenario : Scenario
    threads : int or None
        How many settle side by side; as many as there are processors if None.
    stages : Stages
        Takes the time of each stage.
    """
    buyers, sessions, cleared, legs, prices, rank = _traded(scenario, stages, Remembered())
    with stages("settlement"):
        monthly = monthly_rules(scenario.rules, scenario.year, prices)
        year = settle_with_retail(
            scenario, buyers, legs, monthly, settler=settle_within_bounds, rank_of_legs=rank, threads=threads
        )
    with stages("tables"):
        trades = trades_table(cleared.trades, scenario, buyers, sessions)
        tables: dict[str, pa.Table | PartedTable] = {
            "trades": trades,
            **tables_of_year(year, trades),
            "rejected": rejected_table(cleared.filings, cleared.orders),
        }
    with stages("ledger"):
        tables["ledger"] = ledger_of_year(year, scenario.rules)
    return SettledMarket(buyers, sessions, cleared, legs, year, tables)


def _traded(scenario: Scenario, stages: Stages, made: Remembered) -> _Traded:
    buyers, sessions, cleared, as_traded = traded_market(scenario, stages, made)
    with stages("contracts"):
        legs = changed_legs(scenario, buyers, sessions, cleared.trades, as_traded, split_by_kernel)
    with stages("settlement"):
        prices = month_prices(scenario, buyers, sessions, cleared.trades, cleared.orders, as_traded, split_by_kernel)
        rank = rank_of_legs(scenario, sessions, cleared.trades, legs)
    return _Traded(buyers, sessions, cleared, legs, prices, rank)


class SettledAgain:
    """Settles one market many times over, each time with something otherwise, and some of its months alone.

    What a variant leaves as it was is not made again: its trades and contracts where only what was metered, a price or
    a rule differs; prices by rate and month where no tariff does. Months settle each by itself, so what comes out for a
    month is what a settlement of the whole year has for it (`gridsim.settlement.year.settle_year`).

    Parameters
    ----------
    months : collection of str
        Those that settle, as ``2021-05``.
    """

    def __init__(self, months: Collection[str]) -> None:
        self._months = frozenset(months)
        self._remembered = Remembered()
        self._users: list[pd.DataFrame] = []

    def shortened(self, scenario: Scenario) -> Scenario:
        """The scenario without what was metered in other months: to be varied and then settled here.

        Parameters
        ----------
        scenario : Scenario
        """
        meter = scenario.tables["meter"]
        here = meter["month"].isin(self._months).to_numpy()
        if here.all():
            return scenario
        return replace(scenario, tables={**scenario.tables, "meter": meter[here].reset_index(drop=True)}, hash="")

    def tables(self, scenario: Scenario) -> ExactTables:
        """The exact tables ``ledger`` and ``legs``: of the ledger the lines of the months, the legs of all the year.

        Parameters
        ----------
        scenario : Scenario
            As `shortened` gives it, with something otherwise.
        """
        made, rules = self._remembered, scenario.rules
        tables = {**scenario.tables, "users": self._same_users(scenario.tables["users"])}
        traded_from = [frame for name, frame in sorted(tables.items()) if name not in _NOT_TRADED]
        alike = replace(scenario, tables=tables)
        traded = made(_traded, alike, Stages(), made, of=(rules, scenario.period_sets, scenario.changes, *traded_from))
        prices_from = traded if made(_rests_on_trades, rules.shape) else scenario.tables.get("market_prices")
        monthly = made(monthly_rules, rules, scenario.year, traded.prices, of=(rules, prices_from))
        settling = tuple(month for month, settles in zip(scenario.months, scenario.settles, strict=True) if settles)
        only = replace(scenario, settled_months=tuple(month for month in settling if month in self._months))
        year = settle_with_retail(
            only, traded.buyers, traded.legs, monthly, settler=settle_within_bounds, rank_of_legs=traded.rank,
            threads=1, remembered=made,
        )  # fmt: skip
        trades = made(trades_table, traded.cleared.trades, scenario, traded.buyers, traded.sessions, of=(traded,))
        legs = made(legs_table, year.legs, trades, year.names, year.leg_ids, of=(trades, year.names))
        return ExactTables(MadeTables({"legs": legs, "ledger": ledger_of_year(year, rules, made)}))

    def _same_users(self, users: pd.DataFrame) -> pd.DataFrame:
        """Users as they were before, where trading sees no difference."""
        columns = [name for name in users if name not in _OF_TARIFFS]
        for known in self._users:
            if known is users or (len(known) == len(users) and known[columns].equals(users[columns])):
                return known
        self._users = [*self._users[:1], users]
        return users


def _rests_on_trades(shape: MarketShape) -> bool:
    """Whether prices of a month are means of its trades, or fees look at its orders."""
    ways: tuple[ModeShape | RegimeShape, ...] = (*shape.modes, *shape.regimes)
    is_exempt = any(band.exempt is not None for way in ways for band in way.over)
    words = {each.word for expression in expressions_of(shape) for each in expression.walk()}
    return shape.sellers is not None or is_exempt or not words.isdisjoint(("mean", "transfers"))
