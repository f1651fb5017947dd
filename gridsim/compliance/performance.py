"""How contracts compare with consumption: curve balance (N4) and the credit record (N7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.compliance.figures import ratio_text, ratio_texts
from gridsim.compliance.row import Row, table_of_columns
from gridsim.details import COMPLIANCE
from gridsim.rules.hours import periods_of_quarters

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.contracts.book import ContractBook
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome
    from gridsim.trading.buyers import Buyers

__all__ = ["credit", "curve_balance"]


def curve_balance(
    outcome: Outcome, legs: ContractBook, names: PartyNames, scenario: Scenario, buyers: Buyers
) -> Iterator[Row]:
    """The largest gap between a unit's contract shares by period and those it metered, and those of the hours (N4).

    Contracts count in every month, also where nothing settles. The hours of a unit with periods of its own are its own.
    """
    rules, sets = scenario.rules, scenario.period_sets.sets
    positions, totals = outcome.positions, outcome.by_position
    shape = names.shape
    contract = np.zeros((len(names.units), len(shape.products)), dtype=np.int64)
    metered = np.zeros_like(contract)
    leg = np.flatnonzero(legs.unit >= 0)  # an account of the market has no unit
    np.add.at(contract, (legs.unit[leg], legs.product[leg]), legs.energy[leg])
    np.add.at(metered, (positions.unit, positions.product), totals.metered)
    quarters: dict[int, list[int]] = {}  # by set of periods, -1 being the rule set's hours
    hours_of: dict[tuple[int, int], list[int]] = {}  # of the products of a mode, by mode and set of periods
    clause = rules.cited("compliance.curve_balance")
    products_of = [shape.products_of(mode) for mode in range(len(shape.modes))]
    for unit in np.flatnonzero(contract.sum(axis=1) > 0).tolist():
        its_mode = int(names.units.mode[unit])
        products = products_of[its_mode]
        if len(products) == 1:
            continue
        mine = contract[unit, products].tolist()
        own = int(buyers.set_of_unit[unit])
        if own not in quarters:
            table = periods_of_quarters(rules, scenario.year, sets[own][1] if own >= 0 else None)
            quarters[own] = np.bincount(table.ravel(), minlength=len(shape.periods)).tolist()
        if (its_mode, own) not in hours_of:
            hours_of[its_mode, own] = [
                sum(quarters[own][shape.periods.index(period)] for period in shape.products[number].periods)
                for number in products
            ]
        hours = hours_of[its_mode, own]
        for measure, other in (("metered_shares", metered[unit, products].tolist()), ("hour_shares", hours)):
            gap = _largest_gap(mine, other)
            value = None if gap is None else ratio_text(*gap)
            yield Row("curve_balance", names.units.ids[unit], None, value, None, None, clause, COMPLIANCE[measure])


def _largest_gap(mine: Sequence[int], other: Sequence[int]) -> tuple[int, int] | None:
    """The largest difference between shares, as a fraction."""
    whole, others = sum(mine), sum(other)
    if others == 0:
        return None
    return max(abs(a * others - b * whole) for a, b in zip(mine, other, strict=True)), whole * others


_CREDIT = tuple(COMPLIANCE[measure] for measure in ("metered_to_contracted", "overrun_share", "shortfall_share"))


def credit(outcome: Outcome, names: PartyNames, rules: RuleSet) -> pa.Table:
    """Metered over contracted energy and the shares of deviation, by unit and month (N7)."""
    positions, totals = outcome.positions, outcome.by_position
    key, inverse = np.unique(positions.unit.astype(np.int64) * 12 + positions.month, return_inverse=True)
    contract, metered, overrun, shortfall = (np.zeros(len(key), dtype=np.int64) for _ in range(4))
    for sums, values in (
        (contract, totals.contract),
        (metered, totals.metered),
        (overrun, totals.overrun),
        (shortfall, totals.shortfall),
    ):
        np.add.at(sums, inverse, values)
    unit, month = np.divmod(np.repeat(key, len(_CREDIT)), 12)
    return table_of_columns(
        "credit",
        (unit, names.units.ids.tolist()),
        ratio_texts(
            np.column_stack([metered, overrun, shortfall]).ravel().tolist(),
            np.column_stack([contract, metered, contract]).ravel().tolist(),
        ),
        rules.cited("compliance.credit"),
        (np.tile(np.arange(len(_CREDIT)), len(key)), _CREDIT),
        month=(month, names.months),
    )
