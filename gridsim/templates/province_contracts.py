"""The annual bilateral contracts of the synthetic province and the filings that made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gridsim.calendar import deliveries
from gridsim.templates.draws import ONE, Integers, RandomStream, scaled
from gridsim.templates.market import RULES, market
from gridsim.templates.province_figures import days_of_deliveries, figures
from gridsim.templates.province_sessions import bilateral_session, bilateral_working_days
from gridsim.templates.province_units import PRICE_STEP, Generators, Lines, product_price
from gridsim.templates.writing import Codes, Values, compact

__all__ = ["ENERGY_STEP", "STEP_SHARES", "bilateral_columns", "whole_steps"]

ENERGY_STEP = 100
"""Contracts and orders are in whole 0.1 MWh [kWh]."""

# How one energy is shared out over 1, 2 or 3 contracts or price steps [%].
STEP_SHARES = np.array([[100, 0, 0], [60, 40, 0], [50, 30, 20]])

# Positions among `deliveries(2021)`: the year, its second half, January … December.
_YEAR, _HALF, _JANUARY = 0, 1, 2
_FORMS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (50, tuple(range(_JANUARY, _JANUARY + 12))),  # month by month
    (40, (_YEAR,)),
    (10, (*range(_JANUARY, _JANUARY + 6), _HALF)),
)

# What became of a contract, by weight: one filing; an earlier one that it superseded; a later one that was never
# confirmed; a later one confirmed after the window; its only filing never confirmed.
_ORDINARY, _REFILED, _UNCONFIRMED_LATER, _LATE, _NEVER = range(5)
_FATES = (820, 90, 40, 30, 20)

_FORENOON, _AFTERNOON = (9 * 3600, 12 * 3600 - 1), (13 * 3600, 17 * 3600 - 1)
_AFTER_HOURS = (17 * 3600 + 60, 18 * 3600)


def whole_steps(energy: Integers) -> Integers:
    """Energy in whole 0.1 MWh, the nearest [kWh]."""
    return (energy + ENERGY_STEP // 2) // ENERGY_STEP * ENERGY_STEP


def bilateral_columns(
    seed: int,
    lines: Lines,
    generators: Generators,
    generator_ids: Sequence[str],
    buyer_ids: Sequence[str],
    rules: str = RULES,
) -> tuple[Mapping[str, Values], Integers]:
    """All filings as the columns of `bilateral`, and what the generators sell by those that stand.

    Parameters
    ----------
    seed : int
    lines : Lines
    generators : Generators
    generator_ids, buyer_ids : sequence of str
        Names by number.
    rules : str
        The rule set of the province.

    Returns
    -------
    columns : mapping of str to array
    sold : int64 array, shape (generators, 12)
        About; in kWh.
    """
    # Contracts: one to three for a unit, which together come to most of its load, each with its generator and price.
    units = int(lines.unit[-1]) + 1
    many = RandomStream(seed, "contracts").choose((50, 35, 15), units) + 1
    unit_cover = RandomStream(seed, "cover").between(7600, 9200, units)
    unit = np.repeat(np.arange(units), many)
    contracts = len(unit)
    rank = np.arange(contracts) - np.searchsorted(unit, unit, side="left")
    share = unit_cover[unit] * STEP_SHARES[many[unit] - 1, rank] // 100
    generator = RandomStream(seed, "sellers").choose(generators.capacity, contracts)
    price = RandomStream(seed, "contract prices").between(*figures(rules).contract_prices, contracts) * PRICE_STEP
    form = RandomStream(seed, "forms").choose([weight for weight, _ in _FORMS], contracts)

    contract, line, delivery = _rows_of_contracts(lines, unit, form)
    by_delivery = np.column_stack([lines.load.sum(axis=1), lines.load[:, 6:].sum(axis=1), lines.load])
    misjudged = RandomStream(seed, "contract energies").factor(300, len(contract))
    energy = scaled(by_delivery[line, delivery], share[contract], misjudged)

    filing = _filings(seed, contracts, rules)
    order = np.lexsort((filing["filed_at"], filing["contract"]))
    filing = {name: values[order] for name, values in filing.items()}

    # Every filing repeats all rows of its contract.
    first, size = np.searchsorted(contract, np.arange(contracts)), np.bincount(contract, minlength=contracts)
    of = np.repeat(np.arange(len(order)), size[filing["contract"]])
    row = first[filing["contract"][of]] + np.arange(len(of)) - np.searchsorted(of, of, side="left")
    filed_energy = whole_steps(scaled(energy[row], filing["energy_factor"][of]))
    filed_price = product_price(price[contract[row]] + filing["price_shift"][of] * PRICE_STEP, lines.product[line[row]])

    kept = filed_energy > 0
    of, row = of[kept], row[kept]
    ids = [f"C{number:0{max(4, len(str(contracts)))}d}" for number in range(1, contracts + 1)]
    columns: dict[str, Values] = {
        "session": Codes(np.zeros(len(row), dtype=np.int64), [bilateral_session(rules).name]),
        "contract_id": compact(contract[row], ids),
        "generator_id": compact(generator[contract[row]], generator_ids),
        "buyer_id": compact(lines.buyer[line[row]], buyer_ids),
        "product": Codes(lines.product[line[row]], market(rules).product_ids),
        "month": Codes(delivery[row], deliveries(figures(rules).year)),
        "energy_kwh": filed_energy[kept],
        "price_micro_yuan_per_kwh": filed_price[kept],
        "filed_at": filing["filed_at"][of],
        "confirmed_at": filing["confirmed_at"][of],
    }
    is_confirmed = np.zeros(contracts, dtype=bool)
    is_confirmed[filing["contract"][~np.isnat(filing["confirmed_at"])]] = True
    by_month = energy[:, None] * days_of_deliveries(rules)[delivery] // ONE * is_confirmed[contract, None]
    sold = np.zeros((len(generators), 12), dtype=np.int64)
    np.add.at(sold, generator[contract], by_month)
    return columns, sold


def _rows_of_contracts(lines: Lines, unit: Integers, form: Integers) -> tuple[Integers, Integers, Integers]:
    """Contract, line and delivery of every row of a filing, in that order: the unit's products by the form's months."""
    first, products = np.searchsorted(lines.unit, unit), np.bincount(lines.unit)[unit]
    months = np.array([len(codes) for _, codes in _FORMS])[form]
    contract = np.repeat(np.arange(len(unit)), products * months)
    position = np.arange(len(contract)) - np.searchsorted(contract, contract, side="left")
    codes = np.full((len(_FORMS), 12), -1, dtype=np.int64)
    for number, (_, form_codes) in enumerate(_FORMS):
        codes[number, : len(form_codes)] = form_codes
    line = first[contract] + position // months[contract]
    return contract, line, codes[form[contract], position % months[contract]]


def _filings(seed: int, contracts: int, rules: str) -> dict[str, np.ndarray]:
    """The filings of all contracts: the one that is meant to stand, and those before and after it."""
    draws = RandomStream(seed, "filings")
    fate = draws.choose(_FATES, contracts)
    everyone = np.arange(contracts)

    day = draws.between(3, 7, contracts)
    main = _filing(
        everyone,
        filed_at=_moment(rules, draws, day, (_FORENOON[0], _AFTERNOON[1])),
        confirmed_at=_moment(rules, draws, day + 1, (_FORENOON[0], _AFTERNOON[1])),
    )
    main["confirmed_at"][fate == _NEVER] = np.datetime64("NaT")

    refiled = everyone[fate == _REFILED]
    day = draws.between(0, 2, len(refiled))
    earlier = _filing(
        refiled,
        filed_at=_moment(rules, draws, day, _FORENOON),
        confirmed_at=_moment(rules, draws, day, _AFTERNOON),
        energy_factor=draws.factor(500, len(refiled)),
        price_shift=draws.between(-8, 8, len(refiled)),
    )

    again = everyone[(fate == _UNCONFIRMED_LATER) | (fate == _LATE)]
    day = np.full(len(again), len(bilateral_working_days(rules)) - 1)
    later = _filing(
        again,
        filed_at=_moment(rules, draws, day, (_FORENOON[0], _AFTERNOON[1])),
        confirmed_at=_moment(rules, draws, day, _AFTER_HOURS),
        energy_factor=draws.factor(500, len(again)),
        price_shift=draws.between(-8, 8, len(again)),
    )
    later["confirmed_at"][fate[again] == _UNCONFIRMED_LATER] = np.datetime64("NaT")
    return {name: np.concatenate([main[name], earlier[name], later[name]]) for name in main}


def _filing(contract: Integers, **columns: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of some filings; unless given, they repeat the contract's own energy and price."""
    unchanged = {"energy_factor": np.full(len(contract), ONE), "price_shift": np.zeros(len(contract), dtype=np.int64)}
    return {"contract": contract, **unchanged, **columns}


def _moment(rules: str, draws: RandomStream, day: Integers, hours: tuple[int, int]) -> np.ndarray:
    """A second of each working day of the window, between two seconds of the day."""
    second = draws.between(*hours, len(day)).astype("timedelta64[s]")
    moment: np.ndarray = bilateral_working_days(rules)[day].astype("datetime64[s]") + second
    return moment
