"""A year settled with the retail contracts of its users (rulebook part 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.retail.contracts import retail_book
from gridsim.retail.lines import retail_lines
from gridsim.retail.prices import retail_prices
from gridsim.settlement.year import SettledYear, settle_year

if TYPE_CHECKING:
    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.trading.buyers import Buyers

__all__ = ["settle_with_retail"]


def settle_with_retail(
    scenario: Scenario, buyers: Buyers, legs: ContractBook, rules: MonthlyRules, **how: Any
) -> SettledYear:
    """Settle a scenario's year, and behind it what users pay their retailers.

    Parameters
    ----------
    scenario, buyers, legs, rules, how
        As `gridsim.settlement.year.settle_year` takes them, which says what it raises.
    """
    if not len(scenario.tables["retail_contracts"]):
        return settle_year(scenario, buyers, legs, rules, **how)
    book = retail_book(scenario)
    prices = retail_prices(book)
    return settle_year(
        scenario,
        buyers,
        legs,
        rules,
        own_prices=prices.of_cells,
        sold=lambda year: retail_lines(book, prices, year.outcomes[0], year.meter, year.names, rules),
        **how,
    )
