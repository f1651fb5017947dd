"""`optimal_cover`: read the question, choose the exact or the numerical way, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.analysis.cover.contract import Contract, Number, exact, shares_of
from gridsim.analysis.cover.faults import fault, raise_if_any
from gridsim.analysis.cover.load import Draws, draws_of
from gridsim.analysis.cover.many import Book, cvar, minimise_book
from gridsim.analysis.cover.one import Hinges, minimise, tail_weights
from gridsim.analysis.cover.position_terms import Payer, Terms
from gridsim.analysis.cover.result import Cover, PositionCover
from gridsim.analysis.cover.terms import terms_of
from gridsim.analysis.tail import tail_mean
from gridsim.errors import WrongValueError
from gridsim.units import (
    ENERGY_DECIMALS,
    MONEY_DECIMALS,
    PRICE_DECIMALS,
    RATIO_DECIMALS,
    RATIO_ONE,
    fixed_point,
    round_half_up,
)
from gridsim.words import YUAN_PER_MWH, Sentence, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.errors import Fault
    from gridsim.scenario import Scenario
    from gridsim.scenario.meant import Meant

__all__ = ["optimal_cover"]


@helpful
def optimal_cover(
    scenario: Scenario,
    unit: str,
    *,
    load: Any,
    price: Number | Mapping[str, Number] | None = None,
    contracts: Sequence[Contract] | None = None,
    months: Sequence[str] | None = None,
    risk: Number = 0,
    level: Number = "0.95",
    payer: Payer = "unit",
    draws: int = 1000,
) -> Cover:
    """How much a settlement unit should contract, under the rule set's bands and prices (rulebook part 5; N5).

    Minimises expected cost + `risk` × CVaR over the draws of the load. With one price per product every position
    stands for itself, and its cost is a sum of hinges: the answer is exact, to the kWh, and reduces to a quantile of
    the load (`PositionCover.quantile_form`). With several contracts that share positions, or a CVaR over loads that
    don't rise and fall together, scipy looks for it.

    Parameters
    ----------
    scenario : Scenario
        Its rule set, tariffs, and metered energy, which weighs the prices of a unit's users and periods.
    unit : str
        ``<buyer>/conventional`` or ``<buyer>/tou``.
    load : scipy.stats distribution, sequence of numbers, frame, records or "history"
        A frozen distribution or numbers: multiples of the scenario's metered energy, alike in all positions.
        ``"history"``: the energy of each past year over this year's. A frame of any library, or records: ``draw``,
        ``month``, ``product``, ``energy_mwh`` [MWh], one row for each draw and position. Draws are equally likely.
    price : number, text, or mapping of product to either
        [yuan/MWh] at which contracts are to be had, at most 3 decimals. Instead of `contracts`.
    contracts : sequence of Contract
        Contracts that compete or that are held already. Instead of `price`.
    months : sequence of str, optional
        ``YYYY-MM``; all months with bands if left out.
    risk : number
        λ, the weight of CVaR beside the expected cost [1], at most 4 decimals.
    level : number
        α of the CVaR [1], below 1: 0.95 is the mean of the worst twentieth.
    payer : {"unit", "buyer"}
        Whose cost: of the buyer and its users, or of the buyer (a retailer) alone, whose users pay T&D, funds and
        peak-valley adjustment.
    draws : int
        Into how many equally likely loads a distribution is cut.

    Returns
    -------
    Cover

    Raises
    ------
    ScenarioError
        Lists every fault of the question.

    Notes
    -----
    With load A, contract C, in-band price v (contract price, T&D, funds, adjustment), overrun price o and shortfall
    price s, a position costs v·min(A, uC) + o·(A − uC)⁺ + s·(lC − A)⁺. Its least expectation is where
    u(o − v)·P(A > uC) = l·s·P(A < lC); without bands (u = l = 1) that is the newsvendor's quantile
    F(C) = (o − v) / (o − v + s). If v ≤ o and s ≤ v the cost rises with the load, so the CVaR's worst draws are the
    largest whatever the contract, and the same form holds with those draws weighing more (Rockafellar and Uryasev,
    2000, Optimization of conditional value-at-risk).

    Further bands and fees of deviation are more hinges, exact in the same way. Where the rule set returns fees at the
    end of a month, or exempts energy for orders that were not filled, that rests on others and is left out.
    """
    faults: list[Fault] = []
    if (price is None) == (contracts is None):
        faults.append(
            fault("price", price, Sentence("price and contracts: one of the two"), Sentence("a price, or contracts"))
        )
    ratios = _ratio("risk", risk, 10**8, faults), _ratio("level", level, RATIO_ONE - 1, faults)
    raise_if_any(faults)
    terms = terms_of(scenario, unit, months, payer)
    loads = draws_of(load, scenario, terms, draws)
    if contracts is not None:
        return _numerical(contracts, scenario, terms, loads, *ratios)
    assert price is not None
    prices = _prices(price, terms, scenario.meant)
    if ratios[0] and not (loads.rises_together and _cost_rises_with_load(terms, prices)):
        by_position = [
            Contract(f"{position.month} {position.product}", f"{value / 1000}", position.product, [position.month])
            for position, value in zip(terms, prices, strict=True)
        ]
        return _numerical(by_position, scenario, terms, loads, *ratios)
    return _exact(terms, prices, loads, *ratios)


def _ratio(name: str, value: Number, most: int, faults: list[Fault]) -> int:
    try:
        ratio = fixed_point(value, RATIO_DECIMALS)
        problem = None if 0 <= ratio <= most else Sentence("out of range")
    except WrongValueError as error:
        ratio, problem = 0, error.sentence
    if problem is not None:
        high = f"{most / RATIO_ONE:g}"
        allowed = Sentence("{low} to {high}, at most {decimals} decimals", low=0, high=high, decimals=RATIO_DECIMALS)
        faults.append(fault(name, value, problem, allowed))
    return ratio


def _prices(price: Number | Mapping[str, Number], terms: Sequence[Terms], meant: Meant) -> list[int]:
    faults: list[Fault] = []
    products = list(dict.fromkeys(position.product for position in terms))
    given = dict.fromkeys(products, price)
    if isinstance(price, Mapping):
        given = {meant.value("product", product, products): value for product, value in price.items()}
    for product in given:
        if product not in products:
            faults.append(fault("price", product, Sentence("not a product of the unit"), named(products)))
    by_product = {}
    for product in products:
        if product not in given:
            faults.append(fault("price", product, Sentence("no price for this product"), Sentence("a price for each")))
            continue
        by_product[product] = exact(f"price.{product}", given[product], PRICE_DECIMALS, YUAN_PER_MWH, faults)
    raise_if_any(faults)
    return [by_product[position.product] for position in terms]


def _cost_rises_with_load(terms: Sequence[Terms], prices: Sequence[int]) -> bool:
    return all(
        max([position.shortfall_price, *(paid for _, paid in position.more_under)])
        <= position.in_band_price(price)
        <= min(position.over_prices(price))
        for position, price in zip(terms, prices, strict=True)
    )


def _exact(terms: Sequence[Terms], prices: Sequence[int], loads: Draws, risk: int, level: int) -> Cover:
    order = np.lexsort(loads.energy.T)
    count = len(order)
    weight = tail_weights(count, level, risk) if risk else np.ones(count, dtype=object)
    covers, rows = [], []
    costs = np.zeros(count, dtype=object)
    uncovered = 0
    for j, (position, price) in enumerate(zip(terms, prices, strict=True)):
        energy = loads.energy[order, j]
        over = position.over_prices(price)
        own = np.argsort(energy, kind="stable")  # the same order but where loads don't rise together, all weights 1
        hinges = Hinges(
            energy[own],
            weight[own],
            position.in_band_price(price),
            over[0],
            position.shortfall_price,
            position.upper,
            position.lower,
            tuple((edge, paid) for (edge, _), paid in zip(position.more_over, over[1:], strict=True)),
            position.more_under,
        )
        optimum = minimise(hinges)
        covers.append(PositionCover(position, hinges, optimum, is_weighted=bool(risk)))
        rows.append((f"{position.month} {position.product}", position.month, position.product, price, optimum))
        costs[order] += _cost_by_draw(hinges, energy, optimum.contract)
        uncovered += int(energy.sum()) * over[-1]  # all lies above every edge
    table = pd.DataFrame(
        {
            "contract": [row[0] for row in rows],
            "month": [row[1] for row in rows],
            "product": [row[2] for row in rows],
            "price_yuan_per_mwh": np.array([row[3] for row in rows]) / 10**PRICE_DECIMALS,
            "energy_mwh": np.array([row[4].contract for row in rows]) / 10**ENERGY_DECIMALS,
            "up_to_mwh": np.array([row[4].up_to for row in rows]) / 10**ENERGY_DECIMALS,
            "expected_load_mwh": loads.energy.mean(axis=0) / 10**ENERGY_DECIMALS,
        }
    )
    scale = count * 10**MONEY_DECIMALS
    in_yuan = (costs / 10**MONEY_DECIMALS).astype(float)
    tail = tail_mean(np.sort(costs), level) / 10**MONEY_DECIMALS
    return Cover(table, sum(costs) / scale, tail, uncovered / scale, in_yuan, "exact", loads.told, tuple(covers))


def _cost_by_draw(hinges: Hinges, energy: NDArray[np.int64], contract: int) -> NDArray[np.object_]:
    """What each draw costs [micro-yuan], in Python's integers."""
    upper, lower = (int(edge[0]) for edge in hinges.edges(np.array([contract])))
    in_band = np.minimum(energy, upper)
    money = in_band.astype(object) * hinges.in_band_price + (energy - in_band).astype(object) * hinges.overrun_price
    money += np.maximum(lower - energy, 0).astype(object) * hinges.shortfall_price
    over, under = hinges.steps
    for ratio, price in over:
        money += np.maximum(energy - round_half_up(contract * ratio, RATIO_ONE), 0).astype(object) * price
    for ratio, price in under:
        money += np.maximum(round_half_up(contract * ratio, RATIO_ONE) - energy, 0).astype(object) * price
    cost: NDArray[np.object_] = money
    return cost


