"""What a kWh costs a user with a retail contract (rulebook part 14).

Costs and prices are whole micro-yuan per kWh. A cost is rounded first, as every price is; what is made of it is rounded
once more, half away from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.retail.contracts import NO_CONTRACT
from gridsim.settlement.figures import half_away_from_zero
from gridsim.units import INT64_MAX, RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.retail.contracts import RetailBook, RetailContract

    Ints = NDArray[np.int64]

__all__ = ["RetailPrices", "before_bounds", "price_at_cost", "retail_prices"]

_FIXED, _SPREAD_SHARE, _COST_PLUS = "fixed", "spread_share", "cost_plus"


@dataclass(frozen=True, eq=False)
class RetailPrices:
    """The contracts of a book as arrays, which price many cells at once.

    Attributes
    ----------
    contract_of : (U, 12) int64 array
        By user and month; `gridsim.retail.contracts.NO_CONTRACT`: none.
    fixed : (C, periods) int64 array
        [micro-yuan/kWh] by contract and period; 0 of other kinds.
    start, weight : (C,) int64 array
        A price that rests on the cost is `start` + `weight` × (cost − `start`), the weight in 10⁻⁴; of a fixed one the
        weight is 0.
    fee, floor, cap : (C,) int64 array
        [micro-yuan/kWh] added, and the bounds within which the result lies.
    """

    contract_of: Ints
    fixed: Ints
    start: Ints
    weight: Ints
    fee: Ints
    floor: Ints
    cap: Ints

    def of_cells(
        self, user: NDArray[np.integer], month: Ints, period: NDArray[np.integer], cost: Ints
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """The price of each cell's kWh, and whether its user has a contract then; without one the price is the cost.

        Parameters
        ----------
        user, month, period : (n,) integer array
            Rows of users; 0 to 11; contract periods.
        cost : (n,) int64 array
            [micro-yuan/kWh] of the cell's position; 0 without energy in band.
        """
        contract = self.contract_of[user, month]
        has = contract != NO_CONTRACT
        known = np.where(has, contract, 0)
        if not len(self.start):
            return cost, has
        start, weight = self.start[known], self.weight[known]
        price = half_away_from_zero(start * RATIO_ONE + weight * (cost - start), RATIO_ONE)
        price = np.clip(price + self.fixed[known, period] + self.fee[known], self.floor[known], self.cap[known])
        return np.where(has, price, cost), has


def retail_prices(book: RetailBook) -> RetailPrices:
    """The contracts of a book as arrays."""
    periods = book.nominations.of_period.shape[2]
    contracts = book.contracts

    def column(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int64)

    is_spread = [each.kind == _SPREAD_SHARE for each in contracts]
    return RetailPrices(
        contract_of=book.contract_of,
        fixed=np.array(
            [[price or 0 for price in each.prices] if each.kind == _FIXED else [0] * periods for each in contracts],
            dtype=np.int64,
        ).reshape(-1, periods),
        start=column([each.reference or 0 if spread else 0 for each, spread in zip(contracts, is_spread, strict=True)]),
        weight=column([_weight(each.kind, each.share) for each in contracts]),
        fee=column([each.fee or 0 for each in contracts]),
        floor=column([-INT64_MAX if each.floor is None else each.floor for each in contracts]),
        cap=column([INT64_MAX if each.cap is None else each.cap for each in contracts]),
    )


def before_bounds(contract: RetailContract, period: int, cost: int) -> int:
    """The price of a user's kWh before floor and cap, of one contract on plain integers.

    Parameters
    ----------
    contract : RetailContract
    period : int
        The contract period.
    cost : int
        [micro-yuan/kWh]
    """
    if contract.kind == _FIXED:
        price = contract.prices[period]
        assert price is not None  # as the checks of a scenario see to
        return price
    if contract.kind == _COST_PLUS:
        return cost + (contract.fee or 0)
    start, share = contract.reference or 0, contract.share or 0
    return round_half_up(start * RATIO_ONE + share * (cost - start), RATIO_ONE)


def price_at_cost(contract: RetailContract, period: int, cost: int) -> int:
    """The price of a user's kWh, as `before_bounds` and within floor and cap."""
    price = before_bounds(contract, period, cost)
    price = price if contract.floor is None else max(price, contract.floor)
    return price if contract.cap is None else min(price, contract.cap)


def _weight(kind: str, share: int | None) -> int:
    if kind == _SPREAD_SHARE:
        return share or 0
    return RATIO_ONE if kind == _COST_PLUS else 0
