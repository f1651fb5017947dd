"""A contract to be sized: its price, what it delivers, and within which bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.cover.faults import fault
from gridsim.calendar import months_of
from gridsim.errors import WrongValueError
from gridsim.scenario.decomposition import decomposition_weights
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, fixed_point
from gridsim.words import MWH, YUAN_PER_MWH, Sentence, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.cover.position_terms import Terms
    from gridsim.errors import Fault
    from gridsim.scenario import Scenario

__all__ = ["Contract", "Number", "exact", "shares_of"]

Number = int | float | Decimal | str


@dataclass(frozen=True)
class Contract:
    """A contract whose energy is to be found.

    Parameters
    ----------
    name : str
    price : number or text
        [yuan/MWh], at most 3 decimals.
    product : str, optional
        ``total``, ``peak``, ``flat`` or ``valley``; may be left out for a conventional unit.
    months : sequence of str, optional
        ``YYYY-MM``: what it delivers; all months that are sized if left out. Its energy is split over them as the rule
        set decomposes deliveries (rulebook part 3).
    least, most : number or text, optional
        Bounds of its energy over all its months [MWh], at most 3 decimals. Both alike: a contract that is held
        already.
    """

    name: str
    price: Number
    product: str | None = None
    months: Sequence[str] | None = None
    least: Number = 0
    most: Number | None = None


def exact(name: str, value: object, decimals: int, unit: Sentence, faults: list[Fault], row: int | None = None) -> int:
    """A price or energy as an integer; what cannot be one becomes a fault."""
    try:
        number = fixed_point(value, decimals)  # type: ignore[arg-type]  # the message tells of other types too
        problem = None if 0 <= number <= 10**15 else Sentence("out of range")
    except WrongValueError as error:
        number, problem = 0, error.sentence
    if problem is not None:
        faults.append(
            fault(
                name,
                value,
                problem,
                Sentence("{unit}, 0 or above, at most {decimals} decimals", unit=unit, decimals=decimals),
                row,
            )
        )
    return number


def shares_of(
    contracts: Sequence[Contract], scenario: Scenario, terms: Sequence[Terms], faults: list[Fault]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Each contract's shares by position, its price [yuan/MWh], and the bounds of its energy [MWh].

    Returns
    -------
    share : (K, J) float64 array
    price, least, most : (K,) float64 array
        `most` is infinite where no bound is given.
    """
    products = {position.product for position in terms}
    sized = {position.month for position in terms}
    weight_of = dict(
        zip(
            months_of(scenario.year),
            decomposition_weights(scenario.rules.values, scenario.year).tolist(),
            strict=True,
        )
    )
    share = np.zeros((len(contracts), len(terms)))
    price, least, most = np.zeros((3, len(contracts)))
    if len({contract.name for contract in contracts}) < len(contracts):
        faults.append(
            fault(
                "contracts",
                [contract.name for contract in contracts],
                Sentence("names not unique"),
                Sentence("one each"),
            )
        )
    for k, contract in enumerate(contracts):
        row = k + 1
        price[k] = exact("contracts.price", contract.price, PRICE_DECIMALS, YUAN_PER_MWH, faults, row) / 1000
        least[k] = exact("contracts.least", contract.least, ENERGY_DECIMALS, MWH, faults, row) / 1000
        most[k] = np.inf
        if contract.most is not None:
            most[k] = exact("contracts.most", contract.most, ENERGY_DECIMALS, MWH, faults, row) / 1000
            if most[k] < least[k]:
                faults.append(
                    fault(
                        "contracts.most",
                        contract.most,
                        Sentence("below least"),
                        Sentence("at least {number}", number=contract.least),
                        row,
                    )
                )
        product = contract.product
        if product is None and len(products) > 1:
            faults.append(fault("contracts.product", None, Sentence("missing"), named(sorted(products)), row))
        elif product is not None and product not in products:
            faults.append(fault("contracts.product", product, Sentence("not sized"), named(sorted(products)), row))
        months = sorted(sized) if contract.months is None else contract.months
        faults.extend(
            fault("contracts.months", month, Sentence("not sized"), named(sorted(sized)), row)
            for month in months
            if month not in sized
        )
        for j, position in enumerate(terms):
            if position.month in months and product in (None, position.product):
                share[k, j] = weight_of[position.month]
        if not faults and share[k].sum() <= 0:
            faults.append(
                fault(
                    "contracts.months",
                    list(months),
                    Sentence("without weight in the rule set"),
                    Sentence("others"),
                    row,
                )
            )
    totals = share.sum(axis=1, keepdims=True)
    return share / np.where(totals > 0, totals, 1), price, least, most