def _numerical(
    contracts: Sequence[Contract], scenario: Scenario, terms: Sequence[Terms], loads: Draws, risk: int, level: int
) -> Cover:
    faults: list[Fault] = []
    if not contracts:
        faults.append(fault("contracts", "", Sentence("no contract"), Sentence("at least one Contract")))
    share, price, least, most = shares_of(contracts, scenario, terms, faults)
    raise_if_any(faults)
    for position in terms:
        if position.more_over or position.more_under:
            what = Sentence("{product} has several bands on one side", product=position.product)
            faults.append(fault("contracts", position.month, what, Sentence("a price, and a load that rises together")))
        if position.resting_over:
            what = Sentence("the prices of {product} above the contract rest on it", product=position.product)
            faults.append(fault("contracts", position.month, what, Sentence("a price, and a load that rises together")))
        if position.is_in_order:
            what = Sentence("contracts of {product} are filled one after the other", product=position.product)
            faults.append(fault("contracts", position.month, what, Sentence("a price, and a load that rises together")))
        if not position.is_linear:
            what = Sentence("a charge of {product} does not move in a straight line", product=position.product)
            faults.append(fault("contracts", position.month, what, Sentence("a price, and a load that rises together")))
    raise_if_any(faults)
    load = loads.energy / 10**ENERGY_DECIMALS
    # No more than brings the lower edge of every position to its largest load: beyond, all of it is shortfall. The
    # position that decides is the one of which the contract has the least share.
    lower = np.array([max(position.lower, 1) for position in terms]) / RATIO_ONE
    enough = np.array([(load.max(axis=0)[row > 0] / (lower * row)[row > 0]).max() for row in share])
    book = Book(share, price, least, np.maximum(np.minimum(most, enough), least), load, terms)
    energy = np.round(minimise_book(book, risk / RATIO_ONE, level / RATIO_ONE), ENERGY_DECIMALS)
    costs = book.cost(energy)[0]
    table = pd.DataFrame(
        {
            "contract": [contract.name for contract in contracts],
            "month": [", ".join(contract.months) if contract.months else "" for contract in contracts],
            "product": [contract.product or terms[0].product for contract in contracts],
            "price_yuan_per_mwh": price,
            "energy_mwh": energy,
        }
    )
    uncovered = float(book.cost(np.zeros(len(contracts)))[0].mean())
    tail = cvar(costs, level / RATIO_ONE)[0]
    return Cover(table, float(costs.mean()), tail, uncovered, costs, "numerical", loads.told, ())
