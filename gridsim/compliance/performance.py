"""How contracts compare with consumption: curve balance (N4) and the credit record (N7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from gridsim.columns import PERIODS
from gridsim.compliance.row import Row, ratio_text

if TYPE_CHECKING:
    from gridsim.rules import RuleValues
    from gridsim.settlement.names import Names
    from gridsim.settlement.outcome import Outcome

__all__ = ["credit", "curve_balance"]


def curve_balance(outcome: Outcome, names: Names, rules: RuleValues) -> Iterator[Row]:
    """The largest gap between a ``tou`` unit's contract shares and those it metered, and those of the hours (N4)."""
    positions, totals = outcome.positions, outcome.by_position
    contract = np.zeros((len(names.units), 4), dtype=np.int64)
    metered = np.zeros_like(contract)
    np.add.at(contract, (positions.unit, positions.product), totals.contract)
    np.add.at(metered, (positions.unit, positions.product), totals.metered)
    hours = [sum(end - start for start, end in getattr(rules.periods, period)) for period in PERIODS]
    has_contract = np.flatnonzero(contract[:, 1:].sum(axis=1) > 0)
    for unit in has_contract[has_contract % 2 == 1]:
        mine = [int(energy) for energy in contract[unit, 1:]]
        for keyword, other, words in (
            ("metered_shares", [int(energy) for energy in metered[unit, 1:]], "metered shares"),
            ("hour_shares", hours, "shares of the hours of the day"),
        ):
            gap = _largest_gap(mine, other)
            value = None if gap is None else ratio_text(gap.numerator, gap.denominator)
            detail = f"{keyword}: value: largest gap between contract shares by period and {words}"
            yield Row("curve_balance", names.units[unit], None, value, None, None, "N4", detail)


def _largest_gap(mine: Sequence[int], other: Sequence[int]) -> Fraction | None:
    if sum(other) == 0:
        return None
    pairs = zip(mine, other, strict=True)
    return max(abs(Fraction(a, sum(mine)) - Fraction(b, sum(other))) for a, b in pairs)


def credit(outcome: Outcome, names: Names) -> Iterator[Row]:
    """Metered over contracted energy and the shares of deviation, by unit and month (N7)."""
    positions, totals = outcome.positions, outcome.by_position
    key, inverse = np.unique(positions.unit * 12 + positions.month, return_inverse=True)
    sums = np.zeros((4, len(key)), dtype=np.int64)
    for total, values in zip(sums, (totals.contract, totals.metered, totals.overrun, totals.shortfall), strict=True):
        np.add.at(total, inverse, values)
    for unit_month, *figures in zip(key.tolist(), *sums.tolist(), strict=True):
        contract, metered, overrun, shortfall = figures
        unit, month = divmod(unit_month, 12)
        for keyword, numerator, denominator, words in (
            ("metered_to_contracted", metered, contract, "metered / contracted energy"),
            ("overrun_share", overrun, metered, "overrun / metered energy"),
            ("shortfall_share", shortfall, contract, "shortfall / contracted energy"),
        ):
            value, detail = ratio_text(numerator, denominator), f"{keyword}: value: {words}"
            yield Row("credit", names.units[unit], names.months[month], value, None, None, "N7", detail)
