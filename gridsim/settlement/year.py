"""A year settled as a whole: what counts, the trial beside it, users without a unit, sellers, and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.market_tables import METER_PARTS, USER_CHANGES
from gridsim.remembered import Remembered
from gridsim.settlement.band_table import position_bands_table, seller_settlement_table
from gridsim.settlement.billing import billing_lines
from gridsim.settlement.clauses import ledger_clauses
from gridsim.settlement.corrections import correction_lines
from gridsim.settlement.ledger import ledger_table
from gridsim.settlement.ledger_tail import NO_TAIL, joined
from gridsim.settlement.meter import meter_of
from gridsim.settlement.names import names_of
from gridsim.settlement.positions import legs_of_positions, pack
from gridsim.settlement.prices import pairs_of, price_tables
from gridsim.settlement.sellers import close_months, generation_of, settling_months
from gridsim.settlement.settle import settle
from gridsim.settlement.tables import (
    cell_settlement_table,
    leg_ids,
    leg_settlement_table,
    legs_table,
    positions_table,
)
from gridsim.settlement.tariffs import tariffs_of
from gridsim.settlement.unitless import settle_unitless

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.settlement.clauses import LedgerClauses
    from gridsim.settlement.ledger_tail import TailLines
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.parted import PartedTable
    from gridsim.settlement.sellers import SellerOutcome
    from gridsim.settlement.settle import OwnPrices, Settler
    from gridsim.settlement.ways import Ways
    from gridsim.trading.buyers import Buyers

__all__ = ["SettledYear", "ledger_of_year", "settle_year", "tables_of_year", "unmetered_deals"]


class SettledYear(NamedTuple):
    """All that a year's settlement comes to."""

    rules: MonthlyRules
    names: PartyNames
    legs: ContractBook
    meter: Meter
    outcomes: list[Outcome]
    """What counts, and behind it the trial if there is one."""
    unitless: UnitlessOutcome
    closed: SellerOutcome
    leg_ids: pa.Array
    tail: TailLines
    """Lines behind all others of the ledger, of the settlement that counts."""


def settle_year(
    scenario: Scenario,
    buyers: Buyers,
    legs: ContractBook,
    rules: MonthlyRules,
    *,
    settler: Settler,
    rank_of_legs: NDArray[np.int64] | None = None,
    threads: int | None = None,
    own_prices: OwnPrices | None = None,
    sold: Callable[[SettledYear], TailLines] | None = None,
    remembered: Remembered | None = None,
) -> SettledYear:
    """Settle a scenario's year against its contracts.

    Parameters
    ----------
    scenario : Scenario
        Of its months those of its `settled_months` settle; no month's settlement looks at another's.
    buyers : Buyers
    legs : ContractBook
    rules : MonthlyRules
    settler : callable
        As `gridsim.settlement.settle.settle` takes it.
    rank_of_legs : (L,) int64 array, optional
        In which turn legs are filled (`gridsim.contracts.filling`); in proportion if left out.
    threads : int, optional
        How many settle side by side; as many as there are processors if left out.
    own_prices : callable, optional
        As `gridsim.settlement.settle.settle` takes it.
    sold : callable, optional
        Lines of retail contracts, of a year settled so far; what else users are billed for rests on them.
    remembered : Remembered, optional
        Of who settles nearly the same many times over.

    Raises
    ------
    ScenarioError
        A line needs a price that its month lacks.
    InputOverflowError, KernelError
        As `gridsim.settlement.settle.settle`.
    """
    made, users = remembered or Remembered(), (scenario.tables["users"], scenario.tables.get(USER_CHANGES))
    names = made(names_of, scenario, buyers, of=(buyers, scenario.tables["generators"]))
    weighed = scenario.tables["tariffs"], scenario.tables.get(METER_PARTS), scenario.rules.values.changes
    meter = made(meter_of, scenario, buyers, of=(buyers, scenario.tables["meter"], *weighed, *users))
    tariffs = made(tariffs_of, scenario, of=(scenario.rules, scenario.tables["tariffs"], *users))
    generation = generation_of(scenario)
    is_peak_valley = tariffs.on_peak_valley
    is_priority = scenario.tables["users"]["priority_purchase"].to_numpy(dtype=bool)
    pairs = pairs_of(meter, len(rules.shape.periods))
    of_pairs = None if meter.tariff_period is meter.period else meter
    tables = made(price_tables, rules, tariffs, pairs, of=(rules, tariffs, of_pairs))._replace(pairs=pairs)
    settling = settling_months(rules.shape, meter, generation) & scenario.settles
    outcomes = []
    for trial, settled in ((False, settling), (True, rules.has_trial & settling)):
        if trial and not settled.any():
            continue
        positions = pack(legs, meter, buyers.units, settled)
        outcomes.append(
            settle(
                positions,
                legs,
                meter,
                tables,
                is_peak_valley,
                rules,
                trial=trial,
                threads=threads,
                settler=settler,
                order_of_legs=positions.in_order(rank_of_legs),
                own_prices=own_prices,
            )
        )
    unitless = settle_unitless(meter, tariffs, is_peak_valley, is_priority, rules)
    closed = close_months(rules, settling, legs, outcomes[0], unitless, meter, generation, names)
    year = SettledYear(rules, names, legs, meter, outcomes, unitless, closed, leg_ids(len(legs)), NO_TAIL)
    retail = NO_TAIL if sold is None else sold(year)
    bills = NO_TAIL
    if "billing" in scenario.given:
        bills = billing_lines(scenario, rules, names, meter, tariffs, outcomes[0], unitless, retail)
    corrected = correction_lines(scenario, names) if "corrections" in scenario.given else NO_TAIL
    tail = joined([retail, bills, corrected])
    if scenario.settled_months is not None:
        tail = tail.take(np.flatnonzero(scenario.settles[tail.month]))
    return year._replace(tail=tail)


