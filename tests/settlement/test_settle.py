"""Positions of markets of any shape, against the oracle: to the unit, with kernels and in whole columns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.errors import InputOverflowError
from gridsim.integrity.settled import settle_in_columns
from gridsim.settlement.band_table import position_bands_table
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.driver import settle_within_bounds
from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import portion
from tests.properties.shaped import shaped_scenario
from tests.settlement.shaped import MONTHS, Shaped

SETTLERS = {"kernels": settle_within_bounds, "columns": settle_in_columns}


@pytest.mark.parametrize("settler", SETTLERS.values(), ids=SETTLERS)
@portion(60)
@given(st.integers(0, 2**32 - 1))
def test_any_shape_settles_as_the_oracle_has_it(settler: Any, seed: int) -> None:
    against_oracle(settler, seed)


@pytest.mark.parametrize("seed", range(12))
def test_prices_by_the_mean_of_a_product(seed: int) -> None:
    scenario = shaped_scenario(SeededChooser(seed))
    for mode in scenario["shape"]["modes"].values():
        price = {"first": [{"mean_of_product": mode["products"][0]}, "10"]}
        for band in mode["under"][:1]:
            band |= {"price": price, "fee": price}
        for each in mode["charges"]:
            each["price"] = price
    scenario["shape"]["outside"]["left_market"] = scenario["shape"]["outside"]["left_market"][:1]
    agrees_with_oracle(settle_within_bounds, scenario)


def test_energies_and_prices_whose_products_leave_int64_are_told_by_their_cell() -> None:
    told = set()
    for seed in range(40):
        scenario = shaped_scenario(SeededChooser(seed))
        for mode in scenario["shape"]["modes"].values():
            mode["charges"] = [{"item": "wires", "base": "metered", "price": {"tariff": "grid"}, "payee": "GRID"}]
        shaped = Shaped(scenario)
        shaped.tariffs.of["grid"][:] = 10**12
        shaped.meter.energy[shaped.meter.energy > 0] = 10**9
        try:
            shaped.settle(settle_within_bounds, trial=False)
        except InputOverflowError as error:
            told.add(str(error).split(" ")[0])
    assert told == {"cell", "position"}  # of charges, and of bands whose price is a tariff


def against_oracle(settler: Any, seed: int) -> bool:
    """Settle a random market of a random shape both ways; False if the oracle has a fault of it."""
    return agrees_with_oracle(settler, shaped_scenario(SeededChooser(seed)))


def agrees_with_oracle(settler: Any, scenario: dict[str, Any]) -> bool:
    """Settle a market both ways; False if the oracle has a fault of it."""
    try:
        expected = settle_market(scenario)
    except FaultError:
        return False
    shaped = Shaped(scenario)
    trials = [False, *([True] if shaped.rules.has_trial.any() else [])]
    outcomes = [shaped.settle(settler, trial=trial) for trial in trials]
    assert positions_of(shaped, outcomes) == sorted_rows(expected["positions"])
    assert legs_of(shaped, outcomes) == sorted_rows(expected["leg_settlement"])
    assert cells_of(shaped, outcomes) == sorted_rows(
        {name: row[name] for name in row} for row in expected["cell_settlement"]
    )
    assert bands_of(shaped, outcomes) == sorted_rows(expected["position_bands"])
    assert sellers_of(shaped, outcomes[0]) == sorted_rows(expected["seller_settlement"])
    assert lines_of(shaped.ledger(outcomes)) == lines_of(
        line for line in expected["ledger"] if line["item"] != "transfer"
    )
    return True


def lines_of(rows: Any) -> list[str]:
    """Lines without their numbers and clauses, in any order."""
    named = [
        {name: value for name, value in row.items() if name not in ("line", "clause", "tariff_period") and value != ""}
        for row in rows
    ]
    return sorted(repr(sorted((k, v) for k, v in row.items() if v is not None)) for row in named)


def sellers_of(shaped: Shaped, outcome: Any) -> list[tuple[Any, ...]]:
    closed = shaped.close(outcome, shaped.unitless())
    amounts = ("contract", "generated", "structural", "deviation")
    money = ("energy", "structural", "deviation", "fee", "balance")
    return sorted_rows(
        {"generator_id": shaped.market.generators[closed.seller[row]], "month": MONTHS[closed.month[row]]}
        | {f"{name}_kwh": int(getattr(closed, name)[row]) for name in amounts}
        | {f"{name}_micro_yuan": int(getattr(closed, f"{name}_money")[row]) for name in money}
        | {"price_micro_yuan_per_kwh": int(closed.price[row]) if closed.price[row] != NO_PRICE else None}
        for row in range(len(closed.seller))
    )


def sorted_rows(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(sorted(row.items())) for row in rows), key=repr)


def position_key(shaped: Shaped, outcome: Any, p: int) -> dict[str, Any]:
    positions = outcome.positions
    return {
        "unit_id": shaped.units[positions.unit[p]],
        "month": MONTHS[positions.month[p]],
        "product": shaped.shape.product_ids[positions.product[p]],
        "trial": outcome.trial,
    }


def positions_of(shaped: Shaped, outcomes: list[Any]) -> list[tuple[Any, ...]]:
    names = {"contract": "contract_kwh", "metered": "metered_kwh", "upper": "upper_kwh", "lower": "lower_kwh"}
    names |= {"in_band": "in_band_kwh", "overrun": "overrun_kwh", "shortfall": "shortfall_kwh"}
    names |= {f"{item}_money": f"{item}_micro_yuan" for item in ("energy", "overrun", "shortfall")}
    return sorted_rows(
        position_key(shaped, outcome, p)
        | {column: int(getattr(outcome.by_position, name)[p]) for name, column in names.items()}
        for outcome in outcomes
        for p in range(len(outcome.positions))
    )


def legs_of(shaped: Shaped, outcomes: list[Any]) -> list[tuple[Any, ...]]:
    return sorted_rows(
        {
            "leg_id": shaped.legs[leg].id,
            "in_band_kwh": int(outcome.by_leg.in_band[place]),
            "energy_micro_yuan": int(outcome.by_leg.energy_money[place]),
            "shortfall_kwh": int(outcome.by_leg.shortfall[:, place].sum()),
            "shortfall_micro_yuan": int(outcome.by_leg.shortfall_money[place]),
            "trial": outcome.trial,
        }
        for outcome in outcomes
        for place, leg in enumerate(outcome.positions.leg)
    )


def cells_of(shaped: Shaped, outcomes: list[Any]) -> list[tuple[Any, ...]]:
    rows = []
    for outcome in outcomes:
        cells = outcome.by_cell
        for place, row in enumerate(outcome.positions.cell.tolist()):
            at = slice(place, place + 1)
            over = [(int(each[place]), int(cells.price_of_over(b, at)[0])) for b, each in enumerate(cells.over)]
            charges = dict.fromkeys(shaped.shape.charge_items, 0)
            for number, item in enumerate(shaped.rules.ways.items):
                energy = cells.energy_of_charge(number, at, shaped.meter.energy[row : row + 1])
                charges[item] = int(energy[0] * cells.price_of_charge(number, at)[0])
            rows.append(
                cell_key(shaped, row, outcome.trial)
                | {
                    "unit_id": shaped.units[shaped.meter.unit[row]],
                    "in_band_kwh": int(cells.in_band[place]),
                    "overrun_kwh": sum(energy for energy, _ in over),
                    "overrun_micro_yuan": sum(energy * price for energy, price in over),
                    **{f"{item}_micro_yuan": money for item, money in charges.items()},
                }
            )
    unitless = shaped.unitless()
    for place, row in enumerate(unitless.cell.tolist()):
        charges = dict.fromkeys(shaped.shape.charge_items, 0)
        for charge in unitless.charges:
            if place in charge.row:
                charges[charge.item] += int(unitless.energy[place] * charge.price[charge.row.tolist().index(place)])
        rows.append(
            cell_key(shaped, row, trial=False)
            | {"unit_id": "", "in_band_kwh": 0, "overrun_kwh": 0, "overrun_micro_yuan": 0}
            | {f"{item}_micro_yuan": money for item, money in charges.items()}
        )
    return sorted_rows(rows)


def cell_key(shaped: Shaped, row: int, trial: bool) -> dict[str, Any]:
    meter = shaped.meter
    return {
        "user_id": shaped.users[meter.user[row]],
        "month": MONTHS[meter.month[row]],
        "period": shaped.shape.periods[meter.period[row]],
        "tariff_period": shaped.shape.periods[meter.tariff_period[row]],
        "metered_kwh": int(meter.energy[row]),
        "trial": trial,
    }


def bands_of(shaped: Shaped, outcomes: list[Any]) -> list[tuple[Any, ...]]:
    return sorted_rows(
        row for part in position_bands_table(outcomes, shaped.names).parts(None) for row in part.to_pylist()
    )
