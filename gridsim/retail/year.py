"""A year settled with the bills of its users: retail contracts, and what else a bill holds (rulebook parts 13, 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.retail.contracts import retail_book
from gridsim.retail.lines import retail_lines
from gridsim.retail.prices import retail_prices
from gridsim.settlement.billing import billing_lines
from gridsim.settlement.ledger_tail import NO_TAIL, joined
from gridsim.settlement.tariffs import tariffs_of
from gridsim.settlement.year import SettledYear, settle_year

if TYPE_CHECKING:
    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.trading.buyers import Buyers

__all__ = ["settle_with_bills"]


def settle_with_bills(
    scenario: Scenario, buyers: Buyers, legs: ContractBook, rules: MonthlyRules, **how: Any
) -> SettledYear:
    """Settle a scenario's year, and behind it what users pay their retailers, and the rest of their bills.

    Parameters
    ----------
    scenario, buyers, legs, rules, how
        As `gridsim.settlement.year.settle_year` takes them, which says what it raises.
    """
    retail = NO_TAIL
    if len(scenario.tables["retail_contracts"]):
        book = retail_book(scenario)
        prices = retail_prices(book)
        year = settle_year(scenario, buyers, legs, rules, own_prices=prices.of_cells, **how)
        retail = joined([retail_lines(book, prices, year)])
    else:
        year = settle_year(scenario, buyers, legs, rules, **how)
    if not len(scenario.tables["billing"]):
        return year._replace(tail=retail)
    of_year = (year.rules, year.names, year.meter, tariffs_of(scenario), year.outcomes[0], year.unitless)
    return year._replace(tail=joined([retail, billing_lines(scenario, *of_year, retail)]))
