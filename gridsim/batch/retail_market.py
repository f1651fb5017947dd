"""The retail contracts of a market that is traded once and settled draw by draw (rulebook part 14)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.retail.contracts import retail_book
from gridsim.retail.prices import retail_prices
from gridsim.settlement.names import names_of
from gridsim.settlement.sellers import generation_of
from gridsim.simulate import inputs_of

if TYPE_CHECKING:
    from gridsim.io.table_sets import MadeTables
    from gridsim.retail.contracts import RetailBook
    from gridsim.retail.prices import RetailPrices
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.sellers import Generation
    from gridsim.trading.buyers import Buyers

__all__ = ["RetailMarket", "retail_market"]


@dataclass(frozen=True, eq=False)
class RetailMarket:
    """The retail contracts of a traded market.

    Attributes
    ----------
    book : RetailBook
    prices : RetailPrices
    names : PartyNames
    generation : Generation
        The fees of own faults go back with those of the buyers, where fees do.
    inputs : mapping of str to Arrow table
        What plans of users are made of, as a result keeps it.
    rules : RuleSet
        Of these, only the shape of the market counts.
    """

    book: RetailBook
    prices: RetailPrices
    names: PartyNames
    generation: Generation
    inputs: MadeTables
    rules: RuleSet

    @property
    def digest(self) -> str:
        """SHA-256 of the contracts and nominations."""
        digest = hashlib.sha256(repr(self.book.contracts).encode())
        for array in (self.book.nominations.of_month, self.book.nominations.of_period):
            digest.update(array.astype("<i8", copy=False).tobytes())
        return digest.hexdigest()


def retail_market(scenario: Scenario, buyers: Buyers) -> RetailMarket | None:
    """The retail contracts of a scenario; None if it has none."""
    if not len(scenario.tables["retail_contracts"]):
        return None
    book = retail_book(scenario)
    return RetailMarket(
        book,
        retail_prices(book),
        names_of(scenario, buyers),
        generation_of(scenario),
        inputs_of(scenario),
        scenario.rules,
    )