def unmetered_deals(year: SettledYear) -> list[tuple[str, str]]:
    """Units and months whose contracts come from deals alone while nothing is metered: no position is made of them.

    Parameters
    ----------
    year : SettledYear
    """
    legs, units, months = year.legs, year.names.units.ids, year.names.months
    left = (legs.unit >= 0) & ~legs_of_positions(legs, year.meter, len(units), np.ones(len(months), dtype=bool))
    found = sorted(set(zip(legs.unit[left].tolist(), legs.month[left].tolist(), strict=True)))
    return [(str(units[unit]), months[month]) for unit, month in found]


def tables_of_year(year: SettledYear, trades: pa.Table | PartedTable) -> dict[str, pa.Table | PartedTable]:
    """The exact result tables of a year, by name, without the ledger.

    Parameters
    ----------
    year : SettledYear
    trades : table
        The exact table ``trades``.
    """
    ids = year.leg_ids
    tables = {
        "legs": legs_table(year.legs, trades, year.names, ids),
        "positions": positions_table(year.outcomes, year.names),
        "position_bands": position_bands_table(year.outcomes, year.names),
        "leg_settlement": leg_settlement_table(year.outcomes, ids),
        "cell_settlement": cell_settlement_table(year.outcomes, year.unitless, year.meter, year.names),
    }
    if year.rules.shape.sellers is not None:
        tables["seller_settlement"] = seller_settlement_table(year.closed, year.names)
    return tables


def ledger_of_year(year: SettledYear, rules: RuleSet, remembered: Remembered | None = None) -> PartedTable:
    """The exact table ``ledger`` of a year.

    Parameters
    ----------
    year : SettledYear
    rules : RuleSet
        Whose clauses its lines cite.
    remembered : Remembered, optional
        As `settle_year` takes it.
    """
    made, transfers, ways = remembered or Remembered(), len(year.legs.moves.leg) > 0, year.rules.ways
    items = tuple(year.tail.items)
    clauses = made(_clauses, rules, ways, transfers, items, of=(rules, ways, transfers, *items))
    return ledger_table(
        year.outcomes,
        year.unitless,
        year.legs,
        year.meter,
        year.names,
        year.leg_ids,
        clauses,
        (year.closed.lines, year.closed.trial_lines),
        year.tail,
    )


def _clauses(rules: RuleSet, ways: Ways, transfers: bool, tail: tuple[str, ...]) -> LedgerClauses:
    return ledger_clauses(rules, ways, transfers=transfers, tail=tail)
