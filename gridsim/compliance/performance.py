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
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome

__all__ = ["credit", "curve_balance"]


def curve_balance(outcome: Outcome, legs: ContractBook, names: PartyNames, rules: RuleSet) -> Iterator[Row]:
    """The largest gap between a unit's contract shares and those it metered, and those of the hours (N4).

    Of units that trade several products; contracts count also of months that do not settle.
    """
    positions, totals = outcome.positions, outcome.by_position
    shape = names.shape
    contract = np.zeros((len(names.units), len(shape.products)), dtype=np.int64)
    metered = np.zeros_like(contract)
    of_unit = np.flatnonzero(legs.unit >= 0)  # an account of the market has none
    np.add.at(contract, (legs.unit[of_unit], legs.product[of_unit]), legs.energy[of_unit])
    np.add.at(metered, (positions.unit, positions.product), totals.metered)
    quarters = periods_of_quarters(rules, int(names.months[0][:4]))
    hours_of = dict(
        zip(shape.periods, np.bincount(quarters.ravel(), minlength=len(shape.periods)).tolist(), strict=True)
    )
    clause = rules.cited("compliance.curve_balance")
    for unit in np.flatnonzero(contract.sum(axis=1) > 0).tolist():
        products = shape.products_of(int(names.units.mode[unit]))
        if len(products) == 1:
            continue
        mine = contract[unit, products].tolist()
        hours = [sum(hours_of[period] for period in shape.products[number].periods) for number in products]
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
