"""A market from trading to its ledger: what a run is before its checks, and for whoever settles many times over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from gridsim.contracts.concluded import concluded, split_by_kernel
from gridsim.contracts.filling import rank_of_legs
from gridsim.io.table_sets import ExactTables, MadeTables
from gridsim.retail.year import settle_with_retail
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.month_prices import month_prices
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.parted import PartedTable
from gridsim.settlement.year import ledger_of_year, tables_of_year
from gridsim.stages import Stages
from gridsim.trading.buyers import buyers_of
from gridsim.trading.deals import trades_table
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table

if TYPE_CHECKING:
    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.settlement.year import SettledYear
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.market import Cleared
    from gridsim.trading.sessions import Sessions

__all__ = ["SettledMarket", "TradedMarket", "exact_tables", "settled_market", "traded_market"]


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


def exact_tables(scenario: Scenario) -> ExactTables:
    """The exact tables of a run without its checks and its manifest: for those who settle one market many times over.

    Parameters
    ----------
    scenario : Scenario
    """
    return ExactTables(MadeTables(settled_market(scenario, 1, Stages()).tables))


def traded_market(scenario: Scenario, stages: Stages) -> TradedMarket:
    """Clear what is submitted to the sessions of a scenario, and come to its contracts.

    Sessions know nothing of each other but through transfers and filings of one contract; so this is the trading of a
    year, and of any of its sessions by themselves (`gridsim.Market`).

    Parameters
    ----------
    scenario : Scenario
    stages : Stages
    """
    with stages("trading"):
        buyers = buyers_of(scenario)
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
    buyers, sessions, cleared, legs = traded_market(scenario, stages)
    with stages("settlement"):
        prices = month_prices(scenario, buyers, sessions, cleared.deals, cleared.orders, legs, split_by_kernel)
        monthly = monthly_rules(scenario.rules, scenario.year, prices)
        rank = rank_of_legs(scenario, sessions, cleared.deals, legs)
        year = settle_with_retail(
            scenario, buyers, legs, monthly, settler=settle_within_bounds, rank_of_legs=rank, threads=threads
        )
    with stages("tables"):
        trades = trades_table(cleared.deals, scenario, buyers, sessions)
        tables: dict[str, pa.Table | PartedTable] = {
            "trades": trades,
            **tables_of_year(year, trades),
            "rejected": rejected_table(cleared.filings, cleared.orders),
        }
    with stages("ledger"):
        tables["ledger"] = ledger_of_year(year, scenario.rules)
    return SettledMarket(buyers, sessions, cleared, legs, year, tables)
